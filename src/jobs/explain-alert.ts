// Explains an alert: how it stands, its limits, what happened, with the picture that its message has.

import { presentChartOf } from '../alerting/alert-chart.ts';
import type { AlertContext } from '../alerting/alert-lines.ts';
import { alertViewOf, colourOf } from '../alerting/alert-message.ts';
import type { changePhrases } from '../alerting/change-phrases.ts';
import { type AlertChart, type AlertView, alertPhrasesOf } from '../alerting/notification.ts';
import { isSilenced } from '../alerting/response.ts';
import {
  comparesHours,
  isPlatformRule,
  type LastMeasured,
  levelsOf,
  type Measurement,
  type Rule,
} from '../alerting/rule.ts';
import { isTunable } from '../alerting/rule-override.ts';
import { type AlertState, type IncidentEvent, initialState, isOpen } from '../alerting/state.ts';
import { rateNow, trendNeeds, trendOf } from '../alerting/trend.ts';
import { conditionOf, explainReading, explainTerms } from '../alerting/why.ts';
import type { whyPhrases } from '../alerting/why-phrases.ts';
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import type { MetricValues } from '../metrics/catalog.ts';
import type { AlertCourse } from '../metrics/forecast.ts';
import { asPhrase, type Phrase } from '../metrics/phrase.ts';
import type { ChartFacts, Report, Standing } from '../reports/report.ts';
import type { AlertExplanation } from '../service-types.ts';
import type { Store } from '../store/store.ts';
import { type RuleAtMoment, readCourse } from './advance-alert.ts';
import type { AlertJobDeps } from './alert-timers.ts';
import { measureRule } from './evaluate-rules.ts';
import { openingsOf, triedOn } from './explain-past.ts';

const phrase = alertPhrasesOf<typeof whyPhrases & typeof changePhrases>();

/** What explaining needs. `alertChart` draws the facts of a picture; undefined where nothing was measured. */
export type ExplainDeps = AlertJobDeps & {
  readonly alertChart: (wanted: AlertChart, course?: AlertCourse) => Promise<ChartFacts | undefined>;
};

/** The circle of its message. */
const standings: Readonly<Record<AlertView['colour'], Standing>> = {
  red: 'critical',
  orange: 'warning',
  green: 'good',
  grey: 'unknown',
};

/** The alert of a rule as it stands. Undefined for a rule whose app is gone. */
export async function explainAlert(rule: Rule, deps: ExplainDeps): Promise<AlertExplanation | undefined> {
  const { clock, store, ruleIndex, windows } = deps;
  const app = ruleIndex.apps.get(rule.app);
  if (app === undefined) return undefined;
  const now = clock.now();
  const state = (await store.alerts.get(rule.id))?.state ?? initialState(rule);
  const polled = await newestOf(app, now, deps);
  const { newest } = polled;
  const measurement = await measureRule(rule, { app, at: now, values: newest.values, health: polled.health }, deps);
  const known = withNewest(state, rule, { measurement, newest, now });
  const maintenance = windows?.at(rule, now);
  const isLearning = measurement.state === 'learning';
  const history = state.machine.incident === undefined ? [] : await store.alerts.events(state.machine.incident);
  const alert = {
    state: known,
    level: known.machine.level ?? levelsOf(rule).at(-1) ?? 'warning',
    rule,
    app,
    now,
    history: [],
  };
  const measured = { rule, zone: app.timezone, now, shown: known.machine.last?.shown, accepted: state.accepted };
  const drawn = await drawnChart(presentChartOf(alert), measured, deps);
  const reading = await readingLines({ rule, app, now, measurement, state: known, newest }, deps);
  const report: Report = {
    ...(isOpen(state) ? { standing: standings[colourOf(alert)] } : {}),
    headline: conditionOf(known, rule, app, now, { maintenance, isLearning }),
    context: phrase('why.rule', { rule: rule.id, app: app.name, zone: app.timezone }),
    ...(newest.at === undefined ? {} : { asOf: newest.at }),
    zone: app.timezone,
    stale: newest.failure !== undefined || (newest.at !== undefined && now - newest.at > 2 * app.pollEvery + 1_000),
    sections: [
      { ...section(phrase('why.now', {}), reading), charts: drawn },
      section(phrase('why.terms', {}), [...explainTerms(rule, app), ...tunedLines(rule, app)]),
      section(phrase('why.events', { isOpen: isOpen(state) }), linesOf(history, app.timezone, now)),
      section(phrase('why.past', {}), [...(await openingsOf(rule, app, deps)), ...(await triedOn(rule, app, deps))]),
    ].filter(({ lines, charts: drawn }) => lines.length > 0 || drawn.length > 0),
    notes: [],
  };
  const message = state.machine.incident === undefined ? undefined : await messageOf(state, store);
  return { report, view: viewOf({ ...alert, state }), message, ...(isTunable(rule) ? { tunable: rule.id } : {}) };
}

/** That the rule is not as the file has it. */
function tunedLines({ tuned }: Rule, { timezone: zone }: ImApp): readonly Phrase[] {
  return tuned === undefined ? [] : [phrase('rule.tuned', { ...tuned, zone })];
}

/** As the message of the alert has it, with what the rule goes by; none where nothing was measured. */
export async function drawnChart(
  chart: AlertChart | undefined,
  measured: RuleAtMoment | undefined,
  { store, alertChart }: Pick<ExplainDeps, 'store' | 'alertChart'>,
): Promise<ChartFacts[]> {
  if (chart === undefined) return [];
  const course = measured === undefined ? undefined : await readCourse(store, measured, chart);
  const drawn = await alertChart(chart, course);
  return drawn === undefined ? [] : [drawn];
}

/** With what can be done from here; a quiet one can be silenced in advance. */
function viewOf(alert: AlertContext): AlertView {
  const { state, rule, now } = alert;
  const view = alertViewOf(alert);
  if (isOpen(state)) return { ...view, actions: view.actions.filter((action) => action !== 'why') };
  return { ...view, incident: rule.id, actions: [isSilenced(state, now) ? 'unsilence' : 'silence'] };
}

/** The newest answer of the platform, and why the last poll failed where it did. */
async function newestOf(app: ImApp, now: Instant, { store }: Pick<ExplainDeps, 'store'>) {
  const latest = await store.samples.latest(app.id);
  const health = (await store.polls()).find((poll) => poll.app === app.id) ?? {
    app: app.id,
    lastTriedAt: now,
    failures: 0,
  };
  const failure = health.failures === 0 ? undefined : asPhrase(health.reason ?? '');
  return { health, newest: { at: latest?.at, values: latest?.values ?? {}, failure } };
}

/** Where the message of the incident stands: its own, or that of its storm. */
export async function messageOf(
  { machine, notification }: Pick<AlertState, 'machine' | 'notification'>,
  { outbox }: Pick<Store, 'outbox'>,
): Promise<AlertExplanation['message']> {
  const root = await outbox.root(notification.stream ?? machine.incident ?? '');
  return root && { channel: root.channel, ts: root.ts };
}

/** The newest poll of an app, for the rules that were not evaluated since. */
interface NewestPoll {
  readonly at: Instant | undefined;
  readonly values: MetricValues;
  /** Why the platform does not answer; undefined while it does. */
  readonly failure: Phrase | undefined;
}

/**
 * The state with what was measured since it was saved: a rule that learns or was never evaluated has a number all the same, and from
 * the first poll that fails on nothing is of now.
 */
function withNewest(
  state: AlertState,
  rule: Rule,
  {
    measurement,
    newest,
    now,
  }: { readonly measurement: Measurement; readonly newest: NewestPoll; readonly now: Instant },
): AlertState {
  const { machine } = state;
  const last = lastOf(rule, measurement, newest, now) ?? machine.last;
  const since = measurement.state === 'unknown' ? machine.last?.at : newest.at;
  const isOver = newest.failure !== undefined || (since !== undefined && now - since > rule.maxGap);
  const known = machine.last === undefined || measurement.state === 'learning' ? { ...machine, last } : machine;
  if (machine.stale !== undefined || isPlatformRule(rule) || since === undefined || !isOver)
    return { ...state, machine: known };
  return { ...state, machine: { ...known, stale: { since, why: newest.failure } } };
}

function lastOf(
  rule: Rule,
  measurement: Measurement,
  { at, values }: NewestPoll,
  now: Instant,
): LastMeasured | undefined {
  if (measurement.state === 'measured') return { ...measurement, at: at ?? now, words: [...measurement.words] };
  const shown = rule.metric === undefined ? undefined : values[rule.metric];
  return shown === undefined ? undefined : { at: at ?? now, value: shown, shown, words: [] };
}

interface Explained {
  readonly rule: Rule;
  readonly app: ImApp;
  readonly now: Instant;
  readonly measurement: Measurement;
  readonly state: AlertState;
  readonly newest: NewestPoll;
}

/** The number with its change in an hour, or when its limit is reached, where that can be said. */
async function readingLines(
  { rule, app, now, measurement, state, newest }: Explained,
  { store }: Pick<ExplainDeps, 'store'>,
): Promise<readonly Phrase[]> {
  const { stale, last } = state.machine;
  const shown = stale === undefined ? shownNow(rule, measurement, newest.values) : last?.shown;
  const whole = measurement.state === 'measured' ? measurement.whole : last?.whole;
  const needs = (stale === undefined && shown !== undefined ? trendNeeds(rule, now) : undefined) ?? [];
  const data = await Promise.all(
    needs.map((need) => store.samples.read(app.id, need.metric, need.tier, need.from, need.to)),
  );
  const [buckets = []] = data;
  const trend =
    shown === undefined || buckets.length === 0 ? undefined : trendOf(rule, app, { now, shown, whole, data });
  const rate = rule.metric === undefined || trend !== undefined ? undefined : rateNow(rule.metric, { buckets, whole });
  const lines = explainReading(rule, measurement, app, { now, shown, whole, seenAt: stale?.since, rate });
  const why = stale?.why === undefined || rule.metric === undefined ? [] : [stale.why];
  const [number, ...others] = lines;
  return [...(number === undefined ? [] : [number]), ...(trend === undefined ? [] : [trend]), ...why, ...others];
}

/** What the platform says now; of a rule on hours the newest of them, because the platform's own number is that of the day. */
function shownNow(rule: Rule, measurement: Measurement, values: MetricValues): number | undefined {
  if (rule.metric === undefined) return undefined;
  if (!comparesHours(rule)) return values[rule.metric];
  return measurement.state === 'measured' ? measurement.shown : undefined;
}

const mostEvents = 15;

export function linesOf(
  history: readonly IncidentEvent[],
  zone: string,
  now: Instant,
  most = mostEvents,
): readonly Phrase[] {
  return history.slice(-most).map(({ at, words }) => phrase('why.event', { at, now, zone, line: words }));
}

export function section(title: Phrase, lines: readonly Phrase[]): Report['sections'][number] {
  return { title, figures: [], lines: [...lines], charts: [] };
}
