// What is left of notes that had to wait while Slack was away.
import { describe, expect, test } from 'vitest';
import { type Coalesced, coalesce } from '../../src/alerting/coalesce.ts';
import type { AlertEvent } from '../../src/alerting/events.ts';
import type { Notification } from '../../src/alerting/notification.ts';
import { stormMember } from '../../src/alerting/storm.ts';
import { hour, minute } from '../../src/clock.ts';
import { inEnglish } from '../support/in-english.ts';
import { app, every, fail, plain, ruleWith, sample, start, tell, user } from './sample-rules.ts';

const m = minute;
const rule = ruleWith();
type Row = Notification & { readonly state: string };

const waiting = (notes: readonly Notification[], state = 'pending'): Row[] => notes.map((note) => ({ ...note, state }));
const slackOnly = (rows: readonly Row[]): Row[] => rows.filter(({ lane }) => lane === 'slack');

function brief({ keep }: Coalesced<Row>): string[] {
  return keep.map(({ row, message, broadcast }) => {
    const about = 'about' in message && typeof message.about === 'string' ? ` ${message.about}` : '';
    return `${row.operation}${broadcast ? '!' : ''}${about}`;
  });
}

/** From 03:04 under 8 %, resolved at 03:45, lowest 5.9 %; repeated once. */
const night: AlertEvent[] = [
  ...every(4 * m, 20 * m, 0.059),
  ...every(21 * m, 34 * m, 0.07),
  ...every(35 * m, 45 * m, 0.21),
];

describe('while nothing was posted yet', () => {
  test('an opening and its resolve become one message that tells the whole story', () => {
    const rows = slackOnly(waiting(tell(rule, night).allNotes));
    const result = coalesce(rows);
    expect(brief(result)).toEqual(['post']);
    expect(inEnglish(result.keep[0]?.message)).toMatchObject({
      view: {
        headline:
          'Free memory of Production chat was under 8 % from 03:04 to 03:35, lowest 5.9 %. Slack could not be reached; nobody was told then.',
        colour: 'green',
        lines: [],
        context: ['Rule memory-low.', 'First time in 30 days.', 'As of 03:45.'],
        mentions: [],
        actions: ['why'],
      },
    });
    expect(result.keep[0]?.covers).toHaveLength(rows.length - 1);
    expect(result.drop).toHaveLength(rows.length - 1);
  });

  test('what was over before its turn came does not blame Slack', () => {
    const rows = slackOnly(waiting(tell(rule, night).allNotes)).map((row) => ({ ...row, attempts: 0 }));
    expect(inEnglish(coalesce(rows).keep[0]?.message)).toMatchObject({
      view: { headline: expect.stringMatching(/lowest 5\.9 %\. It was over before anybody could be told\.$/) },
    });
  });

  test('while it still fires, one message says how it stands now and pings whom the lines would have', () => {
    const events = [
      ...every(0, 5 * m, 0.1),
      ...every(6 * m, 8 * m, 0.05),
      user(9 * m, 'acknowledge'),
      ...every(10 * m, 12 * m, 0.03),
    ];
    const result = coalesce(slackOnly(waiting(tell(rule, events).allNotes)));
    expect(brief(result)).toEqual(['post', 'reply escalated', 'reply acknowledged']);
    expect(inEnglish(result.keep[0]?.message)).toMatchObject({
      view: { colour: 'red', mentions: ['S0ONCALL'], headline: expect.stringContaining('acknowledged by') },
    });
    expect(result.keep[1]?.message).toMatchObject({ mentions: [] });
  });

  test('repeats that nobody could hear are left out', () => {
    const result = coalesce(slackOnly(waiting(tell(rule, every(0, 2 * hour, 0.05)).allNotes)));
    expect(brief(result)).toEqual(['post']);
  });

  test('an opening that may have arrived is kept as it is until somebody looked', () => {
    const rows = slackOnly(waiting(tell(rule, night).allNotes));
    const doubtful = rows.map((row, index) => (index === 0 ? { ...row, state: 'unknown' } : row));
    const result = coalesce(doubtful);
    expect(result.keep[0]?.message).toBe(rows[0]?.message);
    expect(brief(result)).toContain('reply! resolved');
  });
});

describe('behind a root that is there', () => {
  const events = [...night.slice(0, 17), fail(24 * m), ...night.slice(21)];
  const rows = slackOnly(waiting(tell(rule, events).allNotes)).slice(1);

  test('one edit is sent, with the newest content and in the place of the first', () => {
    const edits = rows.filter(({ operation }) => operation === 'edit');
    const kept = coalesce(rows).keep.filter(({ row }) => row.operation === 'edit');
    expect(kept.map(({ row }) => row.key)).toEqual([edits[0]?.key]);
    expect(kept[0]?.message).toEqual(edits.at(-1)?.message);
    expect(kept[0]?.covers).toEqual(edits.slice(1));
  });

  test('what waits of a flapping alert in the thread of a storm is bounded, and each end of a rule is told', () => {
    const stream = 'storm@C0ONCALL@1';
    const member = stormMember({ rule: plain, app, state: tell(plain, [sample(0, 0.1)]).state }, start);
    const swings = Array.from({ length: 200 }, (_, at) => sample(at * m, at % 2 === 0 ? 0.1 : 0.3));
    const all = ['one', 'two'].flatMap((id) => {
      const { allNotes } = tell(ruleWith({ ...plain, id }), swings, {
        storms: [{ channel: 'C0ONCALL', storm: { stream, members: [member], after: 5 } }],
      });
      return slackOnly(waiting(allNotes));
    });
    const kept = brief(coalesce(all.toSorted((a, b) => a.seq - b.seq)));
    expect(kept.filter((row) => row === 'edit')).toHaveLength(1);
    expect(kept.length).toBeLessThan(10);
  });

  test('in the thread of a storm ends that wait together are one line, behind what was told of each before', () => {
    const stream = 'storm@C0ONCALL@1';
    const member = stormMember({ rule: plain, app, state: tell(plain, [sample(0, 0.1)]).state }, start);
    const rowsOf = (id: string, at: number) => {
      const storms = [{ channel: 'C0ONCALL', storm: { stream, members: [member], after: 5 } }];
      const told = tell(ruleWith({ ...plain, id }), [sample(0, 0.1), user(at, 'note'), sample(at + m, 0.3)], {
        storms,
      });
      return slackOnly(waiting(told.allNotes)).filter(({ message }) => message.kind === 'line');
    };
    // The note on the third was made after the first two had ended.
    const all = ['one', 'two'].flatMap((id) => rowsOf(id, m)).concat(rowsOf('three', 5 * m), rowsOf('four', m));
    const result = coalesce(all.toSorted((a, b) => a.seq - b.seq));
    expect(brief(result)).toEqual([
      'reply noted',
      'reply noted',
      'reply noted',
      'reply! resolved',
      'reply noted',
      'reply! resolved',
    ]);
    const ends = result.keep.filter(({ broadcast }) => broadcast);
    expect(ends.map(({ message }) => ('others' in message ? message.others?.length : undefined))).toEqual([
      2,
      undefined,
    ]);
    expect(result.drop.map(({ why }) => why).filter((why) => why === 'told_together')).toHaveLength(2);
  });

  test('in the thread of a storm the end of one alert hides nothing of another that goes on', () => {
    const stream = 'storm@C0ONCALL@1';
    const member = stormMember({ rule: plain, app, state: tell(plain, [sample(0, 0.1)]).state }, start);
    const storms = [{ channel: 'C0ONCALL', storm: { stream, members: [member], after: 5 } }];
    const lines = (id: string, keepFiring: number) =>
      slackOnly(
        waiting(tell(ruleWith({ ...plain, id, keepFiring }), [sample(0, 0.1), sample(m, 0.3)], { storms }).allNotes),
      ).filter(({ message }) => message.kind === 'line');
    const all = [...lines('slow', hour), ...lines('quick', 0)].toSorted((a, b) => a.seq - b.seq);
    expect(brief(coalesce(all))).toContain('reply recovering');
  });

  test('a close is never dropped, and what passed before it is', () => {
    expect(brief(coalesce(rows))).toEqual(['edit', 'reply! resolved']);
  });

  test('an escalation that is over pings nobody any more and is still told', () => {
    const all = [...every(0, 5 * m, 0.1), ...every(6 * m, 8 * m, 0.05), ...every(9 * m, 19 * m, 0.3)];
    const result = coalesce(slackOnly(waiting(tell(rule, all).allNotes)).slice(1));
    expect(brief(result)).toEqual(['edit', 'reply escalated', 'reply! resolved']);
    expect(inEnglish(result.keep[1]?.message)).toMatchObject({ mentions: [] });
  });

  test('of several repeats only the last is sent, and none after an acknowledgement', () => {
    const loud = every(0, 2 * hour, 0.05);
    expect(brief(coalesce(slackOnly(waiting(tell(rule, loud).allNotes)).slice(1)))).toEqual([
      'edit',
      'reply! repeated',
    ]);
    const handled = [...loud, user(2 * hour + 1, 'acknowledge')];
    expect(brief(coalesce(slackOnly(waiting(tell(rule, handled).allNotes)).slice(1)))).toEqual([
      'edit',
      'reply acknowledged',
    ]);
  });
});

describe('the pager', () => {
  const pager = waiting(
    tell(rule, [...every(0, 2 * m, 0.05), user(3 * m, 'acknowledge'), ...every(4 * m, 14 * m, 0.3)]).allNotes,
  ).filter(({ lane }) => lane === 'pager');
  const actions = (result: Coalesced<Row>): string[] =>
    result.keep.flatMap(({ row }) => (row.message.kind === 'pager' ? [row.message.action] : []));

  test('that never heard of an incident does not hear of its end', () => {
    expect(pager.map(({ message }) => ('action' in message ? message.action : ''))).toEqual([
      'trigger',
      'acknowledge',
      'resolve',
    ]);
    expect(actions(coalesce(pager))).toEqual([]);
  });

  test('that heard or may have heard of it hears of its end', () => {
    expect(actions(coalesce(pager.slice(1)))).toEqual(['resolve']);
    expect(actions(coalesce(pager.map((row, index) => (index === 0 ? { ...row, state: 'unknown' } : row))))).toEqual([
      'trigger',
      'resolve',
    ]);
  });
});
