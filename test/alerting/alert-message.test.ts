// Whole messages of an incident as people read them, line by line.
import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../src/alerting/events.ts';
import { type Notification, replaceUsers, userToken } from '../../src/alerting/notification.ts';
import type { Incident } from '../../src/alerting/state.ts';
import { day, hour, minute } from '../../src/clock.ts';
import { englishWording } from '../../src/wording.ts';
import { app, every, fail, gib, ruleWith, start, type Told, tell, user } from './sample-rules.ts';

const m = minute;
const rule = ruleWith({
  summary: 'Free memory of the chat host is low',
  runbook: 'https://runbooks.example.com/memory',
});
const whole = 8 * gib;

function memory(from: number, to: number, value: number): AlertEvent[] {
  const events: AlertEvent[] = [];
  for (let at = from; at <= to; at += m) {
    events.push({
      type: 'sample',
      at: start + at,
      measured: { state: 'measured', value, shown: value, whole, words: [] },
    });
  }
  return events;
}

const earlier = (ago: number, lasted: number): Incident => ({
  id: `memory-low@${start - ago}`,
  rule: 'memory-low',
  app: 'prod',
  level: 'critical',
  openedAt: start - ago,
  closedAt: start - ago + lasted,
});
const history = [earlier(2 * day, 18 * m), earlier(4 * day, hour), earlier(40 * day, hour)];
const trend = {
  kind: 'trend.reaches',
  values: {
    perHour: -40 * 1024 ** 2,
    unit: 'bytes',
    is: 'empty',
    after: 15 * hour,
    soonest: 12 * hour,
    latest: 19 * hour,
  },
};

const say = englishWording.text;

/** The message as text, line 1 first. */
function text(note: Notification | undefined): string[] {
  if (note?.message.kind !== 'alert') throw new Error('not a message');
  const { colour, headline, lines, context = [] } = note.message.view;
  return [`(${colour}) ${say(headline)}`, ...lines.map(say), context.map(say).join(' ')];
}

function roots({ allNotes }: Told): Notification[] {
  return allNotes.filter(({ message }) => message.kind === 'alert');
}

function lines({ allNotes }: Told): string[] {
  return allNotes.flatMap(({ message }) => (message.kind === 'line' ? [say(message.text)] : []));
}

const opening = memory(4 * m, 6 * m, 0.074);

describe('the message of an incident', () => {
  test('when it opens', () => {
    expect(text(roots(tell(rule, opening, { history, trend }))[0])).toEqual([
      '(red) Critical: Production chat has 7.4 % free memory, under 8 %',
      'Free memory of the chat host is low: under 8 % since 03:04, for 2 min.',
      'Now 606 MiB of 8.0 GiB. Limit 8 % (655 MiB), a warning again at 12 %, closes at 20 %. Falling 40 MiB an hour: empty in about 15 h (12 to 19 h).',
      'Rule memory-low. Third time in 30 days, last on 21 Nov for 18 min. As of 03:06.',
    ]);
  });

  test('when somebody has it in hand', () => {
    const told = tell(rule, [...opening, ...memory(7 * m, 12 * m, 0.061), user(12 * m + 1, 'acknowledge')]);
    expect(text(roots(told).at(-1))[0]).toBe(
      '(red) Critical for 8 min: Production chat has 6.1 % free memory, under 8 %; acknowledged by {user:U0BOB} until 04:12',
    );
    expect(lines(told)).toEqual(['03:12 Acknowledged by {user:U0BOB} until 04:12: memory-low.']);
  });

  test('when it is silenced', () => {
    const told = tell(rule, [...opening, user(8 * m, 'silence', 2 * hour)]);
    expect(text(roots(told).at(-1))[0]).toBe(
      '(red) Critical for 4 min: Production chat has 7.4 % free memory, under 8 %; silenced by {user:U0BOB} until 05:00, critical for this incident only',
    );
  });

  test('when it recovers', () => {
    const told = tell(rule, [...opening, ...memory(7 * m, 35 * m, 0.074), ...memory(36 * m, 37 * m, 0.21)]);
    expect(text(roots(told).at(-1)).slice(0, 3)).toEqual([
      '(orange) Recovering: Production chat has 21 % free memory, closes at 03:46 if it holds',
      'Free memory of the chat host is low: was under 8 % from 03:04 to 03:36.',
      'Now 1.7 of 8.0 GiB. Limit 8 % (655 MiB), a warning again at 12 %, closes at 20 %.',
    ]);
  });

  test('when it is resolved', () => {
    const told = tell(rule, [
      ...opening,
      user(6.5 * m, 'acknowledge'),
      ...memory(7 * m, 34 * m, 0.059),
      ...memory(35 * m, 45 * m, 0.21),
    ]);
    expect(text(roots(told).at(-1))).toEqual([
      '(green) Resolved after 31 min: Production chat is back to 21 % free memory, lowest 5.9 %',
      'Free memory of Production chat was under 8 % from 03:04 to 03:35. Acknowledged by {user:U0BOB}.',
      'Rule memory-low. First time in 30 days. As of 03:45.',
    ]);
    expect(lines(told).at(-1)).toBe(
      'Resolved after 31 min: Production chat is back to 21 % free memory, lowest 5.9 %. (03:45)',
    );
  });

  test('when it was critical for a part of the time and came back from there at once', () => {
    const critical = [...memory(0, 8 * m, 0.12), ...memory(9 * m, 15 * m, 0.05)];
    const story = 'Free memory of Production chat was under 15 % (also under 8 %) from 03:00 to 03:16';
    const resolved = tell(rule, [...critical, ...memory(16 * m, 30 * m, 0.21)]);
    expect(text(roots(resolved).at(-1)).slice(0, 2)).toEqual([
      '(green) Resolved after 16 min: Production chat is back to 21 % free memory, lowest 5 %',
      `${story}.`,
    ]);
    const closed = tell(rule, [...critical, user(16 * m, 'resolve')]);
    expect(text(roots(closed).at(-1))[1]).toBe(`${story} at least, lowest 5 %.`);
  });

  test('when it was over within a minute', () => {
    const quick = {
      ...rule,
      levels: { ...rule.levels, critical: { trigger: 0.08, clear: 0.12, holdFor: 0 } },
      keepFiring: 0,
      keepCritical: 0,
    };
    const told = tell(quick, [...memory(10 * m, 10 * m, 0.074), ...memory(10.4 * m, 10.4 * m, 0.4)]);
    expect(text(roots(told).at(-1))[1]).toBe('Free memory of Production chat was under 8 % at 03:10, for 24 s.');
  });

  test('when there is no data', () => {
    const told = tell(rule, [
      ...opening,
      ...memory(7 * m, 20 * m, 0.061),
      fail(24 * m, 'HTTP 503, the platform is overloaded.'),
    ]);
    expect(text(roots(told).at(-1))).toEqual([
      '(grey) No data: Production chat has given no numbers since 03:20; last seen 6.1 %',
      'Free memory of the chat host is low: was under 8 % from 03:04 to 03:20.',
      'Last seen 500 MiB of 8.0 GiB. Limit 8 % (655 MiB), a warning again at 12 %, closes at 20 %.',
      'Rule memory-low. First time in 30 days. As of 03:20.',
    ]);
    expect(lines(told).at(-1)).toBe(
      '03:24 No data: Production chat has given no numbers since 03:20; last seen 6.1 %. HTTP 503, the platform is overloaded.',
    );
  });

  test('when its rule is gone', () => {
    const told = tell(rule, [...opening, { type: 'ruleRemoved', at: start + 10 * m }]);
    expect(text(roots(told).at(-1)).slice(0, 2)).toEqual([
      '(grey) Closed, because rule memory-low was removed: Production chat has 7.4 % free memory',
      'Free memory of Production chat was under 8 % from 03:04 to 03:10 at least, lowest 7.4 %.',
    ]);
  });

  test('when nobody knows how it went on', () => {
    const told = tell(rule, [...opening, fail(10 * m), { type: 'tick', at: start + 2 * day }]);
    expect(text(roots(told).at(-1)).slice(0, 2)).toEqual([
      '(grey) Closed, not known to be recovered: free memory of Production chat was not measured since 23 Nov 03:06',
      'Free memory of Production chat was under 8 % from 23 Nov 03:04 to 23 Nov 03:06 at least, lowest 7.4 %.',
    ]);
  });

  test('when a person resolves it', () => {
    const told = tell(rule, [...opening, user(10 * m, 'resolve')]);
    expect(text(roots(told).at(-1))[0]).toBe(
      '(grey) Closed for now by {user:U0BOB} after 6 min, still under 8 %: Production chat has 7.4 % free memory',
    );
    expect(lines(told).at(-1)).toBe(
      '03:10 Closed for now by {user:U0BOB}: memory-low, Production chat has 7.4 % free memory. It opens again at 07:10, if it is not clear before.',
    );
  });

  test('when a person resolves it at a warning', () => {
    const told = tell(ruleWith(), [...every(0, 5 * m, 0.14), user(6 * m, 'resolve')]);
    expect(text(roots(told).at(-1)).slice(0, 3)).toEqual([
      '(grey) Closed for now by {user:U0BOB} after 6 min, still under 15 %: Production chat has 14 % free memory',
      'Free memory of Production chat was under 15 % from 03:00 to 03:06 at least, lowest 14 %.',
      'It opens again at 07:06, at critical or at 8 %, if it is not clear before.',
    ]);
  });

  test('when a person resolves what has recovered', () => {
    const told = tell(ruleWith(), [...every(0, 5 * m, 0.14), ...every(6 * m, 7 * m, 0.3), user(8 * m, 'resolve')]);
    expect(text(roots(told).at(-1))[0]).toBe(
      '(grey) Closed by {user:U0BOB} after 6 min: Production chat has 30 % free memory',
    );
    expect(lines(told).at(-1)).toBe('03:08 Closed by {user:U0BOB}: memory-low, Production chat has 30 % free memory.');
  });

  test('when it flaps', () => {
    const flappy = ruleWith({ levels: { warning: { trigger: 0.15, clear: 0.15, holdFor: 0 } } });
    const swings = [0, 2, 4, 6, 8].flatMap((at) => [
      ...memory(at * m, at * m, 0.1),
      ...memory((at + 1) * m, (at + 1) * m, 0.3),
    ]);
    const told = tell(flappy, swings);
    expect(lines(told)).toContain(
      '03:08 Flapping: it came back 4 times within an hour. It stays one alert and closes only after a longer calm.',
    );
    expect(roots(told).flatMap(text)).toContain(
      'It came back 4 times within an hour, so it now closes only after 15 min without it.',
    );
  });

  test('the peak of the last hour says what it is', () => {
    const peak = ruleWith({
      id: 'connections-high',
      metric: 'connections.peak',
      direction: 'above',
      levels: { warning: { trigger: 1_600, clear: 1_400, holdFor: 0 } },
    });
    const told = tell(peak, [
      { type: 'sample', at: start, measured: { state: 'measured', value: 1_893, shown: 1_893, words: [] } },
    ]);
    expect(text(roots(told)[0])).toEqual([
      '(orange) Warning: Production chat has a connection peak of 1,893 of 2,000 (95 %), over 1,600',
      'Over 1,600 since 03:00.',
      'Limit 1,600, closes at 1,400.',
      'It is the highest of the last hour: after a short peak it stays up to an hour, and so does this alert.',
      'Rule connections-high. First time in 30 days. As of 03:00.',
    ]);
  });

  test('carries its chart with the limit lines, its links and its buttons', () => {
    const told = tell(rule, opening, { app: { ...app, console: 'https://dashboard.example.com' } });
    expect(roots(told)[0]?.message).toMatchObject({
      view: {
        mentions: ['S0ONCALL'],
        runbook: 'https://runbooks.example.com/memory',
        console: 'https://dashboard.example.com',
        actions: ['acknowledge', 'silence', 'why'],
        takesNotes: true,
        chart: {
          app: 'prod',
          metric: 'memory.free_ratio',
          from: start + 6 * m - 3 * hour,
          to: start + 6 * m,
          limits: [
            { label: { kind: 'threshold.level', values: { level: 'critical', value: 0.08 } }, value: 0.08 },
            { label: { kind: 'threshold.level', values: { level: 'warning', value: 0.15 } }, value: 0.15 },
          ],
        },
      },
    });
  });
});

describe('a person inside a text', () => {
  test('is a token that the drawing replaces', () => {
    expect(replaceUsers(`Acknowledged by ${userToken('U0BOB')}.`, (id) => `<@${id}>`)).toBe(
      'Acknowledged by <@U0BOB>.',
    );
  });

  test('is never made of foreign text', () => {
    const told = tell(rule, [...opening, fail(20 * m, 'HTTP 500: {user:U0EVIL} did it.')]);
    expect(lines(told).at(-1)).toContain('{user U0EVIL} did it.');
    expect(userToken('somebody {user:U0EVIL}')).toBe('somebody {user U0EVIL}');
  });
});
