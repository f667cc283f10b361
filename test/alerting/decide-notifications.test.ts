// Which notes an event gives: where, to whom, how loud and how often.

import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../src/alerting/events.ts';
import type { Notification } from '../../src/alerting/notification.ts';
import { hour, minute, second } from '../../src/clock.ts';
import { inEnglish } from '../support/in-english.ts';
import { boot, every, fail, plain, ruleWith, sample, start, tell, tick, user } from './sample-rules.ts';

const m = minute;
const memory = ruleWith();
const oneLevel = ruleWith({
  levels: { warning: { trigger: 0.15, clear: 0.2, holdFor: 0 } },
  mention: ['U0CAROL', 'here'],
});
const warning = every(0, 5 * m, 0.1);
const critical = every(0, 2 * m, 0.05);

/** `operation`, broadcast as `!`, what a line is about, and who is pinged. */
function brief({ operation, broadcast, message, lane }: Notification): string {
  const about = message.kind === 'line' ? ` ${message.about}` : message.kind === 'pager' ? ` ${message.action}` : '';
  const mentions = message.kind === 'line' ? message.mentions : message.kind === 'alert' ? message.view.mentions : [];
  const at = mentions.length === 0 ? '' : ` @${mentions.join(' @')}`;
  return `${lane === 'pager' ? 'page' : operation}${broadcast ? '!' : ''}${about}${at}`;
}

const briefs = (notes: readonly Notification[]): string[] => notes.map(brief);

describe('who is pinged and where it is said', () => {
  test('a warning of a rule with two levels is posted and pings nobody', () => {
    expect(briefs(tell(memory, warning).allNotes)).toEqual(['post']);
  });

  test('critical pings, and calls the pager', () => {
    expect(briefs(tell(memory, critical).allNotes)).toEqual(['post @S0ONCALL', 'page trigger']);
  });

  test('a rule with one level pings for that one', () => {
    expect(briefs(tell(oneLevel, [sample(0, 0.1)]).allNotes)).toEqual(['post @U0CAROL @here', 'page trigger']);
  });

  test('an escalation is shown in the channel, pings, and edits the root at once', () => {
    const told = tell(memory, [...warning, ...every(6 * m, 8 * m, 0.05)]);
    expect(briefs(told.notifications)).toEqual(['reply! escalated @S0ONCALL', 'edit', 'page trigger']);
    expect(told.notifications.every(({ notBefore }) => notBefore === start + 8 * m)).toBe(true);
    expect(told.notifications[0]?.causedAt).toBe(start + 8 * m);
  });

  test('a way down is for the thread only', () => {
    expect(briefs(tell(memory, [...critical, ...every(3 * m, 8 * m, 0.13)]).notifications)).toEqual([
      'edit',
      'reply downgraded',
    ]);
  });

  test('a resolve is shown in the channel and pings nobody', () => {
    expect(briefs(tell(plain, [sample(0, 0.1), sample(m, 0.3)]).notifications)).toEqual([
      'edit',
      'reply! resolved',
      'page resolve',
    ]);
  });

  test('a close for another reason stays in the thread', () => {
    expect(briefs(tell(memory, [...warning, { type: 'ruleRemoved', at: start + 6 * m }]).notifications)).toEqual([
      'edit',
      'reply closed',
    ]);
  });

  test('a repeat of critical is shown in the channel and pings again', () => {
    expect(briefs(tell(memory, [...critical, ...every(3 * m, 32 * m, 0.05)]).notifications)).toEqual([
      'reply! repeated @S0ONCALL',
      'edit',
    ]);
  });

  test('a repeat of a warning stays in the thread', () => {
    expect(briefs(tell(memory, [...warning, ...every(6 * m, 5 * m + 4 * hour, 0.1)]).notifications)).toEqual([
      'edit',
      'reply repeated',
    ]);
  });

  test('a reminder asks the one who acknowledged', () => {
    const told = tell(memory, [...critical, user(3 * m, 'acknowledge'), ...every(4 * m, 63 * m, 0.05)]);
    expect(briefs(told.notifications)).toEqual(['reply reminded @U0BOB', 'edit']);
  });

  test('an answer that does not come wakes the others, and the pager', () => {
    const told = tell(memory, [...critical, user(3 * m, 'acknowledge'), ...every(4 * m, 93 * m, 0.05)]);
    expect(briefs(told.notifications)).toEqual([
      'reply acknowledgementExpired',
      'reply! repeated @S0ONCALL',
      'edit',
      'page resolve',
      'page trigger',
    ]);
  });

  test('the second mention goes to those of `escalate`', () => {
    const rule = ruleWith({ escalate: { after: 15 * m, mention: ['U0LEAD'] } });
    expect(briefs(tell(rule, [...critical, ...every(3 * m, 17 * m, 0.05)]).notifications)).toEqual([
      'reply escalatedToOthers @U0LEAD',
      'edit',
    ]);
  });

  test('what a person does is said in the thread, and the pager hears of the acknowledgement', () => {
    expect(briefs(tell(memory, [...critical, user(3 * m, 'acknowledge')]).notifications)).toEqual([
      'edit',
      'reply acknowledged',
      'page acknowledge',
    ]);
    expect(briefs(tell(memory, [...critical, user(3 * m, 'silence', hour)]).notifications)).toEqual([
      'edit',
      'reply silenced',
    ]);
  });

  test('an action that changes nothing gives no note, and an answer', () => {
    const told = tell(memory, [sample(0, 0.5), user(m, 'acknowledge')]);
    expect(inEnglish(told)).toMatchObject({
      notifications: [],
      isRefused: true,
      answer: 'There is nothing to acknowledge: the alert is not open.',
    });
  });

  test('an action that does something is answered in words', () => {
    expect(inEnglish(tell(memory, [...critical, user(3 * m, 'acknowledge')]).answer)).toBe(
      'Acknowledged by {user:U0BOB} until 04:03: memory-low. Acknowledge holds 8 h on a warning and 1 h on critical, unless you name a time; then you are asked.',
    );
    expect(inEnglish(tell(memory, [sample(0, 0.5), user(3 * m, 'silence', hour)]).answer)).toBe(
      'Silenced by {user:U0BOB} until 04:00: memory-low, its warnings; critical still pages.',
    );
  });

  test('a restart says nothing', () => {
    expect(
      tell(memory, [...critical, boot(3 * m), sample(3 * m + second, 0.05)]).notifications.filter(
        ({ operation }) => operation !== 'edit',
      ),
    ).toEqual([]);
  });
});

describe('quiet', () => {
  test('an incident within maintenance gives no note at all, and its history is kept', () => {
    const told = tell(plain, [sample(0, 0.1), sample(m, 0.3)], {}, { muted: 'nightly' });
    expect(told.allNotes).toEqual([]);
    expect(told.all.flatMap(({ history }) => history.map(({ words }) => inEnglish(words)))).toEqual([
      'Opened: Production chat has 10 % free memory, under 15 %. Nobody was pinged: maintenance window nightly.',
      'Resolved after 1 min: Production chat is back to 30 % free memory, lowest 10 %.',
    ]);
  });

  test('a resolve in silence edits the root and stays in the thread', () => {
    expect(briefs(tell(plain, [sample(0, 0.1), user(second, 'silence', hour), sample(m, 0.3)]).notifications)).toEqual([
      'edit',
      'reply resolved',
      'page resolve',
    ]);
  });

  test('in silence the message stays true: new numbers are edited in, and nobody is pinged', () => {
    const told = tell(memory, [...critical, user(3 * m, 'silence', hour), ...every(4 * m, 20 * m, 0.03)]);
    const after = told.all.slice(4).flatMap(({ notifications }) => notifications);
    expect(briefs(after)).toEqual(briefs(after).map(() => 'edit'));
    expect(after.length).toBeGreaterThan(0);
  });

  test('after maintenance the opening is told with its mention', () => {
    const told = tell(memory, [...critical, sample(3 * m, 0.05)], {}, (at) => (at < 3 * m ? { muted: 'nightly' } : {}));
    expect(briefs(told.allNotes)).toEqual(['post @S0ONCALL', 'page trigger']);
  });
});

describe('edits of mere numbers', () => {
  const edits = (values: readonly (readonly [number, number])[]): number[] =>
    tell(
      oneLevel,
      values.map(([at, value]) => sample(at * second, value)),
    )
      .allNotes.filter(({ operation }) => operation === 'edit')
      .map(({ createdAt }) => (createdAt - start) / second);

  test('wait 10 s after the opening and 45 s after an edit', () => {
    const busy = Array.from({ length: 121 }, (_, at) => [at, 0.1 - at * 0.0005] as const);
    expect(edits(busy)).toEqual([10, 55, 100]);
  });

  test('come only when something changed, else every five minutes for the time that passes', () => {
    const calm = Array.from({ length: 13 }, (_, index) => [index * 60, 0.1] as const);
    expect(edits(calm)).toEqual([300, 600]);
  });

  test('a change that came too soon is edited in later, also by a tick', () => {
    const told = tell(oneLevel, [sample(0, 0.1), sample(second, 0.09), tick(5 * second), tick(10 * second)]);
    expect(briefs(told.notifications)).toEqual(['edit']);
    expect(inEnglish(told.notifications[0]?.message)).toMatchObject({
      view: { headline: 'Warning: Production chat has 9 % free memory, under 15 %' },
    });
  });
});

describe('the rows', () => {
  test('have unique keys, rising numbers, the channel of the opening and the sample that caused them', () => {
    const moved = ruleWith({ ...memory, channel: 'C0ELSEWHERE' });
    const before = tell(memory, critical);
    const after = tell(moved, [...every(3 * m, 4 * m, 0.05), user(5 * m, 'acknowledge')], { state: before.state });
    const all = [...before.allNotes, ...after.allNotes];
    expect(all.map(({ key }) => key)).toEqual(all.map(({ seq }) => `memory-low@${start + 2 * m}:${seq}`));
    expect(new Set(all.map(({ channel }) => channel))).toEqual(new Set(['C0ONCALL']));
    expect(before.allNotes[0]).toMatchObject({ causedAt: start + 2 * m, stream: `memory-low@${start + 2 * m}` });
  });

  test('while it flaps, swings are edits and not lines', () => {
    const flappy = ruleWith({ levels: { warning: { trigger: 0.15, clear: 0.15, holdFor: 0 } } });
    const swings = Array.from({ length: 8 }, (_, index) => index * 2 * m).flatMap((at) => [
      sample(at, 0.1),
      sample(at + m, 0.3),
    ]);
    const told = tell(flappy, swings);
    const lines = told.allNotes.flatMap(({ message }) => (message.kind === 'line' ? [message.about] : []));
    expect(lines).toEqual([
      'recovering',
      'refired',
      'recovering',
      'refired',
      'recovering',
      'refired',
      'recovering',
      'flapping',
    ]);
    expect(told.allNotes.filter(({ operation }) => operation === 'post')).toHaveLength(1);
  });

  test('the incident is saved when it opens, changes and ends', () => {
    const told = tell(memory, [
      ...warning,
      ...every(6 * m, 8 * m, 0.05),
      user(9 * m, 'acknowledge'),
      ...every(10 * m, 20 * m, 0.3),
    ]);
    const saved = told.all.flatMap(({ incident }) => incident ?? []);
    expect(inEnglish(saved[0]?.details)).toMatchObject({
      beyond: 'under 15 %',
      beganAt: start,
      toldAt: start + 5 * m,
      worst: 'lowest 10 %',
    });
    expect(saved[0]).toMatchObject({
      id: `memory-low@${start + 5 * m}`,
      rule: 'memory-low',
      app: 'prod',
      level: 'warning',
      openedAt: start + 5 * m,
      extreme: 0.1,
    });
    // Over is the condition when it was clear, and the alert when that had held.
    expect(saved.at(-1)?.details).toMatchObject({ beganAt: start, clearedAt: start + 10 * m });
    expect(saved.at(-1)).toMatchObject({
      id: `memory-low@${start + 5 * m}`,
      rule: 'memory-low',
      app: 'prod',
      level: 'critical',
      openedAt: start + 5 * m,
      closedAt: start + 20 * m,
      reason: 'recovered',
      extreme: 0.05,
      acknowledgedBy: 'U0BOB',
    });
  });

  test('of an incident that is recovering, or was closed by hand meanwhile, it is saved when the number came back', () => {
    const recovering = [...warning, ...every(6 * m, 8 * m, 0.05), ...every(10 * m, 12 * m, 0.3)];
    const last = (events: readonly AlertEvent[]) => tell(memory, events).all.flatMap(({ incident }) => incident ?? []);
    const cameBack = { beganAt: start, clearedAt: start + 10 * m };
    expect(last(recovering).at(-1)?.details).toMatchObject(cameBack);
    expect(last([...recovering, user(13 * m, 'resolve')]).at(-1)).toMatchObject({
      reason: 'manual',
      details: cameBack,
    });
    const again = last([...recovering, ...every(13 * m, 16 * m, 0.05)]).at(-1);
    expect(again?.details?.clearedAt).toBeUndefined();
  });

  test('nothing is to be saved when nothing happened', () => {
    expect(tell(memory, [sample(0, 0.5), tick(m)]).changed).toBe(false);
    expect(tell(memory, [sample(0, 0.5), sample(0, 0.1)]).changed).toBe(false);
    expect(tell(memory, [...critical, fail(3 * m)]).changed).toBe(false);
  });
});
