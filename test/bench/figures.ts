// Medians, quantiles, and numbers as the table shows them.

/** The value below which `share` (0 to 1) of the values lie; NaN when there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** `0.18 ms`, `12.3 ms`, `1,204 ms`. */
export function ms(value: number): string {
  return `${withDigits(value)} ms`;
}

/** `8,790 /s`. */
export function perSecond(value: number): string {
  return `${withDigits(value)} /s`;
}

/** `71 MB`, of 10^6 bytes. */
export function megabytes(bytes: number): string {
  return `${withDigits(bytes / 1e6)} MB`;
}

/** Three digits that count, or all of a whole number. */
function withDigits(value: number): string {
  if (!Number.isFinite(value)) return '?';
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Milliseconds that a fixed piece of work takes on this machine just now, the best of five: what single figures are to be read by. */
export function pace(): number {
  const tries = Array.from({ length: 5 }, () => {
    const started = performance.now();
    let sum = 0;
    for (let n = 0; n < 5e7; n += 1) sum += n % 7;
    return sum > 0 ? performance.now() - started : 0;
  });
  return Math.min(...tries);
}

/** Microseconds that a page of new memory takes: a fraction of one on a machine of its own, over ten in some virtual ones. */
export function pageCost(): number {
  const [size, page] = [64 * 2 ** 20, 4_096];
  const fresh = Buffer.alloc(size); // zeros, which the system gives when they are touched
  const started = performance.now();
  for (let at = 0; at < size; at += page) fresh[at] = 1;
  return ((performance.now() - started) * 1_000) / (size / page);
}
