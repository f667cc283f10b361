// Admission of questions: at once in quiet times, spaced out in a crowd, bounded always.
import { expect, it } from 'vitest';
import { createCrowd, maxQuestions } from '../../src/slack/crowd.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const start = '2026-11-22T10:00:00Z';

it('lets every question run at once while few come', async () => {
  const clock = createFakeClock(start);
  const crowd = createCrowd(clock);
  for (let count = 0; count < 200; count += 1) {
    expect(await crowd.admit()).toBe('run');
    crowd.done();
    await clock.advance(10);
  }
});

it('begins one question every 50 ms while very many come, and the rest soon after', async () => {
  const clock = createFakeClock(start);
  const crowd = createCrowd(clock);
  let begun = 0;
  const come = (): void => void crowd.admit().then(() => (begun += 1));
  for (let count = 0; count < 40; count += 1) come();
  await clock.advance(0);
  expect(begun).toBe(20);
  await clock.advance(50);
  expect(begun).toBe(21);
  await clock.advance(200);
  expect(begun).toBe(40);
});

it('refuses beyond its bound, ten times a second, then keeps silent', async () => {
  const clock = createFakeClock(start);
  const crowd = createCrowd(clock);
  for (let count = 0; count < maxQuestions; count += 1) void crowd.admit();
  const rest = await Promise.all(Array.from({ length: 15 }, () => crowd.admit()));
  expect(rest.filter((one) => one === 'refuse')).toHaveLength(10);
  expect(rest.filter((one) => one === 'ignore')).toHaveLength(5);
  await clock.advance(3_000);
  expect(await crowd.admit()).toBe('refuse');
  crowd.done();
  expect(await crowd.admit()).toBe('run');
});
