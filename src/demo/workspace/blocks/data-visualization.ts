// The data_visualization block: Slack's own charts, with the lower limit wherever sources disagree.
import { z } from 'zod';
import { blockId, string } from './text.ts';

/** Chart blocks that one message may hold. */
export const chartsInMessage = 2;

const label = string(20);
const point = z.strictObject({ label, value: z.number() });
const series = z.strictObject({ name: label, data: z.array(point).min(1).max(20) });
const axisConfig = z.strictObject({
  categories: z.array(label).min(1).max(20),
  x_label: string(50).optional(),
  y_label: string(50).optional(),
});

const pie = z.strictObject({
  type: z.literal('pie'),
  segments: z
    .array(point.extend({ value: z.number().refine((value) => value > 0, { message: 'must be more than 0' }) }))
    .min(1)
    .max(6),
});

const seriesChart = <T extends string>(type: T) =>
  z.strictObject({ type: z.literal(type), series: z.array(series).min(1).max(6), axis_config: axisConfig });

const chart = z.discriminatedUnion('type', [pie, seriesChart('bar'), seriesChart('area'), seriesChart('line')]);

/** Each series names each category exactly once, and no two series share a name. */
function checkSeries(block: { chart: z.infer<typeof chart> }, context: z.RefinementCtx): void {
  if (block.chart.type === 'pie') return;
  const { series: all, axis_config: axis } = block.chart;
  const say = (path: PropertyKey[], message: string): void =>
    context.addIssue({ code: 'custom', path: ['chart', ...path], message });
  if (new Set(axis.categories).size !== axis.categories.length)
    say(['axis_config', 'categories'], 'categories must be unique');
  if (new Set(all.map((one) => one.name)).size !== all.length) say(['series'], 'series names must be unique');
  all.forEach((one, index) => {
    const labels = one.data.map((entry) => entry.label);
    const complete = labels.length === axis.categories.length && axis.categories.every((name) => labels.includes(name));
    if (!complete) say(['series', index, 'data'], 'must have exactly one data point per category');
  });
}

export const dataVisualization = z
  .strictObject({ type: z.literal('data_visualization'), block_id: blockId, title: string(50), chart })
  .superRefine(checkSeries);
