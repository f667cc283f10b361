// What people do with an alert, and what happens when they do not: acknowledge, silence, repeats, reminders.
import { test } from 'vitest';
import { hour, minute, second } from '../../src/clock.ts';
import { critical, every, expectRow, opened, plain, type Row, resolved, sample, tick, user } from './sample-rules.ts';

const m = minute;

const rows: readonly Row[] = [
  {
    name: 'critical is repeated after 30 min, then after an hour more',
    events: [...critical, ...every(3 * m, 2 * hour, 0.05)],
    said: ['pending', 'opened', 'repeated', 'repeated'],
    condition: 'firing',
    level: 'critical',
  },
  {
    name: 'the last gap between repeats stays',
    events: [...critical, ...every(3 * m, 12 * hour, 0.05)],
    said: ['pending', 'opened', ...Array(5).fill('repeated')],
    condition: 'firing',
    level: 'critical',
  },
  {
    name: 'an acknowledged alert is not repeated',
    events: [...critical, user(3 * m, 'acknowledge', 5 * hour), ...every(4 * m, 4 * hour, 0.05)],
    said: ['pending', 'opened', 'acknowledged'],
    condition: 'firing',
    level: 'critical',
  },
  {
    name: 'an acknowledgement of critical runs out after an hour, with a reminder',
    events: [...critical, user(3 * m, 'acknowledge'), ...every(4 * m, 64 * m, 0.05)],
    said: ['pending', 'opened', 'acknowledged', 'reminded'],
    condition: 'firing',
    level: 'critical',
  },
  {
    name: 'without an answer for 30 min it is open again and repeated',
    events: [...critical, user(3 * m, 'acknowledge'), ...every(4 * m, 93 * m, 0.05)],
    said: ['pending', 'opened', 'acknowledged', 'reminded', 'acknowledgementExpired', 'repeated'],
    condition: 'firing',
    level: 'critical',
  },
  {
    name: 'an answer to the reminder keeps it in hand',
    events: [
      ...critical,
      user(3 * m, 'acknowledge'),
      ...every(4 * m, 64 * m, 0.05),
      user(65 * m, 'acknowledge'),
      ...every(66 * m, 120 * m, 0.05),
    ],
    said: ['pending', 'opened', 'acknowledged', 'reminded', 'acknowledged'],
    condition: 'firing',
    level: 'critical',
  },
  {
    name: 'an acknowledgement of a warning holds for 8 hours',
    events: [...opened, user(6 * m, 'acknowledge'), ...every(7 * m, 8 * hour + 5 * m, 0.1)],
    said: ['pending', 'opened', 'acknowledged'],
    condition: 'firing',
    level: 'warning',
  },
  {
    name: 'a silence ends by itself and says so when it still fires',
    events: [...critical, user(3 * m, 'silence', 33 * m), ...every(4 * m, 33 * m, 0.05)],
    said: ['pending', 'opened', 'silenced', 'silenceEnded', 'repeated'],
    condition: 'firing',
    level: 'critical',
  },
  {
    name: 'a silence ends without a repeat when it does not fire any more',
    events: [...resolved, user(17 * m, 'silence', 30 * m), tick(30 * m)],
    said: ['pending', 'opened', 'recovering', 'resolved', 'silenced', 'silenceEnded'],
    condition: 'inactive',
  },
  {
    name: 'a silence can be ended by hand',
    events: [...critical, user(3 * m, 'silence', 33 * m), user(4 * m, 'unsilence'), ...every(5 * m, 10 * m, 0.05)],
    said: ['pending', 'opened', 'silenced', 'unsilenced'],
    condition: 'firing',
    level: 'critical',
  },
  {
    name: 'what is resolved by hand stays closed until it has been clear once',
    rule: plain,
    events: [sample(0, 0.1), user(10 * second, 'resolve'), sample(m, 0.1), sample(2 * m, 0.1)],
    said: ['opened', 'closed'],
    condition: 'inactive',
  },
  {
    name: 'and opens again after that',
    rule: plain,
    events: [sample(0, 0.1), user(10 * second, 'resolve'), sample(m, 0.1), sample(2 * m, 0.3), sample(3 * m, 0.1)],
    said: ['opened', 'closed', 'opened'],
    condition: 'firing',
    level: 'warning',
  },
  {
    name: 'nothing can be acknowledged that is not open',
    events: [sample(0, 0.5), user(m, 'acknowledge')],
    said: ['ignored'],
    condition: 'inactive',
  },
  {
    name: 'a double click acknowledges once',
    events: [...critical, user(3 * m, 'acknowledge'), user(3 * m + second, 'acknowledge')],
    said: ['pending', 'opened', 'acknowledged', 'ignored'],
    condition: 'firing',
    level: 'critical',
  },
];

test.each(rows)('$name', (row) => expectRow(row));
