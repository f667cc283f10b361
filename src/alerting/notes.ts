// What people are told of an event, where and how: ordered notes as plain data, ready for the outbox.
import type { ImApp } from '../app.ts';
import { type Duration, type Instant, minute, second } from '../clock.ts';
import { contentOf, viewOf } from './draw-up.ts';
import type { Effect, EffectKind } from './event.ts';
import type { Incident } from './incident.ts';
import { highestLevel } from './limits.ts';
import { lineOf } from './line.ts';
import type { Level, Rule } from './rule.ts';
import { type AlertState, isOpen, isSilenced } from './state.ts';
import { type StormMember, stormView } from './storm.ts';
import type { AlertView } from './view.ts';
import { at, type Telling } from './words.ts';

export type NoteMessage =
  | { readonly kind: 'alert'; readonly view: AlertView }
  /** `about` is the effect that the line tells of. `text` may hold `{user:U…}`. */
  | { readonly kind: 'line'; readonly text: string; readonly mentions: string[]; readonly about: EffectKind }
  | { readonly kind: 'pager'; readonly action: 'trigger' | 'acknowledge' | 'resolve'; readonly view: AlertView };

/** Fits a new row of the outbox as it is. Notes of a stream and lane go out in order of `seq`. */
export interface Note {
  /** Unique: `INCIDENT:SEQ`. */
  readonly key: string;
  /** The incident, or the storm that it is part of. */
  readonly stream: string;
  readonly lane: 'slack' | 'pager';
  readonly seq: number;
  readonly channel: string;
  readonly operation: 'post' | 'edit' | 'reply' | 'page';
  readonly broadcast: boolean;
  readonly message: NoteMessage;
  /** Time of the sample that caused an opening, an escalation or a resolve. */
  readonly causedAt: Instant | undefined;
  readonly createdAt: Instant;
  readonly notBefore: Instant;
}

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

/** How each effect is told. `line` goes into the thread; `edit` changes the root at once. The rest waits for the next edit. */
const manner: {
  readonly [kind in EffectKind]?: {
    readonly line?: true;
    readonly broadcast?: true;
    readonly edit?: true;
    readonly ping?: true;
  };
} = {
  escalated: { line: true, broadcast: true, edit: true, ping: true },
  downgraded: { line: true, edit: true },
  recovering: { line: true },
  returned: { line: true },
  resolved: { line: true, broadcast: true, edit: true },
  closed: { line: true, edit: true },
  repeated: { line: true, edit: true, ping: true },
  summoned: { line: true, edit: true, ping: true },
  acknowledged: { line: true, edit: true },
  reminded: { line: true, edit: true },
  lapsed: { line: true, edit: true },
  silenced: { line: true, edit: true },
  unsilenced: { line: true, edit: true },
  silenceEnded: { line: true, edit: true },
  stale: { line: true, edit: true },
  fresh: { line: true, edit: true },
  flapping: { line: true, edit: true },
  calm: { line: true },
  limitsChanged: { line: true, edit: true },
};

/** While an alert flaps, each swing is an edit and not a line, and is not kept in the history either. */
export const swings: ReadonlySet<EffectKind> = new Set(['recovering', 'returned']);

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

/** The people that the rule pings, when what fires is its highest level. */
function pinged({ input, telling }: Desk): readonly string[] {
  return telling.level === highestLevel(input.rule) ? input.rule.mention : [];
}

function announce(desk: Desk, effect: Effect): void {
  const { telling, input } = desk;
  const mentions = pinged(desk);
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
  const how = manner[effect.kind];
  const { telling, state } = desk;
  if (how?.line === undefined || (state.flapping && swings.has(effect.kind))) return;
  const isQuiet = effect.quiet !== undefined;
  const broadcast = !isQuiet && isBroadcast(desk, effect);
  const zone = broadcast ? ` (${telling.app.timezone})` : '';
  line(desk, effect, {
    text: `${clock(desk)}${zone} ${lineOf(effect, telling)}`,
    mentions: isQuiet ? [] : mentionsOf(desk, effect),
    broadcast,
    causedAt: causeOf(desk, effect),
  });
}

/** Repeats reach the channel for critical only. */
function isBroadcast({ telling }: Desk, effect: Effect): boolean {
  return effect.kind === 'repeated' ? telling.level === 'critical' : manner[effect.kind]?.broadcast === true;
}

function mentionsOf(desk: Desk, effect: Effect): readonly string[] {
  if (effect.kind === 'reminded') return effect.actor === undefined ? [] : [effect.actor];
  if (effect.kind === 'summoned') return desk.input.rule.escalate?.mention ?? [];
  return manner[effect.kind]?.ping === true ? pinged(desk) : [];
}

/** At once when something happened; for mere numbers not before the last edit has had its time, and only when they differ. */
function editRoot(desk: Desk, effects: readonly Effect[]): void {
  const { telling, input, state } = desk;
  const isDue = effects.some((effect) => manner[effect.kind]?.edit === true);
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

/** The pager hears of what pings people, and of its end. */
function page(desk: Desk, effect: Effect): void {
  const action = pagerAction(desk, effect);
  if (action === undefined) return;
  write(desk, {
    lane: 'pager',
    operation: 'page',
    message: { kind: 'pager', action, view: viewOf(desk.telling) },
    causedAt: causeOf(desk, effect),
  });
  desk.state = { ...desk.state, paged: action !== 'resolve' };
}

function pagerAction(desk: Desk, effect: Effect): 'trigger' | 'acknowledge' | 'resolve' | undefined {
  const { paged } = desk.state;
  if (effect.closed !== undefined) return paged ? 'resolve' : undefined;
  if (effect.quiet !== undefined) return undefined;
  if (effect.kind === 'acknowledged') return paged ? 'acknowledge' : undefined;
  const calls = ['opened', 'announced', 'escalated', 'lapsed'].includes(effect.kind);
  return calls && desk.telling.level === highestLevel(desk.input.rule) ? 'trigger' : undefined;
}
