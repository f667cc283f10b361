// The load of a simulated chat application at any moment: a pure function of time and a seed.
import { day, hour, type Instant, minute } from '../../clock.ts';

/** The sample apps are in China Standard Time, which has no daylight saving. */
export const sampleZone = 'Asia/Shanghai';
const offset = 8 * hour;

/** Number of the local day since 1970. */
export function dayIndex(at: Instant): number {
  return Math.floor((at + offset) / day);
}

/** First instant of a local day. */
export function dayStart(index: number): Instant {
  return index * day - offset;
}

/** Evenly spread, 0 to below 1, always the same for the same numbers. */
export function noise(seed: number, ...keys: readonly number[]): number {
  let mixed = Math.imul(seed ^ 0x2545f491, 0x9e3779b1);
  for (const key of keys) {
    mixed = Math.imul(mixed ^ (key | 0), 0x85ebca6b);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0xc2b2ae35);
    mixed ^= mixed >>> 13;
  }
  return (mixed >>> 0) / 4_294_967_296;
}

/** Noise that changes smoothly, from one span of `length` ms to the next; -1 to 1. */
export function drift(seed: number, at: Instant, length: number): number {
  const step = Math.floor(at / length);
  const share = at / length - step;
  const smooth = share * share * (3 - 2 * share);
  return (noise(seed, step) * (1 - smooth) + noise(seed, step + 1) * smooth) * 2 - 1;
}

/** The load, about 0.1 in the small hours and about 1 on a weekday evening. */
export function load(seed: number, at: Instant): number {
  const local = at + offset;
  const clockHour = (((local % day) + day) % day) / hour;
  const weekday = (Math.floor(local / day) + 3) % 7; // 0 = Monday: 1970-01-01 was a Thursday
  const bump = (peak: number, width: number): number => {
    const apart = Math.min(Math.abs(clockHour - peak), 24 - Math.abs(clockHour - peak));
    return Math.exp(-((apart / width) ** 2));
  };
  const weekend = weekday >= 5;
  const shape = 0.1 + (weekend ? 0.45 : 0.62) * bump(11, 3.2) + (weekend ? 0.8 : 0.88) * bump(20.5, 2.8);
  return Math.max(0.05, shape * (1 + 0.07 * drift(seed + 1, at, 3 * hour) + 0.03 * drift(seed + 2, at, 10 * minute)));
}
