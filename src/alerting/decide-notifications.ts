// What people are told of an event, where and how: ordered notifications, ready for the outbox.
import type { ImApp } from '../app.ts';
import { type Duration, type Instant, minute, second } from '../clock.ts';
import { alertViewOf, contentOf } from './alert-message.ts';
import { type AlertContext, effectLine, momentOf } from './alert-phrases.ts';
import type { AlertView, Notification } from './notification.ts';
import { highestLevel, type Level, type Rule } from './rule.ts';
import {
  type AlertState,
  type Effect,
  type EffectKind,
  type Incident,
  isOpen,
  isSilenced,
  type NotificationState,
} from './state.ts';
import { type StormMember, stormView } from './storm.ts';

type Stood = Pick<AlertContext, 'level' | 'rule'>;

/** How each effect is told. `line` goes into the thread; `edit` changes the root at once. The rest waits for the next edit. */
const policy: {
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
  refired: { line: true },
  resolved: { line: true, broadcast: true, edit: true },
  closed: { line: true, edit: true },
  repeated: { line: true, edit: true, ping: true },
  escalatedToOthers: { line: true, edit: true, ping: true },
  acknowledged: { line: true, edit: true },
  reminded: { line: true, edit: true },
  acknowledgementExpired: { line: true, edit: true },
  silenced: { line: true, edit: true },
  unsilenced: { line: true, edit: true },
  silenceEnded: { line: true, edit: true },
  stale: { line: true, edit: true },
  fresh: { line: true, edit: true },
  flapping: { line: true, edit: true },
  flappingEnded: { line: true },
  limitsChanged: { line: true, edit: true },
};

/** While an alert flaps, each swing is an edit and not a line, and is not kept in the history either. */
export const flappingEffects: ReadonlySet<EffectKind> = new Set(['recovering', 'refired']);

/** True for what goes into the thread as a line of its own. */
export function isLine({ kind }: Effect, isFlapping: boolean): boolean {
  return policy[kind]?.line === true && !(isFlapping && flappingEffects.has(kind));
}

/** True for what changes the root at once. */
export function isEdit({ kind }: Effect): boolean {
  return policy[kind]?.edit === true;
}

/** True for what the channel sees too. Repeats reach it for critical only. */
export function isBroadcast({ kind }: Effect, { level }: Stood): boolean {
  return kind === 'repeated' ? level === 'critical' : policy[kind]?.broadcast === true;
}

/** The people that the rule pings, when what fires is its highest level. */
export function pinged({ level, rule }: Stood): readonly string[] {
  return level === highestLevel(rule) ? rule.mention : [];
}

/** The people that a line pings. */
export function mentionsOf({ kind, actor }: Effect, alert: Stood): readonly string[] {
  if (kind === 'reminded') return actor === undefined ? [] : [actor];
  if (kind === 'escalatedToOthers') return alert.rule.escalate?.mention ?? [];
  return policy[kind]?.ping === true ? pinged(alert) : [];
}

/** What the pager hears: of what pings people, and of its end; undefined for nothing. `paged`: it has been called. */
export function pagerAction(
  effect: Effect,
  { level, rule }: Stood,
  paged: boolean,
): 'trigger' | 'acknowledge' | 'resolve' | undefined {
  if (effect.closed !== undefined) return paged ? 'resolve' : undefined;
  if (effect.suppressedBy !== undefined) return undefined;
  if (effect.kind === 'acknowledged') return paged ? 'acknowledge' : undefined;
  const calls = ['opened', 'announced', 'escalated', 'acknowledgementExpired'].includes(effect.kind);
  return calls && level === highestLevel(rule) ? 'trigger' : undefined;
}

export interface NotificationInput {
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
export interface DecidedNotifications {
  readonly notes: readonly Notification[];
  readonly state: AlertState;
}

/** When the root may be edited for new numbers: soon after it was posted, then less often, and rarely when only time has passed. */
const firstEdit: Duration = 10 * second;
const laterEdits: Duration = 45 * second;
const timeOnly: Duration = 5 * minute;

/** Pure. An incident that nobody was told of gives no notes. */
export function decideNotifications(input: NotificationInput): DecidedNotifications {
  const builder = createBuilder(input);
  const { effects, after } = input;
  if (after.notification.notifiedLevel === undefined || after.machine.incident === undefined)
    return { notes: [], state: after };
  const announced = effects.find(
    (effect) => (effect.kind === 'opened' || effect.kind === 'announced') && effect.suppressedBy === undefined,
  );
  if (announced !== undefined) addAnnouncement(builder, announced);
  const rest =
    announced === undefined
      ? effects
      : effects.slice(effects.indexOf(announced) + 1).filter(({ kind }) => kind !== 'flapping');
  for (const effect of rest) addLine(builder, effect);
  if (announced === undefined) addRootEdit(builder, rest);
  for (const effect of effects) addPage(builder, effect);
  return { notes: builder.notes, state: builder.notes.length === 0 ? after : builder.state };
}

/** Where the notes of one event are written. Lives only within one call. */
interface NotificationBuilder {
  readonly input: NotificationInput;
  readonly alert: AlertContext;
  readonly notes: Notification[];
  state: AlertState;
}

function createBuilder(input: NotificationInput): NotificationBuilder {
  const { after, before, rule, app, now, history, trend, frozen } = input;
  const level: Level =
    after.machine.level ??
    input.effects.findLast((effect) => effect.closed !== undefined)?.level ??
    before.machine.level ??
    'warning';
  const closes = input.effects.some((effect) => effect.kind === 'resolved');
  const alert: AlertContext = {
    state: after,
    level,
    rule,
    app,
    now,
    history,
    trend,
    frozen: closes ? frozen : undefined,
  };
  const stream = input.storm?.stream ?? after.notification.stream ?? after.machine.incident;
  return { input, alert, notes: [], state: { ...after, notification: { ...after.notification, stream } } };
}

type Draft = Pick<Notification, 'lane' | 'operation' | 'message'> &
  Partial<Pick<Notification, 'broadcast' | 'causedAt'>>;

function add(builder: NotificationBuilder, draft: Draft): void {
  const { now, rule } = builder.input;
  const { incident = rule.id } = builder.state.machine;
  const { stream = incident, channel = rule.channel, seq } = builder.state.notification;
  // A storm holds several incidents, whose own numbers say nothing of each other; time orders them.
  const order = stream === incident ? seq : now * 16 + (seq % 16);
  const rest = { broadcast: false, causedAt: undefined, ...draft };
  builder.notes.push({
    key: `${incident}:${seq}`,
    stream,
    seq: order,
    channel,
    createdAt: now,
    notBefore: now,
    ...rest,
  });
  remember(builder, { seq: seq + 1 });
}

function remember(builder: NotificationBuilder, sent: Partial<NotificationState>): void {
  builder.state = { ...builder.state, notification: { ...builder.state.notification, ...sent } };
}

function addAnnouncement(builder: NotificationBuilder, effect: Effect): void {
  const { alert, input } = builder;
  const mentions = pinged(alert);
  const joins = input.storm !== undefined && input.storm.members.length > 0;
  const causedAt = causeOf(builder, effect);
  if (joins) {
    addThreadLine(builder, effect, { text: `${clock(builder)} ${effectLine(effect, alert)}`, mentions, causedAt });
    add(builder, { lane: 'slack', operation: 'edit', message: { kind: 'alert', view: rootView(builder) } });
  } else {
    add(builder, {
      lane: 'slack',
      operation: 'post',
      message: { kind: 'alert', view: { ...rootView(builder), mentions: [...mentions] } },
      causedAt,
    });
  }
  remember(builder, { rootText: contentOf(alert), editAfter: input.now + firstEdit });
}

function rootView(builder: NotificationBuilder): AlertView {
  const { alert, input } = builder;
  const own = alertViewOf(alert);
  return input.storm === undefined ? own : stormView(own, input.storm, { now: input.now, zone: input.app.timezone });
}

function causeOf({ input }: NotificationBuilder, effect: Effect): Instant | undefined {
  return ['opened', 'escalated', 'resolved'].includes(effect.kind) && input.after.machine.lastAt === input.now
    ? input.now
    : undefined;
}

function clock({ alert, input }: NotificationBuilder): string {
  return momentOf(alert, input.now);
}

function addThreadLine(
  builder: NotificationBuilder,
  effect: Effect,
  about: { text: string; mentions: readonly string[]; broadcast?: boolean; causedAt?: Instant | undefined },
): void {
  const { text, mentions, broadcast = false, causedAt } = about;
  add(builder, {
    lane: 'slack',
    operation: 'reply',
    broadcast,
    causedAt,
    message: { kind: 'line', text, mentions: [...mentions], about: effect.kind },
  });
}

function addLine(builder: NotificationBuilder, effect: Effect): void {
  const { alert, state } = builder;
  if (!isLine(effect, state.machine.flapping)) return;
  const isQuiet = effect.suppressedBy !== undefined;
  const broadcast = !isQuiet && isBroadcast(effect, alert);
  const zone = broadcast ? ` (${alert.app.timezone})` : '';
  addThreadLine(builder, effect, {
    text: `${clock(builder)}${zone} ${effectLine(effect, alert)}`,
    mentions: isQuiet ? [] : mentionsOf(effect, alert),
    broadcast,
    causedAt: causeOf(builder, effect),
  });
}

/** At once when something happened; for mere numbers not before the last edit has had its time, and only when they differ. */
function addRootEdit(builder: NotificationBuilder, effects: readonly Effect[]): void {
  const { alert, input, state } = builder;
  const isDue = effects.some(isEdit);
  const text = contentOf(alert);
  if (!isDue && !(isOpen(state) && mayEdit(builder, text))) return;
  add(builder, { lane: 'slack', operation: 'edit', message: { kind: 'alert', view: rootView(builder) } });
  remember(builder, { rootText: text, editAfter: input.now + laterEdits });
}

function mayEdit({ input, state }: NotificationBuilder, text: string): boolean {
  if (isSilenced(state, input.now)) return false;
  const after = state.notification.editAfter ?? input.now;
  return text === state.notification.rootText ? input.now >= after - laterEdits + timeOnly : input.now >= after;
}

function addPage(builder: NotificationBuilder, effect: Effect): void {
  const action = pagerAction(effect, builder.alert, builder.state.notification.paged);
  if (action === undefined) return;
  add(builder, {
    lane: 'pager',
    operation: 'page',
    message: { kind: 'pager', action, view: alertViewOf(builder.alert) },
    causedAt: causeOf(builder, effect),
  });
  remember(builder, { paged: action !== 'resolve' });
}
