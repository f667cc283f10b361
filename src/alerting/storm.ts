// Many openings at once become one summary.
import { type Duration, type Instant, minute } from '../clock.ts';
import { formatQuantity } from '../metrics/format.ts';
import type { Phrase } from '../metrics/phrase.ts';
import { headlineOf } from './alert-lines.ts';
import { alertViewOf } from './alert-message.ts';
import type { headlinePhrases, messagePhrases } from './alert-phrases.ts';
import type { Effect } from './events.ts';
import { type AlertView, alertPhrasesOf, isAnnouncement } from './notification.ts';
import { type AlertApp, isPlatformRule, type Rule } from './rule.ts';
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
  readonly rule: string;
  readonly actions: AlertView['actions'];
}

/** A storm and its other members. */
export interface Storm {
  readonly stream: string;
  readonly members: readonly StormMember[];
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
  | { readonly gather: true; readonly stream: string; readonly reason: string };

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
  if (running?.stream !== undefined) return { gather: true, stream: running.stream, reason: 'a storm is running' };
  const reason = `${formatQuantity(near.length + 1, 'opening')} within a minute`;
  if (near.length < stormSize) return { gather: false, reason };
  return { gather: true, stream: `storm@${opening.channel}@${opening.at}`, reason };
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

/** True when `stormOf` depends on the other alerts. */
export function mayBeInStorm({ after, effects }: StormStep): boolean {
  return effects.some(isAnnouncement) || isStorm(after.notification.stream);
}

/** Pure. The storm that the incident of the step is part of; undefined when it has a message of its own, as critical always has. */
export function stormOf(step: StormStep, others: readonly OtherAlert[]): Storm | undefined {
  if (!mayBeInStorm(step) || isOnItsOwn(step)) return undefined;
  const stream = step.effects.some(isAnnouncement) ? streamOfOpening(step, others) : step.after.notification.stream;
  if (stream === undefined) return undefined;
  return stormNamed(stream, step, others);
}

function isOnItsOwn({ after: { machine, notification }, effects }: StormStep): boolean {
  if (machine.level !== 'critical') return false;
  return effects.some(isAnnouncement) || (isStorm(notification.stream) && effects.some(isPingedEscalation));
}

/** Pure. The storm that the incident leaves with this step, because it is critical now; it gets a message of its own. */
export function stormLeft(step: StormStep, others: readonly OtherAlert[]): Storm | undefined {
  const { stream } = step.after.notification;
  if (stream === undefined || !isStorm(stream) || !isOnItsOwn(step)) return undefined;
  return stormNamed(stream, step, others);
}

const isPingedEscalation = ({ kind, suppressedBy }: Effect): boolean =>
  kind === 'escalated' && suppressedBy === undefined;

function stormNamed(stream: string, { now }: StormStep, others: readonly OtherAlert[]): Storm {
  const members = others.filter(({ state }) => state.notification.stream === stream);
  return { stream, members: members.map((other) => stormMember(other, now)) };
}

function streamOfOpening({ rule, after, now }: StormStep, others: readonly OtherAlert[]): string | undefined {
  const { incident = rule.id } = after.machine;
  const own: Opening = { incident, channel: after.notification.channel ?? rule.channel, at: now };
  const decision = decideStorm(own, others.flatMap(openingOf));
  return decision.gather ? decision.stream : undefined;
}

function openingOf({ state }: OtherAlert): Opening[] {
  const { incident } = state.machine;
  // An escalation is no opening.
  const { notifiedAt, announcedAt = notifiedAt, channel, stream } = state.notification;
  if (incident === undefined || announcedAt === undefined || channel === undefined) return [];
  return [{ incident, channel, at: announcedAt, stream }];
}

/** An open or closed incident as part of a storm. */
export function stormMember({ rule, app, state }: OtherAlert, now: Instant): StormMember {
  const { level, worstLevel = 'warning' } = state.machine;
  return memberOf(alertViewOf({ rule, app, state, now, level: level ?? worstLevel, history: [] }));
}

function memberOf(view: AlertView): StormMember {
  return {
    incident: view.incident,
    app: view.app.name,
    openedAt: view.openedAt,
    headline: view.headline,
    colour: view.colour,
    level: view.level,
    isOpen: view.closedAt === undefined,
    rule: view.rule,
    actions: view.actions,
  };
}

const phrase = alertPhrasesOf<typeof headlinePhrases & typeof messagePhrases>();

const mostLines = 20;
const severity: Readonly<Record<AlertView['colour'], number>> = { red: 3, orange: 2, grey: 1, green: 0 };

/** The message of a storm whose last incident has a message of its own. */
function emptyStorm(own: AlertView, { stream }: Storm, now: Instant): AlertView {
  const { rule, app, level, openedAt } = own;
  const headline = phrase('alert.stormMoved', { rule });
  const closed = { colour: 'grey', lines: [], mentions: [], actions: [], closedAt: now } as const;
  return { ...closed, incident: stream, rule, app, level, openedAt, headline, lines: [], mentions: [], actions: [] };
}

/** The buttons of a storm, which act on all of it. */
function actionsOf(open: readonly StormMember[]): AlertView['actions'] {
  const may = (action: AlertView['actions'][number]): boolean => open.some(({ actions }) => actions.includes(action));
  return (['acknowledge', 'silence', 'unsilence'] as const).filter(may);
}

/**
 * The message of a storm: how many alerts, on which apps, and the rule and line 1 of each, the worst first. `isLeft`: the incident is
 * part of it no more.
 */
export function stormView(
  own: AlertView,
  storm: Storm,
  when: { now: Instant; zone: string; isLeft?: boolean },
): AlertView {
  const others = storm.members.filter(({ incident }) => incident !== own.incident);
  const members = when.isLeft === true ? others : [...others, memberOf(own)];
  if (members.length === 0) return emptyStorm(own, storm, when.now);
  const open = members.filter((member) => member.isOpen);
  const sorted = members.toSorted((a, b) => severity[b.colour] - severity[a.colour] || a.openedAt - b.openedAt);
  const worst = sorted[0] ?? memberOf(own);
  const apps = [...new Set(members.map((member) => member.app))];
  const more = sorted.length > mostLines ? [phrase('alert.more', { count: sorted.length - mostLines })] : [];
  return {
    incident: storm.stream,
    rule: own.rule,
    app: own.app,
    colour: worst.colour,
    level: members.some((member) => member.level === 'critical') ? 'critical' : 'warning',
    headline: phrase('alert.storm', { count: members.length, apps, open: open.length }),
    lines: [
      ...sorted.slice(0, mostLines).map(({ rule, headline: line }) => phrase('alert.stormMember', { rule, line })),
      ...more,
      phrase('alert.asOf', { at: when.now, now: when.now, zone: when.zone }),
    ],
    mentions: [],
    actions: actionsOf(open),
    openedAt: Math.min(...members.map((member) => member.openedAt)),
    ...(open.length === 0 ? { closedAt: when.now } : {}),
  };
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
