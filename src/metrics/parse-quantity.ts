// Parses sizes, ratios, durations and plain numbers as people write them, into milliseconds, bytes and fractions.
import type { Duration } from '../clock.ts';
import type { Unit } from './catalog.ts';

const durationUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const sizeUnits: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
  TIB: 1024 ** 4,
};

/** The patterns of texts that can be read, white space around them aside; some of those that fit are out of range. */
export const writtenForms: Readonly<Record<Unit | 'duration', string>> = {
  duration: '(\\d+(\\.\\d+)?([mM][sS]|[sSmMhHdDwW]))+',
  bytes: '\\d+(\\.\\d+)?\\s*([kKmMgGtT]?[iI]?[bB])?',
  ratio: '\\d+(\\.\\d+)?\\s*%?',
  count: '\\d+(\\.\\d+)?',
  mean: '\\d+(\\.\\d+)?',
};

/** `90s`, `5m`, `1h30m`, `14d` → ms; undefined when it is none. */
export function parseDuration(text: string): Duration | undefined {
  const compact = text.trim().toLowerCase();
  if (!/^(\d+(\.\d+)?(ms|[smhdw]))+$/.test(compact)) return undefined;
  let total = 0;
  for (const [, amount, unit] of compact.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)) {
    total += Number(amount) * (durationUnits[unit ?? ''] ?? Number.NaN);
  }
  return Number.isFinite(total) ? Math.round(total) : undefined;
}

/** `512MB` (10^6), `2GiB` (2^30), `1024` → bytes; undefined when it is none. */
export function parseSize(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*([kmgt]?i?b)?$/i.exec(text.trim());
  if (found === null) return undefined;
  const factor = sizeUnits[(found[2] ?? 'B').toUpperCase()];
  return factor === undefined ? undefined : Math.round(Number(found[1]) * factor);
}

/** `15%` and `0.15` → 0.15; undefined outside 0 to 100 %. */
export function parseRatio(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*(%)?$/.exec(text.trim());
  if (found === null) return undefined;
  const value = found[2] === '%' ? Number(found[1]) / 100 : Number(found[1]);
  return value >= 0 && value <= 1 ? value : undefined;
}

/** A value of the given unit as a person writes it in a limit; undefined when it does not fit the unit. */
export function parseValue(text: string, unit: Unit): number | undefined {
  if (unit === 'bytes') return parseSize(text);
  if (unit === 'ratio') return parseRatio(text);
  return /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}
