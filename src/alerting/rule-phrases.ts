// The English of rules: what each kind says of a measurement, of its limits, and of what it learned.
import { type MetricId, metric } from '../metrics/catalog.ts';
import { capitalise } from '../metrics/format.ts';
import { longValue, metricName, possessed } from '../metrics/metric-phrases.ts';
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
export type RuleLimit = {
  readonly metric: MetricId;
  readonly value?: number | undefined;
  readonly direction: 'below' | 'above';
};
/** `isOld`: it is the last one before the data ended. */
export type Numbers = RuleReading & { readonly isOld: boolean };

export const unitOf = (id: MetricId) => metric(id).unit;

/** `Now 606 MiB of 8.0 GiB`. */
export function reading({ isOld, metric: id, ...last }: Numbers, wording: Wording): string {
  return `${isOld ? 'Last seen' : 'Now'} ${longValue(id, last, wording)}`;
}

/** Phrases that several kinds of rules share, and those of a threshold. */
export const rulePhrases = {
  'rule.backAt': ({ metric: id, shown, app, ...whole }: RuleReading & OnApp, wording) =>
    `${app} is back to ${possessed(id, shown, whole, wording)}`,
  /** The app first: a lock screen cuts line 1 at about 60 letters. */
  'rule.now': ({ metric: id, shown, app, ...whole }: RuleReading & OnApp, wording) =>
    `${app} has ${possessed(id, shown, whole, wording)}`,
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
  'threshold.beyond': ({ metric: id, value, direction }: RuleLimit, wording) =>
    `${direction === 'below' ? 'under' : 'over'} ${wording.value(value, unitOf(id))}`,
  'threshold.level': ({ metric: id, value, level }: Value & { readonly level: Level }, wording) =>
    `${capitalise(level)} ${wording.value(value, unitOf(id))}`,
  'threshold.limit': ({ metric: id, value }: Value, wording) => `limit ${wording.value(value, unitOf(id))}`,
} satisfies PhraseSet;
