// What every transition is made of: patch the state, emit effects, open and close incidents, account for gaps in the data.
import { day, minute } from '../clock.ts';
import { formatDuration } from '../metrics/format.ts';
import { isWorse, type Level, type Rule } from './rule.ts';
import {
  type AlertState,
  type CloseReason,
  type Effect,
  type EffectKind,
  isOpen,
  isSilenced,
  type StepContext,
} from './state.ts';

/** Lives only within one call of `step`. */
export interface Transition {
  state: AlertState;
  readonly effects: Effect[];
  readonly rule: Rule;
  readonly context: StepContext;
  readonly at: number;
}

export function patch(transition: Transition, patch: Partial<AlertState>): void {
  transition.state = { ...transition.state, ...patch };
}

/** Adds an effect. What nobody was told of stays untold, unless the effect says otherwise. */
export function emit(transition: Transition, kind: EffectKind, effect: Omit<Effect, 'kind' | 'at'>): void {
  const untold = transition.state.told === undefined ? 'people were not told of the incident' : undefined;
  transition.effects.push({ kind, at: transition.at, quiet: untold, ...effect });
}

/** Why nobody is to be bothered now; undefined when they may be. A silence does not hold back a level worse than it was said for. */
export function suppressionReason(transition: Transition, level: Level): string | undefined {
  const { muted, inhibited } = transition.context;
  if (muted !== undefined) return `maintenance window ${muted}`;
  if (inhibited === true) return 'the platform does not answer, and its own alert says so';
  const { handling } = transition.state;
  if (handling.as !== 'silenced' || !isSilenced(transition.state, transition.at)) return undefined;
  return handling.level !== undefined && isWorse(level, handling.level) ? undefined : 'silenced';
}

/** Flapping: so many returns within so long; the alert then stays open for longer, up to the longest. */
const flapsToFlap = 4;
export const flapWindow = 60 * minute;
const longestKeep = 60 * minute;
const growth = 1.5;
/** A flapping alert stays open for at least so many polls without it, and no more returns than `mostFlaps` are remembered. */
const calmPolls = 10;
const mostFlaps = 60;

/** How long the alert must be clear before it is closed. A flapping one stays open longer than its longest calm so far. */
export function keepFor(transition: Transition): number {
  return grown(transition, transition.rule.keepFiring);
}

/** How long critical must be clear before the alert is taken down to a warning. */
export function keepCriticalFor(transition: Transition): number {
  return grown(transition, transition.rule.keepCritical);
}

function grown({ state, rule }: Transition, keep: number): number {
  if (!state.flapping) return keep;
  const calmest = Math.max(0, ...state.flaps.map((flap) => flap.calm));
  return Math.max(
    keep,
    Math.min(longestKeep, Math.max(keep * state.keepMultiplier, calmest * growth, calmPolls * rule.pollEvery)),
  );
}

/** Counts a return to firing after `calm` ms without it. */
export function countFlap(transition: Transition, calm: number): void {
  const flaps = [
    ...transition.state.flaps.filter((flap) => transition.at - flap.at < flapWindow),
    { at: transition.at, calm },
  ].slice(-mostFlaps);
  patch(transition, { flaps });
  if (flaps.length < flapsToFlap) return;
  const most = transition.rule.keepFiring > 0 ? Math.max(1, longestKeep / transition.rule.keepFiring) : 1;
  const wasFlapping = transition.state.flapping;
  patch(transition, { flapping: true, keepMultiplier: Math.min(transition.state.keepMultiplier * growth, most) });
  if (!wasFlapping) emit(transition, 'flapping', { reason: `it came back ${flaps.length} times within an hour` });
}

/** The id of an incident: the rule and the instant of its opening, so that two replicas name it alike. */
export function incidentId(rule: string, openedAt: number): string {
  return `${rule}@${openedAt}`;
}

/** The rule of an incident, from its id. */
export function ruleOfIncident(incident: string): string {
  return incident.slice(0, incident.lastIndexOf('@'));
}

/** pending → firing: an incident begins. It is told at once, unless somebody or something asked for quiet. */
export function openIncident(transition: Transition, level: Level, reason: string): void {
  const { state, rule, at } = transition;
  const quiet = suppressionReason(transition, level);
  const reopened = state.closedAt !== undefined && at - state.closedAt < flapWindow;
  const crossedAt = state.since[level] ?? at;
  const begunAt = state.last?.since ?? crossedAt;
  const calm = crossedAt - (state.calmSince ?? state.closedAt ?? crossedAt);
  const isCovered = state.handling.as === 'silenced' && (quiet !== undefined || state.handling.level === undefined);
  patch(transition, {
    condition: 'firing',
    level,
    worst: level,
    incident: incidentId(rule.id, at),
    openedAt: at,
    begunAt,
    firedAt: at,
    heldSince: begunAt,
    changedAt: at,
    recoverSince: undefined,
    easeSince: undefined,
    recoverBy: 'clear',
    closedAt: undefined,
    closed: undefined,
    handling: isCovered ? state.handling : { as: 'open' },
    acknowledgedBy: undefined,
    repeatIndex: 0,
    summoned: false,
    seq: 0,
    stream: undefined,
    channel: rule.channel,
    paged: false,
    repeats: 0,
    rootText: undefined,
    editAfter: undefined,
    ...notifiedNow(level, quiet === undefined ? at : undefined),
  });
  emit(transition, 'opened', { reason, level, quiet });
  if (reopened) countFlap(transition, Math.max(0, calm));
}

function notifiedNow(
  level: Level,
  at: number | undefined,
): { told: Level | undefined; toldAt: number | undefined; lastNoteAt: number | undefined } {
  return { told: at === undefined ? undefined : level, toldAt: at, lastNoteAt: at };
}

/** People are told of a level from now on. */
export function markNotified(transition: Transition, level: Level): void {
  patch(transition, { ...notifiedNow(level, transition.at), repeatIndex: 0, summoned: false });
}

/** Any open state → inactive. What the incident was stays in the state, for its last words. */
export function closeIncident(transition: Transition, closed: CloseReason, reason: string): void {
  const { state, at } = transition;
  const level = state.level ?? 'warning';
  const quiet =
    state.told === undefined ? 'people were not told of the incident' : suppressionReason(transition, level);
  emit(transition, closed === 'recovered' ? 'resolved' : 'closed', { reason, level, closed, quiet });
  patch(transition, {
    condition: 'inactive',
    level: undefined,
    since: {},
    calmSince: state.recoverSince ?? at,
    recoverSince: undefined,
    easeSince: undefined,
    recoverBy: 'clear',
    changedAt: at,
    closedAt: at,
    closed,
    stale: undefined,
    handling: state.handling.as === 'silenced' ? state.handling : { as: 'open' },
  });
}

/** An alert without data for longer than this is closed, as not known to be recovered. */
const givenUpAfter = day;

/** Called when time has passed without a measurement: by a failed poll or a tick. */
export function noteDataGap(transition: Transition, why: string | undefined): void {
  const { state, rule, at } = transition;
  if (state.lastAt === undefined) return;
  const isLong = at - Math.max(state.lastAt, state.bootAt ?? state.lastAt) > rule.maxGap;
  if (!isLong) return;
  if (closeUnknown(transition)) return;
  cancelPending(transition, 'there was no data for too long');
  if (!isOpen(state) || state.stale !== undefined) return;
  patch(transition, { stale: { since: state.lastAt, why } });
  emit(transition, 'stale', { reason: why ?? `no data for ${formatDuration(at - state.lastAt)}` });
}

/** Closes an alert that had no data for a day. */
export function closeUnknown(transition: Transition): boolean {
  const { state, at } = transition;
  if (!isOpen(state) || state.lastAt === undefined || at - state.lastAt <= givenUpAfter) return false;
  closeIncident(transition, 'unknown', `no data for ${formatDuration(at - state.lastAt)}; not known to be recovered`);
  return true;
}

/** Data again. The outage counts for no timer: an open alert goes on as if it had not been, a pending one starts again. */
export function afterDataGap(transition: Transition): void {
  const { state, rule, at } = transition;
  if (state.lastAt === undefined) return;
  const gap = at - state.lastAt;
  if (gap > rule.maxGap && state.condition === 'pending') patch(transition, { since: {} });
  if (!isOpen(state)) return;
  // A new incident never begins with the very sample that ended an unknown one.
  if (closeUnknown(transition)) {
    patch(transition, { cold: true });
    return;
  }
  if (gap <= rule.maxGap) return;
  const { lastAt } = state;
  // What ran before the outage goes on from there; what began within it begins now.
  const resumed = (time: number | undefined): number | undefined =>
    time !== undefined && time > lastAt ? at : moveOn(time, gap);
  patch(transition, {
    since: { warning: resumed(state.since.warning), critical: resumed(state.since.critical) },
    recoverSince: resumed(state.recoverSince),
    easeSince: resumed(state.easeSince),
    lastNoteAt: resumed(state.lastNoteAt),
    stale: undefined,
  });
  if (state.stale !== undefined) emit(transition, 'fresh', { reason: `data again after ${formatDuration(gap)}` });
}

export function moveOn(at: number | undefined, by: number): number | undefined {
  return at === undefined ? undefined : at + by;
}

/** pending → inactive, without a word to people. */
export function cancelPending(transition: Transition, reason: string): void {
  if (transition.state.condition !== 'pending') return;
  patch(transition, { condition: 'inactive', since: {}, changedAt: transition.at });
  emit(transition, 'forgotten', { reason });
}
