// How far a number fell at once, and how much of that fall still holds.
import type { Duration, Instant } from '../clock.ts';

export interface FallPoint {
  readonly at: Instant;
  readonly value: number;
}

export interface Fall {
  /** Share of `from` that was lost within the span and is still missing; 0 when nothing is. */
  readonly share: number;
  readonly from: number;
  readonly at: Instant;
}

/**
 * The largest fall among the points (oldest first; the last one is now) that happened within `within` and still holds.
 * Falls from less than `atLeast` do not count: among a handful any change is a large share.
 */
export function largestFall(
  points: readonly FallPoint[],
  options: { readonly within: Duration; readonly atLeast: number },
): Fall | undefined {
  const now = points.at(-1);
  if (now === undefined) return undefined;
  let best: Fall | undefined;
  // Positions of ever larger values, newest last: the last that is not too far ahead in time is the lowest of its span.
  const ahead: number[] = [];
  let oldest = 0;
  for (let index = points.length - 1; index >= 0; index -= 1) {
    const point = points[index];
    if (point === undefined) continue;
    while (ahead.length > oldest && (points[ahead.at(-1) ?? 0]?.value ?? 0) >= point.value) ahead.pop();
    ahead.push(index);
    oldest = Math.min(oldest, ahead.length - 1);
    while ((points[ahead[oldest] ?? 0]?.at ?? 0) > point.at + options.within) oldest += 1;
    const lowest = points[ahead[oldest] ?? index]?.value ?? point.value;
    const found = fallFrom(point, Math.max(lowest, now.value), options.atLeast);
    if (found !== undefined && (best === undefined || found.share > best.share)) best = found;
  }
  return best;
}

function fallFrom(point: FallPoint, to: number, atLeast: number): Fall | undefined {
  if (point.value < atLeast || point.value <= 0 || to >= point.value) return undefined;
  return { share: (point.value - to) / point.value, from: point.value, at: point.at };
}
