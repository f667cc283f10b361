// Takes a command from its acknowledgement to its answer, and records how that went.
import { PlatformError, StoreError, UserError } from '../../errors.ts';
import { errorFields, type LogFields } from '../../logger.ts';
import { type DrawnMessage, drawProblem } from '../blocks/block.ts';
import { type SlackContext, vocabularyOf } from '../context.ts';
import { sendMessage } from '../send-report.ts';
import { createAdmissionQueue, maxQuestions } from './admission.ts';
import { parseQuery } from './parse.ts';
import { sendReply } from './reply.ts';
import type { Asker, CommandRequest, Failed, Query, Reply, Subcommand } from './subcommand.ts';

/** What a person is told of an error. One of ours shows an `id` that the log has too; `result` is one word for metrics. */
export function explainError(
  error: unknown,
  { deps }: Pick<SlackContext, 'deps'>,
): { result: string; shown: UserError; id: string | undefined } {
  if (error instanceof UserError) return { result: 'refused', shown: error, id: undefined };
  if (error instanceof PlatformError)
    return { result: 'platform', shown: new UserError(error.message, { hint: error.hint }), id: undefined };
  const id = deps.newId();
  const hint = `Ask again; if it stays so, tell whoever runs imstats the id ${id}.`;
  const message = error instanceof StoreError ? 'The stored numbers cannot be read just now' : 'Something broke';
  return { result: 'broken', shown: new UserError(`${message}, id ${id}.`, { hint }), id };
}

/** What the log and the metrics hold of a question. `view` is empty for the summary, absent for one that was not understood. */
export interface RequestOutcome {
  readonly view?: string;
  /** One word: `answered`, `partly` and `platform` where some or all platforms failed, `refused`, `broken`, `busy`. */
  readonly result: string;
  /** How long the work took; absent where there was none. */
  readonly ms?: number;
  /** The platforms that did not answer. */
  readonly failed?: Failed;
}

/** Counts a question and writes its line. */
export function recordRequest(
  { deps }: SlackContext,
  { asker }: Pick<CommandRequest, 'asker'>,
  { view: id, result, ms, failed }: RequestOutcome,
): void {
  const view = id === '' ? 'summary' : (id ?? 'unknown');
  deps.telemetry.commands.inc({ view, result });
  // What took no work is counted; a line for each would cost more than the answer.
  const log = ms === undefined ? deps.logger.debug : deps.logger.info;
  const { user, channel } = asker;
  log('Question answered', { view, result, ...failureFields(failed), user, channel, ms: ms ?? 0 });
}

/** Which apps failed and in which way, in the same order. */
function failureFields(failed: Failed | undefined): LogFields {
  if (failed === undefined) return {};
  const { failures } = failed;
  return {
    failed: failures.map(({ app }) => app.id).join(', '),
    failure: failures.map(({ failure }) => failure.kind).join(', '),
  };
}

/** What is there to be said as soon as a question is read. */
export interface ImmediateReply {
  readonly drawn: DrawnMessage;
  readonly kind: 'answer' | 'problem';
  readonly isPublic: boolean;
}

/** What a question comes to when it is read: something to be said at once, or work that follows and never rejects. */
export type ReceivedCommand = { readonly prompt: ImmediateReply } | { readonly work: () => Promise<void> };

export interface CommandHandler {
  /** Reads a question, in well under a millisecond. What is prompt is the caller's to say. */
  receive(request: CommandRequest): ReceivedCommand;
  /** Reads a question and says whatever there is to say. Never rejects. */
  answer(request: CommandRequest): Promise<void>;
}

export function createCommandHandler(slackContext: SlackContext): CommandHandler {
  const admission = createAdmissionQueue(slackContext.deps.clock);
  const receive = (request: CommandRequest): ReceivedCommand => {
    const known = immediateReply(slackContext, request);
    const place = known === undefined ? admission.enter() : undefined;
    if (place !== undefined)
      return { work: () => place.then(() => answer(slackContext, request)).finally(admission.leave) };
    const { prompt, ...done } = known ?? busy;
    recordRequest(slackContext, request, done);
    return { prompt };
  };
  return {
    receive,
    answer: async (request) => {
      const received = receive(request);
      if ('work' in received) await received.work();
      else await sendImmediateReply(slackContext, request, received.prompt);
    },
  };
}

/** An answer that took no work, and what is recorded of it. */
type Prompted = RequestOutcome & { readonly prompt: ImmediateReply };

const busy: Prompted = {
  result: 'busy',
  prompt: {
    kind: 'problem',
    isPublic: false,
    drawn: drawProblem(`imstats is answering ${maxQuestions} questions already.`, 'Ask again in a few seconds.'),
  },
};

/** The answer that takes no work: a view that asks nobody, or what is wrong with the words. Undefined for all the rest. */
function immediateReply(slackContext: SlackContext, request: CommandRequest): Prompted | undefined {
  if (!slackContext.access.isOpenTo(request.asker)) return undefined;
  try {
    const question = parseQuery(request.text, vocabularyOf(slackContext));
    const drawn = slackContext.prompts.get(question.view);
    if (drawn === undefined) return undefined;
    return { view: question.view, result: 'answered', prompt: { drawn, kind: 'answer', isPublic: question.isPublic } };
  } catch (error) {
    if (!(error instanceof UserError)) return undefined; // comes again in the work, and is told there
    const drawn = drawProblem(error.message, error.hint);
    return { result: 'refused', prompt: { drawn, kind: 'problem', isPublic: false } };
  }
}

async function sendImmediateReply(
  slackContext: SlackContext,
  request: CommandRequest,
  { drawn, kind, isPublic }: ImmediateReply,
): Promise<void> {
  const manner = isPublic || request.isPublicPlace ? 'public' : 'private';
  const responseTarget = kind === 'problem' ? request.openProblem() : request.open(manner);
  await sendMessage(drawn, responseTarget).catch((failure: unknown) => notDelivered(slackContext, request, failure));
}

async function answer(slackContext: SlackContext, request: CommandRequest): Promise<void> {
  const { clock } = slackContext.deps;
  const started = clock.now();
  let view: string | undefined;
  let result = 'answered';
  let failed: Failed | undefined;
  try {
    const refusal = await slackContext.access.mayRun(request.asker);
    if (refusal !== undefined) throw new UserError(refusal);
    const question = parseQuery(request.text, vocabularyOf(slackContext));
    const found = viewOf(slackContext, question);
    view = found.id;
    await checkManager(slackContext, found, { question, asker: request.asker });
    const reply = await replyOf(slackContext, found, { question, asker: request.asker });
    failed = reply.kind === 'report' ? reply.failed : undefined;
    if (failed !== undefined) result = failed.isWhole ? 'platform' : 'partly';
    await sendReply(slackContext, { request, question, view: found, reply });
  } catch (error) {
    result = await sendError(slackContext, request, error);
  }
  const known = { ...(view === undefined ? {} : { view }), ...(failed === undefined ? {} : { failed }) };
  recordRequest(slackContext, request, { ...known, result, ms: clock.now() - started });
}

function viewOf(slackContext: SlackContext, question: Query): Subcommand {
  const view = slackContext.views.find((one) => one.id === question.view);
  if (view === undefined) throw new UserError('There is no such view.', { hint: '/imstats help lists everything.' });
  return view;
}

async function checkManager(
  slackContext: SlackContext,
  view: Subcommand,
  { question, asker }: { question: Query; asker: Asker },
): Promise<void> {
  if (view.isForManagers?.(question) !== true) return;
  const refusal = await slackContext.access.mayManage(asker);
  if (refusal !== undefined) throw new UserError(refusal);
}

async function replyOf(
  slackContext: SlackContext,
  view: Subcommand,
  { question, asker }: { question: Query; asker: Asker },
): Promise<Reply> {
  if (view.atOnce !== undefined) return { kind: 'message', drawn: view.atOnce(slackContext.deps, slackContext.views) };
  return view.answer(question, {
    deps: slackContext.deps,
    appData: slackContext.appData,
    asker,
    vocabulary: vocabularyOf(slackContext),
    identity: slackContext.identity(),
    startedAt: slackContext.startedAt,
  });
}

/** Tells the person what went wrong and says in one word what it was. */
async function sendError(slackContext: SlackContext, request: CommandRequest, error: unknown): Promise<string> {
  const { result, shown, id } = explainError(error, slackContext);
  if (id !== undefined)
    slackContext.deps.logger.error('Question failed', { id, user: request.asker.user, ...errorFields(error) });
  const drawn = drawProblem(shown.message, shown.hint);
  await sendMessage(drawn, request.openProblem()).catch((failure: unknown) =>
    notDelivered(slackContext, request, failure),
  );
  return result;
}

function notDelivered(slackContext: SlackContext, { asker }: CommandRequest, failure: unknown): void {
  slackContext.deps.logger.warn('Answer not delivered', {
    user: asker.user,
    ...errorFields(failure),
    stack: undefined,
  });
}
