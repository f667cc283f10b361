// The alert service for Slack: list, explain, and do what a person asks with an alert.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { messagePhrases } from '../alerting/alert-phrases.ts';
import type { threadPhrases, whyPhrases } from '../alerting/history-phrases.ts';
import { alertPhrasesOf } from '../alerting/notification.ts';
import type { Measurement, Rule } from '../alerting/rule.ts';
import { kindOf } from '../alerting/rules/index.ts';
import {
  type AlertState,
  type IncidentEvent,
  initialState,
  isNotJudged,
  isOpen,
  isSilenced,
} from '../alerting/state.ts';
import { isStorm } from '../alerting/storm.ts';
import { appOfAll, ruleOfIncident } from '../alerting/transitions.ts';
import { backtest, conditionOf, explainRule, type PastSeries } from '../alerting/why.ts';
import type { ImApp } from '../app.ts';
import { type Clock, type Duration, day, type Instant } from '../clock.ts';
import { asPhrase, type Phrase } from '../metrics/phrase.ts';
import type { BucketNeed, PollHealth } from '../metrics/sample.ts';
import type { Report } from '../reports/report.ts';
import type { ActResult, AlertLine, AlertService } from '../service-types.ts';
import { findApp } from '../store/app-names.ts';
import type { StoredAlert } from '../store/store.ts';
import { type AlertJobDeps, type AlertTimersJob, applyEvent } from './alert-timers.ts';
import { measureRule } from './evaluate-rules.ts';

const phrase = alertPhrasesOf<typeof whyPhrases & typeof messagePhrases & typeof threadPhrases>();

type AlertServiceDeps = AlertJobDeps & { readonly job: Pick<AlertTimersJob, 'noteChanged'> };

type Request = Parameters<AlertService['act']>[0];

/** Every method rejects with `StoreError` only. */
export function createAlertService(deps: AlertServiceDeps): AlertService {
  const newActionId = createActionIds(deps.clock);
  const find = (target: string): Rule | undefined =>
    deps.ruleIndex.rules.get(target) ?? deps.ruleIndex.rules.get(ruleOfIncident(target));
  return {
    list: () => list(deps),
    why: async (target) => {
      const rule = find(target);
      return rule === undefined ? whyPast(target, deps) : why(rule, deps);
    },
    act: async (request) => {
      const id = request.undo ?? newActionId();
      const rules = await rulesMeant(request, deps);
      const rule = rules === undefined ? find(request.target) : undefined;
      if (rule !== undefined) return act(rule, { ...request, id }, deps);
      return actOnAll(rules ?? [], { ...request, id }, deps);
    },
  };
}

/** The rules of an app, or of the incidents of a storm; undefined where the target is one alert. */
async function rulesMeant(
  { target, action }: Request,
  { ruleIndex, store }: Pick<AlertServiceDeps, 'ruleIndex' | 'store'>,
): Promise<readonly Rule[] | undefined> {
  const app = appOfAll(target);
  if (app !== undefined) return [...ruleIndex.rules.values()].filter((rule) => rule.app === app);
  if (!isStorm(target)) return undefined;
  const alerts = (await store.alerts.all()).filter(({ state }) => state.notification.stream === target);
  // What was closed together can be opened again together.
  const meant = alerts.filter(({ state }) => action === 'undo' || isOpen(state));
  return meant.flatMap(({ rule }) => ruleIndex.rules.get(rule) ?? []);
}

/** The same with each of them; those that it changes are named. */
async function actOnAll(rules: readonly Rule[], request: ActRequest, deps: AlertServiceDeps): Promise<ActResult> {
  const results: { readonly rule: Rule; readonly result: ActResult }[] = [];
  for (const rule of rules) results.push({ rule, result: await act(rule, request, deps) });
  const done = results.filter(({ result }) => result.state === 'done');
  const [first] = done;
  const { action, actor: by, target, text: reason } = request;
  if (first === undefined)
    return (
      results[0]?.result ?? { state: 'unknown', words: phrase('why.noAlert', { target: appOfAll(target) ?? target }) }
    );
  const { undo } = first.result;
  const offer = done.find(({ result }) => result.offer !== undefined)?.result.offer;
  const named = { by, rules: done.map(({ rule }) => rule.id) };
  if (action !== 'silence')
    return { state: 'done', words: phrase('thread.allDone', { action, ...named }), undo, offer };
  const { response } = (await deps.store.alerts.get(first.rule.id))?.state ?? initialState(first.rule);
  const until = response.as === 'silenced' ? response.until : undefined;
  const { timezone: zone } = await findApp(first.rule.app, deps);
  const when = { until, now: deps.clock.now(), zone };
  const words = phrase('thread.allSilenced', { ...named, ...when, reason, isPart: offer !== undefined });
  return { state: 'done', words, undo, offer };
}

async function list({ store, ruleIndex, clock, windows }: AlertServiceDeps): Promise<readonly AlertLine[]> {
  const now = clock.now();
  const failing = new Set((await store.polls()).filter(({ failures }) => failures > 0).map(({ app }) => app));
  // A platform that does not answer has an alert of its own, and maintenance keeps all of it quiet.
  const isUnjudged = (rule: Rule, { state }: StoredAlert): boolean =>
    isNotJudged(state) && !failing.has(rule.app) && windows?.at(rule, now) === undefined;
  const lines = (await store.alerts.all()).flatMap((alert) => {
    const rule = ruleIndex.rules.get(alert.rule);
    const app = rule === undefined ? undefined : ruleIndex.apps.get(rule.app);
    if (rule === undefined || app === undefined) return [];
    const isNotJudged = !isOpen(alert.state) && isUnjudged(rule, alert);
    const rank = rankOf(alert, { now, isNotJudged });
    return rank === undefined ? [] : [{ rank, line: { ...lineOf(alert, { rule, app, now }), isNotJudged } }];
  });
  return lines.sort((a, b) => a.rank - b.rank).map(({ line }) => line);
}

/** Open ones first, critical before warning, then pending, then not judged, then silenced or closed for now; undefined for one that is not listed. */
function rankOf(
  { state }: StoredAlert,
  { now, isNotJudged }: { readonly now: Instant; readonly isNotJudged: boolean },
): number | undefined {
  if (isOpen(state)) return state.machine.level === 'critical' ? 0 : 1;
  if (state.machine.condition === 'pending') return 2;
  if (isNotJudged) return 3;
  const isHeld = state.machine.held !== undefined && state.machine.held.until > now;
  return isSilenced(state, now) || isHeld ? 4 : undefined;
}

function lineOf({ state }: StoredAlert, at: { rule: Rule; app: ImApp; now: Instant }): AlertLine {
  const { rule, app, now } = at;
  return {
    rule: rule.id,
    app: { id: app.id, name: app.name },
    condition: state.machine.condition,
    level: isOpen(state) ? state.machine.level : undefined,
    incident: isOpen(state) ? state.machine.incident : undefined,
    isSilenced: isSilenced(state, now),
    words: phrase('alert.sentence', { line: conditionOf(state, rule, app, now) }),
  };
}

/** The time as a short text, later than the one before also where the clock is not. */
function createActionIds(clock: Clock): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, clock.now());
    return last.toString(36);
  };
}

type ActRequest = Request & { readonly id: string };

async function act(rule: Rule, request: ActRequest, deps: AlertServiceDeps): Promise<ActResult> {
  const { actor: who, target, undo: _undone, ...asked } = request;
  const at = deps.clock.now();
  const alert = await deps.store.alerts.get(rule.id);
  const isPast = target !== alert?.state.machine.incident && ruleOfIncident(target) === rule.id;
  if (asked.action === 'note' && isPast) return notePast(rule, request, deps);
  const advanced = await applyEvent(rule, { type: 'user', who, at, ...asked }, deps);
  if (advanced === undefined) return { state: 'unknown', words: phrase('why.noAlert', { target: rule.id }) };
  deps.job.noteChanged([advanced]);
  const { answer, isRefused, undo, offer: kind, state } = advanced;
  const words = answer ?? phrase('why.asItWas', { rule: rule.id });
  const until = state.response.as === 'silenced' ? state.response.until : at;
  const offer = kind === undefined ? undefined : kind === 'takeOver' ? { kind } : { kind, until };
  return { state: isRefused ? 'not-open' : 'done', words, undo, offer };
}

/** Keeps a note with an incident that is not the last one of its rule. */
async function notePast(
  rule: Rule,
  { target, actor: by, text = '' }: ActRequest,
  deps: AlertServiceDeps,
): Promise<ActResult> {
  const words = phrase('thread.noted', { by, rule: rule.id, note: text });
  await deps.store.transaction(async ({ alerts }) => {
    const seq = Math.max(-1, ...(await alerts.events(target)).map((event) => event.seq)) + 1;
    await alerts.addEvent({ incident: target, seq, at: deps.clock.now(), kind: 'noted', words, actor: by });
  });
  return { state: 'done', words };
}

/** How far back an incident of a rule that is gone is looked for. */
const past: Duration = 90 * day;

/** What happened in the newest incident of a rule that is gone, named as its app was last; undefined when there is none. */
async function whyPast(target: string, deps: AlertServiceDeps): Promise<Report | undefined> {
  const { clock, store } = deps;
  const now = clock.now();
  const incidents = await store.alerts.incidents(now - past, now);
  const incident = incidents.find(({ id, rule }) => id === target || rule === target);
  if (incident === undefined) return undefined;
  const { name, timezone } = await findApp(incident.app, deps);
  return {
    headline: phrase('why.over', { rule: incident.rule, app: name }),
    context: phrase('why.ruleGone', { zone: timezone }),
    zone: timezone,
    stale: false,
    sections: [
      section(phrase('why.events', { isOpen: false }), linesOf(await store.alerts.events(incident.id), timezone, now)),
    ],
    notes: [],
  };
}

function linesOf(history: readonly IncidentEvent[], zone: string, now: Instant): readonly Phrase[] {
  return history.slice(-15).map(({ at, words }) => phrase('why.event', { at, now, zone, line: words }));
}

/** Span of the back test. */
const backtestSpan: Duration = 14 * day;

async function why(rule: Rule, deps: AlertServiceDeps): Promise<Report | undefined> {
  const { clock, store, ruleIndex } = deps;
  const app = ruleIndex.apps.get(rule.app);
  if (app === undefined) return undefined;
  const now = clock.now();
  const alert = await store.alerts.get(rule.id);
  const state = alert?.state ?? initialState(rule);
  const latest = await store.samples.latest(app.id);
  const health = (await store.polls()).find((poll) => poll.app === app.id) ?? {
    app: app.id,
    lastTriedAt: now,
    failures: 0,
  };
  const polled = { app, at: now, values: latest?.values ?? {}, health };
  const measurement = await measureRule(rule, polled, deps);
  const known = withLatest(state, { rule, measurement, lastPoll: latest?.at, health, now });
  const history = state.machine.incident === undefined ? [] : await store.alerts.events(state.machine.incident);
  return {
    ...(isOpen(state) ? { standing: state.machine.level ?? 'warning' } : {}),
    headline: conditionOf(known, rule, app, now),
    context: phrase('why.rule', { rule: rule.id, app: app.name, zone: app.timezone }),
    ...(latest === undefined ? {} : { asOf: latest.at }),
    zone: app.timezone,
    stale: latest !== undefined && now - latest.at > 2 * app.pollEvery + 1_000,
    sections: [
      section(
        phrase('why.now', {}),
        explainRule(rule, measurement, app, { now, isOld: known.machine.stale !== undefined }),
      ),
      section(phrase('why.events', { isOpen: isOpen(state) }), linesOf(history, app.timezone, now)),
      section(phrase('why.past', {}), await pastOf(rule, app, deps)),
    ].filter(({ lines }) => lines.length > 0),
    notes: [],
  };
}

interface Latest {
  readonly rule: Rule;
  readonly measurement: Measurement;
  /** Time of the last answer of the platform. */
  readonly lastPoll: Instant | undefined;
  readonly health: PollHealth;
  readonly now: Instant;
}

/**
 * The state with the latest measurement and data gap. A rule that was never evaluated has a measurement all the same, and the
 * state machine notes no data gap while an alert is not open.
 */
function withLatest(state: AlertState, { rule, measurement, lastPoll, health, now }: Latest): AlertState {
  const seen =
    measurement.state === 'measured'
      ? { ...measurement, at: lastPoll ?? now, words: [...measurement.words] }
      : undefined;
  const known =
    state.machine.last === undefined && seen !== undefined ? { ...state.machine, last: seen } : state.machine;
  const since = measurement.state === 'unknown' ? state.machine.last?.at : lastPoll;
  const isOld = rule.metric !== undefined && since !== undefined && now - since > rule.maxGap;
  if (state.machine.stale !== undefined || !isOld) return { ...state, machine: known };
  const why = health.failures === 0 ? undefined : asPhrase(health.reason ?? '');
  return { ...state, machine: { ...known, stale: { since, why } } };
}

function section(title: Phrase, lines: readonly Phrase[]): Report['sections'][number] {
  return { title, figures: [], lines: [...lines], charts: [] };
}

/** How often the rule would have opened over the stored past, and when last. */
async function pastOf(rule: Rule, app: ImApp, { store, clock }: AlertServiceDeps): Promise<Phrase[]> {
  const { metric } = rule;
  if (metric === undefined) return [];
  const now = clock.now();
  const tier = 'fiveMinutes';
  const series: PastSeries[] = [];
  const own: BucketNeed = { metric, tier, from: now - backtestSpan, to: now };
  for (const need of [own, ...kindOf(rule).needs(rule, now)]) {
    const from = Math.min(need.from, now - backtestSpan);
    const known = series.some((one) => one.metric === need.metric && one.tier === need.tier);
    if (known) continue;
    const buckets = await store.samples.read(app.id, need.metric, need.tier, from, now);
    series.push({ metric: need.metric, tier: need.tier, buckets });
  }
  const { openings, from, moments } = await backtest({ rule, zone: app.timezone, series, tier, now }, nextTurn);
  if (from === undefined || moments === 0) return [phrase('why.nothingStored', {})];
  const span = now - from;
  const last = openings.at(-1);
  if (last === undefined) return [phrase('why.neverOpened', { span })];
  const lasted = last.closedAt === undefined ? undefined : last.closedAt - last.openedAt;
  const when = { now, zone: app.timezone };
  return [phrase('why.wouldHaveOpened', { span, count: openings.length, last: last.openedAt, lasted, ...when })];
}
