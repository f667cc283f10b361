// Slack's own chart block: at most twenty points, each the worst or the sum of those that it stands for, without those not measured.
import { finite } from '../metrics/format.ts';
import { phrasesOf, type Wording } from '../metrics/phrase.ts';
import type { chartPhrases } from '../reports/chart-phrases.ts';
import type { ChartBrief, ChartModel } from '../reports/word-report.ts';
import { groupsOf, joinValues, measuredPart, type PointGroup, pointGroups } from './downsample.ts';
import { cutToLength, labelAt } from './label-text.ts';
import { scaleOf } from './scale.ts';

/** Limits of the block, the lower figure where sources disagree. https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
export const chartBlockLimits = {
  title: 50,
  series: 6,
  points: 20,
  label: 20,
  axisLabel: 50,
  blocksPerMessage: 2,
} as const;

const say = phrasesOf<typeof chartPhrases>();

interface Series {
  readonly name: string;
  readonly data: readonly { readonly label: string; readonly value: number }[];
}

export interface DataVisualizationBlock {
  readonly type: 'data_visualization';
  readonly title: string;
  readonly chart: {
    readonly type: 'line' | 'bar';
    readonly series: readonly Series[];
    readonly axis_config: {
      readonly categories: readonly string[];
      readonly x_label?: string;
      readonly y_label?: string;
    };
  };
}

/**
 * The chart as a block. Undefined when Slack cannot show it correctly: more than six lines, fewer than two points, or a stack with a
 * limit (Slack puts the parts side by side, so the limit would be compared with a part).
 */
export function toDataVisualization(whole: ChartModel, wording: Wording): DataVisualizationBlock | undefined {
  const model = measuredPart(whole, wording);
  const shown = shownSeries(model);
  const isEmpty = shown.length === 0 || shown.length + model.limits.length > chartBlockLimits.series;
  if (isEmpty || (model.kind === 'stacked' && model.limits.length > 0)) return undefined;
  const ahead = shown.length === 1 && typeOf(model) === 'line' ? aheadIn(whole, model.labels.length) : undefined;
  const { points, size, missing } =
    ahead === undefined ? pointsOf(model, shown) : pointsWithAhead(model, shown, ahead, wording);
  if (points.length < 2) return undefined;
  const unit = unitOf(model);
  const categories = distinct(points.map(({ label }) => label));
  const lines = [
    ...shown.map(({ name }, index) => ({
      name: legendName(name),
      values: points.map(({ values }) => values[index] ?? 0),
    })),
    ...model.limits.map(({ label, value }) => ({ name: label, values: points.map(() => value) })),
  ];
  const names = distinct(lines.map(({ name }) => name));
  const series = lines.map(({ values }, index) => ({
    name: names[index] ?? '',
    data: values.map((value, at) => ({ label: categories[at] ?? '', value: scaled(value, unit.factor) })),
  }));
  // A number of a platform may be too large for its unit.
  if (series.some(({ data }) => data.some(({ value }) => !Number.isFinite(value)))) return undefined;
  const { title, rest } = titleOf(model, { size, missing }, wording);
  const axis = {
    categories,
    ...(rest === '' ? {} : { x_label: rest }),
    ...(unit.label === undefined ? {} : { y_label: unit.label }),
  };
  return { type: 'data_visualization', title, chart: { type: typeOf(model), series, axis_config: axis } };
}

interface ShownSeries {
  readonly name: string;
  readonly role: ChartModel['series'][number]['role'];
  readonly values: readonly (number | undefined)[];
}

/** Without an earlier period of which less than half is known: its gaps would be taken out of the main line. */
function shownSeries(model: ChartModel): readonly ShownSeries[] {
  const all = model.series.map(({ name, role, values }) => ({
    name,
    role,
    values: model.labels.map((_, index) => finite(values[index])),
  }));
  const known = ({ values }: ShownSeries): number => values.filter((value) => value !== undefined).length;
  const most = Math.max(0, ...all.filter(({ role }) => role === 'main').map(known));
  return most === 0 ? [] : all.filter((one) => one.role === 'main' || known(one) * 2 >= most);
}

interface ShownPoints {
  /** `values`: one for each series. */
  readonly points: readonly { readonly label: string; readonly values: readonly number[] }[];
  /** How many positions a point stands for. */
  readonly size: number;
  /** How many of the positions were not measured. */
  readonly missing: number;
}

/** A day that is not over is a bar of its own, and no part of a line, which would end in a cliff. */
function pointsOf(model: ChartModel, shown: readonly ShownSeries[]): ShownPoints {
  const running = model.isPartial && model.labels.length > 1 ? 1 : 0;
  const ended = model.labels.length - running;
  const { size, groups } = pointGroups(ended, chartBlockLimits.points - running, model.brief?.step);
  const points = pointsIn(groups, { model, shown, size });
  const today = { group: { from: ended, to: ended + 1 }, size: 1 };
  const ofToday = running === 1 && typeOf(model) === 'bar' ? pointOf(today, shown, model) : undefined;
  return { points: ofToday === undefined ? points : [...points, ofToday], size, missing: missingIn(shown, ended) };
}

interface Ahead {
  readonly whole: ChartModel;
  /** What is foreseen at each position, undefined where something was measured. */
  readonly values: readonly (number | undefined)[];
}

/** The course that is foreseen behind the measured positions; undefined where there is none. */
function aheadIn(whole: ChartModel, measured: number): Ahead | undefined {
  const ahead = whole.series.find(({ role }) => role === 'ahead');
  if (ahead === undefined || whole.labels.length === measured) return undefined;
  return {
    whole,
    values: whole.labels.map((_, index) => (index < measured ? undefined : finite(ahead.values[index]))),
  };
}

/**
 * The line goes on as it is foreseen, at points that say so: the block has no second line that begins where the first one ends. Both
 * parts have points as far apart.
 */
function pointsWithAhead(
  model: ChartModel,
  shown: readonly ShownSeries[],
  { whole, values }: Ahead,
  { text }: Pick<Wording, 'text'>,
): ShownPoints {
  const measured = model.labels.length;
  // Two parts may each have a group that is not whole.
  const { size } = pointGroups(whole.labels.length, chartBlockLimits.points - 1, model.brief?.step);
  const past = pointsIn(groupsOf(measured, size), { model, shown, size });
  const later: ShownPoints['points'][number][] = [];
  for (let from = measured; from < values.length; from += size) {
    const last = Math.min(from + size, values.length) - 1;
    const value = values[last];
    const label = text(say('chart.foreseenAt', { label: labelAt(whole, last) }));
    if (value !== undefined) later.push({ label: cutToLength(label, chartBlockLimits.label), values: [value] });
  }
  return { points: [...past, ...later], size, missing: missingIn(shown, measured) };
}

interface Grouped {
  readonly model: ChartModel;
  readonly shown: readonly ShownSeries[];
  readonly size: number;
}

function pointsIn(groups: readonly PointGroup[], { model, shown, size }: Grouped): ShownPoints['points'] {
  return groups.flatMap((group) => pointOf({ group, size }, shown, model) ?? []);
}

/** How many of the first positions were not measured. */
function missingIn(shown: readonly ShownSeries[], length: number): number {
  const mains = shown.filter(({ role }) => role === 'main');
  const isMissing = (index: number): boolean => mains.some(({ values }) => values[index] === undefined);
  return Array.from({ length }, (_, index) => isMissing(index)).filter((is) => is).length;
}

/** Undefined where a series has no value. A sum of fewer positions than those beside it says so: `19 Nov (3/4)`. */
function pointOf(
  { group, size }: { readonly group: PointGroup; readonly size: number },
  shown: readonly ShownSeries[],
  model: ChartModel,
): ShownPoints['points'][number] | undefined {
  const join = joinOf(model);
  const joined = shown.map(({ values }) => joinValues(values, group, join));
  const values = joined.flatMap(({ value }) => value ?? []);
  if (values.length < shown.length) return undefined;
  const label = labelAt(model, group.from);
  const known = Math.min(...joined.map((one) => one.known));
  if (join !== 'sum' || known === size) return { label, values };
  const mark = ` (${known}/${size})`;
  return { label: `${cutToLength(label, chartBlockLimits.label - mark.length)}${mark}`, values };
}

function joinOf({ brief, kind, unit }: ChartModel): 'sum' | 'low' | 'high' {
  return brief?.join ?? (kind === 'line' ? (unit === 'count' || unit === 'mean' ? 'high' : 'low') : 'sum');
}

/**
 * `Connection peak, highest per 2 h, 24 h, 3 not measured`: the metric and what a point is, the span, what is missing, the app and
 * the zone, as many of them as the title holds whole. `rest` is what it does not hold.
 */
function titleOf(
  model: ChartModel,
  { size, missing }: Pick<ShownPoints, 'size' | 'missing'>,
  { text }: Wording,
): { readonly title: string; readonly rest: string } {
  const { brief, words } = model;
  const name = (brief === undefined ? model.title : nameOf(brief, { join: joinOf(model), size }, text)).trim();
  const gaps = missing === 0 ? undefined : text(say('chart.briefGaps', { missing }));
  const more = [brief?.span, gaps, brief?.app, brief?.zone].filter((part) => part !== undefined);
  let title = cutToLength(name === '' ? words.untitled : name, chartBlockLimits.title);
  let held = 0;
  for (const part of more) {
    if (title.length + part.length + 2 > chartBlockLimits.title) break;
    title += `, ${part}`;
    held += 1;
  }
  return { title, rest: axisLabel(more.slice(held)) };
}

/** The parts that the label of an axis holds whole, the last ones first: the zone, then the app. */
function axisLabel(parts: readonly string[]): string {
  let label = '';
  for (const part of [...parts].reverse()) {
    const longer = label === '' ? part : `${part}, ${label}`;
    if (longer.length > chartBlockLimits.axisLabel) break;
    label = longer;
  }
  return label === '' ? cutToLength(parts.at(-1) ?? '', chartBlockLimits.axisLabel) : label;
}

function nameOf(
  { name, joinedName, step }: ChartBrief,
  { join, size }: { readonly join: ChartBrief['join']; readonly size: number },
  text: Wording['text'],
): string {
  if (size === 1 || step === undefined) return name;
  return text(say('chart.joined', { name: joinedName, join, width: size * step }));
}

/** A name that is too long without what stands behind its comma: the words of the answer say all of it. */
function legendName(name: string): string {
  return name.length <= chartBlockLimits.label ? name : (name.split(/[,，、]/)[0] ?? name);
}

/** Bars only where nothing is compared with them: a limit among bars would look like one more bar. */
function typeOf(model: ChartModel): 'line' | 'bar' {
  return model.kind !== 'line' && model.limits.length === 0 ? 'bar' : 'line';
}

/** The block knows no number format: sizes and shares are scaled, and the unit is said at the axis. */
function unitOf(model: ChartModel): { factor: number; label: string | undefined } {
  if (model.unit === 'ratio') return { factor: 100, label: '%' };
  const scale = scaleOf(model);
  return { factor: 1 / scale.divisor, label: scale.unit };
}

/**
 * As people read it, because Slack shows the number as it is given: counts whole from a hundred on, everything else to three
 * significant digits. A whole number stays as it is.
 */
function scaled(value: number, factor: number): number {
  const shown = value * factor;
  if (Number.isInteger(shown)) return shown;
  return Math.abs(shown) >= 100 ? Math.round(shown) : Number(shown.toPrecision(3));
}

/** The texts cut to the length of a label, and told apart by a number where two of them are the same. */
function distinct(texts: readonly string[]): string[] {
  const used = new Set<string>();
  return texts.map((text) => {
    const whole = text.trim() === '' ? '-' : text.trim();
    let label = cutToLength(whole, chartBlockLimits.label);
    for (let copy = 2; used.has(label); copy += 1) {
      const mark = ` (${copy})`;
      label = `${cutToLength(whole, chartBlockLimits.label - mark.length)}${mark}`;
    }
    used.add(label);
    return label;
  });
}
