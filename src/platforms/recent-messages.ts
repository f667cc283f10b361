// Remembers the messages seen last, so that a walk can step back a little and leave out what it has had already.
import { type Instant, minute, second } from '../clock.ts';
import type { MessageRecord } from './platform.ts';

/**
 * A walk goes forward in time, so repeats come only from a shared border second or from stepping back after a restart:
 * up to a minute, or less where a minute holds more than is remembered. Twenty pages are about 3 MB.
 */
const remembered = 20_000;

const stepBack = minute;

export interface RecentMessages {
  /** True when the message is new; it is remembered from then on. `isPlaced`: its time tells how far the walk has come. */
  add(message: MessageRecord, about: { readonly isPlaced: boolean }): boolean;
  /** From where to ask again so that nothing is missed and every repeat is known; undefined before the first message. */
  resumeAt(): Instant | undefined;
}

export function createRecentMessages(limit: number = remembered): RecentMessages {
  const seen = new Map<string, Instant>();
  let last: Instant | undefined;
  let forgotten = Number.NEGATIVE_INFINITY;
  return {
    add: (message, { isPlaced }) => {
      if (seen.has(message.id)) return false;
      seen.set(message.id, message.at);
      if (isPlaced) last = message.at;
      const oldest = seen.size > limit ? seen.entries().next().value : undefined;
      if (oldest !== undefined) {
        seen.delete(oldest[0]);
        forgotten = Math.max(forgotten, oldest[1]);
      }
      return true;
    },
    resumeAt: () => {
      if (last === undefined) return undefined;
      const firstKnown = Math.floor(forgotten / second) * second + second;
      // Never later than the last second itself: a repeat is a smaller harm than a gap.
      return Math.min(Math.max(last - stepBack, firstKnown), Math.floor(last / second) * second);
    },
  };
}
