// Which storm an incident is part of, and what else is in it, from the alerts as they are stored.
import type { AdvanceInput } from '../alerting/advance.ts';
import { stormMember } from '../alerting/alert-message.ts';
import type { Rule } from '../alerting/rule.ts';
import type { AlertState, Effect } from '../alerting/state.ts';
import { decideStorm, isStorm, type Opening } from '../alerting/storm.ts';
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import type { Store, StoredAlert } from '../store/store.ts';

/** The configuration that alerts are spoken of with. */
export interface Book {
  readonly rules: ReadonlyMap<string, Rule>;
  readonly apps: ReadonlyMap<string, ImApp>;
}

/** One alert after an event. */
export interface StormInput {
  readonly rule: Rule;
  readonly state: AlertState;
  readonly effects: readonly Effect[];
  readonly now: Instant;
  readonly book: Book;
}

/** Undefined for an incident that has a message of its own. */
export async function stormFor(tx: Store, input: StormInput): Promise<AdvanceInput['storm']> {
  const { state, effects } = input;
  const isOpening = effects.some(
    ({ kind, quiet }) => (kind === 'opened' || kind === 'announced') && quiet === undefined,
  );
  if (!isOpening && !isStorm(state.stream)) return undefined;
  const others = (await tx.alerts.all()).filter((alert) => alert.rule !== input.rule.id);
  const stream = isOpening ? streamOfOpening(others, input) : state.stream;
  if (stream === undefined) return undefined;
  return { stream, members: others.flatMap((alert) => memberOf(alert, stream, input)) };
}

function streamOfOpening(others: readonly StoredAlert[], { rule, state, now }: StormInput): string | undefined {
  const own: Opening = { incident: state.incident ?? rule.id, channel: state.channel ?? rule.channel, at: now };
  const decision = decideStorm(own, others.flatMap(openingOf));
  return decision.gather ? decision.stream : undefined;
}

function openingOf({ rule, state }: StoredAlert): Opening[] {
  const { incident, toldAt, channel, stream } = state;
  if (incident === undefined || toldAt === undefined || channel === undefined) return [];
  return [{ incident: incident === '' ? rule : incident, channel, at: toldAt, stream }];
}

function memberOf(alert: StoredAlert, stream: string, { book, now }: StormInput): ReturnType<typeof stormMember>[] {
  const rule = book.rules.get(alert.rule);
  const app = rule === undefined ? undefined : book.apps.get(rule.app);
  if (alert.state.stream !== stream || rule === undefined || app === undefined) return [];
  return [stormMember({ state: alert.state, rule, app, now })];
}
