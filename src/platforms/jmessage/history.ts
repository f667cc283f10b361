// Reads a message history page by page, without duplicates and without the text of a message.
import type { z } from 'zod';
import { type Clock, day, type Instant, minute, second } from '../../clock.ts';
import { PlatformError } from '../../errors.ts';
import { phrasesOf } from '../../metrics/phrase.ts';
import { formatInstant } from '../../time-zone.ts';
import type { Http } from '../http.ts';
import type { HistoryPage, HistoryScope, MessageRecord } from '../platform.ts';
import { platformError } from '../platform-error.ts';
import { createRecentMessages, HistoryAnswer, type RecentMessages, readMessage } from './history-messages.ts';
import type { jmessagePhrases } from './jmessage-phrases.ts';

const say = phrasesOf<typeof jmessagePhrases>();

const pageSize = 1_000;
const longestSpan = 7 * day;
/** JMessage keeps data for this many days, today included. */
export const keptDays = 60;

const retention = keptDays * day;
const restarts = 3;

/** Ten million messages: a bound for a platform that never ends its pages. */
const mostPages = 10_000;

export interface HistoryWalk {
  readonly http: Http;
  readonly clock: Clock;
  /** The zone in which the platform reads and writes wall-clock times. */
  readonly zone: string;
  readonly scope: HistoryScope;
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
  readonly signal?: AbortSignal | undefined;
  /** Messages of an earlier reading. */
  readonly recent?: RecentMessages;
  readonly maxPages?: number;
}

/** Remaining pages and restarts. */
interface Budget {
  pages: number;
  restarts: number;
}

interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** Thrown to stop early: its message becomes the reason of the last page. */
class WalkEnded extends Error {}

/**
 * Pages from `from` to `to`, at least one. Stops with a partial page and a reason when the platform no longer keeps the
 * start, the cursor keeps expiring, there are too many pages, or the platform fails after the first page.
 */
export async function* walkHistory(walk: HistoryWalk): AsyncGenerator<HistoryPage, void, undefined> {
  const now = walk.clock.now();
  // The boundary moves while pages are read, so the start is a minute inside.
  const earliest = now - retention + minute;
  const from = Math.max(walk.from, earliest);
  const to = Math.min(walk.to, now);
  let reason =
    walk.from < now - retention
      ? `JMessage keeps messages for ${keptDays} days: ${wireTime(earliest, walk.zone)} is the first`
      : '';
  const spans = splitSpan({ from, to });
  const budget = { pages: walk.maxPages ?? mostPages, restarts };
  const recent = walk.recent ?? createRecentMessages();
  let pages = 0;
  try {
    for (const span of spans) {
      for await (const page of walkSpan(walk, span, { budget, recent, wanted: { from, to } })) {
        pages += 1;
        yield { messages: page.messages, total: spans.length === 1 ? page.total : undefined, partial: false };
      }
    }
  } catch (error) {
    const stopped = error instanceof WalkEnded || (pages > 0 && error instanceof PlatformError && error.isTransient);
    if (!stopped) throw error;
    reason = [reason, error.message].filter((part) => part !== '').join('; ');
  }
  if (reason !== '') yield { messages: [], total: undefined, partial: true, reason };
  else if (pages === 0) yield { messages: [], total: 0, partial: false };
}

/** Whole seconds, at most seven days each; neighbours share a second, because it is not documented which boundaries are inclusive. */
function splitSpan({ from, to }: Span): readonly Span[] {
  const spans: Span[] = [];
  const end = Math.ceil(to / second) * second;
  for (let start = Math.floor(from / second) * second - second; start < end && from < to; start += longestSpan) {
    spans.push({ from: start, to: Math.min(start + longestSpan, end) });
  }
  return spans;
}

/** True for messages just outside the span, which the request included. A time far outside is the sender's wrong clock. */
function isSurplus(message: MessageRecord, span: Span): boolean {
  const before = message.at < span.from && message.at >= span.from - 3 * second;
  const after = message.at >= span.to && message.at < span.to + 3 * second;
  return before || after;
}

/** False where the sender's clock is far off, so that the time is no position of the reading. */
function isWithin(message: MessageRecord, span: Span): boolean {
  return message.at >= span.from - 3 * second && message.at < span.to + 3 * second;
}

async function* walkSpan(
  walk: HistoryWalk,
  span: Span,
  shared: { readonly budget: Budget; readonly recent: RecentMessages; readonly wanted: Span },
): AsyncGenerator<{ messages: readonly MessageRecord[]; total: number | undefined }, void, undefined> {
  const { budget, recent, wanted } = shared;
  let { from } = span;
  let cursor: string | undefined;
  let total: number | undefined;
  let received = 0;
  let before = '';
  for (;;) {
    if (budget.pages <= 0) throw new WalkEnded('there are more pages than imstats reads at once');
    budget.pages -= 1;
    const answer = await askPage(walk, cursor === undefined ? { from, to: span.to } : cursor);
    if (answer === 'expired') {
      if (budget.restarts <= 0) throw new WalkEnded('the cursor of JMessage expired too often');
      budget.restarts -= 1;
      from = clamp(recent.resumeAt() ?? span.from, span);
      cursor = undefined;
      before = '';
      continue;
    }
    if (answer.messages.length === 0) return;
    total ??= answer.total;
    const read = answer.messages.map(readMessage).filter((message) => message !== undefined);
    if (read.length === 0) throw platformError(walk.http.endpoint, 'bad-response', say('jmessage.noTimes'));
    const ids = read.map(({ id }) => id).join(' ');
    // Duplicates may precede new messages; only an identical page means that the cursor does not advance.
    if (ids === before) {
      if (total !== undefined && received < total)
        throw new WalkEnded(`JMessage names ${total} messages and sends the same ${received} again and again`);
      return;
    }
    before = ids;
    received += read.length;
    const fresh = read.filter(
      (message) => !isSurplus(message, wanted) && recent.add(message, { isPlaced: isWithin(message, span) }),
    );
    if (fresh.length > 0) yield { messages: fresh, total };
    if (answer.cursor === undefined || answer.cursor === null || answer.cursor === '') return;
    cursor = answer.cursor;
  }
}

function clamp(at: Instant, span: Span): Instant {
  return at > span.from && at <= span.to ? at : span.from;
}

/** The first page of a span, or the next one of a cursor; `expired` when the cursor is no longer known. */
async function askPage(walk: HistoryWalk, where: Span | string): Promise<z.infer<typeof HistoryAnswer> | 'expired'> {
  const path = scopePath(walk);
  const query =
    typeof where === 'string'
      ? { cursor: where }
      : { count: pageSize, begin_time: wireTime(where.from, walk.zone), end_time: wireTime(where.to, walk.zone) };
  try {
    return await walk.http.getJson(path, HistoryAnswer, { query, signal: walk.signal });
  } catch (error) {
    if (typeof where === 'string' && isExpiry(error)) return 'expired';
    throw error;
  }
}

/** The response for an expired cursor is not documented, so any refusal that is not about the key or the rate counts as one. */
function isExpiry(error: unknown): boolean {
  if (!(error instanceof PlatformError)) return false;
  const { status } = error;
  return status !== undefined && status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status);
}

function scopePath({ http, scope }: HistoryWalk): string {
  if (scope.of === 'all') return 'messages';
  const [folder, id] =
    scope.of === 'user' ? ['users', scope.name] : [scope.of === 'group' ? 'groups' : 'chatrooms', scope.id];
  // These two are resolved as path segments whatever their encoding.
  if (id === '' || id === '.' || id === '..')
    throw platformError(http.endpoint, 'bad-request', say('jmessage.noLookup'));
  return `${folder}/${encodeURIComponent(id)}/messages`;
}

/** `2026-11-22 09:00:00`, in the vendor's format. */
function wireTime(at: Instant, zone: string): string {
  return formatInstant(at, zone, 'yyyy-MM-dd HH:mm:ss');
}
