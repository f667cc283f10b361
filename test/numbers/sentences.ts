// Reads the numbers of a sentence: a table of sentence forms says which metric, statistic and window each number claims to be.
import { type Claim, readNumber, type Unattributed } from './claims.ts';
import { type Interval, type Statistic, slotsOf } from './imkit-sums.ts';
import { datesPattern, daysWindow, hour, type LocalTime, type Window } from './local-time.ts';
import { countedMetric, countedPattern, type Measure, measureOf, names } from './metric-names.ts';
import { beforePattern, type Compared, readCompared, readWindow, windowPattern } from './range-words.ts';

/** The right numbers of one app. */
export interface AppSums {
  readonly limit: number | undefined;
  /** Its numbers are of whole days. */
  readonly isDaily: boolean;
  value(metric: string, statistic: Statistic, window: Window): Interval | undefined;
  /** Highest and lowest of the means of its hours, for a metric of moments. */
  hours(metric: string, statistic: Statistic, window: Window): Interval | undefined;
  both(
    metric: string,
    statistic: Statistic,
    windows: readonly [Window, Window],
  ): readonly [Interval, Interval] | undefined;
  /** How many hours or days were measured in both windows. */
  common(metric: string, windows: readonly [Window, Window]): Interval;
  coverage(metric: string, window: Window): { readonly measured: Interval; readonly of: Interval };
}

/** What a sentence is read in: whose numbers they are, and what its frame says. */
export interface Scope {
  readonly sums: AppSums;
  readonly time: LocalTime;
  /** Of numbers that name no window of their own. */
  readonly window: Window;
  /** The metric that the view is about. */
  readonly metric: string;
  /** An earlier window by the name that a message gives it, such as `last Sunday`. */
  readonly named?: ((words: string) => Window | undefined) | undefined;
  /** Changes are of the value of a day, because months differ in length. */
  readonly isPerDay?: boolean;
  /** Of which window a note says how much was measured, where it is another. */
  readonly covered?: Window | undefined;
  /** In a message about several apps, the one whose numbers are of days. */
  readonly ofDays?: Scope | undefined;
  /** Earlier windows of the same kind, of which the middle value is usual. */
  readonly earlier?: readonly Window[];
}

/** What the number before a change or a share was about. */
interface Subject extends Measure {
  readonly window: Window;
}

export interface Reading {
  readonly claims: Claim[];
  readonly unattributed: Unattributed[];
}

interface Reader extends Omit<Scope, 'window'>, Reading {
  window: Window;
  subject: Subject | undefined;
  /** What the last change was of. */
  compared: Compared | undefined;
  readonly text: string;
}

interface Form {
  readonly pattern: RegExp;
  readonly read: (groups: Readonly<Record<string, string | undefined>>, reader: Reader, shown: string) => void;
}

const number = (name: string): string => `(?<${name}>[\\d,]*\\d(?:\\.\\d+)?)`;
const sticky = (source: string): RegExp => new RegExp(source, 'yu');
const form = (source: string, read: Form['read']): Form => ({ pattern: sticky(source), read });
const neutral = (source: string): Form => form(source, () => {});

const statisticWords: Readonly<Record<string, Statistic>> = {
  'in the busiest hour': 'high',
  'on the busiest day': 'high',
  'at the peak': 'high',
  'at the highest': 'high',
  'at the lowest': 'low',
  'on average': 'mean',
  now: 'last',
};
const statisticPattern = Object.keys(statisticWords).join('|');

export function claimValue(
  reader: Scope & Reading,
  subject: Subject,
  number: { value: number; half: number },
  shown: string,
): void {
  const { metric, statistic, window } = subject;
  const right = [reader.sums.value(metric, statistic, window)].filter((one) => one !== undefined);
  reader.claims.push({ shown, ...number, right, about: aboutOf(subject, reader.time) });
}

export function aboutOf({ metric, statistic, window }: Subject, { zone }: LocalTime): string {
  const name =
    window.dates === undefined ? `${window.from} to ${window.to}` : `${window.dates.from} to ${window.dates.to}`;
  return `${metric} ${statistic} of ${name} ${zone}`;
}

/** `1,054 active users in the busiest hour of the last 7 days`. */
const counted = form(
  `${number('value')} (?<what>${countedPattern})\\b(?: (?<how>${statisticPattern})\\b)?(?: (?<end>at the end))?(?: (?<window>${windowPattern}))?`,
  ({ value = '', what = '', how, window, end }, reader, shown) => {
    const isPeak = how === 'at the peak' && what.startsWith('connection');
    const metric = isPeak ? 'connections.peak' : (countedMetric.get(what) ?? reader.metric);
    const statistic =
      how === undefined
        ? end === undefined
          ? (names[metric]?.statistic ?? 'sum')
          : 'last'
        : (statisticWords[how] ?? 'sum');
    reader.subject = { metric, statistic, window: how === 'now' ? nowOf(reader) : windowIn(window, reader) };
    claimValue(reader, reader.subject, readNumber(value), shown);
  },
);

/** The window of a number of now: the hour that ends now, and of an app of days today. */
function nowOf({ time, sums }: Pick<Scope, 'time' | 'sums'>): Window {
  return sums.isDaily ? daysWindow(time.today, time.today, time) : { from: time.now - hour, to: time.now };
}

/** `1,054 active users and 1,218 messages yesterday`: the window is of both. */
const countedTwice = form(
  `${number('first')} (?<what>${countedPattern}) and ${number('second')} (?<other>${countedPattern})\\b(?: (?<window>${windowPattern}))?`,
  ({ first = '', what = '', second = '', other = '', window: words }, reader, shown) => {
    const window = windowIn(words, reader);
    for (const [value, noun] of [
      [first, what],
      [second, other],
    ] as const) {
      const metric = countedMetric.get(noun) ?? reader.metric;
      reader.subject = { metric, statistic: names[metric]?.statistic ?? 'sum', window };
      claimValue(reader, reader.subject, readNumber(value), shown);
    }
  },
);

/** `37.5 % memory free now, lowest 20 % in the last hour`, `7.4 % free memory at the lowest in the last 6 hours`. */
const memory = form(
  `${number('value')} (?<unit>%|[KMGT]?i?B) (?<what>memory free|free memory|memory)\\b(?: \\(${number('size')} (?<sizeUnit>[KMGT]?i?B)\\))?(?: (?<how>${statisticPattern})\\b)?(?:,? when last seen, (?:at|on) [^,;]*)?(?: (?<window>${windowPattern}))?`,
  ({ value = '', unit, what, size, sizeUnit, how, window: words }, reader, shown) => {
    const metric = what === 'memory' ? 'memory.total' : unit === '%' ? 'memory.free_ratio' : 'memory.free';
    const statistic = how === undefined ? 'last' : (statisticWords[how] ?? 'last');
    const window = statistic === 'last' && words === undefined ? nowOf(reader) : windowIn(words, reader);
    reader.subject = { metric, statistic, window };
    claimValue(reader, reader.subject, readNumber(value, unit), shown);
    if (size !== undefined)
      claimValue(reader, { metric: 'memory.free', statistic, window }, readNumber(size, sizeUnit), shown);
  },
);

const lowest = form(
  `lowest ${number('value')} (?<unit>%|[KMGT]?i?B)(?: (?<window>${windowPattern}))?`,
  ({ value = '', unit, window }, reader, shown) => {
    const metric = unit === '%' ? 'memory.free_ratio' : 'memory.free';
    reader.subject = { metric, statistic: 'low', window: windowIn(window, reader) };
    claimValue(reader, reader.subject, readNumber(value, unit), shown);
  },
);

const share = form(`${number('value')} % of the limit`, ({ value = '' }, reader, shown) => {
  claimShare(reader, value, shown);
});

/** The share of the limit of what was said before, to whole per cent. */
export function claimShare(
  reader: Reading & Scope & { subject: Subject | undefined },
  value: string,
  shown: string,
): void {
  const { subject, sums } = reader;
  const found = subject === undefined ? undefined : sums.value(subject.metric, subject.statistic, subject.window);
  const limit = sums.limit ?? Number.NaN;
  const right = found === undefined ? [] : [{ lo: (100 * found.lo) / limit, hi: (100 * found.hi) / limit }];
  reader.claims.push({
    shown,
    value: Number(value.replaceAll(',', '')),
    half: 0.5,
    right,
    about: 'share of the limit',
  });
}

const changes = [
  form(
    `(?:(?<what>messages|users) )?(?<sign>up |down |[+−])${number('value')}(?: (?<unit>%|points?|[KMGT]?i?B)(?!\\p{L}))? on (?<before>${beforePattern}|[^,;()]+?(?= and |[,;.)]|$))`,
    ({ sign = '', value = '', unit, before = '', what }, reader, shown) => {
      if (what !== undefined && reader.subject !== undefined) {
        const metric = what === 'users' ? 'users.active' : 'messages.sent';
        reader.subject = { ...reader.subject, metric, statistic: names[metric]?.statistic ?? 'sum' };
      }
      reader.compared = comparedIn(before, reader);
      claimChange(reader, { sign, value, unit, compared: reader.compared }, shown);
    },
  ),
  form(
    `(?<sign>up |down )${number('value')} (?<unit>points?|%) in 24 h`,
    ({ sign = '', value = '', unit }, reader, shown) => {
      const day = 24 * 3_600_000;
      const { subject } = reader;
      const before = subject && { from: subject.window.from - day, to: subject.window.to - day };
      claimChange(reader, { sign, value, unit, compared: before && { window: subject.window, before } }, shown);
    },
  ),
];

/** A change of the subject on an earlier window. */
export function claimChange(
  reader: Reading & Scope & { subject: Subject | undefined },
  change: { sign: string; value: string; unit: string | undefined; compared: Compared | undefined },
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
  const now =
    subject?.statistic === 'last' && !reader.sums.isDaily
      ? sums.value(subject.metric, 'last', nowOf(reader))
      : undefined;
  const pairs = both === undefined ? [] : [both, ...(now === undefined ? [] : [[now, both[1]] as const])];
  const right = pairs.flatMap((pair) => rightChanges(pair, change.unit, perDay(reader, compared)));
  const about = subject === undefined ? 'a change of nothing' : `change of ${aboutOf(subject, reader.time)}`;
  reader.claims.push({ shown, value: sign * value, half, right, about });
}

function changeNumber({ value, unit }: { value: string; unit: string | undefined }): { value: number; half: number } {
  const isPart = unit === '%' || unit?.startsWith('point') === true;
  if (!isPart) return readNumber(value, unit);
  const places = value.split('.')[1]?.length ?? (unit !== '%' && Number(value) < 9.95 ? 1 : 0);
  return { value: Number(value.replaceAll(',', '')), half: 0.5 * 10 ** -places };
}

/** By which the earlier value is multiplied where periods of different length are compared by the day. */
function perDay({ isPerDay }: Pick<Scope, 'isPerDay'>, compared: Compared | undefined): number {
  if (isPerDay !== true || compared === undefined) return 1;
  const daysIn = ({ from, to }: Window): number => Math.round((to - from) / 86_400_000);
  return daysIn(compared.window) / daysIn(compared.before);
}

function rightChanges(
  [now, before]: readonly [Interval, Interval],
  unit: string | undefined,
  factor: number,
): Interval[] {
  const base = { lo: before.lo * factor, hi: before.hi * factor };
  if (unit === '%') return [{ lo: 100 * (now.lo / base.hi - 1), hi: 100 * (now.hi / base.lo - 1) }];
  const scale = unit?.startsWith('point') === true ? 100 : 1;
  return [{ lo: scale * (now.lo - base.hi), hi: scale * (now.hi - base.lo) }];
}

function comparedIn(words: string, reader: Reader): Compared | undefined {
  const { subject, time, named } = reader;
  if (subject === undefined) return undefined;
  // Of a number of now that stands for a longer time, the change is on the end of the time before.
  const isNow = subject.statistic === 'last' && subject.window.dates === undefined && reader.window.dates !== undefined;
  if (isNow) return readCompared(words.trim(), reader.window, time);
  const before = named?.(words.trim());
  return before === undefined ? readCompared(words.trim(), subject.window, time) : { window: subject.window, before };
}

/** `about the same as the 7 days before`: no number, but what follows may have one. */
const same = form(`same as (?<before>${beforePattern})`, ({ before = '' }, reader) => {
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
    const { sums, covered, ...own } = (unit === 'day' ? reader.ofDays : undefined) ?? reader;
    const { metric, window } = reader.subject ?? { metric: own.metric, window: covered ?? own.window };
    const right = sums.coverage(metric, window);
    const about = `coverage of ${aboutOf({ metric, statistic: 'sum', window }, reader.time)}`;
    reader.claims.push({ shown, ...readNumber(measured), right: [right.measured], about });
    reader.claims.push({ shown, ...readNumber(of), right: [right.of], about });
  },
);

/** `connection peak 1,893 between 21:00 and 22:00`, `free memory down to 7.4 %`. */
const titleFirst = form(
  `(?<title>[Cc]onnection peak|[Ff]ree memory|[Aa]ctive users|[Aa]ctive rooms|[Aa]ctive groups)(?: down to)? ${number('value')}(?: (?<unit>%|[KMGT]?i?B)(?!\\p{L}))?`,
  ({ title = '', value = '', unit }, reader, shown) => {
    const measure = measureOf(title.charAt(0).toUpperCase() + title.slice(1), reader.metric);
    const statistic = measure?.metric.startsWith('memory') === true ? 'low' : (measure?.statistic ?? 'high');
    reader.subject = { metric: measure?.metric ?? reader.metric, statistic, window: reader.window };
    claimValue(reader, reader.subject, readNumber(value, unit), shown);
  },
);

/** What follows is of today, or of yesterday. */
const dayFirst = form('(?<day>Today so far|Yesterday):', ({ day = '' }, reader) => {
  reader.window = readWindow(day.toLowerCase(), reader.time) ?? reader.window;
});

/** `38 % of a usual Sunday`, `4 times a usual week`, `unlike the 3 of a usual Sunday`. */
const usual = form(
  `(?:${number('share')} % of|${number('times')} times|unlike the ${number('value')} of) a usual \\p{L}+`,
  ({ share: part, times, value }, reader, shown) => {
    const { subject, sums, earlier = [] } = reader;
    if (subject === undefined) return;
    const known = earlier.flatMap((window) => sums.value(subject.metric, subject.statistic, window) ?? []);
    const [lo, hi] = [middle(known.map((one) => one.lo)), middle(known.map((one) => one.hi))];
    const now = sums.value(subject.metric, subject.statistic, subject.window);
    const shares = now === undefined || known.length === 0 ? [] : [{ lo: now.lo / hi, hi: now.hi / lo }];
    const right = value === undefined ? shares.map((one) => scaled(one, part === undefined ? 1 : 100)) : [{ lo, hi }];
    reader.claims.push({ shown, ...readNumber(part ?? times ?? value ?? ''), right, about: `usual ${subject.metric}` });
  },
);

const scaled = ({ lo, hi }: Interval, by: number): Interval => ({ lo: lo * by, hi: hi * by });

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? Number.NaN) + (sorted[Math.ceil(half)] ?? Number.NaN)) / 2;
}

/** The limits of free memory, for an app without rules. */
const levels = form(`(?:under|over) (?<value>\\d+) %`, ({ value }, reader, shown) => {
  const right = [8, 15].map((level) => ({ lo: level, hi: level }));
  reader.claims.push({ shown, value: Number(value), half: 0, right, about: 'a limit of free memory' });
});

const limits = form(`(?:Limit|limit|of) ${number('value')}(?= \\(|[.,;)]|$)`, ({ value = '' }, reader, shown) => {
  const { limit } = reader.sums;
  reader.claims.push({
    shown,
    ...readNumber(value),
    right: limit === undefined ? [] : [{ lo: limit, hi: limit }],
    about: 'the limit',
  });
});

function windowIn(words: string | undefined, reader: Pick<Scope, 'time' | 'window'>): Window {
  return (words === undefined ? undefined : readWindow(words, reader.time)) ?? reader.window;
}

/** Digits that are no numbers of an app: times, dates, names of ranges, lengths of time. */
const neutrals = [
  neutral(`<!date[^>]*>`),
  neutral(`\\d{1,2}:\\d{2}(?::\\d{2})?`),
  neutral(`\\d{4}-\\d{2}-\\d{2}(?:\\.\\.\\d{4}-\\d{2}-\\d{2})?`),
  neutral(`(?:${windowPattern})(?!\\p{L})`),
  neutral(`(?:${beforePattern})(?!\\p{L})`),
  neutral(
    `${datesPattern.replaceAll('?)?(?: \\d{4})?', '?)(?: \\d{4})?')}(?=[ ,.;:)]|$)(?<=[A-Z][a-z]{2}(?: \\d{4})?)`,
  ),
  neutral(`\\d+ (?:days|weeks|months|hours) to \\d`),
  neutral(`(?:week|in) \\d+(?: weeks?| months?)?`),
  neutral(`keeps \\d+ days`),
  neutral(`too short for \\d+ (?:hour|day)s?(?: \\d+ min)?`),
  neutral(`[A-Z][a-z]+ \\d{4}\\b`),
  neutral(`\\d+ min ago|\\d+ h ago|\\d+ days ago`),
];

const forms: readonly Form[] = [
  ...[dayFirst, countedTwice, counted, memory, lowest, titleFirst, usual, share],
  ...[...changes, same, common, ofSum, coverage, levels, limits, ...neutrals],
];

/** Reads a text from left to right by the first form that fits; a digit that no form covers is unattributed. */
export function readSentence(text: string, scope: Scope, start?: Subject): Reading {
  const reader: Reader = { ...scope, text, claims: [], unattributed: [], subject: start, compared: undefined };
  for (let at = 0; at < text.length; ) at += readAt(text, at, reader);
  return reader;
}

function readAt(text: string, at: number, reader: Reader): number {
  if (at > 0 && /[\p{L}\d.,]/u.test(text[at - 1] ?? '') && /[\p{L}\d]/u.test(text[at] ?? '')) return 1;
  for (const { pattern, read } of forms) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null || match[0] === '') continue;
    read(match.groups ?? {}, reader, match[0]);
    return match[0].length;
  }
  const [found] = /^\d[\d,.]*/.exec(text.slice(at)) ?? [];
  if (found === undefined) return 1;
  reader.unattributed.push({ shown: text.slice(Math.max(0, at - 60), at + 60) });
  return found.length;
}
