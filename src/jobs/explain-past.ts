// What is said of the past of a rule: how often it opened, and how often it would have opened over what is stored.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { backtest, isOf, type PastSeries } from '../alerting/backtest.ts';
import { alertPhrasesOf } from '../alerting/notification.ts';
import { levelsOf, type Rule } from '../alerting/rule.ts';
import { kindOf } from '../alerting/rules/index.ts';
import { lastedOf } from '../alerting/unmeasured.ts';
import type { whyPhrases } from '../alerting/why-phrases.ts';
import type { ImApp } from '../app.ts';
import { type Clock, type Duration, day, hour, minute } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { BucketNeed } from '../metrics/sample.ts';
import { readBuckets } from '../store/samples.ts';
import type { Store } from '../store/store.ts';

const phrase = alertPhrasesOf<typeof whyPhrases>();

interface PastDeps {
  readonly store: Store;
  readonly clock: Clock;
}

/** The past that is looked at. */
const pastSpan: Duration = 14 * day;

/** How often the rule really opened, and when last. */
export async function openingsOf(rule: Rule, app: ImApp, { store, clock }: PastDeps): Promise<readonly Phrase[]> {
  const now = clock.now();
  const own = (await store.alerts.incidents(now - pastSpan, now)).filter((one) => one.rule === rule.id);
  const [last] = own;
  const lasted = last === undefined ? {} : lastedOf(last);
  const when = { now, zone: app.timezone };
  return [phrase('why.opened', { span: pastSpan, count: own.length, last: last?.openedAt, ...lasted, ...when })];
}

/** A shorter past says nothing of a rule. */
const shortestPast: Duration = hour;
const tier = 'fiveMinutes';
const step: Duration = 5 * minute;

/** How often the rule would have opened over the stored past, and when last. */
export async function triedOn(rule: Rule, app: ImApp, { store, clock }: PastDeps): Promise<readonly Phrase[]> {
  const { metric } = rule;
  if (metric === undefined) return [];
  const now = clock.now();
  const when = { now, zone: app.timezone };
  const series: PastSeries[] = [];
  const own: BucketNeed = { metric, tier, from: now - pastSpan, to: now };
  for (const need of [own, ...kindOf(rule).needs(rule, now)]) {
    const from = Math.min(need.from, now - pastSpan);
    if (series.some((one) => isOf(one, need))) continue;
    series.push({ ...need, buckets: await readBuckets(store, app.id, { ...need, from, to: now }) });
  }
  const first = series[0]?.buckets.find(({ at }) => at >= now - pastSpan)?.at;
  if (first === undefined) return [phrase('why.nothingStored', {})];
  // The first five minutes may have begun before anything was measured.
  const since = Math.max(first, (await store.samples.oldest(app.id)) ?? first);
  if (now - since < shortestPast) return [phrase('why.tooShort', { since, ...when })];
  const tried = await backtest({ rule, zone: app.timezone, series, tier, now }, nextTurn);
  const last = tried.openings.at(-1);
  const isFaster = levelsOf(rule).some((level) => (rule.levels[level]?.holdFor ?? 0) < step);
  return [
    phrase('why.tried', {
      ...{ span: now - since, count: tried.openings.length, last: last?.openedAt, ...when },
      lasted: last?.closedAt === undefined ? undefined : last.closedAt - last.openedAt,
      step: isFaster ? step : undefined,
      isLearning: tried.learning > tried.moments / 2,
    }),
  ];
}
