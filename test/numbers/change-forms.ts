// Sentence forms of changes and of how much was measured.
import { readNumber } from './claims.ts';
import { exactly, type Interval, slotsOf } from './imkit-sums.ts';
import { daysBefore, hour, type Window } from './local-time.ts';
import { names } from './metric-names.ts';
import { beforePattern, type Compared, readCompared } from './range-words.ts';
import {
  aboutOf,
  type Form,
  form,
  nowOf,
  number,
  type Reader,
  type Reading,
  type Scope,
  type Subject,
} from './reader.ts';

const changes: readonly Form[] = [
  form(
    `(?:(?<what>messages|users) )?(?<sign>up |down |[+−])${number('value')}(?: (?<unit>%|points?|[KMGT]?i?B)(?!\\p{L}))? (?:on|vs) (?<before>${beforePattern}|[^,;()]+?(?= and | in the \\d|[,;.)]|$))(?:, per (?<per>hour|day))?`,
    ({ sign = '', value = '', unit, before = '', what, per }, reader, shown) => {
      if (what !== undefined && reader.subject !== undefined) {
        const metric = what === 'users' ? 'users.active' : 'messages.sent';
        reader.subject = { ...reader.subject, metric, statistic: names[metric]?.statistic ?? 'sum' };
      }
      reader.compared = comparedIn(before, reader);
      claimChange(reader, { sign, value, unit, compared: reader.compared, per }, shown);
    },
  ),
  form(
    `(?<sign>up |down )${number('value')} (?<unit>points?|%) in 24 h`,
    ({ sign = '', value = '', unit }, reader, shown) => {
      const { subject, time } = reader;
      const window = nowOf(reader);
      const before = { from: window.from - day, to: window.to - day };
      const own = { ...reader, subject: subject && { ...subject, window } };
      claimChange(own, { sign, value, unit, compared: { window, before } }, shown);
      // The same time on the clock of the day before is as right.
      const atClock = { from: daysBefore(window.from, 1, time.zone), to: daysBefore(window.to, 1, time.zone) };
      const strict = reader.claims.pop();
      claimChange(own, { sign, value, unit, compared: { window, before: atClock } }, shown);
      const clock = reader.claims.pop();
      if (strict !== undefined) reader.claims.push({ ...strict, right: [...strict.right, ...(clock?.right ?? [])] });
    },
  ),
];

/** A change as it is written. */
interface Shown {
  readonly sign: string;
  readonly value: string;
  readonly unit: string | undefined;
  readonly compared: Compared | undefined;
  /** Periods of different length are compared by the hour or the day. */
  readonly per?: string | undefined;
}

/** A change of the subject on an earlier window. */
export function claimChange(
  reader: Reading & Pick<Scope, 'sums' | 'time' | 'isPerDay'> & { subject: Subject | undefined },
  change: Shown,
  shown: string,
): void {
  const { sums } = reader;
  // A change of free memory in points is one of its share.
  const isShare = change.unit?.startsWith('point') === true && reader.subject?.metric === 'memory.free';
  const subject = isShare && reader.subject ? { ...reader.subject, metric: 'memory.free_ratio' } : reader.subject;
  const { compared } = change;
  const windows = compared && ([compared.window, compared.before] as const);
  const both = subject && windows && sums.both(subject.metric, subject.statistic, windows);
  const sign = /down|−/.test(change.sign) ? -1 : 1;
  const { value, half } = changeNumber(change);
  const now = subject?.statistic === 'last' ? sums.value(subject.metric, 'last', nowOf(reader)) : undefined;
  const pairs = both === undefined ? [] : [both, ...(now === undefined ? [] : [[now, both[1]] as const])];
  const factor = subject?.statistic === 'sum' ? perPart(reader, change) : undefined;
  const whole = windows?.map((window) => subject && sums.value(subject.metric, subject.statistic, window));
  const [first, second] = whole ?? [];
  const right =
    factor === undefined || first === undefined || second === undefined
      ? pairs.flatMap((pair) => rightChanges(pair, change.unit, 1))
      : rightChanges([first, second], change.unit, factor, partsOf(change));
  const about = subject === undefined ? 'a change of nothing' : `change of ${aboutOf(subject, reader.time)}`;
  reader.claims.push({ shown, value: sign * value, half, right, about });
}

function changeNumber({ value, unit }: { value: string; unit: string | undefined }): { value: number; half: number } {
  const isPart = unit === '%' || unit?.startsWith('point') === true;
  if (!isPart) return readNumber(value, unit);
  const places = value.split('.')[1]?.length ?? (unit !== '%' && Number(value) < 9.95 ? 1 : 0);
  return { value: Number(value.replaceAll(',', '')), half: 0.5 * 10 ** -places };
}

/** By which the earlier sum is multiplied where periods of different length are compared by the day or the hour. */
function perPart({ isPerDay }: Pick<Scope, 'isPerDay'>, { compared, per }: Shown): number | undefined {
  if (compared === undefined || (isPerDay !== true && per === undefined)) return undefined;
  return countOf(compared.window, per) / countOf(compared.before, per);
}

/** A difference that is said to be per day or hour is one of a day or an hour. */
function partsOf({ compared, per }: Shown): number {
  if (compared === undefined || per === undefined) return 1;
  return countOf(compared.window, per);
}

const countOf = ({ from, to }: Window, per: string | undefined): number =>
  Math.round((to - from) / (per === 'hour' ? 3_600_000 : 86_400_000));

function rightChanges(
  [now, before]: readonly [Interval, Interval],
  unit: string | undefined,
  factor: number,
  parts = 1,
): Interval[] {
  const base = { lo: before.lo * factor, hi: before.hi * factor };
  if (unit === '%') return [{ lo: 100 * (now.lo / base.hi - 1), hi: 100 * (now.hi / base.lo - 1) }];
  const scale = unit?.startsWith('point') === true ? 100 : 1;
  return [{ lo: (scale * (now.lo - base.hi)) / parts, hi: (scale * (now.hi - base.lo)) / parts }];
}

function comparedIn(words: string, reader: Reader): Compared | undefined {
  const { subject, time, named } = reader;
  if (subject === undefined) return undefined;
  // Of a number of now that stands for a longer time, the change is on the end of the time before.
  const isNow = subject.statistic === 'last' && subject.window.dates === undefined && named === undefined;
  if (isNow) return readCompared(words.trim(), reader.window, time);
  const before = named?.(words.trim());
  return before === undefined ? readCompared(words.trim(), subject.window, time) : { window: subject.window, before };
}

/** `about the same as the 7 days before`: no number, but what follows may have one. */
const same = form(`same as (?<before>${beforePattern}|[^,;()]+?(?= and |[,;.)]|$))`, ({ before = '' }, reader) => {
  reader.compared = comparedIn(before, reader);
});

/** `in the 154 hours measured both times`. */
const common = form(
  `in the ${number('count')} (?:hour|day)s? (?:measured|known) both times`,
  ({ count = '' }, reader, shown) => {
    const { subject, compared, sums } = reader;
    const windows = compared && ([compared.window, compared.before] as const);
    const right = subject && windows ? [sums.common(subject.metric, windows)] : [];
    reader.claims.push({ shown, ...readNumber(count), right, about: 'hours or days measured in both windows' });
  },
);

/** `12 % of the sum`: of the hour that the window cuts. */
const ofSum = form(`${number('value')} % of the sum`, ({ value = '' }, reader, shown) => {
  const { sums, metric, window } = reader;
  const cut = slotsOf(window, reader.time.zone).find(({ isCut }) => isCut);
  const part = cut && sums.value(metric, 'sum', { from: cut.from, to: cut.to });
  const total = sums.value(metric, 'sum', window);
  const right = part && total ? [{ lo: (100 * part.lo) / total.hi, hi: (100 * part.hi) / total.lo }] : [];
  reader.claims.push({ shown, ...readNumber(value), right, about: 'the part of a cut hour' });
});

/** `22 of 24 hours measured`, of the subject or of the window of the message. */
const coverage = form(
  `${number('measured')} of ${number('of')} (?<unit>hour|day)s? (?:measured|known)`,
  ({ measured = '', of = '', unit }, reader, shown) => {
    const { sums, covered, ...own } = (unit === 'day' ? reader.ofDays : reader.ofHours) ?? reader;
    const { subject } = reader;
    const whole = covered ?? own.window;
    // Of a number of now it is said of the whole range.
    const now = nowOf(reader);
    const isNow = subject?.statistic === 'last' && subject.window.from === now.from && subject.window.to === now.to;
    const metric = subject?.metric ?? own.metric;
    const window = subject === undefined || isNow ? whole : subject.window;
    // After several numbers it is said of the main one.
    const right = [metric, own.metric].map((one) => sums.coverage(one, window));
    const about = `coverage of ${aboutOf({ metric, statistic: 'sum', window }, reader.time)}`;
    reader.claims.push({ shown, ...readNumber(measured), right: right.map((one) => one.measured), about });
    reader.claims.push({ shown, ...readNumber(of), right: right.map((one) => one.of), about });
  },
);

/** `22 of 24 hours are known`, of those that the platform counts itself. */
const countedHours = form(
  `${number('known')} of ${number('of')} hours are known`,
  ({ known = '', of = '' }, reader, shown) => {
    const { metric, window, sums } = reader;
    const right = sums.countedHours?.(metric, window);
    const about = `hours known of ${aboutOf({ metric, statistic: 'sum', window }, reader.time)}`;
    reader.claims.push({ shown, ...readNumber(known), right: right ? [exactly(right.known)] : [], about });
    reader.claims.push({ shown, ...readNumber(of), right: right ? [exactly(right.of)] : [], about });
  },
);

const day = 24 * hour;

/** In the order in which they are tried. */
export const changeForms: readonly Form[] = [...changes, same, common, ofSum, countedHours, coverage];
