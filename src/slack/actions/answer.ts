// The buttons below an answer: share it, refresh it, ask for another range.
import { UserError } from '../../errors.ts';
import { phrasesOf } from '../../metrics/phrase.ts';
import { answerButtons, readValue } from '../blocks/answer-buttons.ts';
import { type Block, context } from '../blocks/block.ts';
import type { answerPhrases } from '../blocks/block-phrases.ts';
import { countsOf } from '../command/targets.ts';
import type { RememberedAnswer } from '../context.ts';
import { sendReport, sharedLine } from '../send-report.ts';
import type { Action, ActionContext, Click } from './action.ts';

const say = phrasesOf<typeof answerPhrases>();

export const share: Action = {
  ids: ['share'],
  handle: async (click, context) => {
    const value = readValue(click.value);
    if (value === undefined)
      throw new UserError('This button is too old to be understood.', { hint: 'Try: /imstats public' });
    const answer = value.answer === undefined ? undefined : context.slackContext.answers.get(value.answer);
    if (value.answer === undefined || answer === undefined) return askInPublic(click, value.command, context);
    const refusal = await context.slackContext.access.mayRun(click.requester);
    if (refusal !== undefined) throw refusal;
    await shareOnce(click, { id: value.answer, answer }, context);
  },
};

/** The answer is no longer remembered, so the command is answered again, for everyone. */
async function askInPublic(click: Click, command: string, { ask }: ActionContext): Promise<void> {
  await ask({
    text: `${command} public`,
    requester: click.requester,
    isPublicPlace: true,
    open: () => click.open('public'),
    openProblem: () => click.open('private'),
  });
}

async function shareOnce(
  click: Click,
  { id, answer }: { id: string; answer: RememberedAnswer },
  { slackContext }: ActionContext,
): Promise<void> {
  if (answer.sharedBy !== undefined) {
    throw new UserError('This answer is in the channel already.', {
      hint: 'Press Refresh to get newer numbers to share.',
    });
  }
  slackContext.answers.set(id, { ...answer, sharedBy: click.requester.user });
  const buttons = buttonsOf(slackContext, answer, id);
  const { report } = answer;
  const { wording } = slackContext.deps;
  const tail = [sharedLine(click.requester.user, wording), ...buttons];
  try {
    // Its charts are drawn anew, as a channel sees them.
    await sendReport({ report, tail, responseTarget: click.open('public') }, slackContext.chartDeps);
  } catch (error) {
    slackContext.answers.set(id, { ...answer, sharedBy: undefined });
    throw error;
  }
  if (!click.isEphemeral) return;
  const done = [...buttons, context(wording.text(say('answer.shared')))];
  const attached = await answer.attached;
  await sendReport(
    { report, attached, tail: done, responseTarget: click.open('replace') },
    slackContext.chartDeps,
  ).catch(() => {});
}

function buttonsOf(
  { subcommands, deps }: ActionContext['slackContext'],
  { query }: RememberedAnswer,
  id: string,
): Block[] {
  const subcommand = subcommands.find((one) => one.id === query.subcommand);
  return subcommand === undefined
    ? []
    : [answerButtons(query, subcommand, { id, share: 'not', counts: countsOf(query, deps.live) }, deps.wording)];
}

/** A private answer is replaced; below one that everybody sees, the person who clicks gets a private answer. */
export const askAgain: Action = {
  ids: ['refresh', 'range_24h', 'range_7d', 'range_30d', 'try'],
  handle: async (click, { ask }) => {
    const value = readValue(click.value);
    if (value === undefined) throw new UserError('This button is too old to be understood.', { hint: 'Try: /imstats' });
    await ask({
      text: value.command,
      requester: click.requester,
      isPublicPlace: false,
      open: () => click.open(click.isEphemeral ? 'replace' : 'private'),
      openProblem: () => click.open('private'),
    });
  },
};
