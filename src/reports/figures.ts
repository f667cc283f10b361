// Headline numbers of a moment: value, what it is part of, and how it stands to the same time yesterday.
import { day, hour, minute } from '../clock.ts';
import { type MetricId, type MetricValues, metric, metricsIn } from '../metrics/catalog.ts';
import { type Change, changeOf, changeOn, changeWithin } from '../metrics/compare.ts';
import { formatCount, formatRatio, formatShare, formatValue } from '../metrics/format.ts';
import type { BucketNeed } from '../metrics/sample.ts';
import { bucketsOf, type Readings } from './readings.ts';
import type { Figure } from './report.ts';
import { roundShare } from './status.ts';

/** How far from the same time yesterday a value may be and still stand for it. */
const reach = 30 * minute;

/** What `yesterday` of a moment needs: a few hours around the same time a day ago. */
export function yesterdayNeeds(ids: readonly MetricId[], now: number): BucketNeed[] {
  const base = now - day;
  return ids.map((id) => ({ metric: id, tier: 'fiveMinutes', from: base - 3 * hour, to: base + reach }));
}

/** How a value stands to the one measured nearest to the same time yesterday; undefined where there is none. */
export function changeOnYesterday(readings: Readings, id: MetricId, value: number | undefined): Change | undefined {
  const at = readings.latest?.at ?? readings.now;
  const [need] = yesterdayNeeds([id], readings.now);
  const buckets = need === undefined ? [] : bucketsOf(readings, need);
  const nearest = [...buckets].sort((a, b) => Math.abs(a.at - at + day) - Math.abs(b.at - at + day))[0];
  if (nearest === undefined || Math.abs(nearest.at - at + day) > reach) return undefined;
  const known = buckets.reduce((sum, bucket) => sum + bucket.samples, 0);
  return changeOf({ now: value, before: nearest.last, unit: metric(id).unit, known });
}

/** Leaves out what is not there, because an absent field is not the same as an undefined one. */
export function figure(parts: {
  title: string;
  value: string;
  detail?: string | undefined;
  change?: string | undefined;
}): Figure {
  const { title, value, detail, change } = parts;
  return { title, value, ...(detail === undefined ? {} : { detail }), ...(change === undefined ? {} : { change }) };
}

/** The figures of a snapshot in the order of display; a metric that was not measured is left out. */
export function momentFigures(readings: Readings, values: MetricValues): Figure[] {
  const change = (id: MetricId): string | undefined => {
    const found = changeOnYesterday(readings, id, values[id]);
    return found === undefined ? undefined : changeOn(found, 'yesterday');
  };
  return metricsIn('momentFigures').flatMap((id) => {
    // These two are shown with what they are a part of.
    if (id === 'rooms.active') return roomFigures(values, change(id));
    if (id === 'memory.free') return memoryFigures(readings, values);
    const value = values[id];
    if (value === undefined) return [];
    const { title, unit, group } = metric(id);
    const detail = group === 'connections' ? limitDetail(value, readings.app.connectionLimit) : undefined;
    return [figure({ title, value: formatValue(value, unit), detail, change: change(id) })];
  });
}

/** `of 2,000 (95 %)`. */
export function limitDetail(value: number, limit: number | undefined): string | undefined {
  if (limit === undefined || limit <= 0) return undefined;
  return `of ${formatCount(limit)} (${formatRatio(roundShare(value / limit))})`;
}

function roomFigures(values: MetricValues, change: string | undefined): Figure[] {
  const { 'rooms.active': active, 'rooms.total': total } = values;
  if (active === undefined)
    return total === undefined ? [] : [figure({ title: metric('rooms.total').title, value: formatCount(total) })];
  const detail = total === undefined ? undefined : `of ${formatCount(total)}`;
  return [figure({ title: metric('rooms.active').title, value: formatCount(active), detail, change })];
}

/** Both the size and the share: `3.0 of 8.0 GiB (37.5 %)`. */
function memoryFigures(readings: Readings, values: MetricValues): Figure[] {
  const { 'memory.free': free, 'memory.total': total, 'memory.free_ratio': ratio } = values;
  if (free === undefined && ratio === undefined) return [];
  const found = changeOnYesterday(readings, 'memory.free_ratio', ratio);
  const change = found === undefined ? undefined : changeWithin(found, '24 h');
  const title = metric('memory.free').title;
  if (free === undefined) return [figure({ title, value: formatValue(ratio, 'ratio'), change })];
  const value = total === undefined ? formatValue(free, 'bytes') : formatShare(free, total);
  return [figure({ title, value, detail: ratio === undefined ? undefined : `(${formatRatio(ratio)})`, change })];
}
