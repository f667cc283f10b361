// When a channel takes its next message: one in 1.1 s, and none while Slack asked for quiet.
import type { Duration, Instant } from '../clock.ts';

/** Slack takes one message a second in a channel; a little more keeps clear of its edge. */
export const gap: Duration = 1_100;

/** Times at which channels are free, kept in memory only: a restart may be told 429 once. */
export interface Pacing {
  /** When the row may go: at once (`now` or earlier), or a time that is kept free for it. */
  slot(row: number, channel: string, now: Instant): Instant;
  /** The row was told or given up: the time kept for it is free. */
  forget(row: number): void;
  /** Slack asked for quiet in the channel from now on. */
  block(channel: string, span: { readonly from: Instant; readonly until: Instant }): void;
}

/** A time further ahead than this is of a clock that was set back since. */
const farthest: Duration = 10 * 60_000;

/** Every channel free. */
export function createPacing(): Pacing {
  const free = new Map<string, Instant>();
  const blocked = new Map<string, { readonly from: Instant; readonly until: Instant }>();
  const kept = new Map<number, Instant>();
  const taken = new Map<string, Instant>();
  return {
    slot: (row, channel, now) => {
      const quiet = blocked.get(channel);
      // A time before its beginning is of a clock that was set back since.
      const quietUntil = quiet === undefined || now < quiet.from ? 0 : quiet.until;
      const sensible = (at: Instant): Instant => (at - now > farthest ? now : at);
      // A row may come a little after the time that was kept for it; the next one counts from when it came.
      const rested = sensible((taken.get(channel) ?? 0) + gap);
      const own = kept.get(row);
      const wanted = own !== undefined && own <= now ? own : sensible(free.get(channel) ?? 0);
      const at = Math.max(now, quietUntil, rested, wanted);
      free.set(channel, Math.max(sensible(free.get(channel) ?? 0), at + gap));
      if (at > now) kept.set(row, at);
      else {
        kept.delete(row);
        taken.set(channel, now);
      }
      return at;
    },
    forget: (row) => {
      kept.delete(row);
    },
    block: (channel, span) => {
      blocked.set(channel, span);
    },
  };
}
