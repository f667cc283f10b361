// Fewer points for a picture that holds only so many: the first, the last and every extreme stay.
/** A series of numbers with gaps, each at the same positions. */
export type Columns = readonly (readonly (number | undefined)[])[];

/**
 * `most` positions in rising order (all, where there are fewer), chosen among those where every series has a value: first, last, the lowest
 * and highest of each series, then always the middle of the widest distance left. Undefined when a whole stretch of the chart has no such
 * position, because leaving it out would hide a gap. `most` must leave room for two extremes of each series.
 */
export function thinPositions(columns: Columns, most: number): number[] | undefined {
  const length = columns[0]?.length ?? 0;
  const whole = Array.from({ length }, (_, index) => index).filter((index) =>
    columns.every((values) => values[index] !== undefined),
  );
  if (length === 0 || hidesGap(whole, length, most)) return undefined;
  if (length <= most) return whole;
  const kept = [
    ...new Set([whole[0] ?? 0, whole.at(-1) ?? 0, ...columns.flatMap((values) => extremesOf(values, whole))]),
  ].sort((a, b) => a - b);
  while (kept.length < most) {
    const next = middleOfWidest(kept, whole);
    if (next === undefined) break;
    kept.push(next);
    kept.sort((a, b) => a - b);
  }
  return kept;
}

/** Whether one of `most` even stretches has no whole position. */
function hidesGap(whole: readonly number[], length: number, most: number): boolean {
  const stretches = Math.min(length, most);
  const filled = new Set(whole.map((position) => Math.floor((position * stretches) / length)));
  return filled.size < stretches;
}

function middleOfWidest(kept: readonly number[], whole: readonly number[]): number | undefined {
  const spans = kept.slice(1).map((to, index) => ({ from: kept[index] ?? 0, to }));
  for (const { from, to } of spans.sort((a, b) => b.to - b.from - (a.to - a.from))) {
    const inside = whole.filter((position) => position > from && position < to);
    const offMiddle = (position: number): number => Math.abs(2 * position - from - to);
    if (inside.length > 0) return inside.reduce((best, one) => (offMiddle(one) < offMiddle(best) ? one : best));
  }
  return undefined;
}

function extremesOf(values: readonly (number | undefined)[], among: readonly number[]): number[] {
  const at = (index: number): number => values[index] ?? 0;
  const lowest = among.reduce((best, index) => (at(index) < at(best) ? index : best));
  const highest = among.reduce((best, index) => (at(index) > at(best) ? index : best));
  return [lowest, highest];
}

/** How many points a drawn line has at most: more cannot be told apart in a picture of this width. */
export const mostLinePoints = 600;

const pointsPerStretch = 4;
const stretchCount = mostLinePoints / pointsPerStretch;

/**
 * A long line with few points, evenly spread: of each stretch its lowest and highest value in their order, a gap where one was, and its last
 * value. So every peak, every gap and the newest value stay.
 */
export function thinLine(values: readonly (number | undefined)[]): (number | undefined)[] {
  if (values.length <= mostLinePoints) return [...values];
  const edge = (stretch: number): number => Math.floor((stretch * values.length) / stretchCount);
  return Array.from({ length: stretchCount }, (_, stretch) =>
    summaryOf(values.slice(edge(stretch), edge(stretch + 1))),
  ).flat();
}

function summaryOf(values: readonly (number | undefined)[]): (number | undefined)[] {
  const known = values.flatMap((value, index) => (value === undefined ? [] : [index]));
  const last = values.at(-1);
  if (known.length === 0) return [undefined, undefined, undefined, undefined];
  const [first, second] = extremesOf(values, known).sort((a, b) => a - b);
  return [values[first ?? 0], values[second ?? 0], known.length < values.length ? undefined : last, last];
}

/** The labels that belong to the points of `thinLine`, as if those were spread evenly. */
export function thinLabels<Label>(labels: readonly Label[]): Label[] {
  if (labels.length <= mostLinePoints) return [...labels];
  const positions = Array.from({ length: mostLinePoints }, (_, point) =>
    Math.floor((point * labels.length) / mostLinePoints),
  );
  return positions.flatMap((position) => labels[position] ?? []);
}
