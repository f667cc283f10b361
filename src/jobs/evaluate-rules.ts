// Evaluates the rules of an app against a poll, and advances alerts by one event: measure, step, decide, save in one transaction.
import { type Advance, answerOf, concludeStep, step, type UserAnswer } from '../alerting/advance.ts';
import { mayNotify, type NotificationInput } from '../alerting/decide-notifications.ts';
import { isInhibited, otherAlertLines } from '../alerting/inhibition.ts';
import type { MaintenanceCalendar } from '../alerting/maintenance.ts';
import { type AlertApp, isPlatformRule, type Measurement, type Rule, type RuleIndex } from '../alerting/rule.ts';
import { kindOf } from '../alerting/rules/index.ts';
import {
  type AlertEvent,
  type AlertState,
  type Effect,
  initialState,
  isOpen,
  type StepContext,
} from '../alerting/state.ts';
import { mayBeInStorm, type OtherAlert, stormOf } from '../alerting/storm.ts';
import { trendNeed, trendWords } from '../alerting/trend.ts';
import type { ImApp } from '../app.ts';
import { day, type Instant } from '../clock.ts';
import { BotError } from '../errors.ts';
import type { MetricValues } from '../metrics/catalog.ts';
import type { PollHealth } from '../metrics/sample.ts';
import type { NewOutboxRow } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';

/** What rules are evaluated with. */
export interface EvaluationDeps {
  readonly store: Store;
  readonly windows: MaintenanceCalendar | undefined;
  readonly ruleIndex: RuleIndex;
}

/** One poll. `values` are empty when the platform did not answer; `health.reason` then says why. */
export interface PolledApp {
  readonly app: ImApp;
  readonly at: Instant;
  readonly values: MetricValues;
  readonly health: PollHealth;
}

/** An alert after an event, as it was saved. */
export interface AdvancedAlert extends UserAnswer {
  readonly rule: Rule;
  readonly state: AlertState;
  readonly effects: readonly Effect[];
  /** False when the event changed nothing. */
  readonly isSaved: boolean;
  /** How many rows were added to the outbox. */
  readonly rows: number;
}

/** Saves the poll, its samples, the states of its alerts and their outbox rows: all or nothing. */
export async function evaluateRules(
  rules: readonly Rule[],
  polled: PolledApp,
  deps: EvaluationDeps,
): Promise<readonly AdvancedAlert[]> {
  const { app, at, values, health } = polled;
  const measured: MeasuredRule[] = [];
  for (const rule of rules) {
    const event = eventOf(await measureRule(rule, polled, deps), polled);
    if (event !== undefined) measured.push({ rule, event });
  }
  return retryConflicts(() =>
    deps.store.transaction(async (tx) => {
      if (health.failures === 0) await tx.samples.record(app.id, at, values);
      await tx.savePoll(health);
      return advanceAll(tx, measured, polled, deps);
    }),
  );
}

/** What the rule says of the poll; reads what its kind needs. */
export async function measureRule(
  rule: Rule,
  polled: PolledApp,
  deps: Pick<EvaluationDeps, 'store' | 'windows'>,
): Promise<Measurement> {
  const kind = kindOf(rule);
  const { app, at } = polled;
  const needs = kind.needs(rule, at);
  const data = await Promise.all(
    needs.map((need) => deps.store.samples.read(app.id, need.metric, need.tier, need.from, need.to)),
  );
  const since = Math.min(...needs.map((need) => need.from));
  const excluded = needs.length === 0 ? [] : await excludedSpans(rule, { from: since, to: at }, deps);
  return kind.measure(rule, {
    now: at,
    values: polled.values,
    zone: app.timezone,
    data,
    poll: polled.health,
    excluded,
  });
}

type Span = { readonly from: Instant; readonly to: Instant };

/** Times that were not usual: incidents of the rule and maintenance. */
async function excludedSpans(
  rule: Rule,
  span: Span,
  { store, windows }: Pick<EvaluationDeps, 'store' | 'windows'>,
): Promise<readonly Span[]> {
  const incidents = await store.alerts.incidents(span.from, span.to);
  const own = incidents.filter((incident) => incident.rule === rule.id);
  return [
    ...own.map(({ openedAt, closedAt }) => ({ from: openedAt, to: closedAt ?? span.to })),
    ...(windows?.spans(rule, span) ?? []),
  ];
}

interface MeasuredRule {
  readonly rule: Rule;
  readonly event: AlertEvent;
}

/** Undefined while a rule learns: there is nothing to compare with its limits. */
function eventOf(measurement: Measurement, { at, health }: PolledApp): AlertEvent | undefined {
  if (measurement.state === 'learning') return undefined;
  if (measurement.state === 'measured') return { type: 'sample', at, measured: measurement };
  return { type: 'fail', at, why: health.reason };
}

/**
 * The alert on a silent platform goes first, because it suppresses the others. When the platform answers it goes last,
 * because its end lists how the others stand then.
 */
async function advanceAll(
  tx: Store,
  measured: readonly MeasuredRule[],
  { app, at, health }: PolledApp,
  { windows, ruleIndex }: EvaluationDeps,
): Promise<readonly AdvancedAlert[]> {
  const own = measured.filter(({ rule }) => isPlatformRule(rule));
  const others = measured.filter(({ rule }) => !isPlatformRule(rule));
  let unreachable: AlertState | undefined;
  const advanced: AdvancedAlert[] = [];
  for (const { rule, event } of health.failures === 0 ? [...others, ...own] : [...own, ...others]) {
    const inhibited = unreachable !== undefined && isInhibited(rule, unreachable);
    const context = { muted: windows?.at(rule, at), inhibited };
    const stepped = await stepAlert(tx, { rule, app, event, context });
    const saved = await saveStep(tx, stepped, ruleIndex);
    if (isPlatformRule(rule)) unreachable = saved.state;
    advanced.push(saved);
  }
  return advanced;
}

/** One event of one rule. */
export interface AlertInput {
  readonly rule: Rule;
  readonly app: AlertApp;
  readonly event: AlertEvent;
  readonly context: StepContext;
}

interface SteppedAlert extends AlertInput {
  /** Of the stored alert; 0 when there is none. */
  readonly rev: number;
  readonly before: AlertState;
  readonly after: AlertState;
  readonly effects: readonly Effect[];
  readonly now: Instant;
}

/** Reads one row and writes nothing. */
async function stepAlert(store: Store, input: AlertInput): Promise<SteppedAlert> {
  const stored = await store.alerts.get(input.rule.id);
  const before = stored?.state ?? initialState(input.rule);
  const { state: after, effects } = step(before, input.event, input.rule, input.context);
  return { ...input, rev: stored?.rev ?? 0, before, after, effects, now: input.event.at };
}

function needsSaving(stepped: SteppedAlert): boolean {
  return stepped.after !== stepped.before || mayNotify(stepped);
}

/** One event of one alert. An event that changes nothing costs one read and no transaction. */
export async function advanceAlert(
  input: AlertInput,
  { store, ruleIndex }: Pick<EvaluationDeps, 'store' | 'ruleIndex'>,
): Promise<AdvancedAlert> {
  return retryConflicts(async () => {
    const stepped = await stepAlert(store, input);
    if (!needsSaving(stepped)) return unchanged(stepped);
    return store.transaction((tx) => saveStep(tx, stepped, ruleIndex));
  });
}

function unchanged(stepped: SteppedAlert): AdvancedAlert {
  const { rule, before: state, effects } = stepped;
  return { rule, state, effects, isSaved: false, rows: 0, ...answerOf(stepped) };
}

/** Another process or timer changed the alert in between: the work is to be done again from its read. */
class ConcurrentChangeError extends BotError {
  override name = 'ConcurrentChangeError';
}

/** `tx` is the store within a transaction. Throws `ConcurrentChangeError` when the alert was changed since it was read. */
async function saveStep(tx: Store, stepped: SteppedAlert, ruleIndex: RuleIndex): Promise<AdvancedAlert> {
  if (!needsSaving(stepped)) return unchanged(stepped);
  const { rule, app, rev } = stepped;
  const shown = mayNotify(stepped) ? await readShown(tx, stepped, ruleIndex) : { history: [] };
  const advance = concludeStep({ ...stepped, ...shown });
  if (!(await tx.alerts.save({ rule: rule.id, app: app.id, rev, state: advance.state }))) {
    throw new ConcurrentChangeError(`The alert ${rule.id} was changed at the same time.`);
  }
  if (advance.incident !== undefined) await tx.alerts.saveIncident(advance.incident);
  for (const line of advance.history) await tx.alerts.addEvent(line);
  const rows = rowsOf(advance, stepped);
  for (const row of rows) await tx.outbox.add(row);
  return { ...unchanged(stepped), state: advance.state, isSaved: true, rows: rows.length };
}

/** How far back earlier incidents are mentioned. */
const remembered = 30 * day;

/** What notifications show and nothing is decided by. */
async function readShown(
  tx: Store,
  stepped: SteppedAlert,
  ruleIndex: RuleIndex,
): Promise<Pick<NotificationInput, 'history' | 'trend' | 'storm' | 'otherAlerts'>> {
  const { rule, app, after, effects, now } = stepped;
  const incidents = await tx.alerts.incidents(now - remembered, now);
  const history = incidents.filter((incident) => incident.rule === rule.id);
  const trend = isOpen(after) ? await readTrend(tx, stepped) : undefined;
  const isPlatformBack = isPlatformRule(rule) && effects.some(({ kind }) => kind === 'resolved');
  if (!isPlatformBack && !mayBeInStorm(stepped)) return { history, trend };
  const alerts = await readAlerts(tx, ruleIndex);
  const others = alerts.filter((other) => other.rule.id !== rule.id);
  const otherAlerts = isPlatformBack ? otherAlertLines(alerts, app, now) : [];
  return { history, trend, storm: stormOf(stepped, others), otherAlerts };
}

async function readTrend(tx: Store, { rule, app, after, now }: SteppedAlert): Promise<string | undefined> {
  const need = trendNeed(rule, now);
  if (need === undefined) return undefined;
  const buckets = await tx.samples.read(app.id, need.metric, need.tier, need.from, need.to);
  return trendWords(rule, app, { buckets, whole: after.machine.last?.whole });
}

async function readAlerts(tx: Store, { rules, apps }: RuleIndex): Promise<readonly OtherAlert[]> {
  return (await tx.alerts.all()).flatMap(({ rule: id, state }) => {
    const rule = rules.get(id);
    const app = rule === undefined ? undefined : apps.get(rule.app);
    return rule === undefined || app === undefined ? [] : [{ rule, app, state }];
  });
}

/** The notifications as rows, and a picture behind each root that is new or means something new. */
function rowsOf({ notifications }: Advance, { effects, now }: SteppedAlert): readonly NewOutboxRow[] {
  const rows: NewOutboxRow[] = notifications.map((notification) => ({ ...notification }));
  const isRedrawn = effects.some(({ kind }) => kind === 'escalated' || kind === 'resolved');
  const root = rows.findLast(
    ({ operation, message }) => message.kind === 'alert' && (operation === 'post' || isRedrawn),
  );
  if (root?.message.kind !== 'alert' || root.message.view.chart === undefined) return rows;
  const picture = { lane: 'picture', operation: 'picture', broadcast: false, message: { kind: 'picture' } } as const;
  return [...rows, { ...root, ...picture, key: `${root.key}:picture`, causedAt: undefined, createdAt: now }];
}

/** Does `work` again when another was first; five times in a row would be a fault. */
async function retryConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ConcurrentChangeError) || tries >= 5) throw error;
    }
  }
}
