import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  busiestHour,
  countKinds,
  createHistoryTally,
  createPeopleTally,
  joinDays,
  sumOfDays,
} from '../../src/metrics/history-counts.ts';
import {
  type HistoryScope,
  type MessageRecord,
  messageClients,
  messageTargets,
  messageTypes,
} from '../../src/metrics/message-history.ts';
import { localDate, minuteOfDay } from '../../src/time-zone.ts';

const zone = 'Asia/Shanghai';
const from = Date.parse('2026-11-19T16:00:00Z'); // midnight of the 20th
const hour = 3_600_000;
const to = from + 72 * hour;

const anyMessage: fc.Arbitrary<MessageRecord> = fc.record({
  id: fc.uuid(),
  at: fc.integer({ min: from, max: to - 1 }),
  target: fc.constantFrom(...messageTargets),
  type: fc.constantFrom(...messageTypes),
  from: fc.constantFrom('a', 'b', 'c'),
  to: fc.constantFrom('a', 'b', '7', '8'),
  client: fc.constantFrom(...messageClients),
});

function tallyOf(messages: readonly MessageRecord[], scope: HistoryScope = { of: 'all' }) {
  const tally = createHistoryTally({ scope, from, to, zone });
  tally.add(messages);
  return tally;
}

describe('the counts of a history', () => {
  it('are those of its messages, for every day, hour, kind, client and person', () => {
    fc.assert(
      fc.property(fc.array(anyMessage), (messages) => {
        const tally = tallyOf(messages, { of: 'user', name: 'a' });
        const count = (is: (message: MessageRecord) => boolean): number => messages.filter(is).length;
        for (const day of tally.days()) {
          const isOn = ({ at }: MessageRecord): boolean => localDate(at, zone) === day.date;
          expect(countKinds(day)).toBe(count(isOn));
          for (const [index, some] of day.hours.entries())
            expect(some).toBe(count((one) => isOn(one) && Math.floor(minuteOfDay(one.at, zone) / 60) === index));
        }
        const sum = sumOfDays(tally.days());
        for (const target of messageTargets) {
          expect(countKinds(sum, { target })).toBe(count((one) => one.target === target));
          for (const type of messageTypes)
            expect(sum.kinds[`${target}.${type}`] ?? 0).toBe(
              count((one) => one.target === target && one.type === type),
            );
        }
        for (const client of messageClients)
          expect(sum.clients[client] ?? 0).toBe(count((one) => one.client === client));
        expect(tally.total()).toBe(messages.length);
        expect(tally.sentAndReceived()).toEqual({
          sent: count((one) => one.from === 'a'),
          received: count((one) => one.from !== 'a'),
        });
        const { senders, groups } = tally.people(10);
        expect(senders.different).toBe(new Set(messages.map((one) => one.from)).size);
        expect(groups.top.reduce((all, one) => all + one.count, 0)).toBe(count((one) => one.target === 'group'));
      }),
    );
  });

  it('hold no id and no text of a message', () => {
    const message = {
      id: 'id-of-it',
      at: from,
      target: 'single',
      type: 'text',
      from: 'a',
      to: 'b',
      client: 'ios',
    } as const;
    expect(JSON.stringify(tallyOf([message]).days())).not.toMatch(/id-of-it|"[ab]"/);
  });

  it('take a message with the wrong clock of its sender where it stands', () => {
    const message = (at: number): MessageRecord => ({
      id: String(at),
      at,
      target: 'room',
      type: 'text',
      from: 'a',
      to: '7',
      client: 'web',
    });
    const tally = tallyOf([message(from + 25 * hour), message(from - 900 * hour), message(to + 900 * hour)]);
    expect(tally.days().map(({ date, hours }) => [date, hours[1]])).toEqual([['2026-11-21', 3]]);
    expect(tally.reached()).toBe(from + 25 * hour);
  });

  it('of two parts of a day are those of the whole', () => {
    fc.assert(
      fc.property(fc.array(anyMessage), fc.nat(), (messages, cut) => {
        const at = messages.length === 0 ? 0 : cut % messages.length;
        const parts = [messages.slice(0, at), messages.slice(at)].map((part) => tallyOf(part).days());
        expect(joinDays(...parts)).toEqual(tallyOf(messages).days());
      }),
    );
  });

  it('share the people of one question between its days', () => {
    const people = createPeopleTally();
    for (const name of ['a', 'b', 'a']) {
      const tally = createHistoryTally({ scope: { of: 'all' }, from, to, zone }, people);
      tally.add([{ id: name, at: from, target: 'group', type: 'text', from: name, to: '7', client: 'android' }]);
    }
    expect(people.result(10)).toMatchObject({
      senders: {
        different: 2,
        top: [
          { name: 'a', count: 2 },
          { name: 'b', count: 1 },
        ],
      },
      groups: { top: [{ name: '7', count: 3 }] },
    });
  });

  it('have a busiest hour where there is a message', () => {
    expect(busiestHour({ hours: [0, 3, 5, 5] })).toEqual({ hour: 2, count: 5 });
    expect(busiestHour({ hours: [0, 0] })).toBeUndefined();
  });
});
