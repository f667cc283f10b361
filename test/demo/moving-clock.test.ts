// The demo's clock: a advance makes what waits for long come due, and leaves time limits of calls alone.
import { expect, it } from 'vitest';
import { day, hour, minute, second } from '../../src/clock.ts';
import { demoZone } from '../../src/demo/configuration.ts';
import { untilFirstDigest } from '../../src/demo/environment.ts';
import { createMovingClock } from '../../src/demo/moving-clock.ts';
import { formatInstant } from '../../src/time-zone.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const start = Date.parse('2026-11-22T01:00:00Z');

it('shows the time of the machine until somebody moves it, and never moves back', () => {
  const clock = createMovingClock(createFakeClock(start));
  expect(clock.now()).toBe(start);
  clock.advance(day);
  expect(clock.now()).toBe(start + day);
  clock.advance(-hour);
  expect(clock.now()).toBe(start + day);
});

it('runs long waits that came due by a advance, in order, and only once', async () => {
  const machine = createFakeClock(start);
  const clock = createMovingClock(machine);
  const ran: string[] = [];
  clock.after(2 * hour, () => ran.push('two hours'));
  clock.after(30 * second, () => ran.push('a beat'));
  clock.advance(day);
  await machine.advance(0);
  expect(ran).toEqual(['a beat', 'two hours']);
  await machine.advance(3 * hour);
  expect(ran).toHaveLength(2);
});

it('runs a long wait that is still to come earlier by the advance', async () => {
  const machine = createFakeClock(start);
  const clock = createMovingClock(machine);
  let ran = 0;
  clock.after(10 * minute, () => {
    ran += 1;
  });
  clock.advance(9 * minute);
  await machine.advance(59 * second);
  expect(ran).toBe(0);
  await machine.advance(second);
  expect(ran).toBe(1);
});

it('leaves short waits alone, so that no call under way runs out of time by a advance', async () => {
  const machine = createFakeClock(start);
  const clock = createMovingClock(machine);
  let late = false;
  clock.after(10 * second, () => {
    late = true;
  });
  clock.advance(day);
  await machine.advance(9 * second);
  expect(late).toBe(false);
  await machine.advance(second);
  expect(late).toBe(true);
});

it('forgets what is cancelled, before and after a advance', async () => {
  const machine = createFakeClock(start);
  const clock = createMovingClock(machine);
  const ran: string[] = [];
  clock.after(hour, () => ran.push('before'))();
  const cancel = clock.after(2 * hour, () => ran.push('after'));
  clock.advance(hour);
  cancel();
  await machine.advance(day);
  expect(ran).toEqual([]);
});

it.each([
  ['2026-11-29T16:00:00Z', '01:05'],
  ['2026-11-29T16:04:00Z', '01:05'],
  ['2026-11-29T17:04:30Z', '01:05'],
  ['2026-11-29T17:05:00Z', '01:05'],
  ['2026-11-29T15:59:00Z', '23:59'],
  ['2026-11-29T02:00:00Z', '10:00'],
])('begun at %s the demo plays at %s, when the day before is complete', (at, expected) => {
  const now = Date.parse(at);
  expect(formatInstant(now + untilFirstDigest(now), demoZone, 'HH:mm')).toBe(expected);
});
