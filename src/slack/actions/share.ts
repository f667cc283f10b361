// Share to channel: shows a private answer to everyone, once, exactly as the person saw it.
import { second, sleep } from '../../clock.ts';
import { UserError } from '../../errors.ts';
import type { Action, ActionContext, Click } from '../action.ts';
import { countsOf } from '../apps-asked.ts';
import { answerButtons } from '../blocks/answer-buttons.ts';
import { type Block, context } from '../blocks/block.ts';
import { readValue } from '../button-value.ts';
import type { RememberedAnswer } from '../desk.ts';
import type { Places } from '../pictures.ts';
import { sayReport, sharedLine } from '../say.ts';

const pictureWait = 5 * second;

export const share: Action = {
  ids: ['share'],
  handle: async (click, context) => {
    const value = readValue(click.value);
    if (value === undefined)
      throw new UserError('This button is too old to be understood.', { hint: 'Try: /imstats public' });
    const answer = value.answer === undefined ? undefined : context.desk.answers.get(value.answer);
    if (value.answer === undefined || answer === undefined) return askInPublic(click, value.command, context);
    const refusal = await context.desk.access.mayRun(click.asker);
    if (refusal !== undefined) throw new UserError(refusal);
    await shareOnce(click, { id: value.answer, answer }, context);
  },
};

/** The answer is not remembered any more, so the question is asked again, for everyone. */
async function askInPublic(click: Click, command: string, { ask }: ActionContext): Promise<void> {
  await ask({
    text: `${command} public`,
    asker: click.asker,
    isPublicPlace: true,
    open: () => click.open('public'),
    openProblem: () => click.open('private'),
  });
}

async function shareOnce(
  click: Click,
  { id, answer }: { id: string; answer: RememberedAnswer },
  { desk }: ActionContext,
): Promise<void> {
  if (answer.sharedBy !== undefined) {
    throw new UserError('This answer is in the channel already.', {
      hint: 'Press Refresh to get newer numbers to share.',
    });
  }
  desk.answers.set(id, { ...answer, sharedBy: click.asker.user });
  const buttons = buttonsOf(desk, answer, id);
  const { report } = answer;
  const places = await ready(answer, desk);
  try {
    await sayReport(
      { report, places, tail: [sharedLine(click.asker.user), ...buttons], conversation: click.open('public') },
      desk.studio,
    );
  } catch (error) {
    desk.answers.set(id, { ...answer, sharedBy: undefined });
    throw error;
  }
  if (!click.isEphemeral) return;
  const done = [...buttons, context('Shared to the channel.')];
  await sayReport({ report, places, tail: done, conversation: click.open('replace') }, desk.studio).catch(() => {});
}

/** Pictures that are still being drawn are waited for a little, because the shared message cannot be changed any more. */
async function ready({ places }: RememberedAnswer, { deps }: ActionContext['desk']): Promise<Places> {
  const late = sleep(deps.clock, pictureWait).then((): Places => []);
  return Promise.race([places, late]);
}

function buttonsOf({ views, deps }: ActionContext['desk'], { question }: RememberedAnswer, id: string): Block[] {
  const view = views.find((one) => one.id === question.view);
  return view === undefined
    ? []
    : [answerButtons(question, view, { id, share: 'not', counts: countsOf(question, deps) })];
}
