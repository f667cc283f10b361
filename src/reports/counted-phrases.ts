// English for the hours and the months that a platform counts: which were the busiest, how many are known, which was worked out.
import type { Instant } from '../clock.ts';
import type { MetricId } from '../metrics/catalog.ts';
import { metricPhrases } from '../metrics/metric-phrases.ts';
import type { PhraseSet, Wording } from '../metrics/phrase.ts';
import type { Coverage } from '../metrics/series.ts';
import type { LocalDate } from '../time-zone.ts';

interface CountedHour {
  readonly id: MetricId;
  readonly from: Instant;
  readonly to: Instant;
  readonly zone: string;
  readonly value: number;
}

interface MonthDifference {
  readonly platform: string;
  readonly month: LocalDate;
  readonly theirs: number;
  readonly ours: number;
  readonly days: number;
}

const counted = ({ id, value }: CountedHour, wording: Wording): string =>
  metricPhrases['metric.counted']({ id, count: value }, wording);

export const countedPhrases = {
  'hours.busiest': (hour: CountedHour, wording) =>
    `Busiest hour: ${wording.hours(hour.from, hour.to, hour.zone)}, ${counted(hour, wording)}.`,
  'hours.derived': ({ from, to, zone }: Omit<CountedHour, 'id' | 'value'>, { hours }) =>
    `${hours(from, to, zone)} is worked out, as the total of the day less its other hours: the platform gives hours on the day itself only.`,
  /** Of a day that runs, what is missing may still come. */
  'hours.known': ({ measured, of, isOver }: Coverage & { isOver: boolean }, { count }) =>
    `${count(measured)} of ${count(of)} hours are known${isOver ? '; the platform gives hours on the day itself only' : ''}.`,
  'months.month': () => 'Month',
  'months.days': () => 'Days known',
  /** `Oct 2026`, `Nov 2026 so far`, `15 to 30 Jun 2026`. */
  'months.name': ({ from, to, is }: { from: LocalDate; to: LocalDate; is: 'whole' | 'running' | 'cut' }, wording) => {
    const isFromFirst = from.endsWith('-01');
    if (is === 'cut' || !isFromFirst) return `${wording.dates(from, to)}${is === 'running' ? ' so far' : ''}`;
    const name = wording.instant(Date.parse(from), 'utc', 'LLL yyyy');
    return is === 'running' ? `${name} so far` : name;
  },
  'months.known': ({ measured, of }: Coverage, { count }) => `${count(measured)} of ${count(of)}`,
  'problem.months': ({ app }: { app: string }) => `months of ${app}`,
  /** `days`: how many of the days of the month are stored. */
  'months.differ': ({ platform, month, theirs, ours, days }: MonthDifference, { count, instant, quantity }) => {
    const name = instant(Date.parse(month), 'utc', 'LLLL yyyy');
    const all = quantity(days, { one: 'day', other: 'days' });
    return `${platform} counts ${count(theirs)} messages in ${name}, and the ${all} that imstats has of it make ${count(ours)}. Where one of them was counted late, the number of the platform is right.`;
  },
} satisfies PhraseSet;
