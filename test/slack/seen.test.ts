// What is remembered by id: long enough, and never without bound.
import { expect, it } from 'vitest';
import { createMemory, createSeen } from '../../src/slack/seen.ts';

it('knows an id again for as long as no more than its capacity came after it', () => {
  const isNew = createSeen(3);
  expect(['a', 'b', 'c', 'd'].map(isNew)).toEqual([true, true, true, true]);
  expect(['d', 'c', 'b', 'a'].map(isNew)).toEqual([false, false, false, false]);
});

it('forgets an id after twice its capacity, so that it never grows without bound', () => {
  const isNew = createSeen(3);
  isNew('first');
  for (let count = 0; count < 8; count += 1) isNew(`later ${count}`);
  expect(isNew('first')).toBe(true);
});

it('keeps the newest entries of a memory, one that is set again counting as new', () => {
  const memory = createMemory<number>(2);
  memory.set('a', 1);
  memory.set('b', 2);
  memory.set('a', 3);
  memory.set('c', 4);
  expect(['a', 'b', 'c'].map((id) => memory.get(id))).toEqual([3, undefined, 4]);
});
