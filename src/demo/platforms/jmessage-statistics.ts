// The statistics of the sample JMessage server: rows by day, hour and month.
import { day, hour, type Instant } from '../../clock.ts';
import { parseInstant } from '../../time-zone.ts';
import type { SampleResponse } from './faulty-server.ts';
import { type JMessageServerInput, refuse } from './jmessage-server.ts';
import { dayIndex, dayStart, sampleZone } from './load-curve.ts';
import type { PartialDay } from './sample-messages.ts';

/** Days for which statistics are kept, today included. */
const daysKept = 60;

/** A response of `/statistic/users`, `/messages` or `/groups`; what the vendor's documentation does not allow is refused. */
export function answerStatistic(input: JMessageServerInput, statistic: string, query: URLSearchParams): SampleResponse {
  const unit = query.get('time_unit') ?? '';
  const duration = Number(query.get('duration'));
  const tokens = { HOUR: 'yyyy-MM-dd HH', DAY: 'yyyy-MM-dd', MONTH: 'yyyy-MM' }[unit];
  const start = tokens === undefined ? undefined : parseInstant(query.get('start') ?? '', tokens, sampleZone);
  if (start === undefined || !Number.isInteger(duration) || duration < 1)
    return refuse(400, 899003, 'Parameter invalid');
  const now = input.now();
  if (unit === 'DAY') {
    const first = dayIndex(start);
    if (duration > daysKept || first <= dayIndex(now) - daysKept) return refuse(400, 899003, 'Parameter invalid');
    return { status: 200, body: dailyBody(statistic, daysOf(input, { first, duration, now })) };
  }
  if (statistic !== 'messages') return refuse(400, 899003, 'Parameter invalid');
  if (unit === 'HOUR') {
    if (dayIndex(start) !== dayIndex(now) || duration > 24) return refuse(400, 899003, 'Parameter invalid');
    return { status: 200, body: messagesBody(hoursOf(input, { start, duration, now })) };
  }
  if (duration > 2) return refuse(400, 899003, 'Parameter invalid');
  return { status: 200, body: messagesBody(monthsOf(input, { start, duration, now })) };
}

interface Row {
  readonly time: string;
  readonly totals: PartialDay;
}

/** One row per day that has begun; today's is of today so far. */
function daysOf(input: JMessageServerInput, span: { first: number; duration: number; now: Instant }): readonly Row[] {
  const rows: Row[] = [];
  for (let index = span.first; index < span.first + span.duration && dayStart(index) <= span.now; index += 1) {
    const totals = input.messages.day(index).at(Math.min(dayStart(index + 1), span.now));
    rows.push({ time: localText(dayStart(index)).slice(0, 10), totals });
  }
  return rows;
}

function hoursOf(input: JMessageServerInput, span: { start: Instant; duration: number; now: Instant }): readonly Row[] {
  const totals = input.messages.day(dayIndex(span.now));
  const rows: Row[] = [];
  for (let at = span.start; at < span.start + span.duration * hour && at <= span.now; at += hour) {
    const upTo = totals.at(Math.min(at + hour, span.now));
    rows.push({ time: localText(at).slice(0, 13), totals: difference(upTo, totals.at(at)) });
  }
  return rows;
}

function monthsOf(
  input: JMessageServerInput,
  span: { start: Instant; duration: number; now: Instant },
): readonly Row[] {
  const rows = new Map<string, PartialDay>();
  const last = Math.min(dayIndex(span.now), dayIndex(span.start + 31 * span.duration * day));
  for (const { time, totals } of daysOf(input, {
    first: dayIndex(span.start),
    duration: last - dayIndex(span.start) + 1,
    now: span.now,
  })) {
    const month = time.slice(0, 7);
    const known = rows.get(month);
    if (known === undefined && rows.size === span.duration) break;
    rows.set(month, known === undefined ? totals : sum(known, totals));
  }
  return [...rows].map(([time, totals]) => ({ time, totals }));
}

function dailyBody(statistic: string, rows: readonly Row[]): unknown {
  if (statistic === 'messages') return messagesBody(rows);
  if (statistic === 'groups') {
    return rows.map(({ time, totals }) => ({
      date: time,
      active_group: totals.activeGroups,
      total_group: totals.totalGroups,
      new_group: totals.newGroups,
    }));
  }
  return rows.map(({ time, totals }) => ({
    date: time,
    active_users: totals.activeUsers,
    total_users: totals.totalUsers,
    send_msg_users: totals.senders,
    new_users: totals.newUsers,
  }));
}

/** Types are added up over all rows of the answer, as the vendor does. */
function messagesBody(rows: readonly Row[]): unknown {
  const over = (target: 'single' | 'group', type: keyof PartialDay['single']): number =>
    rows.reduce((total, { totals }) => total + totals[target][type], 0);
  const types = (target: 'single' | 'group'): unknown => ({
    txt_msg: over(target, 'text'),
    image_msg: over(target, 'image'),
    voice_msg: over(target, 'voice'),
    other_msg: over(target, 'custom'),
  });
  return {
    send_msg_stat: rows.map(({ time, totals }) => ({
      time,
      group_send_msg: Object.values(totals.group).reduce((total, count) => total + count, 0),
      single_send_msg: Object.values(totals.single).reduce((total, count) => total + count, 0),
    })),
    group_msg_stat: types('group'),
    single_msg_stat: types('single'),
  };
}

function difference(later: PartialDay, earlier: PartialDay): PartialDay {
  return combine(later, earlier, (one, other) => one - other);
}

function sum(one: PartialDay, other: PartialDay): PartialDay {
  return combine(one, other, (first, second) => first + second);
}

function combine(one: PartialDay, other: PartialDay, how: (one: number, other: number) => number): PartialDay {
  const kinds = (target: 'single' | 'group'): PartialDay['single'] => ({
    text: how(one[target].text, other[target].text),
    image: how(one[target].image, other[target].image),
    voice: how(one[target].voice, other[target].voice),
    custom: how(one[target].custom, other[target].custom),
  });
  return { ...one, single: kinds('single'), group: kinds('group') };
}

/** `2026-11-22T09:00:00` on the wall clock of the sample zone, without a library: its offset never changes. */
function localText(at: Instant): string {
  return new Date(at + 8 * hour).toISOString().slice(0, 19).replace('T', ' ');
}
