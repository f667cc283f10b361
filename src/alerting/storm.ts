// Many openings at once become one summary.
import { type Duration, type Instant, minute } from '../clock.ts';
import { formatQuantity } from '../metrics/format.ts';
import type { Phrase } from '../metrics/phrase.ts';
import { type AlertContext, headlineOf, rulePhrasesOf } from './alert-lines.ts';
import { alertViewOf } from './alert-message.ts';
import type { messagePhrases } from './alert-phrases.ts';
import type { Effect } from './events.ts';
import type { headlinePhrases } from './headline-phrases.ts';
import { type AlertView, alertPhrasesOf, isAnnouncement, isPingedEscalation } from './notification.ts';
import { type AlertApp, isPlatformRule, type Rule } from './rule.ts';
import { furtherChannels } from './rule-channels.ts';
import { type AlertState, isOpen } from './state.ts';

/** An incident that is part of a storm, as its summary shows it. */
export interface StormMember {
  readonly incident: string;
  readonly app: string;
  readonly openedAt: Instant;
  /** Line 1 of the incident's own message. */
  readonly headline: Phrase;
  readonly colour: AlertView['colour'];
  readonly level: AlertView['level'];
  readonly isOpen: boolean;
  readonly isRecovering: boolean;
  readonly rule: string;
  /** What the rule watches: the shared cause, where it is that of all. */
  readonly subject: Phrase;
  readonly actions: AlertView['actions'];
  /** Somebody has it in hand. */
  readonly isHandled: boolean;
}

/** A storm and its other members. */
export interface Storm {
  readonly stream: string;
  readonly members: readonly StormMember[];
  /** How many alerts had opened before it; undefined for a storm of an earlier version. */
  readonly after: number | undefined;
}

/** How the storms of a channel concern an incident: it is part of one, or leaves one because it is critical now. */
export interface StormPlace {
  readonly channel: string;
  readonly storm?: Storm | undefined;
  readonly stormLeft?: Storm | undefined;
}

/** More openings than this in one channel within `stormSpan` are gathered. */
const stormSize = 5;
const stormSpan: Duration = minute;

export interface Opening {
  readonly incident: string;
  readonly channel: string;
  readonly at: Instant;
  /** Outbox stream of the incident or of its storm. */
  readonly stream?: string | undefined;
}

/** What becomes of an opening: a message of its own, or a place in the summary that `stream` names. With the reason. */
export type StormDecision =
  | { readonly gather: false; readonly reason: string }
  | {
      readonly gather: true;
      readonly stream: string;
      /** Of a storm that begins: how many openings were before it. */
      readonly after: number | undefined;
      readonly reason: string;
    };

/**
 * Pure. `recent` are the notified openings of the last minute or more, in any order, without the new one.
 * The first five have messages of their own; from the sixth on one summary holds them, for as long as openings keep coming.
 */
export function decideStorm(opening: Opening, recent: readonly Opening[]): StormDecision {
  const near = recent.filter(
    (other) =>
      other.channel === opening.channel &&
      other.at > opening.at - stormSpan &&
      other.at <= opening.at &&
      other.incident !== opening.incident,
  );
  const running = near.toSorted((a, b) => b.at - a.at).find((other) => isStorm(other.stream));
  if (running?.stream !== undefined)
    return { gather: true, stream: running.stream, after: undefined, reason: 'a storm is running' };
  const reason = `${formatQuantity(near.length + 1, 'opening')} within a minute`;
  if (near.length < stormSize) return { gather: false, reason };
  return { gather: true, stream: `storm@${opening.channel}@${opening.at}`, after: near.length, reason };
}

/** True for the stream of a storm, false for that of an incident. */
export function isStorm(stream: string | undefined): boolean {
  return stream !== undefined && /^storm@[^@]+@\d+$/.test(stream);
}

/** An alert of another rule, as it is stored. */
export interface OtherAlert {
  readonly rule: Rule;
  readonly app: AlertApp;
  readonly state: AlertState;
}

/** A step of the state machine that may open a storm or change one. */
export interface StormStep {
  readonly rule: Rule;
  readonly after: AlertState;
  readonly effects: readonly Effect[];
  readonly now: Instant;
}

/** True when `stormPlaces` depends on the other alerts. */
export function mayBeInStorm({ after, effects }: StormStep): boolean {
  return effects.some(isAnnouncement) || placesOf(after).some(({ stream }) => isStorm(stream));
}

type Place = { readonly channel: string; readonly stream?: string | undefined };

/** Every channel of the incident with its stream there. */
function placesOf({ notification: { channel, stream, elsewhere = [] } }: AlertState): readonly Place[] {
  return channel === undefined ? elsewhere : [{ channel, stream }, ...elsewhere];
}

/** The streams of the storms that the incident is told in. */
export function stormsOf(state: AlertState): string[] {
  return placesOf(state).flatMap(({ stream }) => (stream !== undefined && isStorm(stream) ? [stream] : []));
}

/** Pure. What the storms of each of its channels mean for the incident of the step; an entry for each channel that a storm concerns. */
export function stormPlaces(step: StormStep, others: readonly OtherAlert[]): readonly StormPlace[] {
  const { rule, after, effects } = step;
  if (!mayBeInStorm(step)) return [];
  const level = after.machine.level ?? 'warning';
  const known = placesOf(after);
  const isNew = effects.some(isAnnouncement);
  const added = isNew
    ? furtherChannels(rule, level, true).filter((one) => !known.some(({ channel }) => channel === one))
    : [];
  const all: readonly Place[] = [...known, ...added.map((channel) => ({ channel }))];
  return all.flatMap((place) => stormPlace(place, step, others));
}

function stormPlace(place: Place, step: StormStep, others: readonly OtherAlert[]): StormPlace[] {
  const { channel, stream } = place;
  if (isOnItsOwn(place, step)) {
    return stream !== undefined && isStorm(stream)
      ? [{ channel, stormLeft: stormNamed(stream, { step, others }) }]
      : [];
  }
  if (!step.effects.some(isAnnouncement))
    return stream !== undefined && isStorm(stream) ? [{ channel, storm: stormNamed(stream, { step, others }) }] : [];
  const { incident = step.rule.id } = step.after.machine;
  const decision = decideStorm({ incident, channel, at: step.now }, others.flatMap(openingsOf));
  if (!decision.gather) return [];
  const storm = stormNamed(decision.stream, { step, others });
  return [{ channel, storm: { ...storm, after: decision.after ?? storm.after } }];
}

/** Critical always has a message of its own. */
function isOnItsOwn({ stream }: Place, { after: { machine }, effects }: StormStep): boolean {
  if (machine.level !== 'critical') return false;
  return effects.some(isAnnouncement) || (isStorm(stream) && effects.some(isPingedEscalation));
}

function stormNamed(
  stream: string,
  { step, others }: { readonly step: StormStep; readonly others: readonly OtherAlert[] },
): Storm {
  const members = others.filter(({ state }) => stormsOf(state).includes(stream));
  const known = [step.after, ...members.map(({ state }) => state)].map(({ notification }) => notification.stormAfter);
  return {
    stream,
    members: members.map((other) => stormMember(other, step.now)),
    after: known.find((count) => count !== undefined),
  };
}

function openingsOf({ state }: OtherAlert): Opening[] {
  const { incident } = state.machine;
  // An escalation is no opening.
  const { notifiedAt, announcedAt = notifiedAt } = state.notification;
  if (incident === undefined || announcedAt === undefined) return [];
  return placesOf(state).map(({ channel, stream }) => ({ incident, channel, at: announcedAt, stream }));
}

/** An open or closed incident as part of a storm. */
export function stormMember({ rule, app, state }: OtherAlert, now: Instant): StormMember {
  const { level, worstLevel = 'warning' } = state.machine;
  return memberOf({ rule, app, state, now, level: level ?? worstLevel, history: [] });
}

function memberOf(alert: AlertContext): StormMember {
  const view = alertViewOf(alert);
  return {
    subject: rulePhrasesOf(alert).subject,
    isRecovering: alert.state.machine.condition === 'recovering',
    incident: view.incident,
    app: view.app.name,
    openedAt: view.openedAt,
    headline: view.headline,
    colour: view.colour,
    level: view.level,
    isOpen: view.closedAt === undefined,
    rule: view.rule,
    actions: view.actions,
    isHandled: view.isHandled === true,
  };
}

const phrase = alertPhrasesOf<typeof headlinePhrases & typeof messagePhrases>();

const mostLines = 20;
const severity: Readonly<Record<AlertView['colour'], number>> = { red: 3, orange: 2, grey: 1, green: 0 };

/** The message of a storm whose last incident has a message of its own. */
function emptyStorm(own: AlertView, { stream }: Storm, now: Instant): AlertView {
  const { rule, app, level, openedAt } = own;
  const headline = phrase('alert.stormMoved', { rule });
  const about = { incident: stream, isStorm: true, rule, app, level, openedAt, headline };
  return { ...about, colour: 'grey', lines: [], mentions: [], actions: [], closedAt: now };
}

/** The buttons of a storm, which act on all of it; what is in somebody's hands already needs no acknowledgement. */
function actionsOf(open: readonly StormMember[]): AlertView['actions'] {
  const may = (action: AlertView['actions'][number]): boolean =>
    open.some(({ actions, isHandled }) => actions.includes(action) && !(action === 'acknowledge' && isHandled));
  return (['acknowledge', 'silence', 'unsilence'] as const).filter(may);
}

/**
 * The message of a storm: which of how many alerts, on which apps, what all of them are about, and the rule and line 1 of each, the
 * worst first. `isLeft`: the incident is part of it no more.
 */
export function stormView(alert: AlertContext, storm: Storm, { isLeft = false } = {}): AlertView {
  const { now, app } = alert;
  const own = alertViewOf(alert);
  const others = storm.members.filter(({ incident }) => incident !== own.incident);
  const members = isLeft ? others : [...others, memberOf(alert)];
  const sorted = members.toSorted((a, b) => severity[b.colour] - severity[a.colour] || a.openedAt - b.openedAt);
  const [worst] = sorted;
  if (worst === undefined) return emptyStorm(own, storm, now);
  const open = members.filter((member) => member.isOpen);
  const more = sorted.length > mostLines ? [phrase('alert.more', { count: sorted.length - mostLines })] : [];
  return {
    incident: storm.stream,
    isStorm: true,
    rule: own.rule,
    app: own.app,
    colour: worst.colour,
    level: members.some((member) => member.level === 'critical') ? 'critical' : 'warning',
    headline: headlineOfStorm(members, storm),
    lines: [
      ...sorted.slice(0, mostLines).map(({ rule, headline: line }) => phrase('alert.stormMember', { rule, line })),
      ...more,
      phrase('alert.asOf', { at: now, now, zone: app.timezone }),
    ],
    mentions: [],
    actions: actionsOf(open),
    openedAt: Math.min(...members.map((member) => member.openedAt)),
    ...(open.length === 0 ? { closedAt: now } : {}),
  };
}

function headlineOfStorm(members: readonly StormMember[], { after }: Storm): Phrase {
  const apps = [...new Set(members.map((member) => member.app))];
  const open = members.filter((member) => member.isOpen);
  const subjects = new Map(members.map(({ subject }) => [JSON.stringify(subject), subject]));
  return phrase('alert.storm', {
    count: members.length,
    after,
    apps,
    open: open.length,
    recovering: open.filter(({ isRecovering }) => isRecovering).length,
    shared: members.length > 1 && subjects.size === 1 ? members[0]?.subject : undefined,
  });
}

/** A line of the thread of a storm begins with its rule, which what a person did would name again. */
export function stormLine({ kind, values }: Phrase, rule: string): Phrase {
  return phrase('alert.stormMember', { rule, line: { kind, values: { ...values, rule: undefined } } });
}

/** The headlines of the other open alerts of the app; one line when none is open, none when there are no others. */
export function otherAlertLines(
  alerts: readonly Pick<OtherAlert, 'rule' | 'state'>[],
  app: AlertApp,
  now: Instant,
): readonly Phrase[] {
  const others = alerts.filter(({ rule }) => rule.app === app.id && !isPlatformRule(rule));
  if (others.length === 0) return [];
  const open = others.filter(({ state }) => isOpen(state));
  if (open.length === 0) return [phrase('alert.othersQuiet', {})];
  return open.map(({ rule, state }) => {
    const line = headlineOf({ rule, state, app, now, level: state.machine.level ?? 'warning', history: [] });
    return phrase('alert.otherOpen', { rule: rule.id, line });
  });
}
