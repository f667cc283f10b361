// Sentence forms of values: a number with what is counted, its statistic and its window.
import { readNumber } from './claims.ts';
import type { Interval } from './imkit-sums.ts';
import { hour } from './local-time.ts';
import { countedMetric, countedPattern, measureOf, names } from './metric-names.ts';
import { readWindow, windowPattern } from './range-words.ts';
import {
  claimValue,
  type Form,
  form,
  nowOf,
  number,
  type Reader,
  type Reading,
  type Scope,
  type Subject,
  statisticPattern,
  statisticWords,
  windowIn,
} from './reader.ts';

/** `1,054 active users in the busiest hour of the last 7 days`. */
const counted = form(
  `${number('value')} (?<what>${countedPattern})\\b(?: (?<how>${statisticPattern})\\b)?(?: (?<end>at the end))?(?: (?<window>${windowPattern}))?(?: on (?<app>Production chat|China)\\b)?`,
  ({ value = '', what = '', how, window, end, app }, reader, shown) => {
    turnTo(app, reader);
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

/** `Busiest hour: 14:00 to 15:00, 1,219 messages`: the most of those that are known. */
const busiest = form(
  `Busiest hour: [^,]+, ${number('value')} (?<what>${countedPattern})`,
  ({ value = '', what = '' }, reader, shown) => {
    const metric = countedMetric.get(what) ?? reader.metric;
    const high = reader.sums.countedHours?.(metric, reader.window)?.high;
    const about = `the busiest hour of ${metric}`;
    reader.claims.push({ shown, ...readNumber(value), right: high === undefined ? [] : [high], about });
  },
);

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

/** `40.3 % senders among active users on average in the last 7 days`. */
const shares = form(
  `${number('value')} % (?<what>senders among active users|active rooms among all)\\b(?: (?<how>${statisticPattern})\\b)?(?: (?<window>${windowPattern}))?`,
  ({ value = '', what = '', how, window: words }, reader, shown) => {
    const metric = what.startsWith('senders') ? 'users.sender_ratio' : 'rooms.active_ratio';
    const statistic = how === undefined ? 'mean' : (statisticWords[how] ?? 'mean');
    reader.subject = { metric, statistic, window: windowIn(words, reader) };
    claimValue(reader, reader.subject, readNumber(value, '%'), shown);
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
  reader: Reading & Pick<Scope, 'sums'> & { subject: Subject | undefined },
  value: string,
  shown: string,
  more?: Interval,
): void {
  const { subject, sums } = reader;
  const found = subject === undefined ? undefined : sums.value(subject.metric, subject.statistic, subject.window);
  const limit = sums.limit ?? Number.NaN;
  const all = [found, more].filter((one) => one !== undefined);
  const right = all.map(({ lo, hi }) => ({ lo: (100 * lo) / limit, hi: (100 * hi) / limit }));
  reader.claims.push({
    shown,
    value: Number(value.replaceAll(',', '')),
    half: 0.5,
    right,
    about: 'share of the limit',
  });
}

/** Names of metrics in the middle of a sentence. */
const titlePattern = Object.values(names)
  .map(({ title }) => `[${title.charAt(0)}${title.charAt(0).toLowerCase()}]${title.slice(1)}`)
  .sort((a, b) => b.length - a.length)
  .join('|');

/** `connection peak 1,893 between 21:00 and 22:00`, `free memory down to 7.4 %`. */
const titleFirst = form(
  `(?<title>${titlePattern})(?: of (?<app>Production chat|China))?(?: down to)? ${number('value')}(?: (?<unit>%|[KMGT]?i?B)(?!\\p{L}))?`,
  ({ title = '', value = '', unit, app }, reader, shown) => {
    turnTo(app, reader);
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

/** What follows is of the time since the period of a digest, or of the newest poll. */
const sinceFirst = form(
  '(?<what>So far|First (?:hour|day|week|month) of [^:]+|Now(?: on (?<app>[^:]+))?):',
  ({ what = '', app }, reader) => {
    turnTo(app, reader);
    reader.window = (what.startsWith('Now') ? undefined : reader.since) ?? nowOf(reader);
  },
);

/** What follows is of an earlier period that is named. */
const periodFirst = form('(?<name>[A-Za-z0-9][A-Za-z0-9 :]{2,28}?): (?=[a-z])', ({ name = '' }, reader) => {
  const lower = name.charAt(0).toLowerCase() + name.slice(1);
  reader.window = reader.named?.(name) ?? reader.named?.(lower) ?? reader.window;
});

/** A sentence may be about several apps in turn. */
function turnTo(app: string | undefined, reader: Reader): void {
  const found = app === undefined ? undefined : reader.ofApp?.(app);
  if (found !== undefined) Object.assign(reader, { sums: found.sums, time: found.time });
}

/** How long a day of the clock was. */
const dayLength = form(`${number('hours')} hours(?=, [A-Z])`, ({ hours = '' }, reader, shown) => {
  const length = (reader.window.to - reader.window.from) / hour;
  reader.claims.push({ shown, ...readNumber(hours), right: [{ lo: length, hi: length }], about: 'hours of the day' });
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

/** In the order in which they are tried. */
export const valueForms: readonly Form[] = [
  ...[
    busiest,
    dayFirst,
    sinceFirst,
    periodFirst,
    countedTwice,
    counted,
    memory,
    shares,
    lowest,
    titleFirst,
    usual,
    share,
  ],
  ...[dayLength, levels, limits],
];
