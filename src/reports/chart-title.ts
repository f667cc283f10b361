// What a chart is called: its metric, what one point of it stands for, and its range.
import type { ImApp } from '../app.ts';
import { hour } from '../clock.ts';
import { reportsDays } from '../metrics/capabilities.ts';
import { type Combine, type MetricId, metric, titleOverTime } from '../metrics/catalog.ts';
import type { Range } from '../metrics/range.ts';
import type { Curved } from './curve.ts';

/** One day of a platform of days is a single point: it is shown as the last of this many. */
export const fortnight = 14;

/** What stands for an hour or a day that is not a count of its own. */
const standsFor: Readonly<Record<'hour' | 'day', Readonly<Partial<Record<Combine, string>>>>> = {
  hour: { last: '', min: ', lowest', mean: ', highest' },
  day: { last: '', min: ', lowest', mean: ', on average', max: ', busiest hour' },
};

/** `Messages per day`, `Rooms by day`, `Free memory, lowest by hour`, `Active users, busiest hour by day`; of moments the title alone. */
export function pointsTitle(app: Pick<ImApp, 'platform'>, id: MetricId, each: Curved['each']): string {
  const { title, combine, group: part } = metric(id);
  if (each === 'moment') return title;
  // The peak of a day is a peak, and a platform that counts days has no hours in them.
  const isOwn = combine === 'max' && (part === 'connections' || reportsDays(app.platform));
  const what = isOwn ? undefined : standsFor[each][combine];
  return what === undefined ? `${title} per ${each}` : `${titleOverTime(id)}${what} by ${each}`;
}

/** `Messages per hour, last 24 hours`, of what its points are called. */
export function chartTitle(named: string, each: Curved['each'], range: Range): string {
  const isWider = each === 'day' && range.to - range.from < 26 * hour;
  return `${named}, ${isWider ? `${fortnight} days` : shortWords(range)}`;
}

/** The words of a range without the date of a single day, which the labels show. */
function shortWords({ words }: Range): string {
  return words.replace(/^(today so far|yesterday), .*$/, '$1').replace(/^[A-Z][a-z]+day (\d)/, '$1');
}
