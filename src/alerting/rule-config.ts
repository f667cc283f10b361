// One entry of `alerts` in the configuration → a rule, or everything that is wrong with it.
import { z } from 'zod';
import type { ImApp } from '../app.ts';
import { day, hour, minute, second } from '../clock.ts';
import { closestMatch } from '../closest-match.ts';
import { choice, closed, field, identifier, link, suggestion } from '../config-field.ts';
import { isMetricId, type MetricId, metricIds } from '../metrics/catalog.ts';
import type { BuildContext, BuiltOptions, Rule, RuleKind, RuleProblem } from './rule.ts';
import { versionOf } from './rule-change.ts';
import { channels, duration, durationBetween, mention, readParts, unknownKey } from './rule-fields.ts';
import { ruleKinds } from './rules/index.ts';

/** What the reading of a rule depends on. */
export interface RuleContext {
  readonly app: ImApp;
  /** Overrides that of the app. */
  readonly pollEvery?: number;
  /** Names of the keys of the pager, the usual one first; none where no pager is configured. */
  readonly pagers?: readonly string[];
}

/** `warnings` are sentences on what is valid and probably a mistake. Paths of problems begin at the rule. */
export type ReadRule =
  | { readonly rule: Rule; readonly warnings: readonly string[] }
  | { readonly problems: readonly RuleProblem[] };

const text = (wanted: string, most: number) => field(wanted, (value) => (value.length <= most ? value : undefined));

const common = {
  for: duration('5m').optional(),
  keepFiring: duration('10m').optional(),
  channel: channels.optional(),
  chart: durationBetween('a duration from 10m to 7d, such as 3h', 10 * minute, 7 * day).optional(),
  pagerduty: identifier.optional(),
  mention: listOf(mention, 'ids such as [S0ONCALL]').optional(),
  repeat: listOf(duration('30m', minute), 'durations such as [30m, 1h, 2h, 4h]').optional(),
  escalate: closed({ after: duration('30m', minute), mention: listOf(mention, 'ids such as [U0LEAD]') }).optional(),
  runbook: link.optional(),
  summary: text('a sentence of up to 200 characters', 200).optional(),
};

const commonSchema = closed(common);
type Common = z.infer<typeof commonSchema>;

/** A whole rule of a kind as it is written, of a metric as that of the context. Its keys are the same for every metric. */
export function writtenRule({ kind, written }: WrittenKind, context: BuildContext): z.ZodObject {
  const named = choice(kind, [kind]);
  return closed({
    id: identifier,
    app: identifier,
    metric: choice('one such as memory.free_ratio', metricIds),
    kind: kind === usualKind ? named.optional() : named,
    ...common,
    ...written.schema(context).shape,
  });
}

/** Of a rule that names none. */
const usualKind = 'threshold';

/** Reads one rule. `id` and `app` have been checked before. */
export function ruleFromConfig(raw: Readonly<Record<string, unknown>>, context: RuleContext): ReadRule {
  const kind = kindNamed(raw['kind']);
  if ('problems' in kind) return kind;
  const usual = { app: context.app, metric: anyMetric[0], holdFor: undefined };
  const own = Object.keys(kind.written.schema(usual).shape);
  const known = Object.keys(writtenRule(kind, usual).shape);
  const unknown = Object.keys(raw).filter((key) => !known.includes(key));
  // A name that is near a known one is taken for that one: what is missing then is not missing.
  const meant = unknown.flatMap((key) => closestMatch(key, known) ?? []).filter((key) => !Object.hasOwn(raw, key));
  const whole = { ...raw, ...Object.fromEntries(meant.map((key) => [key, ''])) };
  const { critical, channel: ofCritical } = criticalOf(raw);
  const shared = readParts(commonSchema, pick(whole, Object.keys(common)));
  const criticalChannel = readParts(common.channel, ofCritical);
  const metricId = metricNamed(whole['metric'], context.app);
  const build = (metric: MetricId): ReturnType<typeof kind.written.build> =>
    kind.written.build({ ...pick(whole, own), ...critical }, { app: context.app, metric, holdFor: shared.value?.for });
  const built = typeof metricId === 'string' ? build(metricId) : { problems: ofAnyMetric(build) };
  const place = shared.value?.channel?.[0] ?? context.app.channel;
  const problems = [
    ...unknown.map((key) => unknownKey([key], key, known)),
    ...[
      ...shared.problems,
      ...criticalChannel.problems.map(ofCriticalChannel),
      ...pagerProblems(shared.value?.pagerduty, context),
      ...(typeof metricId === 'string' ? [] : [metricId]),
      ...('problems' in built ? built.problems : []),
      ...(place === undefined && !shared.isWrong('channel') ? [noChannel] : []),
    ].filter(({ path: [first] }) => !meant.some((key) => key === first)),
  ];
  if (problems.length > 0 || 'problems' in built || shared.value === undefined || place === undefined)
    return { problems };
  const places = {
    channel: place,
    others: shared.value.channel?.slice(1) ?? [],
    inCritical: criticalChannel.value ?? [],
  };
  return {
    rule: assemble({ id: String(raw['id']), kind: kind.kind, context, shared: shared.value, built, places }),
    warnings: built.warnings ?? [],
  };
}

const noChannel = { path: ['channel'], message: 'is missing; write the id of a Slack channel, here or at the app' };

/** One metric of each unit. */
const anyMetric: readonly [MetricId, ...MetricId[]] = ['memory.free_ratio', 'connections.current', 'memory.free'];

/** What is wrong with a rule whatever its metric is: with one of the unit that its values fit best. */
function ofAnyMetric(
  build: (metric: MetricId) => object | { readonly problems: readonly RuleProblem[] },
): readonly RuleProblem[] {
  const [fewest = []] = anyMetric
    .map((metric) => {
      const built = build(metric);
      return 'problems' in built ? built.problems : [];
    })
    .map((problems) => problems.filter(({ path }) => path[0] !== 'metric'))
    .toSorted((a, b) => a.length - b.length);
  return fewest;
}

/** `critical` as its kind reads it, and the channel of its own, which every kind may have. */
function criticalOf(raw: Readonly<Record<string, unknown>>) {
  const { critical } = raw;
  if (typeof critical !== 'object' || critical === null || !('channel' in critical)) return {};
  const { channel, ...rest } = critical;
  return { critical: { critical: rest }, channel };
}

const ofCriticalChannel = ({ path, message }: RuleProblem): RuleProblem => ({
  path: ['critical', 'channel', ...path],
  message,
});

function pagerProblems(named: string | undefined, { pagers = [] }: RuleContext): RuleProblem[] {
  if (named === undefined || pagers.includes(named)) return [];
  const message =
    pagers.length === 0
      ? 'names a key of PagerDuty, and there is no section pagerduty'
      : `there is no key "${named}" under pagerduty.keys; ${suggestion(named, pagers)}`;
  return [{ path: ['pagerduty'], message }];
}

function listOf<Item extends z.ZodType>(item: Item, wanted: string) {
  return z
    .array(item, { error: () => `must be a list of ${wanted}` })
    .max(20, { error: () => `has more than 20; write ${wanted}` });
}

function pick(raw: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => Object.hasOwn(raw, name)).map((name) => [name, raw[name]]));
}

export type WrittenKind = RuleKind & { readonly written: NonNullable<RuleKind['written']> };

function kindNamed(raw: unknown): WrittenKind | { problems: readonly RuleProblem[] } {
  const named = raw ?? usualKind;
  const names = ruleKinds.filter((kind) => kind.written !== undefined).map(({ kind }) => kind);
  const found = ruleKinds.find(({ kind }) => kind === named);
  if (found?.written !== undefined) return { ...found, written: found.written };
  const instead = suggestion(typeof named === 'string' ? named : '', names);
  return { problems: [{ path: ['kind'], message: `there is no kind ${JSON.stringify(named)}; ${instead}` }] };
}

function metricNamed(raw: unknown, app: ImApp): MetricId | RuleProblem {
  const offered = app.capabilities.metrics;
  if (typeof raw !== 'string' || raw === '')
    return { path: ['metric'], message: 'is missing; write one such as memory.free_ratio' };
  if (isMetricId(raw) && offered.includes(raw)) return raw;
  const meant = closestMatch(raw, offered);
  const within = offered.filter((id) => id.startsWith(`${raw}.`));
  if (within.length > 0)
    return { path: ['metric'], message: `there is no metric "${raw}"; did you mean ${oneOf(within)}?` };
  const instead =
    meant === undefined || meant === raw
      ? `${app.name} has ${offered.slice(0, 9).join(', ')}${offered.length > 9 ? ' …' : ''}`
      : `did you mean ${meant}?`;
  return {
    path: ['metric'],
    message: isMetricId(raw)
      ? `${app.platform} does not report ${raw}; ${instead}`
      : `there is no metric "${raw}"; ${instead}`,
  };
}

const oneOf = (names: readonly string[]): string => new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(names);

/** Default gaps between repeats: critical is repeated sooner. */
const usualRepeat = { warning: [4 * hour, 8 * hour, 24 * hour], critical: [30 * minute, hour, 2 * hour, 4 * hour] };
const usualKeep = 10 * minute;
const longestEase = 5 * minute;

interface Parts {
  readonly id: string;
  readonly kind: string;
  readonly context: RuleContext;
  readonly shared: Common;
  readonly built: BuiltOptions;
  readonly places: {
    readonly channel: string;
    readonly others: readonly string[];
    readonly inCritical: readonly string[];
  };
}

function assemble({ id, kind, context, shared, built, places }: Parts): Rule {
  const pollEvery = context.pollEvery ?? context.app.pollEvery;
  const keepFiring = shared.keepFiring ?? usualKeep;
  const { channel, others, inCritical } = places;
  const pager = shared.pagerduty ?? context.pagers?.[0];
  const rule: Omit<Rule, 'version'> = {
    id,
    kind,
    app: context.app.id,
    metric: built.metric,
    direction: built.direction,
    levels: built.levels,
    keepFiring,
    keepCritical: Math.min(keepFiring, longestEase),
    pollEvery,
    // An answer may take up to 10 s.
    maxGap: Math.max(3 * pollEvery, 10 * second),
    channel,
    ...(others.length === 0 ? {} : { channels: others }),
    ...(inCritical.length === 0 ? {} : { criticalChannels: inCritical }),
    ...(shared.chart === undefined ? {} : { chartSpan: shared.chart }),
    ...(pager === undefined ? {} : { pager }),
    mention: shared.mention ?? [],
    repeat: shared.repeat === undefined ? usualRepeat : { warning: shared.repeat, critical: shared.repeat },
    ...(shared.escalate === undefined ? {} : { escalate: shared.escalate }),
    ...(shared.runbook === undefined ? {} : { runbook: shared.runbook }),
    ...(shared.summary === undefined ? {} : { summary: shared.summary }),
    options: built.options,
  };
  return { ...rule, version: versionOf(rule) };
}
