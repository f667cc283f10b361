// One event of one rule on the store: the state with its lock, the incident, its history and what is to be told, all in one transaction.
import { type Advance, advance } from '../alerting/advance.ts';
import { isPlatformRule } from '../alerting/inhibition.ts';
import type { Rule } from '../alerting/rule.ts';
import {
  type AlertEvent,
  type AlertState,
  type Incident,
  initialState,
  isOpen,
  type StepContext,
} from '../alerting/state.ts';
import { trendNeed, trendWords } from '../alerting/trend.ts';
import type { ImApp } from '../app.ts';
import { day } from '../clock.ts';
import { BotError } from '../errors.ts';
import type { NewOutboxRow } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import { type Book, stormFor } from './storms.ts';

/** Somebody else changed the alert in between: the transaction is to be done again from the start. */
export class OvertakenError extends BotError {
  override name = 'OvertakenError';
}

/** One event of one rule. */
export interface StepInput {
  readonly rule: Rule;
  readonly app: ImApp;
  readonly event: AlertEvent;
  readonly context: StepContext;
  readonly book: Book;
  /** How the other alerts of the app stand, a line each; read only when the alert on the platform ends. */
  readonly othersNow?: () => Promise<readonly string[]>;
}

/** What the event came to, as it was saved. */
export interface Stepped {
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
export async function stepRule(tx: Store, input: StepInput): Promise<Stepped> {
  const { rule, app, event } = input;
  const stored = await tx.alerts.get(rule.id);
  const before = stored?.state ?? initialState(rule);
  const first = advance({ ...input, state: before, history: [] });
  if (!first.changed) return { ...said(first), before, state: before, rows: 0 };
  // What is only said and never decided by is read only when something is said.
  const next = first.notes.length > 0 ? await speaking(tx, input, first, before) : first;
  const rev = stored?.rev ?? 0;
  if (!(await tx.alerts.save({ rule: rule.id, app: app.id, rev, state: next.state }))) {
    throw new OvertakenError(`The alert ${rule.id} was changed at the same time.`);
  }
  if (next.incident !== undefined) await tx.alerts.saveIncident(next.incident);
  for (const line of next.history) await tx.alerts.addEvent(line);
  const rows = rowsOf(next, event.at);
  for (const row of rows) await tx.outbox.add(row);
  return { ...said(next), before, state: next.state, rows: rows.length };
}

function said({ effects, answer, isRefused }: Advance): Pick<Stepped, 'effects' | 'answer' | 'isRefused'> {
  return { effects, answer, isRefused };
}

async function speaking(tx: Store, input: StepInput, first: Advance, before: AlertState): Promise<Advance> {
  const { rule, event, book } = input;
  const now = event.at;
  const history = await earlier(tx, rule.id, now);
  const trend = isOpen(first.state) ? await trendOf(tx, input, first.state) : undefined;
  const storm = await stormFor(tx, { rule, state: first.state, effects: first.effects, now, book });
  const ends = isPlatformRule(rule) && first.effects.some(({ kind }) => kind === 'resolved');
  const frozen = ends ? ((await input.othersNow?.()) ?? []) : [];
  return advance({ ...input, state: before, history, trend, storm, frozen });
}

async function trendOf(tx: Store, { rule, app, event }: StepInput, state: AlertState): Promise<string | undefined> {
  const need = trendNeed(rule, event.at);
  if (need === undefined) return undefined;
  const buckets = await tx.samples.read(app.id, need.metric, need.tier, need.from, need.to);
  return trendWords(rule, app, { buckets, whole: state.last?.whole });
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
      if (!(error instanceof OvertakenError) || tries >= 5) throw error;
    }
  }
}
