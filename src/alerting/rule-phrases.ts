// The English of rules: what each kind says of a measurement, of its limits, and of what it learned.
import type { Duration, Instant } from '../clock.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import { capitalise } from '../metrics/format.ts';
import { limitValue, longValue, metricName, shortValue } from '../metrics/metric-phrases.ts';
import type { Phrase, PhraseSet, Wording } from '../metrics/phrase.ts';
import type { Level } from './rule.ts';

/** A value of a metric on an app, as it was measured. */
export interface RuleReading {
  readonly metric: MetricId;
  readonly shown: number;
  readonly connectionLimit?: number | undefined;
  readonly whole?: number | undefined;
}
export type OnApp = { readonly app: string };
export type Value = { readonly metric: MetricId; readonly value: number };
type Limit = { readonly metric: MetricId; readonly value?: number | undefined; readonly direction: 'below' | 'above' };
/** `isOld`: it is the last one before the data ended. */
export type Numbers = RuleReading & { readonly isOld: boolean };

export const unitOf = (id: MetricId) => metric(id).unit;

/** `Now 606 MiB of 8.0 GiB`. */
export function reading({ isOld, metric: id, ...last }: Numbers, wording: Wording): string {
  return `${isOld ? 'Last seen' : 'Now'} ${longValue(id, last, wording)}`;
}

/** Phrases that several kinds of rules share, and those of a threshold. */
export const rulePhrases = {
  'rule.now': ({ metric: id, shown, app, ...whole }: RuleReading & OnApp, wording) =>
    `${metricName(id)} ${shortValue(id, shown, whole, wording)} on ${app}`,
  'rule.brief': ({ brief, app }: OnApp & { readonly brief: Phrase }, { text }) => `${text(brief)} on ${app}`,
  'rule.name': ({ metric: id, app }: OnApp & { readonly metric: MetricId }) => `${metricName(id)} on ${app}`,
  'rule.subject': ({ metric: id, app }: OnApp & { readonly metric: MetricId }) => `${metricName(id)} of ${app}`,
  'rule.seen': ({ metric: id, shown }: RuleReading, { value }) => value(shown, unitOf(id)),
  'rule.back': ({ metric: id, shown, app }: RuleReading & OnApp, { value }) =>
    `${metricName(id)} back to ${value(shown, unitOf(id))} on ${app}`,
  'rule.worst': (
    { metric: id, shown, is }: RuleReading & { readonly is: 'lowest' | 'highest' | 'farthest' },
    { value },
  ) => `${is} ${value(shown, unitOf(id))}`,
  'threshold.beyond': ({ metric: id, value, direction }: Limit, wording) =>
    `${direction === 'below' ? 'under' : 'over'} ${wording.value(value, unitOf(id))}`,
  'threshold.numbers': (
    { limits, ...last }: Numbers & { readonly limits?: { trigger: number; clear: number } | undefined },
    wording,
  ) => {
    const of =
      limits === undefined
        ? ''
        : ` Limit ${limitValue(last.metric, limits.trigger, last.whole, wording)}, clears at ${wording.value(limits.clear, unitOf(last.metric))}.`;
    return `${reading(last, wording)}.${of}`;
  },
  'threshold.level': ({ metric: id, value, level }: Value & { readonly level: Level }, wording) =>
    `${capitalise(level)} ${wording.value(value, unitOf(id))}`,
  'threshold.limit': ({ metric: id, value }: Value, wording) => `limit ${wording.value(value, unitOf(id))}`,
  'threshold.peak': () =>
    'It is the peak of the last hour: one short peak keeps it up for an hour, so `for` means nothing on it and it resolves up to an hour late.',
} satisfies PhraseSet;

export const unreachablePhrases = {
  'unreachable.now': ({ app, brief }: OnApp & { readonly brief?: Phrase | undefined }, { text }) =>
    `${app} ${brief === undefined ? 'does not answer' : text(brief)}`,
  'unreachable.answers': () => 'answers',
  'unreachable.never': () => 'has not answered yet',
  'unreachable.since': ({ since, now, zone }: { since: Instant; now: Instant; zone: string }, { clock }) =>
    `has not answered since ${clock(since, now, zone)}`,
  'unreachable.subject': ({ app }: OnApp) => app,
  'unreachable.beyond': () => 'without an answer',
  'unreachable.back': ({ app }: OnApp) => `${app} answers again`,
  'unreachable.reason': ({ reason }: { readonly reason: Phrase }, { text }) => `The last try failed: ${text(reason)}`,
  'unreachable.opens': ({ polls, critical }: { polls: number; critical: Duration }, { quantity, duration }) =>
    `Warning after ${quantity(polls, { one: 'failed poll', other: 'failed polls' })} in a row, critical after ${duration(critical)} without an answer.`,
  'unreachable.closes': () => 'It closes with the second good poll.',
  'unreachable.caveat': () => 'Its other alerts stand still until it answers.',
} satisfies PhraseSet;
