// Slack's own chart block, where the chart fits its limits; nothing where it does not, so that the next renderer is used.
import type { ChartModel } from '../reports/word-report.ts';
import { thinPositions } from './downsample.ts';
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
    readonly axis_config: { readonly categories: readonly string[]; readonly y_label?: string };
  };
}

/**
 * The chart as a block. Undefined when Slack cannot show it correctly: more than six lines, a gap, a stack with a limit (Slack puts the parts
 * side by side, so the limit would be compared with a part), or a stack of more than twenty columns.
 */
export function toDataVisualization(model: ChartModel): DataVisualizationBlock | undefined {
  const { points } = chartBlockLimits;
  if (model.series.length === 0 || model.series.length + model.limits.length > chartBlockLimits.series)
    return undefined;
  if (model.kind === 'stacked' && (model.limits.length > 0 || model.labels.length > points)) return undefined;
  const unit = unitOf(model);
  const lines = [
    ...model.series,
    ...model.limits.map((line) => ({ name: line.label, values: model.labels.map(() => line.value) })),
  ];
  const columns = lines.map((one) => model.labels.map((_, index) => scaled(one.values[index], unit.factor)));
  const positions = thinPositions(columns, points);
  if (positions === undefined) return undefined;

  const categories = distinct(positions.map((position) => labelAt(model, position)));
  const names = distinct(lines.map((one) => one.name));
  const series = columns.map((column, index) => ({
    name: names[index] ?? '',
    data: positions.map((position, at) => ({ label: categories[at] ?? '', value: column[position] ?? 0 })),
  }));
  return {
    type: 'data_visualization',
    title: titleOf(model),
    chart: {
      type: typeOf(model),
      series,
      axis_config: { categories, ...(unit.label === undefined ? {} : { y_label: unit.label }) },
    },
  };
}

/** Without its span where the whole is too long: the labels show it as well. */
function titleOf({ title, shortTitle, words }: ChartModel): string {
  const shown = title.trim() === '' ? words.untitled : title.trim();
  const most = chartBlockLimits.title;
  return cutToLength(shown.length > most && shortTitle.trim() !== '' ? shortTitle.trim() : shown, most);
}

/** Bars only where every one of them is there; a limit among bars would look like one more bar. */
function typeOf(model: ChartModel): 'line' | 'bar' {
  const bars = model.kind !== 'line' && model.limits.length === 0 && model.labels.length <= chartBlockLimits.points;
  return bars ? 'bar' : 'line';
}

/** The block knows no number format: sizes and shares are scaled, and the unit is said at the axis. */
function unitOf(model: ChartModel): { factor: number; label: string | undefined } {
  if (model.unit === 'ratio') return { factor: 100, label: '%' };
  const scale = scaleOf(model);
  return { factor: 1 / scale.divisor, label: scale.unit };
}

/** To six significant digits, but a whole number as it is; undefined where there is no number. */
function scaled(value: number | undefined, factor: number): number | undefined {
  if (value === undefined || !Number.isFinite(value * factor)) return undefined;
  return Number.isInteger(value * factor) ? value * factor : Number((value * factor).toPrecision(6));
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
