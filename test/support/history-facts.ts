// A message history for tests: messages of some days, and the facts of their count.
import { createHistoryTally } from '../../src/metrics/history-counts.ts';
import type { HistoryScope, MessageRecord } from '../../src/metrics/message-history.ts';
import { isRange, parseRange } from '../../src/metrics/parse-range.ts';
import type { HistoryFacts } from '../../src/reports/history.ts';
import { china } from './sample-app.ts';

/** 10:00 on Monday 23 November in Shanghai. */
export const historyNow = Date.parse('2026-11-23T02:00:00Z');

const types = ['text', 'text', 'text', 'text', 'text', 'image', 'voice', 'file', 'custom'] as const;
const targets = ['single', 'single', 'single', 'group', 'group', 'room'] as const;
const clients = ['android', 'android', 'ios', 'web'] as const;

/** So many messages from `from` to `to` at equal distances, of mixed kinds. */
export function sampleMessages(count: number, { from, to }: { from: number; to: number }): MessageRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const target = targets[(index * 7) % targets.length] ?? 'single';
    return {
      id: String(index),
      at: from + Math.floor((to - from) * (index / count) ** 1.3),
      target,
      type: types[(index * 5) % types.length] ?? 'text',
      from: `user${Math.floor(Math.sqrt(index)) % 40}`,
      to: target === 'group' ? String(10_055_200 + (index % 7)) : `user${index % 11}`,
      client: clients[index % clients.length] ?? 'android',
    };
  });
}

/** The facts of a whole count of so many messages; `changes` replaces some of them. */
export function sampleFacts(
  word: string,
  count: number,
  { scope = { of: 'all' }, ...changes }: Partial<HistoryFacts> & { scope?: HistoryScope } = {},
): HistoryFacts {
  const range = parseRange(word, { now: historyNow, zone: china.timezone });
  if (range === undefined || !isRange(range)) throw new Error(`"${word}" is no range`);
  const { from, to } = range.compared;
  const tally = createHistoryTally({ scope, from, to, zone: china.timezone });
  tally.add(sampleMessages(count, { from, to }));
  return {
    app: china,
    scope,
    range,
    from,
    to,
    now: historyNow,
    days: tally.days(),
    flow: tally.sentAndReceived(),
    people: tally.people(10),
    end: { state: 'whole' },
    keptDays: 0,
    ...changes,
  };
}
