// Admission of questions: soon in quiet times, after the crowd while very many come, bounded always.
import { expect, it } from 'vitest';
import { createAdmissionQueue, maxQuestions } from '../../../src/slack/command/admission.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

/** A crowd with a count of the questions that have begun. */
function openCrowd() {
  const clock = createFakeClock('2026-11-22T10:00:00Z');
  const admission = createAdmissionQueue(clock);
  let begun = 0;
  /** False when the question was refused. */
  const come = (): boolean => {
    const place = admission.enter();
    void place?.then(() => {
      begun += 1;
    });
    return place !== undefined;
  };
  return { clock, admission, come, begun: () => begun };
}

it('lets a question begin 10 ms after it came', async () => {
  const { clock, admission, come, begun } = openCrowd();
  for (let count = 1; count <= 200; count += 1) {
    expect(come()).toBe(true);
    await clock.advance(9);
    expect(begun()).toBe(count - 1);
    await clock.advance(1);
    expect(begun()).toBe(count);
    admission.leave();
    await clock.advance(20);
  }
});

it('begins up to four that come at one moment as soon as one alone', async () => {
  const { clock, come, begun } = openCrowd();
  for (let count = 0; count < 4; count += 1) come();
  await clock.advance(10);
  expect(begun()).toBe(4);
});

it('begins more that come at one moment 100 ms after it, five at a time', async () => {
  const { clock, come, begun } = openCrowd();
  for (let count = 0; count < 9; count += 1) come();
  await clock.advance(99);
  expect(begun()).toBe(0);
  await clock.advance(51);
  expect(begun()).toBeGreaterThanOrEqual(5);
  await clock.advance(10);
  expect(begun()).toBe(9);
});

it('begins nothing of a crowd that comes slowly at first', async () => {
  const { clock, come, begun } = openCrowd();
  for (let count = 0; count < 60; count += 1) {
    come();
    await clock.advance(2);
  }
  expect(begun()).toBe(0);
});

it('begins nothing while a crowd comes, and everything soon after it', async () => {
  const { clock, come, begun } = openCrowd();
  for (let moment = 0; moment < 150; moment += 1) {
    for (let count = 0; count < 4; count += 1) come();
    await clock.advance(1);
  }
  expect(begun()).toBe(0);
  await clock.advance(300);
  expect(begun()).toBe(maxQuestions);
});

it('begins one every 50 ms when the crowd has not ended after 2 s', async () => {
  const { clock, admission, come, begun } = openCrowd();
  const comeFor = async (length: number): Promise<void> => {
    for (let moment = 0; moment < length; moment += 1) {
      for (let count = 0; count < 4; count += 1) come();
      await clock.advance(1);
    }
  };
  await comeFor(1_900);
  expect(begun()).toBe(0);
  await comeFor(1_100);
  expect(begun()).toBeGreaterThanOrEqual(19);
  expect(begun()).toBeLessThanOrEqual(23);
  admission.leave();
});

it('refuses what comes beyond its bound, until one has left', async () => {
  const { clock, admission, come } = openCrowd();
  for (let count = 0; count < maxQuestions; count += 1) expect(come()).toBe(true);
  expect(come()).toBe(false);
  await clock.advance(3_000);
  expect(come()).toBe(false);
  admission.leave();
  expect(come()).toBe(true);
});
