// What is asked: every view and metric over every kind of range, with the window that each range means by the calendar.
import { type DigestPeriod, digestPeriods } from './digest-table.ts';
import { imkitMetrics } from './imkit-truth.ts';
import { jmessageMetrics } from './jmessage-sums.ts';
import {
  addDays,
  clockOn,
  daysBefore,
  daysWindow,
  hour,
  type LocalTime,
  lastDays,
  lastLength,
  minute,
  type Window,
  weekdayOf,
  windowBefore,
} from './local-time.ts';

export interface Range {
  readonly words: string;
  readonly window: Window;
  /** The window that it is compared with, where that is named. */
  readonly before?: Window;
  /** Not of whole hours, so that what is counted by the hour is not asked over it. */
  readonly isOfMinutes?: boolean;
}

export interface Question {
  readonly words: string;
  readonly app: 'prod' | 'china';
  readonly window: Window;
  readonly before?: Window | undefined;
  /** The metric that the view is about. */
  readonly metric: string;
  /** The summary without a range: of the last hour, or of the last whole day. */
  readonly isSummary?: boolean;
  /** A digest of both apps. */
  readonly digest?: DigestPeriod;
}

const views = {
  prod: {
    users: 'users.active',
    messages: 'messages.sent',
    rooms: 'rooms.active',
    connections: 'connections.peak',
    memory: 'memory.free_ratio',
  },
  china: { users: 'users.active', messages: 'messages.sent', groups: 'groups.active' },
} as const;

/** Ranges of whole days; of two apps the days of each are those of its zone. */
function dayRanges(time: LocalTime): Range[] {
  const { today } = time;
  const monday = addDays(today, 1 - weekdayOf(today));
  const sinceFriday = (weekdayOf(today) - 5 + 7) % 7;
  const friday = addDays(today, sinceFriday === 0 ? -7 : -sinceFriday);
  const month = `${today.slice(0, 7)}-01`;
  const span = (words: string, from: string, to: string): Range => ({ words, window: daysWindow(from, to, time) });
  const ago = (days: number): string => addDays(today, -days);
  return [
    span('today', today, today),
    span('yesterday', ago(1), ago(1)),
    ...[2, 3, 7, 14].map((days) => ({ words: `${days}d`, window: lastDays(days, time) })),
    span('this week', monday, today),
    span('last week', addDays(monday, -7), addDays(monday, -1)),
    span('last friday', friday, friday),
    span('this month', month, today),
    span(ago(4), ago(4), ago(4)),
    span(`${ago(5)}..${ago(3)}`, ago(5), ago(3)),
    span(`${ago(3)}..${today}`, ago(3), today),
    span(`since ${ago(2)}`, ago(2), today),
    span(`${ago(9)} to ${ago(1)}`, ago(9), ago(1)),
  ];
}

/** Ranges of days beside others that are named. */
function comparedRanges(time: LocalTime): Range[] {
  const { today } = time;
  const ago = (days: number): string => addDays(today, -days);
  const beside = (words: string, window: Window, days: number): Range => ({
    words,
    window,
    before: windowBefore(window, time, days),
  });
  return [
    beside(`3d vs ${ago(9)}..${ago(7)}`, lastDays(3, time), 6),
    beside(`yesterday vs ${ago(8)}`, daysWindow(ago(1), ago(1), time), 7),
    beside(`today vs ${ago(7)}`, daysWindow(today, today, time), 7),
  ];
}

/** Longer ranges, for a past that is long enough. */
function longRanges(time: LocalTime): Range[] {
  const { today } = time;
  const last = addDays(`${today.slice(0, 7)}-01`, -1);
  return [
    { words: '30d', window: lastDays(30, time) },
    { words: 'last month', window: daysWindow(`${last.slice(0, 7)}-01`, last, time) },
    { words: '2w', window: lastDays(14, time) },
  ];
}

function shortRanges(time: LocalTime): Range[] {
  const nine = clockOn(time.today, '09:00', time.zone);
  const since = nine < time.now ? nine : daysBefore(nine, 1, time.zone);
  return [
    ...[1, 2, 5, 6, 12, 24, 36].map((hours) => ({ words: `${hours}h`, window: lastLength(hours * hour, time) })),
    { words: '90m', window: lastLength(90 * minute, time), isOfMinutes: true },
    ...((time.now - since) % hour === 0
      ? []
      : [{ words: 'since 09:00', window: { from: since, to: time.now }, isOfMinutes: true }]),
  ];
}

/** How many of the questions, the first ones, are of no range. */
export const questionsWithoutRange = 6;

/** Every question about both apps at this time. `days`: how long their past is. */
export function questionsAt(times: { prod: LocalTime; china: LocalTime }, days: number): Question[] {
  const ofDays = (time: LocalTime): Range[] => [
    ...dayRanges(time),
    ...comparedRanges(time),
    ...(days > 61 ? longRanges(time) : []),
  ];
  const ranges = { prod: [...shortRanges(times.prod), ...ofDays(times.prod)], china: ofDays(times.china) };
  const metrics = { prod: imkitMetrics, china: jmessageMetrics };
  const last: Window = lastLength(hour, times.prod);
  const questions: Question[] = [
    { words: 'prod', app: 'prod', window: last, metric: 'messages.sent', isSummary: true },
    { words: 'china', app: 'china', window: last, metric: 'messages.sent', isSummary: true },
    ...digestPeriods.map(
      (digest): Question => ({
        words: `digest preview ${digest}`,
        app: 'prod',
        window: last,
        metric: 'messages.sent',
        digest,
      }),
    ),
  ];
  for (const app of ['prod', 'china'] as const) {
    for (const { words, window, before, isOfMinutes } of ranges[app]) {
      const add = (view: string, metric: string): void => {
        const isCounted = !/^memory|^connections\.current|^rooms\.total/.test(metric);
        if (isOfMinutes === true && isCounted) return;
        questions.push({ words: `${view} ${app} ${words}`.trim(), app, window, before, metric });
      };
      add('', 'messages.sent');
      for (const [view, metric] of Object.entries(views[app])) add(view, metric);
      for (const metric of metrics[app]) add(`trend ${metric}`, metric);
    }
  }
  return questions;
}
