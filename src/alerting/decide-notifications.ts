// Which notifications a step of the state machine gives, where and to whom: in order, ready for the outbox.
import type { Duration, Instant } from '../clock.ts';
import { type AlertContext, effectLine, whenWritten } from './alert-lines.ts';
import { alertViewOf, colourOf } from './alert-message.ts';
import type { Effect } from './events.ts';
import type { threadPhrases } from './history-phrases.ts';
import {
  type AlertView,
  alertPhrasesOf,
  callKey,
  isAnnouncement,
  isBroadcast,
  isLine,
  mentionsOf,
  type Notification,
  type PagerEvent,
  pagerEvents,
  pinged,
} from './notification.ts';
import { joiningEffect, pingedIn, streamIn, type ToldPlace, toldPlaces } from './places.ts';
import {
  firstEdit,
  laterEdits,
  mayNotify,
  type NotificationInput,
  type RootEdit,
  rootEditOf,
  rootHashOf,
} from './root-edit.ts';
import type { Level } from './rule.ts';
import type { AlertState, NotificationState } from './state.ts';
import { isStorm, type Storm, stormLine, stormView } from './storm.ts';

const phrase = alertPhrasesOf<typeof threadPhrases>();

/** Notifications in order, and the state with what they used up (numbers, the time of the next edit). */
export interface DecidedNotifications {
  readonly notifications: readonly Notification[];
  readonly state: AlertState;
}

/** Pure. No notifications where `mayNotify` is false. */
export function decideNotifications(input: NotificationInput): DecidedNotifications {
  const { effects, after } = input;
  if (!mayNotify(input)) return { notifications: [], state: after };
  const builder = createBuilder(input);
  // Decided first, because the messages say when the pager was called.
  const pages = effects.flatMap((effect) => decidePages(builder, effect));
  const edit = rootEditOf(builder.alert, effects);
  const news = builder.places.map((place) => tellIn(place, builder, edit));
  if (news.includes('root')) rememberRoot(builder, firstEdit);
  else if (edit === 'due' || edit === 'adopted') rememberRoot(builder, laterEdits);
  else if (edit === 'known') remember(builder, { comparedAt: after.machine.lastAt });
  const [first, ...others] = builder.places;
  const elsewhere = others.map(({ channel, stream }) => ({ channel, stream }));
  remember(builder, { stream: first?.stream, ...(elsewhere.length === 0 ? {} : { elsewhere }) });
  for (const page of pages) addPage(builder, page);
  return { notifications: builder.notifications, state: builder.state };
}

/** The work in progress of one call of `decideNotifications`. */
interface NotificationBuilder {
  readonly input: NotificationInput;
  /** What the notifications show; its state is that of the builder. */
  readonly alert: AlertContext;
  readonly places: readonly ToldPlace[];
  readonly notifications: Notification[];
  state: AlertState;
}

function createBuilder(input: NotificationInput): NotificationBuilder {
  const { effects, rule, app, now, history, watchedSince, trend, otherAlerts, alsoWrong, after } = input;
  const level = levelOf(input);
  const isResolved = effects.some((effect) => effect.kind === 'resolved');
  const builder: NotificationBuilder = {
    input,
    get alert(): AlertContext {
      const atEnd = isResolved ? { otherAlerts, alsoWrong } : {};
      return { level, rule, app, now, history, watchedSince, trend, ...atEnd, state: builder.state };
    },
    places: toldPlaces(input, level),
    notifications: [],
    state: after,
  };
  const stormAfter = input.storms?.find(({ storm }) => storm !== undefined)?.storm?.after;
  if (stormAfter !== undefined) remember(builder, { stormAfter });
  return builder;
}

function levelOf({ before, after, effects }: NotificationInput): Level {
  const closing = effects.findLast((effect) => effect.closed !== undefined);
  return after.machine.level ?? closing?.level ?? before.machine.level ?? 'warning';
}

/** Everything that one channel is told. `root`: a message of its own, or a place in a storm. */
function tellIn(place: ToldPlace, builder: NotificationBuilder, edit: RootEdit): 'root' | 'edit' {
  const { effects } = builder.input;
  const announced = effects.find(isAnnouncement) ?? joiningEffect(place, effects);
  if (announced !== undefined) {
    addAnnouncement(builder, announced, place);
    const later = effects.slice(effects.indexOf(announced) + 1);
    for (const effect of later) if (effect.kind !== 'flapping') addLine(builder, effect, place);
    return 'root';
  }
  // People who are pinged read the line; who looks at the message finds it right before its thread says why.
  const isPing = place.storm === undefined && effects.some((effect) => isPinging(effect, builder));
  if (!isPing) addRootEdit(builder, place, edit);
  for (const effect of effects) addLine(builder, effect, place);
  if (isPing) addRootEdit(builder, place, edit);
  return 'edit';
}

function isPinging(effect: Effect, { alert }: NotificationBuilder): boolean {
  return effect.suppressedBy === undefined && mentionsOf(effect, alert).length > 0;
}

type Draft = Pick<Notification, 'lane' | 'operation' | 'message'> &
  Partial<Pick<Notification, 'broadcast' | 'causedAt'>>;

function add(
  builder: NotificationBuilder,
  { channel, stream }: Pick<ToldPlace, 'channel' | 'stream'>,
  draft: Draft,
): void {
  const { input, notifications, state } = builder;
  const { now, rule } = input;
  const { seq } = state.notification;
  // A storm holds several incidents, whose own numbers say nothing of each other; time orders them.
  const order = isStorm(stream) ? now * 16 + Math.min(notifications.length, 15) : seq;
  const rest = { broadcast: false, causedAt: undefined, ...draft };
  notifications.push({
    key: `${streamIn(channel, state, rule)}:${seq}`,
    ...{ stream, seq: order, channel, createdAt: now, notBefore: now },
    ...rest,
  });
  remember(builder, { seq: seq + 1 });
}

function remember(builder: NotificationBuilder, sent: Partial<NotificationState>): void {
  builder.state = { ...builder.state, notification: { ...builder.state.notification, ...sent } };
}

function addAnnouncement(builder: NotificationBuilder, effect: Effect, place: ToldPlace): void {
  const { alert } = builder;
  const mentions = pingedHere(builder, place, pinged(alert));
  const causedAt = causeOf(builder, effect);
  if (place.stormLeft !== undefined) addStormEdit(builder, place.stormLeft, place);
  if (place.storm !== undefined && place.storm.members.length > 0) {
    const view = rootView(builder, place);
    add(builder, place, { lane: 'slack', operation: 'edit', message: { kind: 'alert', view } });
    addThreadLine(builder, effect, { place, mentions, causedAt });
    return;
  }
  const view = { ...rootView(builder, place), mentions: [...mentions] };
  add(builder, place, { lane: 'slack', operation: 'post', message: { kind: 'alert', view }, causedAt });
  // The thread of a storm has the beginning of each of its alerts; of the first one the summary pinged already.
  if (place.storm !== undefined) addThreadLine(builder, effect, { place, mentions: [], causedAt: undefined });
}

function pingedHere(
  builder: NotificationBuilder,
  { channel }: ToldPlace,
  people: readonly string[],
): readonly string[] {
  const channels = builder.places.map((place) => place.channel);
  return pingedIn(channel, people, { ...builder.alert, channels });
}

/** The summary that the incident is part of no more. */
function addStormEdit(builder: NotificationBuilder, storm: Storm, { channel }: ToldPlace): void {
  const view = stormView(builder.alert, storm, { isLeft: true });
  const { stream } = storm;
  add(builder, { channel, stream }, { lane: 'slack', operation: 'edit', message: { kind: 'alert', view } });
}

function rememberRoot(builder: NotificationBuilder, pause: Duration): void {
  const { input, alert } = builder;
  remember(builder, {
    rootHash: rootHashOf(alert),
    editAfter: input.now + pause,
    comparedAt: input.after.machine.lastAt,
  });
}

function rootView({ alert, places }: NotificationBuilder, { storm }: ToldPlace): AlertView {
  if (storm !== undefined) return stormView(alert, storm);
  const own = alertViewOf(alert);
  return places.length === 1 ? own : { ...own, places: places.map(({ channel, stream }) => ({ channel, stream })) };
}

function causeOf({ input }: NotificationBuilder, effect: Effect): Instant | undefined {
  return ['opened', 'escalated', 'resolved'].includes(effect.kind) && input.after.machine.lastAt === input.now
    ? input.now
    : undefined;
}

interface LineAbout {
  readonly place: ToldPlace;
  readonly mentions: readonly string[];
  readonly isBroadcast?: boolean;
  readonly causedAt: Instant | undefined;
}

function addThreadLine(builder: NotificationBuilder, effect: Effect, about: LineAbout): void {
  const { place, mentions, isBroadcast: broadcast = false, causedAt } = about;
  const { alert } = builder;
  const own = effectLine(effect, alert);
  const line = place.storm === undefined ? own : stormLine(own, alert.rule.id);
  const text = phrase('thread.line', { at: alert.now, ...whenWritten(alert), isBroadcast: broadcast, line });
  const rest = { lane: 'slack', operation: 'reply', broadcast, causedAt } as const;
  const colour = broadcast ? { colour: colourOf(alert) } : {};
  add(builder, place, {
    ...rest,
    message: { kind: 'line', text, mentions: [...mentions], about: effect.kind, ...colour },
  });
}

function addLine(builder: NotificationBuilder, effect: Effect, place: ToldPlace): void {
  const { alert, state, input } = builder;
  if (!isLine(effect, state.machine.flapping)) return;
  const { effects } = input;
  const others = effects.find(({ kind }) => kind === 'escalatedToOthers');
  const repeated = effects.find(({ kind }) => kind === 'repeated');
  // Both in one minute are one line, which pings them all.
  if (effect.kind === 'repeated' && others !== undefined) return;
  const isBoth = effect.kind === 'escalatedToOthers' && repeated !== undefined;
  const isSuppressed = effect.suppressedBy !== undefined;
  // The end of an alert is no good news while the same number is wrong in another way.
  const isNoNews = effect.kind === 'resolved' && (alert.alsoWrong ?? []).length > 0;
  const said = isBoth ? [repeated, effect] : [effect];
  const people = [...new Set(said.flatMap((one) => mentionsOf(one, alert)))];
  addThreadLine(builder, effect, {
    place,
    mentions: isSuppressed ? [] : pingedHere(builder, place, people),
    isBroadcast: !isSuppressed && !isNoNews && said.some((one) => isBroadcast(one, alert)),
    causedAt: causeOf(builder, effect),
  });
}

function addRootEdit(builder: NotificationBuilder, place: ToldPlace, edit: RootEdit): void {
  if (edit !== 'due') return;
  const view = rootView(builder, place);
  add(builder, place, { lane: 'slack', operation: 'edit', message: { kind: 'alert', view } });
}

interface DecidedPage extends PagerEvent {
  readonly causedAt: Instant | undefined;
}

function decidePages(builder: NotificationBuilder, effect: Effect): readonly DecidedPage[] {
  const { input, state } = builder;
  const { paged, calls = paged ? 1 : 0 } = state.notification;
  const isHandled = state.response.as !== 'open';
  const events = pagerEvents(effect, builder.alert, { paged, calls, isHandled });
  for (const { action, call } of events) {
    const called = action === 'trigger' ? { calledAt: input.now } : {};
    remember(builder, { paged: action !== 'resolve', calls: call, ...called });
  }
  return events.map((event) => ({ ...event, causedAt: causeOf(builder, effect) }));
}

/** In the stream of the incident, also where a storm holds its messages. */
function addPage(builder: NotificationBuilder, { action, call, causedAt }: DecidedPage): void {
  const { rule, after } = builder.input;
  const [{ incident = rule.id }, { channel = rule.channel }] = [after.machine, after.notification];
  const message = {
    kind: 'pager',
    action,
    view: alertViewOf(builder.alert),
    key: callKey(incident, call),
    service: rule.pager,
  } as const;
  add(builder, { channel, stream: incident }, { lane: 'pager', operation: 'page', message, causedAt });
}
