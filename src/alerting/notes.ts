// What people are told of an event, where and how: ordered notes as plain data, ready for the outbox.
import type { ImApp } from '../app.ts';
import { type Duration, type Instant, minute, second } from '../clock.ts';
import { contentOf, viewOf } from './draw-up.ts';
import type { Effect } from './event.ts';
import type { Incident } from './incident.ts';
import { lineOf } from './line.ts';
import { isBroadcast, isEdit, isLine, mentionsOf, pagerAction, pinged } from './manner.ts';
import type { Note } from './note.ts';
import type { Level, Rule } from './rule.ts';
import { type AlertState, isOpen, isSilenced } from './state.ts';
import { type StormMember, stormView } from './storm.ts';
import { at, type Telling } from './telling.ts';
import type { AlertView } from './view.ts';

export interface NoteInput {
  readonly before: AlertState;
  readonly after: AlertState;
  readonly effects: readonly Effect[];
  readonly rule: Rule;
  readonly app: ImApp;
  /** Time of the event. */
  readonly now: Instant;
  /** Earlier incidents of the rule, newest first, for "third time in 30 days". */
  readonly history: readonly Incident[];
  /** A sentence on where the number is going, for rules that do not forecast themselves. */
  readonly trend?: string | undefined;
  /** What the alerts say that this platform's silence had frozen; told when it answers again. */
  readonly frozen?: readonly string[];
  /** The storm that this incident is part of, and what else is in it. */
  readonly storm?: { readonly stream: string; readonly members: readonly StormMember[] } | undefined;
}

/** Notes in order, and the state with what the notes used up (numbers, the time of the next edit). */
export interface Notes {
  readonly notes: readonly Note[];
  readonly state: AlertState;
}

/** When the root may be edited for new numbers: soon after it was posted, then less often, and rarely when only time has passed. */
const firstEdit: Duration = 10 * second;
const laterEdits: Duration = 45 * second;
const timeOnly: Duration = 5 * minute;

/** Pure. An incident that nobody was told of gives no notes. */
export function decideNotes(input: NoteInput): Notes {
  const desk = openDesk(input);
  const { effects, after } = input;
  if (after.told === undefined || after.incident === undefined) return { notes: [], state: after };
  const announced = effects.find(
    (effect) => (effect.kind === 'opened' || effect.kind === 'announced') && effect.quiet === undefined,
  );
  if (announced !== undefined) announce(desk, announced);
  const rest =
    announced === undefined
      ? effects
      : effects.slice(effects.indexOf(announced) + 1).filter(({ kind }) => kind !== 'flapping');
  for (const effect of rest) tellLine(desk, effect);
  if (announced === undefined) editRoot(desk, rest);
  for (const effect of effects) page(desk, effect);
  return { notes: desk.notes, state: desk.notes.length === 0 ? after : desk.state };
}

/** Where the notes of one event are written. Lives only within one call. */
interface Desk {
  readonly input: NoteInput;
  readonly telling: Telling;
  readonly notes: Note[];
  state: AlertState;
}

function openDesk(input: NoteInput): Desk {
  const { after, before, rule, app, now, history, trend, frozen } = input;
  const level: Level =
    after.level ?? input.effects.findLast((effect) => effect.closed !== undefined)?.level ?? before.level ?? 'warning';
  const closes = input.effects.some((effect) => effect.kind === 'resolved');
  const telling: Telling = { state: after, level, rule, app, now, history, trend, frozen: closes ? frozen : undefined };
  const stream = input.storm?.stream ?? after.stream ?? after.incident;
  return { input, telling, notes: [], state: { ...after, stream } };
}

type Draft = Pick<Note, 'lane' | 'operation' | 'message'> & Partial<Pick<Note, 'broadcast' | 'causedAt'>>;

function write(desk: Desk, draft: Draft): void {
  const { now, rule } = desk.input;
  const { incident = rule.id, stream = incident, channel = rule.channel, seq } = desk.state;
  // A storm holds several incidents, whose own numbers say nothing of each other; time orders them.
  const order = stream === incident ? seq : now * 16 + (seq % 16);
  const rest = { broadcast: false, causedAt: undefined, ...draft };
  desk.notes.push({ key: `${incident}:${seq}`, stream, seq: order, channel, createdAt: now, notBefore: now, ...rest });
  desk.state = { ...desk.state, seq: seq + 1 };
}

function announce(desk: Desk, effect: Effect): void {
  const { telling, input } = desk;
  const mentions = pinged(telling);
  const joins = input.storm !== undefined && input.storm.members.length > 0;
  const causedAt = causeOf(desk, effect);
  if (joins) {
    line(desk, effect, { text: `${clock(desk)} ${lineOf(effect, telling)}`, mentions, causedAt });
    write(desk, { lane: 'slack', operation: 'edit', message: { kind: 'alert', view: rootView(desk) } });
  } else {
    write(desk, {
      lane: 'slack',
      operation: 'post',
      message: { kind: 'alert', view: { ...rootView(desk), mentions: [...mentions] } },
      causedAt,
    });
  }
  desk.state = { ...desk.state, rootText: contentOf(telling), editAfter: input.now + firstEdit };
}

function rootView(desk: Desk): AlertView {
  const { telling, input } = desk;
  const own = viewOf(telling);
  return input.storm === undefined ? own : stormView(own, input.storm, { now: input.now, zone: input.app.timezone });
}

function causeOf({ input }: Desk, effect: Effect): Instant | undefined {
  return ['opened', 'escalated', 'resolved'].includes(effect.kind) && input.after.lastAt === input.now
    ? input.now
    : undefined;
}

function clock({ telling, input }: Desk): string {
  return at(telling, input.now);
}

function line(
  desk: Desk,
  effect: Effect,
  about: { text: string; mentions: readonly string[]; broadcast?: boolean; causedAt?: Instant | undefined },
): void {
  const { text, mentions, broadcast = false, causedAt } = about;
  write(desk, {
    lane: 'slack',
    operation: 'reply',
    broadcast,
    causedAt,
    message: { kind: 'line', text, mentions: [...mentions], about: effect.kind },
  });
}

function tellLine(desk: Desk, effect: Effect): void {
  const { telling, state } = desk;
  if (!isLine(effect, state.flapping)) return;
  const isQuiet = effect.quiet !== undefined;
  const broadcast = !isQuiet && isBroadcast(effect, telling);
  const zone = broadcast ? ` (${telling.app.timezone})` : '';
  line(desk, effect, {
    text: `${clock(desk)}${zone} ${lineOf(effect, telling)}`,
    mentions: isQuiet ? [] : mentionsOf(effect, telling),
    broadcast,
    causedAt: causeOf(desk, effect),
  });
}

/** At once when something happened; for mere numbers not before the last edit has had its time, and only when they differ. */
function editRoot(desk: Desk, effects: readonly Effect[]): void {
  const { telling, input, state } = desk;
  const isDue = effects.some(isEdit);
  const text = contentOf(telling);
  if (!isDue && !(isOpen(state) && mayEdit(desk, text))) return;
  write(desk, { lane: 'slack', operation: 'edit', message: { kind: 'alert', view: rootView(desk) } });
  desk.state = { ...desk.state, rootText: text, editAfter: input.now + laterEdits };
}

function mayEdit({ input, state }: Desk, text: string): boolean {
  if (isSilenced(state, input.now)) return false;
  const after = state.editAfter ?? input.now;
  return text === state.rootText ? input.now >= after - laterEdits + timeOnly : input.now >= after;
}

function page(desk: Desk, effect: Effect): void {
  const action = pagerAction(effect, desk.telling, desk.state.paged);
  if (action === undefined) return;
  write(desk, {
    lane: 'pager',
    operation: 'page',
    message: { kind: 'pager', action, view: viewOf(desk.telling) },
    causedAt: causeOf(desk, effect),
  });
  desk.state = { ...desk.state, paged: action !== 'resolve' };
}
