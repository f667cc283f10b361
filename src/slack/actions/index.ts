// The buttons and menus that the bot understands, and what happens when one is used.
import { UserError } from '../../errors.ts';
import { errorFields } from '../../logger.ts';
import { drawRefusal } from '../blocks/answer-buttons.ts';
import { explainError, trySend } from '../command/answer.ts';
import type { Action, ActionContext, Click } from './action.ts';
import { alertControls, endMaintenance, linkButton, whyButton } from './alert.ts';
import { askAgain, numbers, share } from './answer.ts';
import { stopExport } from './export.ts';
import { howFar, startHistory, stopHistory } from './history.ts';
import { refreshHome } from './home.ts';
import { incidentText, shareIncident } from './incident.ts';
import { noteButton } from './note.ts';
import { silenceButton } from './silence.ts';
import { openTuning, restoreTuned } from './tune.ts';

export const actions: readonly Action[] = [
  askAgain,
  share,
  numbers,
  alertControls,
  endMaintenance,
  whyButton,
  shareIncident,
  incidentText,
  linkButton,
  stopExport,
  refreshHome,
  silenceButton,
  noteButton,
  startHistory,
  stopHistory,
  howFar,
  openTuning,
  restoreTuned,
];

/** Runs the action of a control. Never rejects. */
export async function handleClick(click: Click, context: ActionContext): Promise<void> {
  const { deps } = context.slackContext;
  const action = actions.find((one) => one.ids.includes(click.action));
  let result = 'done';
  let answered = click;
  try {
    if (action === undefined) throw new UserError('This button is not known any more.', { hint: 'Try: /imstats' });
    answered = action.answers === true && click.inWindow !== undefined ? await click.inWindow() : click;
    await action.handle(answered, context);
  } catch (error) {
    const problem = explainError(error, deps);
    result = problem.result;
    if (problem.id !== undefined)
      deps.logger.error('Click failed', { id: problem.id, action: click.action, ...errorFields(error) });
    const drawn = drawRefusal(problem.shown);
    await trySend(drawn, { target: answered.open('private'), request: click, failure: 'Answer not delivered' }, deps);
  }
  deps.logger.info('Click handled', {
    action: click.action,
    result,
    user: click.requester.user,
    channel: click.requester.channel,
  });
}
