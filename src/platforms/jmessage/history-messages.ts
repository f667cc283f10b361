// The messages of a history: read from the wire without their text, and the recent ones remembered, so that none counts twice.
import { z } from 'zod';
import { type Instant, minute, second } from '../../clock.ts';
import {
  type MessageClient,
  type MessageRecord,
  type MessageType,
  messageTypes,
} from '../../metrics/message-history.ts';
import { millisecondsOf, wireNumber, wireText } from '../response-body.ts';

/** A page on the wire. Rows are parsed one by one, so that an invalid one does not invalidate the page. */
export const HistoryAnswer = z.object({
  total: wireNumber,
  cursor: z.string().nullish().catch(undefined),
  messages: z.array(z.unknown()),
});

const Row = z.object({
  msgid: wireText,
  msg_ctime: wireNumber,
  create_time: wireNumber,
  target_type: wireText,
  target_id: wireText,
  msg_type: wireText,
  from_id: wireText,
  from_platform: wireText,
});

const targets: Readonly<Record<string, MessageRecord['target']>> = {
  single: 'single',
  group: 'group',
  chatroom: 'room',
};
const types: ReadonlySet<string> = new Set(messageTypes);

/** The letters of the vendor's documents; the web SDK writes `web`. */
const clients: Readonly<Record<string, MessageClient>> = {
  a: 'android',
  i: 'ios',
  j: 'web',
  web: 'web',
  w: 'windows',
};

const isType = (type: string): type is MessageType => types.has(type);

/** Longest id of a user, a group or a room. */
const longestName = 128;

/** A row of the history; undefined when it has no time. The server's time of receipt is preferred to the sender's clock. */
export function readMessage(row: unknown): MessageRecord | undefined {
  const parsed = Row.safeParse(row);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const time = [data.msg_ctime, data.create_time].find((one) => one !== undefined && Number.isFinite(one) && one > 0);
  if (time === undefined) return undefined;
  const at = millisecondsOf(time);
  const from = (data.from_id ?? '').slice(0, longestName);
  const type = data.msg_type ?? '';
  return {
    // Numbers above 2^53 lose digits in JSON, so an id alone could stand for two messages.
    id: `${data.msgid ?? ''}:${at}:${from}`,
    at,
    target: targets[data.target_type ?? ''] ?? 'other',
    type: isType(type) ? type : 'other',
    from,
    to: (data.target_id ?? '').slice(0, longestName),
    client: clients[(data.from_platform ?? '').toLowerCase()] ?? 'other',
  };
}

/**
 * Reading goes forward in time, so duplicates come only from a shared boundary second or from stepping back after a restart:
 * up to a minute, or less where a minute has more messages than are kept. Twenty pages are about 3 MB.
 */
const maxRemembered = 20_000;

const stepBack = minute;

export interface RecentMessages {
  /** True when the message is new; it is kept from then on. `isPlaced`: its time is a position of the reading. */
  add(message: MessageRecord, about: { readonly isPlaced: boolean }): boolean;
  /** Where to restart so that nothing is missed and every duplicate is known; undefined before the first message. */
  resumeAt(): Instant | undefined;
}

export function createRecentMessages(limit: number = maxRemembered): RecentMessages {
  const seen = new Set<string>();
  // A ring, because finding the oldest member of a set takes the longer the more of them were deleted.
  const ring: Pick<MessageRecord, 'id' | 'at'>[] = [];
  let oldest = 0;
  let last: Instant | undefined;
  let evictedUntil = Number.NEGATIVE_INFINITY;
  return {
    add: ({ id, at }, { isPlaced }) => {
      if (seen.has(id)) return false;
      seen.add(id);
      if (isPlaced) last = at;
      const evicted = ring.length < limit ? undefined : ring[oldest];
      if (evicted === undefined) ring.push({ id, at });
      else {
        seen.delete(evicted.id);
        evictedUntil = Math.max(evictedUntil, evicted.at);
        ring[oldest] = { id, at };
        oldest = (oldest + 1) % limit;
      }
      return true;
    },
    resumeAt: () => {
      if (last === undefined) return undefined;
      const firstKnown = Math.floor(evictedUntil / second) * second + second;
      // Never later than the last second itself: duplicates are removed, gaps are not.
      return Math.min(Math.max(last - stepBack, firstKnown), Math.floor(last / second) * second);
    },
  };
}
