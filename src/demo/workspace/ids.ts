// Ids and message timestamps: unique, increasing, seeded by the clock, no randomness.
import { createHash } from 'node:crypto';
import type { Instant } from '../../clock.ts';

export interface Ids {
  /** An id such as `F0SX3K2A001`: the prefix, then capitals and digits. */
  next(prefix: string): string;
  /** `seconds.micros`, later than every one before it even when the clock goes back. */
  ts(now: Instant): string;
  /** A long hexadecimal word for addresses and tickets. */
  word(): string;
}

export function createIds(seed: Instant): Ids {
  const start = Math.floor(seed / 1000)
    .toString(36)
    .toUpperCase();
  let count = 0;
  let lastMicros = 0;
  return {
    next: (prefix) => {
      count += 1;
      return `${prefix}0${start}${count.toString(36).toUpperCase().padStart(3, '0')}`;
    },
    ts: (now) => {
      lastMicros = Math.max(lastMicros + 1, Math.floor(now) * 1000);
      return `${Math.floor(lastMicros / 1_000_000)}.${String(lastMicros % 1_000_000).padStart(6, '0')}`;
    },
    word: () => {
      count += 1;
      return createHash('sha256').update(`${seed}:${count}`).digest('hex').slice(0, 32);
    },
  };
}
