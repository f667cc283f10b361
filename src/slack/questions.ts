// Answers questions: may they ask, what do they mean, which view, and what to say when any of it goes wrong.
import { PlatformError, StoreError, UserError } from '../errors.ts';
import { errorFields } from '../logger.ts';
import { countsOf } from './apps-asked.ts';
import { answerButtons } from './blocks/answer-buttons.ts';
import { drawProblem } from './blocks/problem.ts';
import type { Conversation } from './conversation.ts';
import { createCrowd, maxQuestions } from './crowd.ts';
import { type Desk, vocabularyOf } from './desk.ts';
import { parseQuestion } from './parse.ts';
import type { Question } from './question.ts';
import { sayMessage, sayReport } from './say.ts';
import type { Asker, Reply, View } from './view.ts';

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

/** Answers everything that is asked. The returned function never rejects. */
export function createQuestions(desk: Desk): (asked: Asked) => Promise<void> {
  const crowd = createCrowd(desk.deps.clock);
  return async (asked) => {
    const admission = await crowd.admit();
    if (admission === 'run') {
      await answer(desk, asked).finally(crowd.done);
      return;
    }
    desk.deps.telemetry.commands.inc({ view: 'any', result: 'busy' });
    if (admission === 'refuse') await sayProblem(asked, busy).catch(() => {});
  };
}

const busy = new UserError(`imstats is answering ${maxQuestions} questions already.`, {
  hint: 'Ask again in a few seconds.',
});

async function answer(desk: Desk, asked: Asked): Promise<void> {
  const { clock, logger, telemetry } = desk.deps;
  const started = clock.now();
  let view = 'unknown';
  let result = 'answered';
  try {
    const refusal = await desk.access.mayRun(asked.asker);
    if (refusal !== undefined) throw new UserError(refusal);
    const question = parseQuestion(asked.text, vocabularyOf(desk));
    const found = viewOf(desk, question);
    view = found.id === '' ? 'summary' : found.id;
    await checkManager(desk, found, { question, asker: asked.asker });
    const reply = await found.answer(question, contextOf(desk, asked.asker));
    await sayReply(desk, { asked, question, view: found, reply });
  } catch (error) {
    result = await sayError(desk, asked, error);
  }
  telemetry.commands.inc({ view, result });
  logger.info('Question answered', {
    view,
    result,
    user: asked.asker.user,
    channel: asked.asker.channel,
    ms: clock.now() - started,
  });
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

function contextOf(desk: Desk, asker: Asker): Parameters<View['answer']>[1] {
  return {
    deps: desk.deps,
    gatherer: desk.gatherer,
    asker,
    views: desk.views,
    vocabulary: vocabularyOf(desk),
    identity: desk.identity(),
    startedAt: desk.startedAt,
  };
}

async function sayReply(
  desk: Desk,
  { asked, question, view, reply }: { asked: Asked; question: Question; view: View; reply: Reply },
): Promise<void> {
  const isPublic = question.isPublic || asked.isPublicPlace;
  const conversation = asked.open(isPublic ? 'public' : 'private');
  if (reply.kind === 'message') return sayMessage(reply.drawn, conversation);
  const id = desk.deps.newId();
  const share = isPublic || reply.buttons === 'refresh' ? 'not' : 'offered';
  const counts = countsOf(question, desk.deps);
  const buttons = reply.buttons === 'none' ? [] : [answerButtons(question, view, { id, share, counts })];
  const { report } = reply;
  const said = sayReport({ report, tail: buttons, people: reply.people, conversation }, desk.studio);
  desk.answers.set(id, { report, question, places: said.catch(() => []), sharedBy: undefined });
  await said;
}

/** Tells the person what went wrong and says in one word what it was. */
async function sayError(desk: Desk, asked: Asked, error: unknown): Promise<string> {
  const { result, shown, id } = explain(error, desk);
  if (id !== undefined)
    desk.deps.logger.error('Question failed', { id, user: asked.asker.user, ...errorFields(error) });
  await sayProblem(asked, shown).catch((failure: unknown) => {
    desk.deps.logger.warn('Answer not delivered', {
      user: asked.asker.user,
      ...errorFields(failure),
      stack: undefined,
    });
  });
  return result;
}

/** What a person is told of an error. An error of ours shows an id that the log has too. */
export function explain(
  error: unknown,
  { deps }: Pick<Desk, 'deps'>,
): { result: string; shown: UserError; id: string | undefined } {
  if (error instanceof UserError) return { result: 'refused', shown: error, id: undefined };
  if (error instanceof PlatformError)
    return { result: 'platform', shown: new UserError(error.message, { hint: error.hint }), id: undefined };
  const id = deps.newId();
  const hint = `Ask again; if it stays so, tell whoever runs imstats the id ${id}.`;
  const message = error instanceof StoreError ? 'The stored numbers cannot be read just now' : 'Something broke';
  return { result: 'broken', shown: new UserError(`${message}, id ${id}.`, { hint }), id };
}

async function sayProblem(asked: Asked, problem: UserError): Promise<void> {
  await sayMessage(drawProblem(problem.message, problem.hint), asked.openProblem());
}
