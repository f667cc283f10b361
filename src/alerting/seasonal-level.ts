// Brings what was learned to the level of the present: growth, a level that changed and lasted, one that a person accepted; and which times are not learned from.
import { day, hour, type Instant } from '../clock.ts';
import { type MetricId, metric, type Unit } from '../metrics/catalog.ts';
import { median } from '../metrics/compare.ts';
import type { AcceptedLevel } from './rule.ts';
import type { Incident } from './state.ts';

type Span = { readonly from: Instant; readonly to: Instant };

/** Only so much of an incident is left out of learning: what lasts longer may be the new usual. */
const unusualFor = 2 * day;

/** Incidents that follow each other sooner than this are of one change, such as that of every weekend. */
const sameChange = 8 * day;

/** The beginnings of incidents (of one rule, in any order), which are left out of learning. What a person accepted is learned whole. */
export function unusualSpans(
  incidents: readonly Pick<Incident, 'openedAt' | 'closedAt' | 'reason'>[],
  now: Instant,
): readonly Span[] {
  const spans: Span[] = [];
  let began = Number.NEGATIVE_INFINITY;
  let ended = Number.NEGATIVE_INFINITY;
  for (const { openedAt, closedAt = now, reason } of incidents.toSorted((a, b) => a.openedAt - b.openedAt)) {
    if (openedAt - ended > sameChange) began = openedAt;
    ended = Math.max(ended, closedAt);
    const to = Math.min(closedAt, began + unusualFor);
    if (reason !== 'accepted' && to > openedAt) spans.push({ from: openedAt, to });
  }
  return spans;
}

/** An hour of the past on the wall clock, at the level of the present. */
export interface LearnedHour {
  readonly at: Instant;
  readonly cell: number;
  readonly date: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Levels of counts and sizes are compared as ratios, those of shares as differences: on this scale all are differences. */
interface LevelScale {
  to(value: number): number;
  from(level: number): number;
  /** A smaller change is none: a quarter, or six points. */
  readonly least: number;
}

/** So that a handful more or less among few is no change of level. */
const few = 5;

const fromMean = (level: number): number => Math.max(0, Math.exp(level) - 0.1);

const scales: Readonly<Record<Unit, LevelScale>> = {
  count: {
    to: (value) => Math.log(Math.max(0, value) + few),
    from: (level) => Math.max(0, Math.exp(level) - few),
    least: Math.log(1.25),
  },
  bytes: { to: (value) => Math.log(Math.max(1, value)), from: Math.exp, least: Math.log(1.25) },
  mean: { to: (value) => Math.log(Math.max(0, value) + 0.1), from: fromMean, least: Math.log(1.25) },
  ratio: { to: (value) => value, from: (level) => Math.min(1, Math.max(0, level)), least: 0.06 },
};

interface LevelInput {
  readonly metric: MetricId;
  readonly now: Instant;
  readonly accepted?: AcceptedLevel | undefined;
}

/** The hours as they would be at the level of `now`. `since`: when a level that lasts began. */
export function atPresentLevel(
  hours: readonly LearnedHour[],
  { metric: id, now, accepted }: LevelInput,
): { readonly hours: readonly LearnedHour[]; readonly since: Instant | undefined } {
  const { unit } = metric(id);
  const scale = scales[unit];
  const known = accepted === undefined ? hours : asAccepted(hours, accepted, scale);
  const levels = levelsOf(known, now, scale);
  // Over weeks growth alone looks like a change of level.
  const before = unit === 'count' ? growthOf(levels) : 0;
  const step = lastingStep(withoutGrowth(levels, before), scale.least);
  const levelled =
    step === undefined ? known : known.map((one) => (one.at < step.at ? moved(one, step.by, scale) : one));
  const weekly = unit !== 'count' || step === undefined ? before : growthOf(levelsOf(levelled, now, scale));
  const grown =
    weekly === 0 ? levelled : levelled.map((one) => moved(one, (weekly * (now - one.at)) / (7 * day), scale));
  return { hours: grown, since: step?.at };
}

function withoutGrowth({ from, values }: Levels, weekly: number): Levels {
  return { from, values: weekly === 0 ? values : values.map((value, index) => value - (weekly / hoursOfWeek) * index) };
}

function moved(one: LearnedHour, by: number, { to, from }: LevelScale): LearnedHour {
  const at = (value: number): number => from(to(value) + by);
  return { ...one, value: at(one.value), low: at(one.low), high: at(one.high) };
}

/** What was before an accepted level counts as if it had been at that level; where nothing was known to compare with, it does not count. */
function asAccepted(
  hours: readonly LearnedHour[],
  { since, shown, usual }: AcceptedLevel,
  scale: LevelScale,
): readonly LearnedHour[] {
  if (usual === undefined) return hours.filter(({ at }) => at >= since);
  const by = scale.to(shown) - scale.to(usual);
  return hours.map((one) => (one.at < since ? moved(one, by, scale) : one));
}

/** The level of every hour of the weeks before `now`, oldest first; NaN where it is not known. */
interface Levels {
  readonly from: Instant;
  readonly values: Float64Array;
}

const weeks = 6;
const hoursOfWeek = 168;

function levelsOf(hours: readonly LearnedHour[], now: Instant, { to }: LevelScale): Levels {
  const count = weeks * hoursOfWeek + 1;
  const from = (Math.floor(now / hour) - count + 1) * hour;
  const values = new Float64Array(count).fill(Number.NaN);
  for (const { at, value } of hours) {
    const index = Math.floor((at - from) / hour);
    if (index >= 0 && index < count) values[index] = to(value);
  }
  return { from, values };
}

/** A level is usual once it has lasted so long; it is found up to a day and a half later. */
const lasting = 12 * 24;
/** How much must be known before a change. */
const leastBefore = 7 * 24;
/** At least so many of the hours since a change must be clearly at the new level, those of the last two days included. */
const mostly = 0.8;
const recent = 2 * 24;

/** The newest change of level that has lasted: since then nearly all hours are off those of the weeks before, to the same side. */
function lastingStep({ from, values }: Levels, least: number): { at: Instant; by: number } | undefined {
  let best: { readonly at: Instant; readonly by: number; readonly share: number } | undefined;
  const end = values.findLastIndex((value) => !Number.isNaN(value)) + 1;
  for (let cut = values.length - lasting; cut >= leastBefore; cut -= 24) {
    if (shareOff(values, { cut, from: end - recent, end, least }) < mostly) continue;
    const changes = changesSince(values, { cut, from: cut, end });
    const by = median(changes) ?? 0;
    if (changes.length < lasting / 2 || Math.abs(by) < least) continue;
    const share = changes.filter((change) => change / by >= 0.5).length / changes.length;
    if (share < mostly || (best !== undefined && share < best.share)) continue;
    best = { at: from + beginning(values, { cut, by }) * hour, by, share };
  }
  return best;
}

/** The first hour at the new level, the cut being up to two days before it; what was left out of learning before that is of it. */
function beginning(values: Float64Array, { cut, by }: { readonly cut: number; readonly by: number }): number {
  const isNew = (index: number): boolean => changeSince(values, cut, index) / by >= 0.5;
  let first = cut;
  while (first < values.length && !isNew(first)) first += 1;
  while (first > cut && Number.isNaN(values[first - 1])) first -= 1;
  return first;
}

interface Stretch {
  readonly cut: number;
  readonly from: number;
  readonly end: number;
}

/** The differences of the hours in a stretch from the same hour of the newest week before the cut. */
function changesSince(values: Float64Array, { cut, from, end }: Stretch): number[] {
  const changes: number[] = [];
  for (let index = Math.max(cut, from); index < end; index += 1) {
    const change = changeSince(values, cut, index);
    if (!Number.isNaN(change)) changes.push(change);
  }
  return changes;
}

/** NaN where one of them is not known. */
function changeSince(values: Float64Array, cut: number, index: number): number {
  let before = index - hoursOfWeek * Math.ceil((index - cut + 1) / hoursOfWeek);
  while (before >= 0 && Number.isNaN(values[before])) before -= hoursOfWeek;
  return (values[index] ?? Number.NaN) - (values[before] ?? Number.NaN);
}

/** The share of the hours of a stretch that are off by half of `least` and more, to the side where most of them are. */
function shareOff(values: Float64Array, { cut, from, end, least }: Stretch & { readonly least: number }): number {
  let [known, over, under] = [0, 0, 0];
  for (let index = Math.max(cut, from); index < end; index += 1) {
    const change = changeSince(values, cut, index);
    if (Number.isNaN(change)) continue;
    known += 1;
    if (change >= least / 2) over += 1;
    if (change <= -least / 2) under += 1;
  }
  return known === 0 ? 0 : Math.max(over, under) / known;
}

/** Less is chance, more is no growth. */
const leastGrowth = 0.015;
const mostGrowth = Math.log(1.3);
/** Weeks that go up and down are no growth. */
const mostlyGrown = 0.75;

/** By how much the level grows in a week: the median change from an hour to the same hour a week later. */
function growthOf({ values }: Levels): number {
  const changes: number[] = [];
  for (let index = hoursOfWeek; index < values.length; index += 1) {
    const change = (values[index] ?? Number.NaN) - (values[index - hoursOfWeek] ?? Number.NaN);
    if (!Number.isNaN(change)) changes.push(change);
  }
  const growth = changes.length < hoursOfWeek ? 0 : (median(changes) ?? 0);
  if (Math.abs(growth) < leastGrowth || Math.abs(growth) > mostGrowth) return 0;
  const along = changes.filter((change) => change / growth > 0).length;
  return along >= mostlyGrown * changes.length ? growth : 0;
}
