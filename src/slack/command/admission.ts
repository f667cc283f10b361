// Admits commands: reads each before it is acknowledged, answers at once what takes no work, and lets the rest begin a few at a time.
import type { Clock, Duration, Instant } from '../../clock.ts';
import { UserError } from '../../errors.ts';
import { errorFields, type Logger } from '../../logger.ts';
import { type DateReader, loadDateReader } from '../../metrics/dates-in-words.ts';
import { drawRefusal } from '../blocks/answer-buttons.ts';
import type { DrawnMessage } from '../blocks/block.ts';
import type { SlackContext } from '../context.ts';
import { answerCommand, type ParsedCommand, type RequestOutcome, recordRequest, trySend } from './answer.ts';
import { parseExact } from './parse.ts';
import type { CommandRequest } from './subcommand.ts';
import { readCommand, UnrelatedText } from './understand.ts';

/** A reply that takes no work. */
export interface ImmediateReply {
  readonly drawn: DrawnMessage;
  readonly kind: 'answer' | 'problem';
  readonly isPublic: boolean;
}

/** A parsed command: a reply that can be sent at once, or work that follows and never rejects. */
export type ReceivedCommand = { readonly reply: ImmediateReply } | { readonly work: () => Promise<void> };

export interface CommandHandler {
  /** Parses a command, in well under a millisecond. The caller sends an immediate reply. */
  receive(request: CommandRequest): ReceivedCommand;
  /** Parses a command and sends its answer. Never rejects. */
  answer(request: CommandRequest): Promise<void>;
}

export function createCommandHandler(slackContext: SlackContext): CommandHandler {
  const admission = createAdmissionQueue(slackContext.deps.clock);
  const dates = createDateLoader(slackContext.deps.logger);
  const answerLater = async (command: ReceivedWords): Promise<void> => {
    const reader = command.mayHoldDate ? await dates() : undefined;
    const read = reader === undefined ? command : parseCommand(command.request, slackContext, reader);
    await answerCommand(read, slackContext);
  };
  const receive = (request: CommandRequest): ReceivedCommand => {
    const command = parseCommand(request, slackContext);
    const known = command.mayHoldDate ? undefined : immediateReply(command, slackContext);
    const admitted = known === undefined ? admission.enter() : undefined;
    if (admitted !== undefined)
      return { work: () => admitted.then(() => answerLater(command)).finally(admission.leave) };
    const { reply, ...outcome } = known ?? busy;
    recordRequest(request, outcome, slackContext.deps);
    return { reply };
  };
  return {
    receive,
    answer: async (request) => {
      const received = receive(request);
      if ('work' in received) await received.work();
      else await sendImmediateReply(received.reply, request, slackContext);
    },
  };
}

/** Loads the reader of dates at the first call. Undefined where that fails: the other words are answered without it. */
function createDateLoader(logger: Logger): () => Promise<DateReader | undefined> {
  let loaded: Promise<DateReader> | undefined;
  return async () => {
    loaded ??= loadDateReader();
    try {
      return await loaded;
    } catch (error) {
      loaded = undefined;
      logger.error('Reader of dates not loaded', errorFields(error));
      return undefined;
    }
  };
}

/** A command with what its words came to. `mayHoldDate`: they are read again, once the reader of dates is loaded. */
type ReceivedWords = ParsedCommand & { readonly mayHoldDate: boolean };

/** The only place that parses the words of a request. An error is kept, because access is checked before it is shown. */
function parseCommand(request: CommandRequest, { words, deps }: SlackContext, dates?: DateReader): ReceivedWords {
  const vocabulary = { ...words(), now: deps.clock.now() };
  const exact = parseExact(request.text, vocabulary);
  if (exact !== undefined) return { request, understanding: exact, mayHoldDate: false };
  const { outcome, mayHoldDate } = readCommand(request.text, vocabulary, dates);
  if (outcome instanceof UserError) return { request, error: outcome, mayHoldDate };
  return { request, understanding: outcome, mayHoldDate };
}

type ImmediateOutcome = RequestOutcome & { readonly reply: ImmediateReply };

/** Undefined for a command that takes work, or whose requester must be looked up first. */
function immediateReply(command: ParsedCommand, { access, staticReplies }: SlackContext): ImmediateOutcome | undefined {
  if (!access.isOpenTo(command.request.requester)) return undefined;
  if ('understanding' in command) {
    const { subcommand, isPublic } = command.understanding.query;
    const drawn = staticReplies().get(subcommand);
    return drawn && { subcommand, result: 'answered', reply: { drawn, kind: 'answer', isPublic } };
  }
  const { error, request } = command;
  if (error instanceof UnrelatedText && request.isAmongPeople === true) return undefined;
  return error instanceof UserError ? problem('refused', error) : undefined;
}

function problem(result: string, error: UserError): ImmediateOutcome {
  return { result, reply: { kind: 'problem', isPublic: false, drawn: drawRefusal(error) } };
}

async function sendImmediateReply(
  { drawn, kind, isPublic }: ImmediateReply,
  request: CommandRequest,
  { deps }: SlackContext,
): Promise<void> {
  const visibility = isPublic || request.isPublicPlace ? 'public' : 'private';
  const target = kind === 'problem' ? request.openProblem() : request.open(visibility);
  await trySend(drawn, { target, request, failure: 'Answer not delivered' }, deps);
}

export interface AdmissionQueue {
  /** Resolves when the command may begin; call `leave` after it. Undefined when there are too many already. */
  enter(): Promise<void> | undefined;
  leave(): void;
}

/** Commands that run or wait at a time. */
export const maxQuestions = 50;

/** How long a command waits to see whether it is the first of a burst; too short to be noticed. */
export const arrivalWindow: Duration = 10;

/** More than this many arrivals within `burstWindow` are a burst. */
const burstSize = 4;
const burstWindow: Duration = 100;

/** How long a command waits for the end of a burst; while the burst goes on after that, one begins every `spacing`. */
const longestWait: Duration = 2_000;
const spacing: Duration = 50;

/** How many that waited begin together. */
const batch = 5;

interface Waiting {
  readonly since: Instant;
  readonly begin: () => void;
}

export function createAdmissionQueue(clock: Clock): AdmissionQueue {
  const arrivals: Instant[] = [];
  const waiting: Waiting[] = [];
  let running = 0;
  const isBurst = (now: Instant): boolean => {
    const [oldest] = arrivals;
    return arrivals.length > burstSize && oldest !== undefined && now - oldest < burstWindow;
  };
  const begin = (count: number): void => {
    for (const one of waiting.splice(0, count)) {
      running += 1;
      one.begin();
    }
  };
  const beginNext = (): void => {
    const now = clock.now();
    const [first] = waiting;
    if (first === undefined) return;
    if (!isBurst(now)) begin(batch);
    else if (now - first.since >= longestWait) begin(1);
    if (waiting.length > 0) clock.after(isBurst(now) ? spacing : arrivalWindow, beginNext);
  };
  return {
    enter: () => {
      const now = clock.now();
      arrivals.push(now);
      if (arrivals.length > burstSize + 1) arrivals.shift();
      if (running + waiting.length >= maxQuestions) return undefined;
      return new Promise((resolve) => {
        waiting.push({ since: now, begin: resolve });
        if (waiting.length === 1) clock.after(arrivalWindow, beginNext);
      });
    },
    leave: () => {
      running -= 1;
    },
  };
}

const tooMany = `imstats is answering ${maxQuestions} questions already.`;
const busy = problem('busy', new UserError(tooMany, { hint: 'Ask again in a few seconds.' }));
