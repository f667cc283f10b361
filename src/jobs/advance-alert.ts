// Advances one alert by one event on the store, in one transaction.
import { type Advance, type AdvanceInput, advance } from '../alerting/advance.ts';
import { stormMember } from '../alerting/alert-message.ts';
import { isPlatformRule } from '../alerting/inhibition.ts';
import type { Rule } from '../alerting/rule.ts';
import {
  type AlertEvent,
  type AlertState,
  type Effect,
  type Incident,
  initialState,
  isOpen,
  type StepContext,
} from '../alerting/state.ts';
import { decideStorm, isStorm, type Opening } from '../alerting/storm.ts';
import { trendNeed, trendWords } from '../alerting/trend.ts';
import type { ImApp } from '../app.ts';
import { day, type Instant } from '../clock.ts';
import { BotError } from '../errors.ts';
import type { NewOutboxRow } from '../store/outbox.ts';
import type { Store, StoredAlert } from '../store/store.ts';

/** The configuration that alerts are spoken of with. */
export interface RuleIndex {
  readonly rules: ReadonlyMap<string, Rule>;
  readonly apps: ReadonlyMap<string, ImApp>;
}

/** One alert after an event. */
export interface StormInput {
  readonly rule: Rule;
  readonly state: AlertState;
  readonly effects: readonly Effect[];
  readonly now: Instant;
  readonly ruleIndex: RuleIndex;
}

/** Undefined for an incident that has a message of its own. */
export async function stormFor(tx: Store, input: StormInput): Promise<AdvanceInput['storm']> {
  const { state, effects } = input;
  const isOpening = effects.some(
    ({ kind, suppressedBy }) => (kind === 'opened' || kind === 'announced') && suppressedBy === undefined,
  );
  if (!isOpening && !isStorm(state.notification.stream)) return undefined;
  const others = (await tx.alerts.all()).filter((alert) => alert.rule !== input.rule.id);
  const stream = isOpening ? streamOfOpening(others, input) : state.notification.stream;
  if (stream === undefined) return undefined;
  return { stream, members: others.flatMap((alert) => memberOf(alert, stream, input)) };
}

function streamOfOpening(others: readonly StoredAlert[], { rule, state, now }: StormInput): string | undefined {
  const own: Opening = {
    incident: state.machine.incident ?? rule.id,
    channel: state.notification.channel ?? rule.channel,
    at: now,
  };
  const decision = decideStorm(own, others.flatMap(openingOf));
  return decision.gather ? decision.stream : undefined;
}

function openingOf({ rule, state }: StoredAlert): Opening[] {
  const { incident } = state.machine;
  const { notifiedAt, channel, stream } = state.notification;
  if (incident === undefined || notifiedAt === undefined || channel === undefined) return [];
  return [{ incident: incident === '' ? rule : incident, channel, at: notifiedAt, stream }];
}

function memberOf(
  alert: StoredAlert,
  stream: string,
  { ruleIndex, now }: StormInput,
): ReturnType<typeof stormMember>[] {
  const rule = ruleIndex.rules.get(alert.rule);
  const app = rule === undefined ? undefined : ruleIndex.apps.get(rule.app);
  if (alert.state.notification.stream !== stream || rule === undefined || app === undefined) return [];
  return [stormMember({ state: alert.state, rule, app, now })];
}

/** Somebody else changed the alert in between: the transaction is to be done again from the start. */
export class ConcurrentChangeError extends BotError {
  override name = 'OvertakenError';
}

/** One event of one rule. */
export interface AlertAdvance {
  readonly rule: Rule;
  readonly app: ImApp;
  readonly event: AlertEvent;
  readonly context: StepContext;
  readonly ruleIndex: RuleIndex;
  /** How the other alerts of the app stand, a line each; read only when the alert on the platform ends. */
  readonly othersNow?: () => Promise<readonly string[]>;
}

/** What the event came to, as it was saved. */
export interface AdvancedAlert {
  readonly before: AlertState;
  readonly state: AlertState;
  readonly effects: Advance['effects'];
  /** What a person is told of their own action, and whether it changed nothing. */
  readonly answer: string | undefined;
  readonly isRefused: boolean;
  /** How many rows were added to the outbox. */
  readonly rows: number;
}

/** How far back earlier incidents are mentioned. */
const remembered = 30 * day;

/** `tx` is the store within a transaction. Throws `OvertakenError` when another replica was first. */
export async function advanceAlert(tx: Store, input: AlertAdvance): Promise<AdvancedAlert> {
  const { rule, app, event } = input;
  const stored = await tx.alerts.get(rule.id);
  const before = stored?.state ?? initialState(rule);
  const first = advance({ ...input, state: before, history: [] });
  if (!first.changed) return { ...said(first), before, state: before, rows: 0 };
  // What is only said and never decided by is read only when something is said.
  const next = first.notes.length > 0 ? await speaking(tx, input, first, before) : first;
  const rev = stored?.rev ?? 0;
  if (!(await tx.alerts.save({ rule: rule.id, app: app.id, rev, state: next.state }))) {
    throw new ConcurrentChangeError(`The alert ${rule.id} was changed at the same time.`);
  }
  if (next.incident !== undefined) await tx.alerts.saveIncident(next.incident);
  for (const line of next.history) await tx.alerts.addEvent(line);
  const rows = rowsOf(next, event.at);
  for (const row of rows) await tx.outbox.add(row);
  return { ...said(next), before, state: next.state, rows: rows.length };
}

function said({ effects, answer, isRefused }: Advance): Pick<AdvancedAlert, 'effects' | 'answer' | 'isRefused'> {
  return { effects, answer, isRefused };
}

async function speaking(tx: Store, input: AlertAdvance, first: Advance, before: AlertState): Promise<Advance> {
  const { rule, event, ruleIndex } = input;
  const now = event.at;
  const history = await earlier(tx, rule.id, now);
  const trend = isOpen(first.state) ? await trendOf(tx, input, first.state) : undefined;
  const storm = await stormFor(tx, { rule, state: first.state, effects: first.effects, now, ruleIndex });
  const ends = isPlatformRule(rule) && first.effects.some(({ kind }) => kind === 'resolved');
  const frozen = ends ? ((await input.othersNow?.()) ?? []) : [];
  return advance({ ...input, state: before, history, trend, storm, frozen });
}

async function trendOf(tx: Store, { rule, app, event }: AlertAdvance, state: AlertState): Promise<string | undefined> {
  const need = trendNeed(rule, event.at);
  if (need === undefined) return undefined;
  const buckets = await tx.samples.read(app.id, need.metric, need.tier, need.from, need.to);
  return trendWords(rule, app, { buckets, whole: state.machine.last?.whole });
}

async function earlier(tx: Store, rule: string, now: number): Promise<readonly Incident[]> {
  const incidents = await tx.alerts.incidents(now - remembered, now);
  return incidents.filter((incident) => incident.rule === rule);
}

/** The notes as rows, and a picture behind each message that is new or means something new. */
function rowsOf(next: Advance, now: number): readonly NewOutboxRow[] {
  const rows: NewOutboxRow[] = next.notes.map((note) => ({ ...note }));
  const redrawn = next.effects.some(({ kind }) => kind === 'escalated' || kind === 'resolved');
  const root = rows.findLast(({ operation, message }) => message.kind === 'alert' && (operation === 'post' || redrawn));
  if (root?.message.kind !== 'alert' || root.message.view.chart === undefined) return rows;
  const picture = { lane: 'picture', operation: 'picture', broadcast: false, message: { kind: 'picture' } } as const;
  return [...rows, { ...root, ...picture, key: `${root.key}:picture`, causedAt: undefined, createdAt: now }];
}

/** Does `work` in a transaction, again when somebody else was first; five times in a row would be a fault. */
export async function inTransaction<T>(store: Store, work: (tx: Store) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await store.transaction(work);
    } catch (error) {
      if (!(error instanceof ConcurrentChangeError) || tries >= 5) throw error;
    }
  }
}
