// Round axis steps, and numbers short enough for axis labels.

const most = 4;

/**
 * From a round number at or below the lowest value to one at or above the highest. Bars and areas stand on zero; a line shows zero
 * only where it goes below, as in Slack.
 */
export function scaleOf(values, fromZero) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const [from, to] = fromZero || low < 0 || low === high ? [Math.min(0, low), Math.max(0, high)] : [low, high];
  const step = niceStep((to - from || 1) / most);
  const first = Math.floor(from / step) * step;
  const last = Math.ceil(to / step) * step || step;
  const ticks = [];
  for (let value = first; value <= last + step / 2; value += step) ticks.push(Number(value.toPrecision(12)));
  return { from: first, to: last, ticks };
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
}

/** 1,234 as it is, 12,345 as 12.3K. */
export function shortNumber(value) {
  const options = Math.abs(value) >= 10_000 ? { notation: 'compact' } : {};
  return new Intl.NumberFormat('en', { maximumFractionDigits: 1, ...options }).format(value);
}

/** For an axis, where neighbours may differ in their third digit behind the point. */
export function roundedNumber(value) {
  const options = Math.abs(value) >= 10_000 ? { notation: 'compact' } : {};
  return new Intl.NumberFormat('en', { maximumFractionDigits: 3, ...options }).format(value);
}
