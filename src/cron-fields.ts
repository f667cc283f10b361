// Reads the five fields of a cron string into the numbers that they name, or says what is wrong with them.
import { BotError } from './errors.ts';

/** What one field names. */
export interface CronField {
  /** In order; Sunday is 0. */
  readonly numbers: readonly number[];
  /** `L`, `5L` (the last Friday of the month), `1#2` (its second Monday). */
  readonly signs: readonly string[];
  /** True where every number is named, in whatever way: then the field restricts nothing. */
  readonly isAll: boolean;
}

/** What a cron string names. */
export interface CronFields {
  readonly minutes: CronField;
  readonly hours: CronField;
  readonly days: CronField;
  readonly months: CronField;
  readonly weekdays: CronField;
}

/** A field as it may be written. */
interface Kind {
  readonly noun: string;
  readonly least: number;
  readonly most: number;
  /** Names of its numbers, from `least` on. */
  readonly names: readonly string[];
  /** The signs that it may hold beside numbers, with `?` for any. */
  readonly sign: RegExp | undefined;
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const minuteKind: Kind = { noun: 'minute', least: 0, most: 59, names: [], sign: undefined };
const hourKind: Kind = { noun: 'hour', least: 0, most: 23, names: [], sign: undefined };
const dayKind: Kind = { noun: 'day of the month', least: 1, most: 31, names: [], sign: /^()L()$/i };
const monthKind: Kind = { noun: 'month', least: 1, most: 12, names: monthNames, sign: undefined };
const weekdayKind: Kind = {
  noun: 'day of the week',
  least: 0,
  most: 7,
  names: weekdayNames,
  sign: /^(\w+)(?:L|#([1-5]))$/i,
};

const example = 'write minute, hour, day of month, month, day of week, for example "0 9 * * 1-5"';

/** Throws a `BotError` that says what is wrong, without a full stop, for what is not five fields or can never run. */
export function readCronFields(cron: string): CronFields {
  const texts = cron.trim() === '' ? [] : cron.trim().split(/\s+/);
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = texts;
  if (texts.length !== 5) {
    const count = texts.length === 0 ? 'no fields' : `${texts.length} ${texts.length === 1 ? 'field' : 'fields'}`;
    throw new BotError(`"${cron}" has ${count}; write five, for example "0 9 * * *" for 09:00 each day`);
  }
  const read = (text: string, kind: Kind): CronField => {
    const field = readField(text, kind);
    if (field !== undefined) return field;
    throw new BotError(`"${cron}" is not a cron string: "${text}" is no ${kind.noun}; ${example}`);
  };
  const fields = {
    minutes: read(minute, minuteKind),
    hours: read(hour, hourKind),
    days: read(day, dayKind),
    months: read(month, monthKind),
    weekdays: read(weekday, weekdayKind),
  };
  const problem = problemOfDays(fields);
  if (problem !== undefined) throw new BotError(`"${cron}" ${problem}; ${example}`);
  return fields;
}

/** The same schedule in the form that every cron engine reads alike: each field `*`, or a list of numbers and signs. */
export function cronText({ minutes, hours, days, months, weekdays }: CronFields): string {
  return [minutes, hours, days, months, weekdays]
    .map(({ isAll, numbers, signs }) => (isAll ? '*' : [...numbers, ...signs].join(',')))
    .join(' ');
}

/** Undefined for what is no such field. */
function readField(text: string, kind: Kind): CronField | undefined {
  const parts = text === '?' && kind.sign !== undefined ? ['*'] : text.split(',');
  const numbers = new Set<number>();
  const signs = new Set<string>();
  for (const part of parts) {
    const sign = readSign(part, kind);
    const named = sign === undefined ? readNumbers(part, kind) : [];
    if (named === undefined) return undefined;
    if (sign !== undefined) signs.add(sign);
    for (const number of named) numbers.add(kind === weekdayKind ? number % 7 : number);
  }
  const isAll = numbers.size === (kind === weekdayKind ? 7 : kind.most - kind.least + 1);
  return { numbers: [...numbers].sort((a, b) => a - b), signs: isAll ? [] : [...signs].sort(), isAll };
}

/** `L` as a day of the month; `5L`, `friL` and `1#2` as a day of the week. */
function readSign(part: string, kind: Kind): string | undefined {
  const found = kind.sign?.exec(part);
  if (found === undefined || found === null) return undefined;
  const [, day = '', nth] = found;
  if (kind !== weekdayKind) return 'L';
  const number = readNumber(day, kind);
  if (number === undefined) return undefined;
  return nth === undefined ? `${number % 7}L` : `${number % 7}#${nth}`;
}

/** `*`, `5`, `1-5` or `mon-fri`, each with a step (`*\/15`); a step after a single number goes on to the end of the field. */
function readNumbers(part: string, kind: Kind): readonly number[] | undefined {
  const [, star, first = '', last, step] = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part) ?? [];
  const end = kind === weekdayKind ? 6 : kind.most;
  const from = star === undefined ? readNumber(first, kind) : kind.least;
  const to = star !== undefined ? end : last !== undefined ? readNumber(last, kind) : step === undefined ? from : end;
  const by = step === undefined ? 1 : Number(step);
  if (from === undefined || to === undefined || by === 0 || (from > to && last !== undefined)) return undefined;
  const numbers = [from];
  for (let next = from + by; next <= to; next += by) numbers.push(next);
  return numbers;
}

function readNumber(text: string, { least, most, names }: Kind): number | undefined {
  const place = names.indexOf(text.toLowerCase());
  if (place >= 0) return least + place;
  const number = /^\d+$/.test(text) ? Number(text) : undefined;
  return number !== undefined && number >= least && number <= most ? number : undefined;
}

const daysOfMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What cannot run, or is read in different ways. */
function problemOfDays({ days, months, weekdays }: CronFields): string | undefined {
  const longest = Math.max(...months.numbers.map((month) => daysOfMonths[month - 1] ?? 0));
  if (days.signs.length === 0 && days.numbers.every((day) => day > longest)) return 'names a day that never comes';
  if (longest < 30 && weekdays.signs.some((sign) => sign.endsWith('#5'))) return 'names a day that hardly ever comes';
  const isNth = weekdays.signs.some((sign) => sign.includes('#'));
  if (isNth && (weekdays.signs.length + weekdays.numbers.length > 1 || !days.isAll))
    return 'has more days beside the one with #, which must stand alone';
  // With 29 or 30 days named, cron-parser takes a shorter month for one that is not restricted.
  if (!days.isAll && !weekdays.isAll && days.numbers.length + days.signs.length > 28)
    return 'names nearly all days of the month and days of the week; put * in one of the two fields';
  return undefined;
}
