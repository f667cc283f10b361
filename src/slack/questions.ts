// Answers questions: may they ask, what do they mean, which view, and what to say when any of it goes wrong.
import { UserError } from '../errors.ts';
import { errorFields } from '../logger.ts';
import type { Drawn } from './blocks/block.ts';
import { drawProblem } from './blocks/problem.ts';
import type { Conversation } from './conversation.ts';
import { createCrowd, maxQuestions } from './crowd.ts';
import { type Desk, vocabularyOf } from './desk.ts';
import { explain } from './explain.ts';
import { parseQuestion } from './parse.ts';
import type { Question } from './question.ts';
import { type Done, recordQuestion } from './record.ts';
import { sayMessage } from './say.ts';
import { sayReply } from './say-reply.ts';
import type { Asker, Failed, Reply, View } from './view.ts';

/** A question on its way in. */
export interface Asked {
  /** What stands after `/imstats` or after the mention. */
  readonly text: string;
  readonly asker: Asker;
  /** Where the answer goes: for everyone only when the question says so or was asked in public. */
  readonly open: (manner: 'private' | 'public') => Conversation;
  /** Where a mistake is told: privately, never in place of an answer. */
  readonly openProblem: () => Conversation;
  /** True where every answer is seen by all, as to a mention. */
  readonly isPublicPlace: boolean;
}

/** What is there to be said as soon as a question is read. */
export interface Prompt {
  readonly drawn: Drawn;
  readonly kind: 'answer' | 'problem';
  readonly isPublic: boolean;
}

/** What a question comes to when it is read: something to be said at once, or work that follows and never rejects. */
export type Received = { readonly prompt: Prompt } | { readonly work: () => Promise<void> };

export interface Questions {
  /** Reads a question, in well under a millisecond. What is prompt is the caller's to say. */
  receive(asked: Asked): Received;
  /** Reads a question and says whatever there is to say. Never rejects. */
  answer(asked: Asked): Promise<void>;
}

export function createQuestions(desk: Desk): Questions {
  const crowd = createCrowd(desk.deps.clock);
  const receive = (asked: Asked): Received => {
    const known = promptly(desk, asked);
    const place = known === undefined ? crowd.enter() : undefined;
    if (place !== undefined) return { work: () => place.then(() => answer(desk, asked)).finally(crowd.leave) };
    const { prompt, ...done } = known ?? busy;
    recordQuestion(desk, asked, done);
    return { prompt };
  };
  return {
    receive,
    answer: async (asked) => {
      const received = receive(asked);
      if ('work' in received) await received.work();
      else await sayPrompt(desk, asked, received.prompt);
    },
  };
}

/** An answer that took no work, and what is recorded of it. */
type Prompted = Done & { readonly prompt: Prompt };

const busy: Prompted = {
  result: 'busy',
  prompt: {
    kind: 'problem',
    isPublic: false,
    drawn: drawProblem(`imstats is answering ${maxQuestions} questions already.`, 'Ask again in a few seconds.'),
  },
};

/** The answer that takes no work: a view that asks nobody, or what is wrong with the words. Undefined for all the rest. */
function promptly(desk: Desk, asked: Asked): Prompted | undefined {
  if (!desk.access.isOpenTo(asked.asker)) return undefined;
  try {
    const question = parseQuestion(asked.text, vocabularyOf(desk));
    const drawn = desk.prompts.get(question.view);
    if (drawn === undefined) return undefined;
    return { view: question.view, result: 'answered', prompt: { drawn, kind: 'answer', isPublic: question.isPublic } };
  } catch (error) {
    if (!(error instanceof UserError)) return undefined; // comes again in the work, and is told there
    const drawn = drawProblem(error.message, error.hint);
    return { result: 'refused', prompt: { drawn, kind: 'problem', isPublic: false } };
  }
}

async function sayPrompt(desk: Desk, asked: Asked, { drawn, kind, isPublic }: Prompt): Promise<void> {
  const manner = isPublic || asked.isPublicPlace ? 'public' : 'private';
  const conversation = kind === 'problem' ? asked.openProblem() : asked.open(manner);
  await sayMessage(drawn, conversation).catch((failure: unknown) => notDelivered(desk, asked, failure));
}

async function answer(desk: Desk, asked: Asked): Promise<void> {
  const { clock } = desk.deps;
  const started = clock.now();
  let view: string | undefined;
  let result = 'answered';
  let failed: Failed | undefined;
  try {
    const refusal = await desk.access.mayRun(asked.asker);
    if (refusal !== undefined) throw new UserError(refusal);
    const question = parseQuestion(asked.text, vocabularyOf(desk));
    const found = viewOf(desk, question);
    view = found.id;
    await checkManager(desk, found, { question, asker: asked.asker });
    const reply = await replyOf(desk, found, { question, asker: asked.asker });
    failed = reply.kind === 'report' ? reply.failed : undefined;
    if (failed !== undefined) result = failed.isWhole ? 'platform' : 'partly';
    await sayReply(desk, { asked, question, view: found, reply });
  } catch (error) {
    result = await sayError(desk, asked, error);
  }
  const known = { ...(view === undefined ? {} : { view }), ...(failed === undefined ? {} : { failed }) };
  recordQuestion(desk, asked, { ...known, result, ms: clock.now() - started });
}

function viewOf(desk: Desk, question: Question): View {
  const view = desk.views.find((one) => one.id === question.view);
  if (view === undefined) throw new UserError('There is no such view.', { hint: '/imstats help lists everything.' });
  return view;
}

async function checkManager(
  desk: Desk,
  view: View,
  { question, asker }: { question: Question; asker: Asker },
): Promise<void> {
  if (view.isForManagers?.(question) !== true) return;
  const refusal = await desk.access.mayManage(asker);
  if (refusal !== undefined) throw new UserError(refusal);
}

async function replyOf(
  desk: Desk,
  view: View,
  { question, asker }: { question: Question; asker: Asker },
): Promise<Reply> {
  if (view.atOnce !== undefined) return { kind: 'message', drawn: view.atOnce(desk.deps, desk.views) };
  return view.answer(question, {
    deps: desk.deps,
    gatherer: desk.gatherer,
    asker,
    vocabulary: vocabularyOf(desk),
    identity: desk.identity(),
    startedAt: desk.startedAt,
  });
}

/** Tells the person what went wrong and says in one word what it was. */
async function sayError(desk: Desk, asked: Asked, error: unknown): Promise<string> {
  const { result, shown, id } = explain(error, desk);
  if (id !== undefined)
    desk.deps.logger.error('Question failed', { id, user: asked.asker.user, ...errorFields(error) });
  const drawn = drawProblem(shown.message, shown.hint);
  await sayMessage(drawn, asked.openProblem()).catch((failure: unknown) => notDelivered(desk, asked, failure));
  return result;
}

function notDelivered(desk: Desk, { asker }: Asked, failure: unknown): void {
  desk.deps.logger.warn('Answer not delivered', { user: asker.user, ...errorFields(failure), stack: undefined });
}
