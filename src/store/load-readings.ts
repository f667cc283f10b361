// Loads the readings of an app for a report: its numbers from the store, its open alerts and the limits of its rules.
import type { Rule } from '../alerting/rule.ts';
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { withDerived } from '../metrics/derived-values.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { DailyStatistics, HourlyStatistics, PollHealth } from '../metrics/sample.ts';
import type { Limit, Needs, OpenAlert, Readings } from '../reports/readings.ts';
import { addDays, startOfDate } from '../time-zone.ts';
import { readNeeds } from './samples.ts';
import type { Store } from './store.ts';

/** An alert of any app, open or not, as the alert service lists it. */
interface ListedAlert {
  readonly rule: string;
  readonly app: { readonly id: string };
  readonly level: 'warning' | 'critical' | undefined;
  /** Undefined: the alert is not open. */
  readonly incident: string | undefined;
  readonly isNotJudged?: boolean | undefined;
  readonly words: Phrase;
}

/** The sources of the readings of one app. Alerts and polls are those of every app, read once per report. */
export interface ReadingSources {
  readonly store: Pick<Store, 'samples' | 'daily' | 'hourly'>;
  readonly rules: readonly Rule[];
  readonly alerts: readonly ListedAlert[];
  readonly polls: readonly PollHealth[];
  readonly now: Instant;
}

/** The readings of an app in its own zone, without notes. Rejects with `StoreError`. */
export async function loadReadings(app: ImApp, needs: Needs, sources: ReadingSources): Promise<Readings> {
  const { samples, daily, hourly } = sources.store;
  const [latest, buckets, days, hours, since] = await Promise.all([
    samples.latest(app.id),
    readNeeds(sources.store, app.id, needs.buckets),
    needs.days === undefined ? [] : daily.read(app.id, needs.days.from, needs.days.to),
    needs.hours === undefined ? undefined : hourly.read(app.id, ...endsOf(needs.hours, app.timezone)),
    needs.since === true ? samples.oldest(app.id) : undefined,
  ]);
  const poll = sources.polls.find((one) => one.app === app.id);
  return {
    ...emptyReadings(app, sources),
    ...(latest === undefined ? {} : { latest }),
    ...(poll === undefined ? {} : { poll }),
    buckets,
    days,
    ...(hours === undefined ? {} : { hours }),
    ...(since === undefined ? {} : { since }),
    alerts: openAlertsOf(app, sources.alerts),
    notJudged: sources.alerts
      .filter((one) => one.app.id === app.id && one.isNotJudged === true)
      .map(({ rule }) => rule),
  };
}

function endsOf({ from, to }: NonNullable<Needs['hours']>, zone: string): [Instant, Instant] {
  return [startOfDate(from, zone), startOfDate(addDays(to, 1), zone)];
}

/** Readings without any stored value: only the limits, which come from the configuration. */
export function emptyReadings(app: ImApp, { rules, now }: Pick<ReadingSources, 'rules' | 'now'>): Readings {
  const limits = rules.filter((rule) => rule.app === app.id).flatMap(limitsOf);
  return { app, now, zone: app.timezone, buckets: [], days: [], alerts: [], limits, notes: [] };
}

function openAlertsOf(app: ImApp, alerts: readonly ListedAlert[]): OpenAlert[] {
  return alerts
    .filter((alert) => alert.app.id === app.id && alert.incident !== undefined)
    .map(({ rule, level, words }) => ({ rule, level: level ?? 'warning', words }));
}

/** The triggers of a rule that compares the metric itself; those of forecasts and baselines are in other units. */
function limitsOf(rule: Rule): Limit[] {
  const { metric, direction } = rule;
  if (rule.kind !== 'threshold' || metric === undefined) return [];
  return (['critical', 'warning'] as const).flatMap((level) => {
    const limits = rule.levels[level];
    return limits === undefined ? [] : [{ metric, level, direction, value: limits.trigger }];
  });
}

/** Stored and fetched days by date, oldest first. */
export function mergeDays(stored: readonly DailyStatistics[], fetched: readonly DailyStatistics[]): DailyStatistics[] {
  const byDate = new Map(stored.map((one) => [one.date, one]));
  for (const day of fetched) byDate.set(day.date, mergeDay(byDate.get(day.date), day));
  return [...byDate.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** Stored hours with those that were fetched just now, oldest first. */
export function mergeHours(
  stored: readonly HourlyStatistics[],
  fetched: readonly HourlyStatistics[],
): HourlyStatistics[] {
  const byStart = new Map([...stored, ...fetched].map((one) => [one.at, one]));
  return [...byStart.values()].sort((a, b) => a.at - b.at);
}

/** A long span is fetched without types of messages, which the store may have. A number that only the day itself gave is not final. */
function mergeDay(stored: DailyStatistics | undefined, fetched: DailyStatistics): DailyStatistics {
  if (stored === undefined) return fetched;
  if (stored.complete && !fetched.complete) return stored;
  const isFinal = stored.complete || Object.keys(stored.values).every((id) => Object.hasOwn(fetched.values, id));
  return {
    ...fetched,
    complete: fetched.complete && isFinal,
    values: withDerived({ ...stored.values, ...fetched.values }),
  };
}
