// Rules on the drop of a number within a span of time.
import type { ImApp } from '../../app.ts';
import { type Duration, hour, type Instant, minute } from '../../clock.ts';
import { closed } from '../../config-field.ts';
import { connectionLimitOf, type MetricId, metric } from '../../metrics/catalog.ts';
import type { AlertCourse } from '../../metrics/forecast.ts';
import { formatDuration, formatRatio } from '../../metrics/format.ts';
import type { Phrase } from '../../metrics/phrase.ts';
import type { BucketNeed } from '../../metrics/sample.ts';
import { isTrailing } from '../../metrics/series.ts';
import { alertPhrasesOf } from '../notification.ts';
import type {
  BuildContext,
  BuiltOptions,
  MeasureInput,
  Measurement,
  Phrases,
  Rule,
  RuleKind,
  RuleProblem,
} from '../rule.ts';
import { amount, duration, readParts, share } from '../rule-fields.ts';
import type { rulePhrases } from '../rule-phrases.ts';
import { type LearnedSeason, learnSeason, learnsFrom } from '../seasonal-profile.ts';
import type { dropPhrases } from '../usual-phrases.ts';
import type { whyPhrases } from '../why-phrases.ts';

export interface DropPoint {
  readonly at: Instant;
  readonly value: number;
}

export interface LargestDrop {
  /** Share of `from` that was lost within the span and is still missing; 0 when nothing is. */
  readonly share: number;
  readonly from: number;
  readonly at: Instant;
}

/**
 * The largest fall among the points (oldest first; the last one is now) that happened within `within` and still holds.
 * Falls from less than `atLeast` do not count: among a handful any change is a large share.
 */
export function largestDrop(
  points: readonly DropPoint[],
  options: { readonly within: Duration; readonly atLeast: number },
): LargestDrop | undefined {
  const now = points.at(-1);
  if (now === undefined) return undefined;
  let best: LargestDrop | undefined;
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
    const found = dropFrom(point, Math.max(lowest, now.value), options.atLeast);
    if (found !== undefined && (best === undefined || found.share > best.share)) best = found;
  }
  return best;
}

function dropFrom(point: DropPoint, to: number, atLeast: number): LargestDrop | undefined {
  if (point.value < atLeast || point.value <= 0 || to >= point.value) return undefined;
  return { share: (point.value - to) / point.value, from: point.value, at: point.at };
}

/**
 * In the configuration:
 *
 *     kind: drop
 *     metric: connections.current
 *     drop: 40%                 # so much is gone (default) …
 *     within: 5m                # … within so long (default)
 *     belowUsual: 50%           # or: under this share of what is usual for this hour of the week; left out, not asked
 *     clearAt: 20%              # default: half of drop
 *     atLeast: 20               # a fall from less than this is not one (default 20)
 *     for: 3m                   # default
 *
 * It has one level, critical: a sudden fall mostly is an outage. The value of the rule is the fall as a part of what opens it.
 * A fall counts for an hour; after that the new height is taken as normal, unless it is far under the usual.
 */
export const drop: RuleKind = {
  kind: 'drop',
  written: { schema: () => schema, build },
  needs,
  measure,
  learns: true,
  worst: () => 'lowest',
  phrases,
  course,
};

const remembered = hour;
const usualHold = 3 * minute;
/** Just under 1, so that a fall of exactly the size that is written opens. */
const trigger = 1 - 1e-9;

const schema = closed({
  drop: share('40%').optional(),
  within: duration('5m', 1_000).optional(),
  belowUsual: share('50%', 0.95).optional(),
  clearAt: share('20%').optional(),
  atLeast: amount('20', 1, 1e9).optional(),
});

function build(
  raw: Readonly<Record<string, unknown>>,
  context: BuildContext,
): BuiltOptions | { problems: readonly RuleProblem[] } {
  const { value: written = {}, problems: ofShape, isWrong } = readParts(schema, raw);
  const { drop: fall = 0.4, clearAt: clear = fall / 2, within = 5 * minute, belowUsual, atLeast = 20 } = written;
  const problems: RuleProblem[] = [...ofShape];
  if (metric(context.metric).unit !== 'count' || isTrailing(context.metric)) {
    const message = `${context.metric} cannot fall at once; write a number of the moment, such as connections.current`;
    problems.push({ path: ['metric'], message });
  }
  if (clear > fall && !isWrong('drop'))
    problems.push({ path: ['clearAt'], message: `must be at most the ${formatRatio(fall)} of drop` });
  if (within > remembered)
    problems.push({ path: ['within'], message: `must be at most ${formatDuration(remembered)}` });
  if (problems.length > 0) return { problems };
  return {
    metric: context.metric,
    direction: 'above',
    levels: { critical: { trigger, clear: Math.min(clear / fall, trigger), holdFor: context.holdFor ?? usualHold } },
    options: { drop: fall, within, atLeast, clearAt: clear, ...(belowUsual === undefined ? {} : { belowUsual }) },
  };
}

/** Longer than a fall counts, so that it is still known when it does not any more. */
const looksBack = 2 * remembered;

function needs(rule: Rule, now: number): readonly BucketNeed[] {
  if (rule.metric === undefined) return [];
  const from = now - looksBack - optionsOf(rule).within;
  const to = Math.floor(now / hour) * hour;
  return [
    { metric: rule.metric, tier: 'raw', from, to: now + 1 },
    { metric: rule.metric, tier: 'hours', from: to - learnsFrom, to },
  ];
}

interface Options {
  readonly drop: number;
  readonly within: number;
  readonly atLeast: number;
  readonly clearAt: number;
  readonly belowUsual: number | undefined;
}

function optionsOf({ options }: Rule): Options {
  const number = (name: string): number | undefined => (typeof options[name] === 'number' ? options[name] : undefined);
  return {
    drop: number('drop') ?? 0.4,
    within: number('within') ?? 5 * minute,
    atLeast: number('atLeast') ?? 20,
    clearAt: number('clearAt') ?? 0.2,
    belowUsual: number('belowUsual'),
  };
}

function measure(rule: Rule, input: MeasureInput): Measurement {
  const id = rule.metric;
  const shown = id === undefined ? undefined : input.values[id];
  if (id === undefined || shown === undefined) return { state: 'unknown' };
  const options = optionsOf(rule);
  const season = learnSeason({ ...input, metric: id, hours: input.data[1] ?? [] });
  const profile = season.profile(input.now);
  const usual = profile.state === 'known' && profile.centre > 0 ? profile.centre : undefined;
  // A fall to what is usual about now, such as that at closing time, is none.
  const isUsual = shown >= lowestUsual(season, input.now);
  const points = isUsual ? [] : pointsOf(input, shown);
  const fallSince = (since: Instant): LargestDrop | undefined =>
    largestDrop(
      points.filter(({ at }) => at >= since),
      options,
    );
  const fall = fallSince(input.now - remembered - options.within);
  const byFall = (fall?.share ?? 0) / options.drop;
  const { belowUsual, within } = options;
  const share = belowUsual === undefined || usual === undefined ? undefined : shown / usual;
  const byUsual = share === undefined ? 0 : (1 - share) / (1 - (belowUsual ?? 0));
  const value = Math.max(byFall, byUsual);
  const isDown = fall !== undefined && fall.share > options.clearAt;
  const fell = !isDown
    ? undefined
    : ownPhrase('drop.fell', { metric: id, shown, share: fall.share, within, from: fall.from });
  const low =
    share === undefined || usual === undefined ? undefined : ownPhrase('drop.low', { metric: id, shown, share, usual });
  const over = isDown || isUsual ? undefined : fallSince(Number.NEGATIVE_INFINITY);
  const isOver = over !== undefined && over.share > options.clearAt && value <= (rule.levels.critical?.clear ?? 0);
  return {
    state: 'measured',
    value,
    shown,
    usual,
    settled: isOver ? settledAs(id, { fall: over, shown, input }) : undefined,
    brief: byUsual > Math.max(byFall, 0.5) ? low : fell,
    words: [
      ...untilWords(fall, { options, input, isDown }),
      ...(usual === undefined ? [] : [ownPhrase('drop.usual', { usual })]),
    ],
  };
}

/** Half an hour earlier and later, as closing time is not on the minute. */
const earlierOrLater = 30 * minute;

/** The lowest value that is usual about a time; infinite where that is not known. */
function lowestUsual(season: LearnedSeason, at: Instant): number {
  const lows = [at - earlierOrLater, at, at + earlierOrLater].map((time) => {
    const profile = season.profile(time);
    if (profile.state === 'learning') return Number.POSITIVE_INFINITY;
    const { low, centre, spread } = profile;
    return Math.min(low, centre - spread) - spread;
  });
  return Math.min(...lows);
}

/** When the fall counts no more; undefined where the number stays far under the usual as well. */
function untilWords(
  fall: LargestDrop | undefined,
  { options, input, isDown }: { readonly options: Options; readonly input: MeasureInput; readonly isDown: boolean },
): readonly Phrase[] {
  if (fall === undefined || !isDown || options.belowUsual !== undefined) return [];
  const { now, zone } = input;
  return [ownPhrase('drop.until', { at: fall.at + remembered + options.within, now, zone })];
}

/** The fall counts no more, and the number is where it was. */
function settledAs(id: MetricId, { fall, shown, input }: { fall: LargestDrop; shown: number; input: MeasureInput }) {
  const { share, from, at } = fall;
  const { now, zone } = input;
  return { before: now, words: ownPhrase('drop.settled', { metric: id, shown, share, from, at, now, zone }) };
}

/** From the last level on that a person said is normal. */
function pointsOf({ data, now, accepted }: MeasureInput, shown: number): DropPoint[] {
  const since = accepted?.at ?? Number.NEGATIVE_INFINITY;
  const before = (data[0] ?? []).filter((bucket) => bucket.at < now && bucket.at >= since);
  return [...before.map((bucket) => ({ at: bucket.at, value: bucket.last })), { at: now, value: shown }];
}

/** The value before the fall, and the one at which the alert closes. */
function course(rule: Rule, input: MeasureInput): AlertCourse {
  const [id, options] = [rule.metric, optionsOf(rule)];
  const shown = id === undefined ? undefined : input.values[id];
  const fall = shown === undefined ? undefined : largestDrop(pointsOf(input, shown), options);
  if (fall === undefined || fall.share <= options.clearAt) return {};
  const { now, zone } = input;
  const closes = fall.from * (1 - options.clearAt);
  const before = { label: ownPhrase('drop.before', { value: fall.from, at: fall.at, now, zone }), value: fall.from };
  return { lines: [before, { label: ownPhrase('drop.closes', { value: closes }), value: closes }] };
}

const phrase = alertPhrasesOf<typeof rulePhrases>();
const ownPhrase = alertPhrasesOf<typeof dropPhrases>();
const endPhrase = alertPhrasesOf<typeof whyPhrases>();

function phrases(rule: Rule, app: Pick<ImApp, 'name' | 'connectionLimit'>): Phrases {
  const id = rule.metric ?? 'connections.current';
  const { name } = app;
  const connectionLimit = connectionLimitOf(id, app);
  const { drop: size, within, clearAt, belowUsual } = optionsOf(rule);
  const fall = { drop: size, within, belowUsual };
  return {
    now: ({ brief, shown }) =>
      brief === undefined
        ? phrase('rule.now', { metric: id, shown, connectionLimit, app: name })
        : ownPhrase('drop.now', { brief, app: name }),
    beyond: () => ownPhrase('drop.beyond', fall),
    subject: phrase('rule.subject', { metric: id, app: name }),
    seen: ({ shown }) => phrase('rule.seen', { metric: id, shown }),
    back: ({ shown }) => ownPhrase('drop.back', { metric: id, shown, connectionLimit, app: name }),
    worst: (shown) => phrase('rule.worst', { metric: id, shown, is: 'lowest' }),
    numbers: (_level, { shown }, isOld) => [
      ownPhrase('drop.numbers', { metric: id, shown, connectionLimit, isOld, clearAt, ...fall }),
    ],
    lines: [],
    end: () => endPhrase('why.lessMissing', { share: clearAt }),
  };
}
