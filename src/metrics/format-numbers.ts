// Formats numbers, sizes, shares and counts for people, in one language.
import type { Unit } from './catalog.ts';
import type { Language, Noun } from './language.ts';

export interface NumberFormatter {
  /** A BCP 47 tag. */
  readonly locale: string;
  readonly notMeasured: string;
  /** `41,203`; counts are whole, so a mean is rounded. */
  count(value: number): string;
  /** `606 MiB`, `8 GiB`: binary units, because that is how hosts are sized. */
  bytes(value: number): string;
  /** `3.0 of 8.0 GiB`: a part and its whole in the unit of the whole; `606 MiB of 8.0 GiB` where the part would round to 0. */
  share(part: number, whole: number): string;
  /** `37.5 %` from 0.375. */
  ratio(value: number): string;
  /** The size of a difference: `40 MiB`, `2.1 points` between two ratios, `1,204`. */
  magnitude(size: number, unit: Unit): string;
  /** `1 user`, `2 users`, `1,204 messages`: a count with its noun. */
  quantity(count: number, noun: Noun): string;
  /** A value with its unit, or the words for an unknown one. */
  value(value: number | undefined, unit: Unit): string;
  /** `a`, `a and b`, `a, b and c`. */
  list(items: readonly string[]): string;
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

export function createNumberFormatter(language: Language): NumberFormatter {
  const grouped = createGrouping(language.locale);
  const pluralOf = createPlural(language.locale);
  /** At most three significant digits and no trailing noise: `3`, `7.4`, `37.5`, `606`. */
  const threeDigits = (value: number): string => {
    const size = Math.abs(value);
    return grouped(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
  };
  const count = (value: number): string => grouped(Math.round(value), 0);
  const bytes = (value: number): string => {
    const index = byteScale(value);
    return `${threeDigits(value / 1024 ** index)} ${byteUnits[index]}`;
  };
  const ratio = (value: number): string => `${threeDigits(value * 100)} %`;
  const oneDigit = (value: number, index: number): string => {
    const scaled = value / 1024 ** index;
    return Math.abs(scaled) >= 99.95 || index === 0 ? grouped(scaled, 0) : grouped(scaled, 1, 1);
  };
  return {
    locale: language.locale,
    notMeasured: language.notMeasured,
    count,
    bytes,
    ratio,
    share: (part, whole) => {
      const index = byteScale(whole);
      const total = `${oneDigit(whole, index)} ${byteUnits[index]}`;
      return language.of(byteScale(part) < index ? bytes(part) : oneDigit(part, index), total);
    },
    magnitude: (size, unit) => {
      if (unit === 'bytes') return bytes(size);
      if (unit === 'mean') return threeDigits(size);
      if (unit === 'count') return size < 10 && !Number.isInteger(size) ? grouped(size, 1) : count(size);
      const points = size * 100;
      const digits = points >= 9.95 ? 0 : 1;
      return `${grouped(points, digits)} ${pluralOf(Number(points.toFixed(digits)), language.points)}`;
    },
    quantity: (amount, noun) => `${count(amount)} ${pluralOf(Math.round(amount), noun)}`,
    value: (value, unit) => {
      if (value === undefined || !Number.isFinite(value)) return language.notMeasured;
      if (unit === 'bytes') return bytes(value);
      if (unit === 'mean') return threeDigits(value);
      return unit === 'ratio' ? ratio(value) : count(value);
    },
    list: language.list,
  };
}

type Grouping = (value: number, digits: 0 | 1 | 2, least?: 0 | 1) => string;

/** Thousands separators, at most `digits` decimal places and at least `least`, never `-0`. */
function createGrouping(locale: string): Grouping {
  // Created on first use and kept: creating one is slow, and a start needs none.
  const made = new Map<string, Intl.NumberFormat>();
  return (value, digits, least = 0) => {
    const key = `${digits}:${least}`;
    const options = { maximumFractionDigits: digits, minimumFractionDigits: least };
    const format = made.get(key) ?? new Intl.NumberFormat(locale, options);
    made.set(key, format);
    return format.format(Number(value.toFixed(digits)) === 0 ? 0 : value);
  };
}

function createPlural(locale: string): (amount: number, noun: Noun) => string {
  let rules: Intl.PluralRules | undefined;
  return (amount, noun) => {
    rules ??= new Intl.PluralRules(locale);
    return noun[rules.select(amount)] ?? noun.other;
  };
}
