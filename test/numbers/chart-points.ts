// The points and the alt text of a picture: each point is compared with what was measured in its slot, each number of the alt text with the points.
import type { ChartModel } from '../../src/reports/word-report.ts';
import { readAlt } from './chart-alt.ts';
import type { Interval, Statistic } from './imkit-sums.ts';
import {
  addDays,
  clockAt,
  dateAt,
  daysBefore,
  daysFrom,
  daysWindow,
  hour,
  type LocalTime,
  monthNumber,
  timeAt,
  type Window,
} from './local-time.ts';
import { type Measure, measureOf } from './metric-names.ts';
import { readCompared } from './range-words.ts';
import { aboutOf, type Reading, type Scope } from './reader.ts';

/** What a chart needs beside the scope of its message. */
export interface ChartScope extends Scope {
  /** Any value that was measured within a slot. */
  readonly range: (metric: string, window: Window) => Interval | undefined;
}

const hows: Readonly<Record<string, Statistic>> = {
  lowest: 'low',
  highest: 'high',
  'on average': 'mean',
  'busiest hour': 'high',
};

/** Name, statistic and slot of a title such as `Free memory, lowest by hour, last 7 days`. */
function readTitle(title: string, about: string): (Measure & { readonly isNamed: boolean }) | undefined {
  const bare = title.replace(/^[^:,]+: /, '');
  const text = bare.charAt(0).toUpperCase() + bare.slice(1);
  const found =
    /^(?<name>[^,]+?)(?: in the hour before)?(?:, (?<how>lowest|highest|on average|busiest hour))?(?: (?:per|by) (?:hour|day|moment|\d+ (?:min|h)))?(?:, .*)?$/.exec(
      text,
    );
  const measure = measureOf(found?.groups?.['name'] ?? '', about);
  const how = found?.groups?.['how'];
  if (measure === undefined) return undefined;
  return {
    metric: measure.metric,
    statistic: (how === undefined ? undefined : hows[how]) ?? measure.statistic,
    isNamed: how !== undefined,
  };
}

export function readChart(model: ChartModel, scope: ChartScope): Reading {
  const reading: Reading = { claims: [], unattributed: [] };
  const title = readTitle(model.title, scope.metric);
  const starts = startsOf(model, scope);
  if (title === undefined || starts === undefined) {
    reading.unattributed.push({ shown: `chart "${model.title}" with ${model.labels.slice(-2).join(', ')}` });
    return reading;
  }
  for (const series of model.series) {
    const isPrevious = series.role === 'previous';
    const measure = { ...measureOfSeries(series.name, title, model), isNamed: title.isNamed, isPrevious };
    const slots = slotsOf(starts, model, scope);
    const shifted = isPrevious ? slots.map((slot) => shiftedSlot(slot, series.name, scope)) : slots;
    readBand(series, { measure, slots, title: model.title }, scope, reading);
    series.values.forEach((value, index) => {
      const slot = shifted[index];
      if (value === undefined) return;
      const all = slot === undefined ? [] : isPrevious ? twins(slot, scope.time) : [slot];
      const right = all.flatMap((one) => rightOf(measure, one, model.each, scope));
      const about = slot === undefined ? 'a point of no slot' : aboutOf({ ...measure, window: slot }, scope.time);
      const shown = `${model.title} [${series.name}] ${model.labels[index]}: ${value}`;
      reading.claims.push({
        shown,
        value,
        half: value < 1 ? 1e-9 : 0.5,
        right,
        about,
      });
    });
  }
  const metricOf = ({ name }: { readonly name: string }): string => measureOfSeries(name, title, model).metric;
  readAlt(model, { ...scope, metric: title.metric }, { reading, metricOf });
  return reading;
}

function measureOfSeries(name: string, title: Measure, { series }: ChartModel): Measure {
  const mains = series.filter(({ role }) => role === 'main');
  if (mains.length < 2) return title;
  if (name === 'Single chats') return { metric: 'messages.single', statistic: 'sum' };
  if (name === 'Groups' && title.metric === 'messages.sent') return { metric: 'messages.group', statistic: 'sum' };
  return measureOf(name, undefined) ?? title;
}

interface PointMeasure extends Measure {
  /** The title names the statistic. */
  readonly isNamed: boolean;
  readonly isPrevious: boolean;
}

function rightOf(measure: PointMeasure, slot: Window, each: ChartModel['each'], scope: ChartScope): Interval[] {
  const { metric, statistic, isNamed, isPrevious } = measure;
  const isOfMoments = /^memory\.|^connections\.current|total$/.test(metric);
  // Where the title names no statistic, the value may be any of its slot.
  const isAny = slot.dates === undefined && (each === 'moment' ? !isNamed || isPrevious : !isNamed && isOfMoments);
  return isAny
    ? [scope.range(metric, slot)].filter((one) => one !== undefined)
    : scope.sums.slot(metric, statistic, slot);
}

/** A curve with the lowest and the highest sample of each point. */
interface Banded {
  readonly name: string;
  readonly lows?: readonly (number | undefined)[] | undefined;
  readonly highs?: readonly (number | undefined)[] | undefined;
}

function readBand(
  { name, lows = [], highs = [] }: Banded,
  of: { readonly measure: PointMeasure; readonly slots: readonly Window[]; readonly title: string },
  { sums, time }: ChartScope,
  reading: Reading,
): void {
  const { metric, isPrevious } = of.measure;
  if (isPrevious || sums.isDaily) return;
  for (const [statistic, values] of [
    ['low', lows],
    ['high', highs],
  ] as const) {
    for (const [index, value] of values.entries()) {
      const window = of.slots[index];
      if (value === undefined || window === undefined) continue;
      const right = sums.slot(metric, statistic, window);
      const about = aboutOf({ metric, statistic, window }, time);
      reading.claims.push({
        shown: `${of.title} [${name}, ${statistic}]: ${value}`,
        value,
        half: value < 1 ? 1e-9 : 0.5,
        right,
        about,
      });
    }
  }
}

function slotsOf(starts: readonly number[], { each }: ChartModel, { time, window }: ChartScope): Window[] {
  const width = each === 'hour' ? hour : (starts.at(-1) ?? 0) - (starts.at(-2) ?? 0) || hour;
  return starts.map((from, index) => {
    const end = starts[index + 1] ?? from + width;
    // The window cuts its first slot.
    const begin = window.dates === undefined && window.from > from && window.from < end ? window.from : from;
    if (each !== 'day') return { from: begin, to: Math.min(time.now, end) };
    const date = dateAt(from, time.zone);
    return daysWindow(date, date, time);
  });
}

/** The hour that comes twice where the clock goes back has two places, of which either is right. */
function twins(slot: Window, { zone }: LocalTime): Window[] {
  const isTwin = (shift: number): boolean =>
    shift === 0 || (slot.dates === undefined && timeAt(slot.from + shift, zone) === timeAt(slot.from, zone));
  return [0, -hour, hour].filter(isTwin).map((shift) => ({ ...slot, from: slot.from + shift, to: slot.to + shift }));
}

function shiftedSlot(slot: Window, name: string, scope: ChartScope): Window | undefined {
  const { window, time } = scope;
  const words = name.charAt(0).toLowerCase() + name.slice(1);
  const before = scope.named?.(words) ?? readCompared(words, window, time)?.before;
  if (before === undefined) return undefined;
  if (window.dates === undefined || before.dates === undefined) {
    const shift = before.from - window.from;
    // The points of a picture begin at even times or are samples, which two windows need not have at the same distance.
    const reach = slot.to - slot.from < 0.9 * hour ? 605_000 : 0;
    return { from: slot.from + shift - reach, to: slot.to + shift + reach };
  }
  const days = daysFrom(before.dates.from, window.dates.from);
  if (slot.dates !== undefined) {
    const day = daysWindow(addDays(slot.dates.from, -days), addDays(slot.dates.to, -days), time);
    // "By this time" the last day is as long as the one that runs.
    return { ...day, to: Math.min(day.to, before.to) };
  }
  const from = daysBefore(slot.from, days, time.zone);
  // A sample has its place beside the nearest one.
  const reach = slot.to - slot.from < 360_000 ? 305_000 : 0;
  return { from: from - reach, to: from + (slot.to - slot.from) + reach };
}

/** When each point begins, from the labels: each the newest such time before the next one, the last one the newest that is not after the window. */
function startsOf({ labels, each }: ChartModel, { time, window }: ChartScope): number[] | undefined {
  if (each === 'day') return labels.map((label) => dayOf(label, time));
  for (const end of [window.to, time.now]) {
    let next = Math.min(time.now, end) + 60_000;
    let last: string | undefined;
    const starts: number[] = [];
    for (const labelled of labels.toReversed()) {
      const label = withoutSeconds(labelled);
      // Two samples may lie in one minute.
      const at = newestOf(label, label === last ? next : next - 1, time);
      last = label;
      if (at === undefined) break;
      starts.push(at);
      next = at;
    }
    // The day that runs may be drawn beside a window that ends before it.
    if (starts.length === labels.length && (starts[0] ?? 0) > Math.min(time.now, end) - 2 * hour)
      return starts.reverse();
  }
  return undefined;
}

/** Labels have seconds where two samples lie in one minute. */
const withoutSeconds = (label: string): string => label.replace(/(\d{2}:\d{2}):\d{2}/, '$1');

const labelForms = ['HH:mm', 'ccc HH:mm', 'd LLL HH:mm', 'd LLL HH:mm ZZ'];

/** The newest minute, at or before a time, that a label is of. */
function newestOf(label: string, before: number, { zone }: LocalTime): number | undefined {
  const [, hours, minutes] = /(\d{2}):(\d{2})/.exec(label) ?? [];
  if (hours === undefined) return undefined;
  const wanted = Number(hours) * 60 + Number(minutes);
  const end = Math.floor(before / 60_000) * 60_000;
  const [hour = 0, minutesNow = 0] = timeAt(end, zone).split(':').map(Number);
  const clock = hour * 60 + minutesNow;
  const back = (clock - wanted + 1_440) % 1_440;
  const form = labelForms.find((one) => one.length === formLength(label));
  for (let days = -1; days < 40; days += 1) {
    // Clocks may have changed since then.
    for (const change of [-60, 0, 60]) {
      const at = end - (back + change + days * 1_440) * 60_000;
      if (at <= end && form !== undefined && labelAt(at, zone, form) === label) return at;
    }
  }
  return undefined;
}

const labelAt = (at: number, zone: string, form: string): string =>
  form === 'HH:mm' ? timeAt(at, zone) : clockAt(at, zone, form);

function formLength(label: string): number {
  if (/[+-]\d{2}:\d{2}$/.test(label)) return 'd LLL HH:mm ZZ'.length;
  if (/^\d+ [A-Z]/.test(label)) return 'd LLL HH:mm'.length;
  return /^[A-Z]/.test(label) ? 'ccc HH:mm'.length : 'HH:mm'.length;
}

/** `22 Nov`, `22 Nov 25`: the newest such day. */
function dayOf(label: string, { today, zone }: LocalTime): number {
  const [, day = '1', month = 'Jan', short] = /(\d{1,2}) ([A-Z][a-z]{2})(?: (\d{2}))?/.exec(label) ?? [];
  const rest = `${String(monthNumber(month)).padStart(2, '0')}-${day.padStart(2, '0')}`;
  const year =
    short === undefined ? Number(today.slice(0, 4)) - (rest > today.slice(5) ? 1 : 0) : 2_000 + Number(short);
  return daysWindow(`${year}-${rest}`, `${year}-${rest}`, { now: Number.MAX_SAFE_INTEGER / 2, zone, today }).from;
}
