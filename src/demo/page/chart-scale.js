// Round axis steps, and numbers short enough for axis labels.

/** From a round number at or below the lowest value to one at or above the highest; zero is always on it. */
export function scaleOf(values) {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const step = niceStep((high - low || 1) / 4);
  const from = Math.floor(low / step) * step;
  const to = Math.ceil(high / step) * step || step;
  const ticks = [];
  for (let value = from; value <= to + step / 2; value += step) ticks.push(Number(value.toPrecision(12)));
  return { from, to, ticks };
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
}

/** 1,234 as it is, 12,345 as 12.3K. */
export function shortNumber(value) {
  const options = Math.abs(value) >= 10_000 ? { notation: 'compact' } : {};
  return new Intl.NumberFormat('en', { maximumFractionDigits: 1, ...options }).format(value);
}
