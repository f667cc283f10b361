// The range that is compared with another one than the period before it.
import type { Instant } from '../clock.ts';
import { addDays, daysBetween, localDate, sameTimeAfter, sameTimeOn, startOfDate } from '../time-zone.ts';
import { phrasesOf } from './phrase.ts';
import type { Range, Span } from './range.ts';
import type { rangePhrases } from './range-phrases.ts';

const say = phrasesOf<typeof rangePhrases>();

/**
 * A range with another one in place of the period before it. A range that still runs is compared with as much of the other as
 * has passed of itself; a range of hours with the same hours of another day.
 */
export function comparedWith(range: Range, other: Range): Range {
  const { zone } = range;
  if (!range.wholeDays && other.wholeDays && other.dates.from === other.dates.to) {
    const back = daysBetween(other.dates.from, localDate(range.to, zone));
    const previous = { from: daysBefore(range.from, back, zone), to: daysBefore(range.to, back, zone) };
    return withPrevious(range, previous, say('range.againstTime', { range: other.name }));
  }
  const days = daysBetween(other.dates.from, other.dates.to) + 1;
  const passed = daysBetween(range.dates.from, localDate(range.compared.to - 1, zone)) + 1;
  if (!range.wholeDays || !range.todayPartial || days < passed)
    return withPrevious(range, other, say('range.against', { range: other.name }));
  const isToday = range.compared.to === range.to;
  const last = addDays(other.dates.from, passed - 1);
  const to = isToday ? sameTimeOn(last, range.to, zone) : startOfDate(addDays(last, 1), zone);
  const cut = { kind: 'dates', from: other.dates.from, to: last, ends: 'earlier' } as const;
  const name = passed === days ? other.name : cut;
  const on = isToday ? say('range.againstTime', { range: name }) : say('range.against', { range: name });
  return withPrevious(range, { from: other.from, to: Math.min(to, other.to) }, on);
}

function daysBefore(at: Instant, days: number, zone: string): Instant {
  return sameTimeAfter(-days, at, zone);
}

function withPrevious(range: Range, { from, to }: Span, on: Range['previous']['on']): Range {
  const dates = { from: localDate(from, range.zone), to: localDate(to - 1, range.zone) };
  return { ...range, previous: { from, to, on, dates }, isCompared: true };
}

/** The range that is asked about where only the other one is named: what runs now of its kind, or as many days. */
export function rangeWordBeside(other: Range): string {
  const [, period] = /^last-(week|month|quarter|year)$/.exec(other.word) ?? [];
  if (period !== undefined) return `this-${period}`;
  if (!other.wholeDays) return '24h';
  const days = daysBetween(other.dates.from, other.dates.to) + 1;
  return days === 1 ? 'today' : `${days}d`;
}
