// Handles a click on a button or menu of ours; a mistake is told to the person who clicked.
import { UserError } from '../errors.ts';
import { errorFields } from '../logger.ts';
import type { ActionContext, Click } from './action.ts';
import { actions } from './actions/list.ts';
import { drawProblem } from './blocks/problem.ts';
import { explain } from './explain.ts';
import { sayMessage } from './say.ts';

/** Does what the control stands for. Never rejects. */
export async function handleClick(click: Click, context: ActionContext): Promise<void> {
  const { deps } = context.desk;
  const action = actions.find((one) => one.ids.includes(click.action));
  let result = 'done';
  try {
    if (action === undefined) throw new UserError('This button is not known any more.', { hint: 'Try: /imstats' });
    await action.handle(click, context);
  } catch (error) {
    const problem = explain(error, context.desk);
    result = problem.result;
    if (problem.id !== undefined)
      deps.logger.error('Click failed', { id: problem.id, action: click.action, ...errorFields(error) });
    await sayMessage(drawProblem(problem.shown.message, problem.shown.hint), click.open('private')).catch(() => {});
  }
  deps.logger.info('Click handled', {
    action: click.action,
    result,
    user: click.asker.user,
    channel: click.asker.channel,
  });
}
