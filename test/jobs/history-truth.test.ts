// For every scope and day the counts of a history are those of the vendor itself.
import { afterEach, describe, expect, it } from 'vitest';
import { day, hour } from '../../src/clock.ts';
import type { HistoryRequest, HistoryResult } from '../../src/history-service.ts';
import { countKinds, type DatedCounts, sumOfDays } from '../../src/metrics/history-counts.ts';
import type { HistoryScope } from '../../src/metrics/message-history.ts';
import { localDate, minuteOfDay } from '../../src/time-zone.ts';
import { china } from '../support/sample-app.ts';
import { type HistoryWorld, request, startHistoryWorld, stillClock, vendorMessages } from './history-harness.ts';

const now = Date.parse('2026-11-22T04:00:00Z'); // noon in Shanghai
const midnight = Date.parse('2026-11-21T16:00:00Z');

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

async function count(world: HistoryWorld, wanted: HistoryRequest): Promise<HistoryResult> {
  const begun = await world.open().service.begin(wanted);
  if (begun.state !== 'counting') throw new Error(`It is ${begun.state}`);
  return begun.count.ended;
}

/** The vendor's own counts by day, in the form of ours. */
function truth(scope: HistoryScope, from: number, to: number): Map<string, { total: number; hours: number[] }> {
  const days = new Map<string, { total: number; hours: number[] }>();
  for (const { at } of vendorMessages(scope, from, to)) {
    const date = localDate(at, china.timezone);
    const one = days.get(date) ?? { total: 0, hours: Array.from({ length: 24 }, () => 0) };
    const index = Math.floor(minuteOfDay(at, china.timezone) / 60);
    one.hours[index] = (one.hours[index] ?? 0) + 1;
    days.set(date, { ...one, total: one.total + 1 });
  }
  return days;
}

const byDay = (days: readonly DatedCounts[]) =>
  new Map(
    days
      .filter((one) => countKinds(one) > 0)
      .map((one) => [one.date, { total: countKinds(one), hours: [...one.hours] }]),
  );

const scopes: readonly HistoryScope[] = [
  { of: 'all' },
  { of: 'user', name: 'caiyh00' },
  { of: 'user', name: 'wang.fang03' },
  { of: 'group', id: '10055200' },
  { of: 'group', id: '10055247' },
  { of: 'room', id: '10055200' },
];

const spans: readonly (readonly [string, number, number])[] = [
  ['yesterday', midnight - day, midnight],
  ['today so far', midnight, now],
  ['seven days', midnight - 7 * day, midnight],
  ['nine days, over the border of two weeks', midnight - 9 * day, midnight],
  ['the last 24 hours', now - day, now],
  ['ninety minutes', now - 1.5 * hour, now],
];

describe.each(scopes.map((scope) => [JSON.stringify(scope), scope] as const))('%s', (_name, scope) => {
  it.each(spans)('is counted as the vendor counts it: %s', { timeout: 60_000 }, async (_what, from, to) => {
    const world = await startHistoryWorld(stillClock(now), undo);
    const result = await count(world, request(scope, from, to));
    expect(result.end).toEqual({ state: 'whole' });
    expect(byDay(result.days)).toEqual(truth(scope, from, to));
    const messages = vendorMessages(scope, from, to);
    const sum = sumOfDays(result.days);
    const named = { single: 'single', group: 'group', chatroom: 'room' } as const;
    for (const target of ['single', 'group', 'chatroom'] as const)
      expect(countKinds(sum, { target: named[target] })).toBe(messages.filter((one) => one.target === target).length);
    for (const type of ['text', 'image', 'voice'] as const)
      expect(countKinds(sum, { type })).toBe(messages.filter((one) => one.type === type).length);
    const rare = (['file', 'location', 'video', 'custom'] as const).map((type) => countKinds(sum, { type }));
    expect(rare.reduce((all, one) => all + one, 0)).toBe(messages.filter((one) => one.type === 'custom').length);
    const clients = { a: 'android', i: 'ios', j: 'web' } as const;
    for (const [letter, client] of Object.entries(clients))
      expect(sum.clients[client] ?? 0).toBe(messages.filter((one) => one.client === letter).length);
    expect(result.people?.senders.different).toBe(new Set(messages.map((one) => one.from)).size);
    if (scope.of === 'user') {
      const sent = messages.filter((one) => one.from === scope.name).length;
      expect(result.flow).toEqual({ sent, received: messages.length - sent });
    }
  });
});

it('a week of a whole app equals its days, kept or counted anew', { timeout: 60_000 }, async () => {
  const world = await startHistoryWorld(stillClock(now), undo);
  const [from, to] = [midnight - 4 * day, midnight];
  const first = await count(world, request({ of: 'all' }, from, to));
  const kept = await count(world, request({ of: 'all' }, from, to));
  const anew = await count(world, request({ of: 'all' }, from, to, { isAnew: true }));
  expect([first.keptDays, kept.keptDays, anew.keptDays]).toEqual([0, 4, 0]);
  expect(kept.days).toEqual(first.days);
  expect(anew.days).toEqual(first.days);
  expect(kept.people).toBeUndefined();
  expect(anew.people).toEqual(first.people);
});
