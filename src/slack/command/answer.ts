// Answers a parsed command: checks access, gathers and reports through its subcommand, sends the reply, records the outcome.
import { PlatformError, StoreError, UserError } from '../../errors.ts';
import { errorFields, type LogFields, type Logger } from '../../logger.ts';
import { type Phrase, phrasesOf, type Wording } from '../../metrics/phrase.ts';
import type { Telemetry } from '../../telemetry.ts';
import type { Refusal } from '../access.ts';
import { answerButtons, drawRefusal, tryButton } from '../blocks/answer-buttons.ts';
import { type DrawnMessage, drawProblem } from '../blocks/block.ts';
import type { SlackContext } from '../context.ts';
import { isInside } from '../identity.ts';
import type { ResponseTarget } from '../response-target.ts';
import { sendMessage, sendReport, withFirstLine } from '../send-report.ts';
import { openView } from '../views.ts';
import type { commandPhrases } from './command-phrases.ts';
import { exactForm } from './exact-form.ts';
import { sayMeanwhile } from './meanwhile.ts';
import type { Understanding } from './parse.ts';
import type { CommandRequest, Failed, Query, Reply, Subcommand } from './subcommand.ts';
import { countsOf } from './targets.ts';
import { UnrelatedText } from './understand.ts';

const say = phrasesOf<typeof commandPhrases>();

/** A request with its query, or with the reason why its words are none. */
export type ParsedCommand =
  | { readonly request: CommandRequest; readonly understanding: Understanding }
  | { readonly request: CommandRequest; readonly error: unknown };

/** Never rejects: what goes wrong is explained to the person who asked. */
export async function answerCommand(command: ParsedCommand, slackContext: SlackContext): Promise<void> {
  const { deps, access } = slackContext;
  const { request } = command;
  const started = deps.clock.now();
  let outcome: RequestOutcome = { result: 'answered' };
  try {
    refuse(await access[isChange(command, slackContext) ? 'mayChange' : 'mayRun'](request.requester));
    if ('error' in command) throw command.error;
    const { query } = command.understanding;
    const subcommand = subcommandOf(query, slackContext);
    outcome = { ...outcome, subcommand: subcommand.id };
    if (subcommand.isForManagers?.(query) === true) refuse(await access.mayManage(request.requester));
    const reply = await replyTo(command, subcommand, slackContext);
    outcome = { ...outcome, ...outcomeOf(reply) };
    const question = { request, understanding: command.understanding, subcommand };
    await (reply.kind === 'later'
      ? sendLater(reply, question, slackContext)
      : sendReply(reply, question, slackContext));
  } catch (error) {
    const isIgnored = error instanceof UnrelatedText && request.isAmongPeople === true;
    outcome = { ...outcome, result: isIgnored ? 'ignored' : await sendError(error, request, deps) };
  }
  recordRequest(request, { ...outcome, ms: deps.clock.now() - started }, deps);
}

function isChange(command: ParsedCommand, { subcommands }: SlackContext): boolean {
  if ('error' in command) return false;
  const { subcommand } = command.understanding.query;
  return subcommands.find(({ id }) => id === subcommand)?.acts === true;
}

function refuse(refusal: Refusal): void {
  if (refusal !== undefined) throw refusal;
}

function subcommandOf(query: Query, { subcommands }: SlackContext): Subcommand {
  const found = subcommands.find((one) => one.id === query.subcommand);
  if (found === undefined) throw new UserError('There is no such view.', { hint: '/imstats help lists everything.' });
  return found;
}

async function replyTo(
  { request, understanding: { query } }: Extract<ParsedCommand, { understanding: Understanding }>,
  subcommand: Subcommand,
  { deps, appData, subcommands, identity, startedAt, access, client, exports }: SlackContext,
): Promise<Reply> {
  if (subcommand.static !== undefined) return { kind: 'message', drawn: subcommand.static(deps, subcommands) };
  const mode = deps.slack.appToken === undefined ? 'HTTP' : 'Socket Mode';
  return subcommand.answer(query, {
    deps,
    appData,
    requester: request.requester,
    isForAll: query.isPublic || request.isPublicPlace,
    history: request.history,
    mayManage: () => access.mayManage(request.requester),
    handleOf: access.handleOf,
    isInside: (channel) => isInside(channel, client),
    identity: identity(),
    mode,
    exports,
    startedAt,
  });
}

interface Question {
  readonly request: CommandRequest;
  readonly understanding: Understanding;
  readonly subcommand: Subcommand;
}

/** One line meanwhile, and the answer when it is there: in place of the line where that can be edited. */
async function sendLater(
  later: Extract<Reply, { kind: 'later' }>,
  question: Question,
  slackContext: SlackContext,
): Promise<void> {
  const { query } = question.understanding;
  const isForAll = query.isPublic || question.request.isPublicPlace;
  const target = question.request.open(isForAll ? 'public' : 'private');
  const { clock, logger } = slackContext.deps;
  const open = await sayMeanwhile(later, target, { clock, logger });
  const reply = await later.answer.catch(async (error: unknown) => {
    const { request } = question;
    const failure = 'Line of a long answer not edited';
    if (open !== undefined) await trySend(later.givenUp(), { target: open('public'), request, failure }, { logger });
    throw error;
  });
  if (reply.kind === 'later') return sendLater(reply, question, slackContext);
  const request = open === undefined ? question.request : { ...question.request, open };
  await sendReply(reply, { ...question, request }, slackContext);
}

/** Sends a reply with its buttons and remembers it for sharing. Rejects with `DeliveryError`. */
async function sendReply(
  reply: Exclude<Reply, { kind: 'later' }>,
  question: Question,
  slackContext: SlackContext,
): Promise<void> {
  const { request, understanding } = question;
  const { deps, chartDeps, answers } = slackContext;
  const { query, leftOut, suggestion } = understanding;
  const isForAll = query.isPublic || request.isPublicPlace;
  if (reply.kind === 'modal') return openReply(reply, request, slackContext);
  if (reply.kind === 'message') {
    const drawn = withFirstLine(reply.drawn, leftOut && deps.wording.text(leftOut));
    if (reply.isForAsker === true) return sendMessage(drawn, request.openProblem());
    return sendMessage(drawn, request.open(isForAll ? 'public' : 'private'));
  }
  const { failed, people } = reply;
  // A report that holds nothing but failures is no answer for everyone: the person who asked gets it.
  const target = isForAll && failed?.isWhole === true ? request.openProblem() : undefined;
  const shown = isForAll && target === undefined ? (failed?.forEveryone ?? reply.report) : reply.report;
  const report = { ...shown, notes: [...shown.notes, ...understoodNotes(understanding)] };
  const id = deps.newId();
  const share = isForAll || reply.buttons === 'refresh' ? 'not' : 'offered';
  const buttons = () =>
    answerButtons(query, question.subcommand, { id, share, counts: countsOf(query, deps.live), report }, deps.wording);
  const tail = [
    ...(suggestion === undefined ? [] : [tryButton(suggestion)]),
    ...(reply.tail ?? []),
    ...(reply.buttons === 'none' ? [] : [buttons()]),
  ];
  const responseTarget = target ?? request.open(isForAll ? 'public' : 'private');
  const sent = sendReport({ report, tail, people, responseTarget, firstLine: leftOut }, chartDeps);
  const isSharable = failed === undefined && reply.buttons === 'all';
  const kept = reply.forEveryone ?? report;
  answers.set(id, { report: kept, query, isSharable, attached: sent.catch(() => []), sharedBy: undefined });
  await sent;
  if (isForAll && failed !== undefined && !failed.isWhole) await sendReasons(failed, request, deps);
}

/** Opens the modal; where there is no trigger, or Slack takes it no more, a message has the button that opens it. */
async function openReply(
  { view, otherwise, late }: Extract<Reply, { kind: 'modal' }>,
  { triggerId, open }: CommandRequest,
  { client, deps }: SlackContext,
): Promise<void> {
  if (triggerId === undefined) return sendMessage(otherwise, open('private'));
  if (!(await openView(triggerId, view, { client, ...deps }))) await sendMessage(late, open('private'));
}

/** `Understood: 内存 (memory), last friday.` Nothing where every word was typed in its exact form. */
function understoodNotes({ found }: Understanding): Phrase[] {
  const words = found.filter(({ argument }) => argument !== 'public');
  if (words.every((one) => exactForm(one) === undefined)) return [];
  return [say('command.understood', { words: words.map((one) => exactForm(one) ?? one.word.typed) })];
}

/** Why each platform failed and what to do, for the person who asked in public. The answer itself has been sent already. */
async function sendReasons(
  { failures }: Failed,
  request: CommandRequest,
  { logger, wording }: Pick<ErrorDeps, 'logger' | 'wording'>,
): Promise<void> {
  const [first = '', ...rest] = failures.flatMap(({ failure: { words, advice } }) => [
    wording.text(words),
    advice === undefined ? '' : wording.text(advice),
  ]);
  const target = request.openProblem();
  await trySend(
    drawProblem(first, rest.join('\n')),
    { target, request, failure: 'Reason of a failure not delivered' },
    { logger },
  );
}

/** What is needed to explain an error and to log it. */
interface ErrorDeps {
  readonly newId: () => string;
  readonly logger: Logger;
  readonly wording: Wording;
}

/** Explains to the person what went wrong; resolves with the result for the metrics. */
async function sendError(error: unknown, request: CommandRequest, deps: ErrorDeps): Promise<string> {
  const { result, shown, id } = explainError(error, deps);
  if (id !== undefined)
    deps.logger.error('Question failed', { id, user: request.requester.user, ...errorFields(error) });
  const drawn = drawRefusal(shown);
  await trySend(drawn, { target: request.openProblem(), request, failure: 'Answer not delivered' }, deps);
  return result;
}

/** What a person reads of an error. An unexpected one shows an `id` that the log has too; `result` is one word for the metrics. */
export function explainError(
  error: unknown,
  { newId, wording }: Pick<ErrorDeps, 'newId' | 'wording'>,
): { result: string; shown: UserError; id: string | undefined } {
  if (error instanceof UserError) return { result: 'refused', shown: error, id: undefined };
  if (error instanceof PlatformError) {
    const hint = error.advice && wording.text(error.advice);
    return { result: 'platform', shown: new UserError(wording.text(error.words), { hint }), id: undefined };
  }
  const id = newId();
  const hint = `Ask again; if it stays so, tell whoever runs imstats the id ${id}.`;
  const message = error instanceof StoreError ? 'The stored numbers cannot be read just now' : 'Something broke';
  return { result: 'broken', shown: new UserError(`${message}, id ${id}.`, { hint }), id };
}

/** Sends a message; when Slack does not take it, that is logged under `failure`. Never rejects. */
export async function trySend(
  drawn: DrawnMessage,
  to: {
    readonly target: ResponseTarget;
    readonly request: Pick<CommandRequest, 'requester'>;
    readonly failure: string;
  },
  { logger }: Pick<ErrorDeps, 'logger'>,
): Promise<void> {
  await sendMessage(drawn, to.target).catch((error: unknown) =>
    logger.warn(to.failure, { user: to.request.requester.user, ...errorFields(error), stack: undefined }),
  );
}

/** What the log and the metrics hold of a command. `subcommand` is empty for the summary, absent for words that are no query. */
export interface RequestOutcome {
  readonly subcommand?: string;
  /** One word: `answered`, `partly` and `platform` where some or all platforms failed, `refused`, `broken`, `busy`, `ignored`. */
  readonly result: string;
  /** How long the work took; absent where there was none. */
  readonly ms?: number;
  /** The platforms that did not answer. */
  readonly failed?: Failed;
}

function outcomeOf(reply: Reply): Partial<RequestOutcome> {
  if (reply.kind !== 'report' || reply.failed === undefined) return {};
  return { result: reply.failed.isWhole ? 'platform' : 'partly', failed: reply.failed };
}

/** Counts a command and writes its line. */
export function recordRequest(
  { requester }: Pick<CommandRequest, 'requester'>,
  { subcommand, result, ms, failed }: RequestOutcome,
  { telemetry, logger }: { readonly telemetry: Telemetry; readonly logger: Logger },
): void {
  const view = subcommand === '' ? 'summary' : (subcommand ?? 'unknown');
  telemetry.commands.inc({ view, result });
  // A line for each command that took no work would cost more than its answer.
  const log = ms === undefined ? logger.debug : logger.info;
  const { user, channel } = requester;
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
