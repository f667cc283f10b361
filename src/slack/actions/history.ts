// The controls around the count of a history: start a long one, count again with people, stop one, ask how far it is.
import { UserError } from '../../errors.ts';
import type { HistoryCount } from '../../history-service.ts';
import { drawRunningCount, readHistoryValue } from '../blocks/history.ts';
import { sendMessage } from '../send-report.ts';
import type { Action, ActionContext, Click } from './action.ts';

/** Asks the command of the button again, where it was asked: privately, or for everyone who saw the question. */
export const startHistory: Action = {
  ids: ['history_start', 'history_anew'],
  handle: async (click, { ask }) => {
    const value = readHistoryValue(click.value);
    if (value === undefined)
      throw new UserError('This button is too old to be understood.', {
        hint: 'Try: /imstats history',
        command: 'history',
      });
    const isPublicPlace = !click.isEphemeral;
    await ask({
      text: value.command,
      requester: click.requester,
      isPublicPlace,
      history: { isAgreed: click.action === 'history_start', isAnew: value.anew },
      open: () => click.open(isPublicPlace ? 'public' : 'replace'),
      openProblem: () => click.open('private'),
    });
  },
};

/** The count ends with what it has, and its answer comes at once where it was asked for: nothing more is said. */
export const stopHistory: Action = {
  ids: ['history_stop'],
  handle: async (click, context) => {
    const count = await runningCount(click, context);
    const { access } = context.slackContext;
    if (count.request.actor !== click.requester.user) {
      const refusal = await access.mayManage(click.requester);
      if (refusal !== undefined) throw refusal;
    }
    count.stop();
  },
};

export const howFar: Action = {
  ids: ['history_how_far'],
  handle: async (click, context) => {
    const count = await runningCount(click, context);
    const drawn = drawRunningCount(count, context.slackContext.deps.wording);
    await sendMessage(drawn, click.open(click.isEphemeral ? 'replace' : 'private'));
  },
};

/** Raises `UserError` where it has ended. Whose count is of one user, group or room is for managers. */
async function runningCount(click: Click, { slackContext }: ActionContext): Promise<HistoryCount> {
  const { access, deps } = slackContext;
  const count = deps.histories?.find(click.value ?? '');
  const isOfOne = count !== undefined && count.request.scope.of !== 'all';
  const refusal = await access[isOfOne ? 'mayManage' : 'mayRun'](click.requester);
  if (refusal !== undefined) throw refusal;
  if (count === undefined)
    throw new UserError('This count is over.', {
      hint: 'Its answer is in this conversation; after a restart of imstats, ask again.',
    });
  return count;
}
