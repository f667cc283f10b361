// English for the hours and the months that a platform counts: which were the busiest, how many are known, which was worked out.
import type { Instant } from '../clock.ts';
import type { MetricId } from '../metrics/catalog.ts';
import { metricPhrases } from '../metrics/metric-phrases.ts';
import type { PhraseSet, Wording } from '../metrics/phrase.ts';
import type { Coverage } from '../metrics/series.ts';

interface CountedHour {
  readonly id: MetricId;
  readonly from: Instant;
  readonly to: Instant;
  readonly zone: string;
  readonly value: number;
}

const counted = ({ id, value }: CountedHour, wording: Wording): string =>
  metricPhrases['metric.counted']({ id, count: value }, wording);

export const countedPhrases = {
  'hours.busiest': (hour: CountedHour, wording) =>
    `Busiest hour: ${wording.hours(hour.from, hour.to, hour.zone)}, ${counted(hour, wording)}.`,
  'hours.derived': (hour: CountedHour, wording) =>
    `The ${counted(hour, wording)} of ${wording.hours(hour.from, hour.to, hour.zone)} are what the total of the day leaves beside its other hours: the platform gives hours on the day itself only.`,
  'hours.known': ({ measured, of }: Coverage, { count }) =>
    `${count(measured)} of ${count(of)} hours are known; the platform gives hours on the day itself only.`,
} satisfies PhraseSet;
