// Reads a message history page by page, without duplicates and without the text of a message.
import { type Clock, day, type Instant, minute, second } from '../../clock.ts';
import { PlatformError } from '../../errors.ts';
import type { MessageRecord } from '../../metrics/message-history.ts';
import { type Phrase, phrasesOf } from '../../metrics/phrase.ts';
import type { HistoryLength, HistoryPage } from '../platform.ts';
import { platformError } from '../platform-error.ts';
import { createRecentMessages, type RecentMessages, readMessage } from './history-messages.ts';
import { askPage, type PageSource, type PageSpan, pageSize, wireTime } from './history-page.ts';
import type { jmessagePhrases } from './jmessage-phrases.ts';

const say = phrasesOf<typeof jmessagePhrases>();

const longestSpan = 7 * day;
/** JMessage keeps data for this many days, today included. */
export const keptDays = 60;

const retention = keptDays * day;

/** How often in a row a cursor may expire before it has given a page. */
const restarts = 3;

/** Ten million messages: a bound for a platform that never ends its pages. */
const mostPages = 10_000;

/** Pages in a row without a new message: more than a restart repeats. */
const mostRepeats = 25;

export interface HistoryWalk extends PageSource {
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
  /** Messages of an earlier reading. */
  readonly recent?: RecentMessages;
  readonly maxPages?: number;
}

/** What all spans of a walk share. */
interface Shared {
  readonly recent: RecentMessages;
  /** What was asked for. */
  readonly wanted: PageSpan;
  pages: number;
  readonly maxPages: number;
  restarts: number;
  /** New messages so far. */
  messages: number;
  /** Of the whole walk, as it looks in the span that is read now. */
  expected: Pick<HistoryLength, 'of' | 'messages'>;
}

/** Thrown to stop early: its words become a reason on the last page. */
class WalkEnded extends Error {
  readonly words: Phrase;

  constructor(words: Phrase) {
    super(words.kind);
    this.words = words;
  }
}

/**
 * Pages from `from` to `to`, at least one. Stops with a partial page and its reasons when the platform no longer keeps the
 * start, the cursor keeps expiring, there are too many pages, or the platform fails after the first page.
 */
export async function* walkHistory(walk: HistoryWalk): AsyncGenerator<HistoryPage, void, undefined> {
  const { clock, pace } = walk;
  const wanted = keptPart(walk, clock);
  const reasons: Phrase[] = wanted.isCut
    ? [say('jmessage.keepsFrom', { days: keptDays, from: wireTime(wanted.from, walk.zone) })]
    : [];
  const spans = splitSpan(wanted);
  const recent = walk.recent ?? createRecentMessages();
  const shared: Shared = {
    recent,
    wanted,
    pages: 0,
    maxPages: walk.maxPages ?? mostPages,
    restarts,
    messages: 0,
    expected: { of: undefined, messages: undefined },
  };
  const length = (): HistoryLength => ({
    calls: shared.pages,
    ...shared.expected,
    perMinute: pace?.perMinute(),
  });
  let pages = 0;
  try {
    for (const index of spans.keys()) {
      for await (const page of walkSpan(walk, spans.slice(index), shared)) {
        pages += 1;
        const total = spans.length === 1 ? page.total : undefined;
        yield { messages: page.messages, total, length: length(), partial: false };
      }
    }
  } catch (error) {
    reasons.push(reasonOf(error, pages > 0));
  }
  const end = { messages: [], length: length() };
  if (reasons.length > 0) yield { ...end, total: undefined, partial: true, reasons };
  else if (pages === 0) yield { ...end, total: 0, partial: false };
}

/** Why the walk stops early. An error that is none of its own and does not pass by itself is thrown. */
function reasonOf(error: unknown, hasPages: boolean): Phrase {
  if (error instanceof WalkEnded) return error.words;
  if (hasPages && error instanceof PlatformError && error.isTransient) return error.words;
  throw error;
}

/** What is asked for, as far as the platform keeps it; its boundary moves while pages are read, so the start is a minute inside. */
function keptPart({ from, to }: PageSpan, clock: Clock): PageSpan & { readonly isCut: boolean } {
  const now = clock.now();
  return {
    from: Math.max(from, now - retention + minute),
    to: Math.min(to, now),
    isCut: from < now - retention,
  };
}

/** Whole seconds, at most seven days each; neighbours share a second, because it is not documented which boundaries are inclusive. */
function splitSpan({ from, to }: PageSpan): readonly PageSpan[] {
  const spans: PageSpan[] = [];
  const end = Math.ceil(to / second) * second;
  for (let start = Math.floor(from / second) * second - second; start < end && from < to; start += longestSpan) {
    spans.push({ from: start, to: Math.min(start + longestSpan, end) });
  }
  return spans;
}

/** True for messages just outside the span, which the request included. A time far outside is the sender's wrong clock. */
function isSurplus(message: MessageRecord, span: PageSpan): boolean {
  const before = message.at < span.from && message.at >= span.from - 3 * second;
  const after = message.at >= span.to && message.at < span.to + 3 * second;
  return before || after;
}

/** False where the sender's clock is far off, so that the time is no position of the reading. */
function isWithin(message: MessageRecord, span: PageSpan): boolean {
  return message.at >= span.from - 3 * second && message.at < span.to + 3 * second;
}

interface SpanPage {
  readonly messages: readonly MessageRecord[];
  readonly total: number | undefined;
}

/** The pages of the first of the spans that are left. */
async function* walkSpan(
  walk: HistoryWalk,
  left: readonly PageSpan[],
  shared: Shared,
): AsyncGenerator<SpanPage, void, undefined> {
  const [span] = left;
  if (span === undefined) return;
  const { recent, wanted } = shared;
  const reading = createReading({ pages: shared.pages, messages: shared.messages });
  let where: PageSpan | string = span;
  for (;;) {
    if (shared.pages >= shared.maxPages) throw new WalkEnded(say('jmessage.tooManyPages'));
    shared.pages += 1;
    const answer = await askPage(walk, where);
    if (answer === 'expired') {
      if (shared.restarts <= 0) throw new WalkEnded(say('jmessage.cursorExpired'));
      shared.restarts -= 1;
      reading.begin();
      where = { from: clamp(recent.resumeAt() ?? span.from, span), to: span.to };
      continue;
    }
    if (typeof where === 'string') shared.restarts = restarts;
    if (answer.messages.length === 0) return;
    const total = reading.total(answer);
    shared.expected = expectedLength(left, reading.before, { made: shared.pages, total });
    const read = answer.messages.map(readMessage).filter((message) => message !== undefined);
    if (read.length === 0) throw platformError(walk.http.endpoint, 'bad-response', say('jmessage.noTimes'));
    if (reading.isRepeated(read)) return;
    const fresh = read.filter(
      (message) => !isSurplus(message, wanted) && recent.add(message, { isPlaced: isWithin(message, span) }),
    );
    shared.messages += fresh.length;
    reading.note(fresh.length);
    if (fresh.length > 0) yield { messages: fresh, total };
    if (answer.cursor === undefined || answer.cursor === null || answer.cursor === '') return;
    where = answer.cursor;
  }
}

/** Of the whole walk: a day of the spans to come is taken to hold as many messages as one of this span. */
function expectedLength(
  [span, ...later]: readonly PageSpan[],
  before: Pick<Shared, 'pages' | 'messages'>,
  { made, total }: { readonly made: number; readonly total: number | undefined },
): Shared['expected'] {
  if (total === undefined || span === undefined) return { of: undefined, messages: undefined };
  const ofSpan = Math.ceil(total / pageSize) + 1; // the last page has a cursor too, to an empty one
  const times = [span, ...later].reduce((sum, { from, to }) => sum + to - from, 0) / (span.to - span.from);
  return {
    of: Math.max(made, before.pages + Math.ceil(ofSpan * times)),
    messages: before.messages + Math.round(total * times),
  };
}

/** What the pages of one span have brought so far, and whether they lead anywhere. */
interface SpanReading {
  /** What the spans before it came to. */
  readonly before: Pick<Shared, 'pages' | 'messages'>;
  /** A new query for the rest of the span. */
  begin(): void;
  /** How many messages the span has, as its first page says. */
  total(answer: { readonly total?: number | undefined; readonly messages: readonly unknown[] }): number | undefined;
  /** True when the page is the one before again: the cursor does not advance. Throws when there should be more. */
  isRepeated(read: readonly MessageRecord[]): boolean;
  /** Counts the messages of a page that are new. Throws when pages bring nothing new for too long, or more than there is. */
  note(fresh: number): void;
}

function createReading(spansBefore: SpanReading['before']): SpanReading {
  let total: number | undefined;
  let isFirst = true;
  let received = 0;
  let kept = 0;
  let repeats = 0;
  let before = '';
  return {
    before: spansBefore,
    begin: () => {
      before = '';
    },
    total: (answer) => {
      // One that is less than the page itself is none.
      if (isFirst && answer.total !== undefined && answer.total >= answer.messages.length) total = answer.total;
      isFirst = false;
      return total;
    },
    isRepeated: (read) => {
      // Duplicates may precede new messages; only an identical page means that the cursor does not advance.
      const ids = read.map(({ id }) => id).join(' ');
      const isSame = ids === before;
      before = ids;
      if (!isSame) received += read.length;
      else if (total !== undefined && received < total)
        throw new WalkEnded(say('jmessage.samePage', { total, received }));
      return isSame;
    },
    note: (fresh) => {
      kept += fresh;
      repeats = fresh > 0 ? 0 : repeats + 1;
      if (repeats > mostRepeats) throw new WalkEnded(say('jmessage.noNewPage', { pages: repeats }));
      if (total !== undefined && kept > total + pageSize) throw new WalkEnded(say('jmessage.moreThanTotal', { total }));
    },
  };
}

function clamp(at: Instant, span: PageSpan): Instant {
  return at > span.from && at <= span.to ? at : span.from;
}
