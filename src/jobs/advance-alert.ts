// One event of one alert: step its state machine, decide what it comes to, and save that in one transaction.
import { type Advance, answerOf, concludeStep, needsSaving, step, type UserAnswer } from '../alerting/advance.ts';
import type { AlertEvent, Effect, StepContext } from '../alerting/events.ts';
import { mayNotify, type NotificationInput } from '../alerting/root-edit.ts';
import { type AcceptedLevel, type AlertApp, isPlatformRule, type Rule, type RuleIndex } from '../alerting/rule.ts';
import { kindOf } from '../alerting/rules/index.ts';
import { unusualSpans } from '../alerting/seasonal-level.ts';
import { type AlertState, initialState, isOpen } from '../alerting/state.ts';
import { mayBeInStorm, type OtherAlert, otherAlertLines, stormPlaces } from '../alerting/storm.ts';
import { trendNeeds, trendOf } from '../alerting/trend.ts';
import { day, type Instant } from '../clock.ts';
import { retryConflicts } from '../concurrency.ts';
import { ConcurrentChangeError } from '../errors.ts';
import { metric } from '../metrics/catalog.ts';
import type { AlertCourse } from '../metrics/forecast.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { NewOutboxRow } from '../store/outbox.ts';
import { readBuckets } from '../store/samples.ts';
import type { Store } from '../store/store.ts';
import { recordAction } from './record-changes.ts';

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

/** One event of one alert, within a transaction. */
export async function advanceWithin(tx: Store, input: AlertInput, ruleIndex: RuleIndex): Promise<AdvancedAlert> {
  return saveStep(tx, await stepAlert(tx, input), ruleIndex);
}

/** The event with its rule and app as they are now; undefined when the rule is gone, unless the event is just that. */
function inputNow(input: AlertInput, { rules, apps }: RuleIndex): AlertInput | undefined {
  if (input.event.type === 'ruleRemoved') return input;
  const rule = rules.get(input.rule.id);
  return rule === undefined ? undefined : { ...input, rule, app: apps.get(rule.app) ?? input.app };
}

/** One event of one alert, one read and no transaction where it changes nothing; undefined for a rule that is gone. */
export async function advanceAlert(
  input: AlertInput,
  { store, ruleIndex }: { readonly store: Store; readonly ruleIndex: RuleIndex },
): Promise<AdvancedAlert | undefined> {
  return retryConflicts(async () => {
    const now = inputNow(input, ruleIndex);
    if (now === undefined) return undefined;
    const stepped = await stepAlert(store, now);
    if (!needsSaving(stepped)) return unchanged(stepped);
    return store.transaction(async (tx) => {
      if (inputNow(now, ruleIndex)?.rule.version !== now.rule.version)
        throw new ConcurrentChangeError(`The rule ${now.rule.id} was changed at the same time.`);
      return saveStep(tx, stepped, ruleIndex);
    });
  });
}

function unchanged(stepped: SteppedAlert): AdvancedAlert {
  const { rule, before: state, effects } = stepped;
  return { rule, state, effects, isSaved: false, rows: 0, ...answerOf(stepped) };
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
  const done = unchanged(stepped);
  if (stepped.event.type === 'user' && !done.isRefused)
    await recordAction(tx, rule, { event: stepped.event, words: done.answer });
  const rows = await rowsOf(tx, advance, stepped);
  for (const row of rows) await tx.outbox.add(row);
  return { ...done, state: advance.state, isSaved: true, rows: rows.length };
}

/** How far back earlier incidents are mentioned. */
const remembered = 30 * day;

/** What notifications show and nothing is decided by. */
async function readShown(
  tx: Store,
  stepped: SteppedAlert,
  ruleIndex: RuleIndex,
): Promise<Pick<NotificationInput, 'history' | 'watchedSince' | 'trend' | 'storms' | 'otherAlerts' | 'alsoWrong'>> {
  const { rule, app, after, effects, now } = stepped;
  const incidents = await tx.alerts.incidents(now - remembered, now);
  const history = incidents.filter((incident) => incident.rule === rule.id);
  const watchedSince = await tx.samples.oldest(app.id);
  const trend = isOpen(after) ? await readTrend(tx, stepped) : undefined;
  const isPlatformBack = isPlatformRule(rule) && effects.some(({ kind }) => kind === 'resolved');
  const isEnd = mayHideFall(rule) && effects.some(({ kind }) => kind === 'resolved');
  if (!isPlatformBack && !isEnd && !mayBeInStorm(stepped)) return { history, watchedSince, trend };
  const alerts = await readAlerts(tx, ruleIndex);
  const others = alerts.filter((other) => other.rule.id !== rule.id);
  const otherAlerts = isPlatformBack ? otherAlertLines(alerts, app, now) : [];
  const alsoWrong = isEnd ? rulesAgainst(rule, others) : [];
  return { history, watchedSince, trend, storms: stormPlaces(stepped, others), otherAlerts, alsoWrong };
}

/** A number that was too high may be under its limit because everything fell. */
function mayHideFall({ kind, direction, metric: watched }: Rule): boolean {
  return kind === 'threshold' && direction === 'above' && watched !== undefined;
}

/** Ids of the open or pending rules that say of the same numbers that they fell, or are unusual. */
function rulesAgainst(rule: Rule, others: readonly OtherAlert[]): readonly string[] {
  const group = rule.metric && metric(rule.metric).group;
  return others
    .filter(({ rule: { app, kind, direction, metric: watched }, state }) => {
      const isSame = app === rule.app && watched !== undefined && metric(watched).group === group;
      const isOther = kind === 'threshold' ? direction === 'below' : kind !== 'forecast';
      return isSame && isOther && state.machine.condition !== 'inactive';
    })
    .map(({ rule: { id } }) => id);
}

async function readTrend(tx: Store, { rule, app, after, now }: SteppedAlert): Promise<Phrase | undefined> {
  const needs = trendNeeds(rule, now);
  const { last } = after.machine;
  if (needs === undefined || last === undefined) return undefined;
  const data = await Promise.all(
    needs.map((need) => tx.samples.read(app.id, need.metric, need.tier, need.from, need.to)),
  );
  return trendOf(rule, app, { now, shown: last.shown, whole: last.whole, data });
}

async function readAlerts(tx: Store, { rules, apps }: RuleIndex): Promise<readonly OtherAlert[]> {
  return (await tx.alerts.all()).flatMap(({ rule: id, state }) => {
    const rule = rules.get(id);
    const app = rule === undefined ? undefined : apps.get(rule.app);
    return rule === undefined || app === undefined ? [] : [{ rule, app, state }];
  });
}

/** Ends and what is worse are drawn anew. */
const redrawing: ReadonlySet<string> = new Set(['escalated', 'resolved', 'closed']);

/** The notifications as rows, and a picture behind each root that is new or means something new. */
async function rowsOf(tx: Store, { notifications }: Advance, stepped: SteppedAlert): Promise<readonly NewOutboxRow[]> {
  const { effects, now } = stepped;
  const rows: NewOutboxRow[] = notifications.map((notification) => ({ ...notification }));
  const isRedrawn = effects.some(({ kind }) => redrawing.has(kind));
  const roots = rows.filter(
    ({ operation, message }) =>
      message.kind === 'alert' && message.view.chart !== undefined && (operation === 'post' || isRedrawn),
  );
  const newest = new Map(roots.map((root) => [root.stream, root]));
  const [first] = newest.values();
  if (first?.message.kind !== 'alert' || first.message.view.chart === undefined) return rows;
  const { rule, app, after } = stepped;
  const shown = after.machine.last?.shown;
  const of = { rule, zone: app.timezone, now, shown, accepted: after.accepted };
  const course = await readCourse(tx, of, first.message.view.chart);
  const message = { kind: 'picture', ...(course === undefined ? {} : { course }) } as const;
  const picture = { lane: 'picture', operation: 'picture', broadcast: false, message } as const;
  const drawn = { ...picture, causedAt: undefined, createdAt: now };
  return [...rows, ...[...newest.values()].map((root) => ({ ...root, ...drawn, key: `${root.key}:picture` }))];
}

/** A rule at a moment, with its number then. */
export interface RuleAtMoment {
  readonly rule: Rule;
  readonly zone: string;
  readonly now: Instant;
  readonly shown: number | undefined;
  readonly accepted?: AcceptedLevel | undefined;
}

/** What the rule goes by beside the number, for its picture. Maintenance is not left out of the usual here, which hardly moves it. */
export async function readCourse(
  store: Pick<Store, 'samples' | 'hourly' | 'alerts'>,
  { rule, zone, now, shown, accepted }: RuleAtMoment,
  span: { readonly from: Instant; readonly to: Instant },
): Promise<AlertCourse | undefined> {
  const kind = kindOf(rule);
  if (kind.course === undefined || rule.metric === undefined || shown === undefined) return undefined;
  const needs = kind.needs(rule, now);
  const data = await Promise.all(needs.map((need) => readBuckets(store, rule.app, need)));
  const incidents = await store.alerts.incidents(Math.min(...needs.map(({ from }) => from)), now);
  const excluded = unusualSpans(
    incidents.filter((incident) => incident.rule === rule.id),
    now,
  );
  return kind.course(rule, { now, values: { [rule.metric]: shown }, zone, data, excluded, accepted }, span);
}
