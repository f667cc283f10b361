// What happens in most fault tests: free memory falls, gets worse, comes back; a digest is due in between.
import { minute, second } from '../../src/clock.ts';
import { rootOf } from './delivery-assertions.ts';
import type { WholeBot } from './whole-bot.ts';

/** A minute before the digest of nine o'clock. */
export const beforeNine = '2026-04-14T08:59:00+08:00';

/** Free memory falls to 10 %, under the limit of the warning; two polls later the alert is decided. */
export async function fall(whole: WholeBot, ratio = 0.1): Promise<void> {
  whole.memory(ratio);
  await whole.reach(() => openIncidents(whole) > 0, minute, 'an open incident');
}

/** Free memory comes back; after `keepFiring` the end is decided. */
export async function comeBack(whole: WholeBot): Promise<void> {
  whole.memory(undefined);
  await whole.reach(() => openIncidents(whole) === 0, 2 * minute, 'the end of the incident');
}

export function openIncidents(whole: WholeBot): number {
  return whole.rows('select id from incident where closed_at is null').length;
}

/** Moves on until nothing waits to be told. */
export async function allTold(whole: WholeBot, most = 5 * minute): Promise<void> {
  await whole.reach(
    () => whole.rows('select id from outbox where unfinished = 1').length === 0,
    most,
    'an empty outbox',
  );
}

/** The opening is told, it becomes critical, the end is told, and the digest of nine o'clock. */
export async function night(whole: WholeBot): Promise<void> {
  await whole.advance(20 * second);
  await fall(whole);
  await whole.reach(() => rootOf(whole.workspace, 'memory-low'), 3 * minute, 'the opening');
  whole.memory(0.05);
  await whole.advance(30 * second);
  await comeBack(whole);
  await digestSent(whole);
  await allTold(whole);
}

/** Moves on until the digest of the day is known to be sent. */
export async function digestSent(whole: WholeBot, most = 5 * minute): Promise<void> {
  const sent = (): boolean => whole.rows("select state from digest_run where state = 'sent'").length > 0;
  await whole.reach(sent, most, 'the digest');
}

/** Moves on to the end of the next poll. A failed one is tried again on the real clock, so that is waited for. */
export async function poll(whole: WholeBot, every = 10 * second): Promise<void> {
  const tried = (): unknown => whole.rows('select last_tried_at from poll')[0]?.['last_tried_at'];
  const before = tried();
  // The first one has begun with the start.
  if (before === undefined) await aWhile(() => tried() !== undefined);
  while (tried() === before) {
    await whole.advance(every);
    await aWhile(() => tried() !== before);
  }
  await whole.advance(100);
}

/** Until the probe says yes, for a second of real time at most. */
async function aWhile(probe: () => boolean): Promise<void> {
  for (let wait = 0; wait < 40 && !probe(); wait += 1) await new Promise((resolve) => setTimeout(resolve, 25));
}
