// Formats numbers, sizes, shares, durations and times for people.
import type { Duration, Instant } from '../clock.ts';
import { formatInstant, type LocalDate, localDate } from '../time-zone.ts';
import type { Unit } from './catalog.ts';

export const notMeasured = 'not measured';

/** `41,203`; counts are whole, so a mean is rounded. */
export function formatCount(value: number): string {
  return grouped(Math.round(value), 0);
}

/** Formatters by digits, created on first use and kept: creating one is slow, and a start needs none. */
const formatters = new Map<number, Intl.NumberFormat>();

function formatterOf(digits: number): Intl.NumberFormat {
  const made = formatters.get(digits) ?? new Intl.NumberFormat('en-US', { maximumFractionDigits: digits });
  formatters.set(digits, made);
  return made;
}

/** Thousands separators, at most `digits` decimal places, no trailing zeros, never `-0`. */
function grouped(value: number, digits: 0 | 1 | 2): string {
  const text = formatterOf(digits).format(value);
  return /^-[0.]*$/.test(text) ? '0' : text;
}

/** At most three significant digits and no trailing noise: `3`, `7.4`, `37.5`, `606`. */
function threeDigits(value: number): string {
  const size = Math.abs(value);
  return grouped(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}

/** Units of sizes, each 1,024 times the one before. */
export const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** How often a size is divided by 1,024: the index of its unit in `byteUnits`. */
export function byteScale(value: number): number {
  let scaled = Math.abs(value);
  let index = 0;
  while (scaled >= 1023.5 && index < byteUnits.length - 1) {
    scaled /= 1024;
    index += 1;
  }
  return index;
}

/** `606 MiB`, `8 GiB`: binary units, because that is how hosts are sized. */
export function formatBytes(value: number): string {
  const index = byteScale(value);
  return `${threeDigits(value / 1024 ** index)} ${byteUnits[index]}`;
}

/** `3.0 of 8.0 GiB`: a part and its whole in the unit of the whole; `606 MiB of 8.0 GiB` where the part would round to 0. */
export function formatShare(part: number, whole: number): string {
  const index = byteScale(whole);
  const oneDigit = (value: number): string => {
    const scaled = value / 1024 ** index;
    return Math.abs(scaled) >= 99.95 || index === 0 ? grouped(scaled, 0) : scaled.toFixed(1);
  };
  const total = `${oneDigit(whole)} ${byteUnits[index]}`;
  return byteScale(part) < index ? `${formatBytes(part)} of ${total}` : `${oneDigit(part)} of ${total}`;
}

/** `37.5 %` from 0.375. */
export function formatRatio(value: number): string {
  return `${threeDigits(value * 100)} %`;
}

/** The size of a difference: `40 MiB`, `2.1 points` between two ratios, `1,204`. */
export function formatMagnitude(size: number, unit: Unit): string {
  if (unit === 'bytes') return formatBytes(size);
  if (unit === 'count') return size < 10 && !Number.isInteger(size) ? grouped(size, 1) : formatCount(size);
  const points = grouped(size * 100, size * 100 >= 9.95 ? 0 : 1);
  return `${points} ${points === '1' ? 'point' : 'points'}`;
}

/** `1 user`, `2 users`, `1,204 messages`: a count with its noun. */
export function formatQuantity(count: number, one: string, many = `${one}s`): string {
  const text = formatCount(count);
  return `${text} ${text === '1' ? one : many}`;
}

/** A value with its unit, or the words for an unknown one. */
export function formatValue(value: number | undefined, unit: Unit): string {
  if (value === undefined || !Number.isFinite(value)) return notMeasured;
  if (unit === 'bytes') return formatBytes(value);
  return unit === 'ratio' ? formatRatio(value) : formatCount(value);
}

/** `40 s`, `6 min`, `1 h 30 min`, `3 days`: the two largest units that matter. */
export function formatDuration(length: Duration): string {
  const seconds = Math.round(Math.abs(length) / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${grouped(hours / 24, 0)} days`;
}

/** A length of time that is only roughly known, in one unit: `40 min`, `15 h`, `3 days`. */
export function formatRoughly(length: Duration): string {
  const { amount, unit } = roughly(length);
  return `${amount} ${unit}`;
}

/** `12 to 19 h`, `40 min to 2 h`; undefined where both ends read the same. */
export function formatRoughRange(from: Duration, to: Duration): string | undefined {
  const start = roughly(from);
  const end = roughly(to);
  if (start.unit !== end.unit) return `${formatRoughly(from)} to ${formatRoughly(to)}`;
  return start.amount === end.amount ? undefined : `${start.amount} to ${end.amount} ${end.unit}`;
}

function roughly(length: Duration): { amount: string; unit: string } {
  const minutes = Math.abs(length) / 60_000;
  if (minutes < 0.99) return { amount: grouped(minutes * 60, 0), unit: 's' };
  if (minutes < 99.5) return { amount: grouped(minutes, 0), unit: 'min' };
  const hours = minutes / 60;
  if (hours < 47.5) return { amount: grouped(hours, 0), unit: 'h' };
  return { amount: grouped(hours / 24, 0), unit: 'days' };
}

/** `10:00`. */
export function formatTime(at: Instant, zone: string): string {
  return formatInstant(at, zone, 'HH:mm');
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `22 Nov`. */
export function formatShortDate(date: LocalDate): string {
  return `${Number(date.slice(8))} ${months[Number(date.slice(5, 7)) - 1] ?? ''}`;
}

/** `09:00 to 10:00, Asia/Taipei`, with the dates where the span leaves one day. */
export function formatWindow(from: Instant, to: Instant, zone: string): string {
  const oneDay = localDate(from, zone) === localDate(Math.max(from, to - 1), zone);
  const tokens = oneDay ? 'HH:mm' : 'd LLL HH:mm';
  const end = oneDay && localDate(to, zone) !== localDate(from, zone) ? '24:00' : formatInstant(to, zone, tokens);
  return `${formatInstant(from, zone, tokens)} to ${end}, ${zone}`;
}

/** `at 21:00` on the same day, `on Sat 21 Nov at 21:00` on another one. */
export function formatMoment(at: Instant, zone: string, now: Instant): string {
  if (localDate(at, zone) === localDate(now, zone)) return `at ${formatTime(at, zone)}`;
  return `on ${formatInstant(at, zone, 'ccc d LLL')} at ${formatTime(at, zone)}`;
}

/** How long ago: `19 min ago`, `just now`. */
export function formatAge(at: Instant, now: Instant): string {
  return now - at < 60_000 ? 'just now' : `${formatDuration(now - at)} ago`;
}

const bars = '▁▂▃▄▅▆▇█';

/** A row of numbers as a line of bars from its lowest to its highest, `·` where nothing was measured. */
export function sparkline(values: readonly (number | undefined)[]): string {
  const known = values.filter((value): value is number => value !== undefined && Number.isFinite(value));
  const low = Math.min(...known);
  const range = Math.max(...known) - low;
  return values
    .map((value) => {
      if (value === undefined || !Number.isFinite(value)) return '·';
      const level = range > 0 ? (value - low) / range : 0.5;
      return bars[Math.min(bars.length - 1, Math.floor(level * bars.length))];
    })
    .join('');
}

/** `a`, `a and b`, `a, b and c`. */
export function listWords(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** The first letter as a capital, for the start of a sentence. */
export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** For the middle of a sentence; an abbreviation such as HTTP keeps its capitals. */
export function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** The value, or undefined where it is no number that can be drawn: that is a gap. */
export function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
