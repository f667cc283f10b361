// When the condition of an incident ended, as its story tells it: at its return, whoever closed it and when.
import { expect, it } from 'vitest';
import { headlineOf } from '../../src/alerting/alert-lines.ts';
import { storyOf } from '../../src/alerting/alert-message.ts';
import type { AlertEvent } from '../../src/alerting/events.ts';
import { minute } from '../../src/clock.ts';
import { englishWording } from '../../src/wording.ts';
import { app, every, ruleWith, run, start, user } from './sample-rules.ts';

const { text } = englishWording;
const rule = ruleWith({ keepCritical: 30 * minute });
const m = minute;
const low = every(0, 10 * m, 0.1);
const worse = every(11 * m, 20 * m, 0.05);

const rows: readonly (readonly [
  name: string,
  level: 'warning' | 'critical',
  events: readonly AlertEvent[],
  end: string,
])[] = [
  ['recovered', 'warning', [...low, ...every(11 * m, 21 * m, 0.3)], 'under 15 % from 03:00 to 03:11, lowest'],
  [
    'closed by hand while it is so',
    'warning',
    [...low, user(15 * m, 'resolve')],
    'from 03:00 to 03:15 at least, lowest',
  ],
  [
    'closed by hand after it came back',
    'warning',
    [...low, ...every(11 * m, 13 * m, 0.3), user(15 * m, 'resolve')],
    'from 03:00 to 03:11, lowest',
  ],
  [
    'closed with its rule',
    'warning',
    [...low, { type: 'ruleRemoved', at: start + 15 * m }],
    'from 03:00 to 03:15 at least, lowest',
  ],
  [
    'recovered from critical by way of the warning',
    'critical',
    [...low, ...worse, ...every(21 * m, 25 * m, 0.13), ...every(26 * m, 36 * m, 0.3)],
    'under 15 % (also under 8 %) from 03:00 to 03:26, lowest',
  ],
];

it.each(rows)('%s', (_name, level, events, end) => {
  const { state } = run(rule, events);
  expect(state.machine.closedAt).toBeDefined();
  const alert = { state, level, rule, app, now: state.machine.closedAt ?? 0, history: [] };
  expect(text(storyOf(alert))).toContain(end);
  const minutes = Number(/ to 03:(\d\d)/.exec(text(storyOf(alert)))?.[1]);
  const told = text(headlineOf(alert));
  // Line 1 has the same length, where it has one.
  if (/after|for \d/.test(told)) expect(told).toContain(`after ${minutes} min`);
});
