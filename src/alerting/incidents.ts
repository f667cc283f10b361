// Opens and closes the incident of an alert.

import type { Level } from './rule.ts';
import type { CloseReason } from './state.ts';
import { change, countFlap, flapWindow, quietReason, say, type Turn } from './turn.ts';

/** The id of an incident: the rule and the instant of its opening, so that two replicas name it alike. */
export function incidentId(rule: string, openedAt: number): string {
  return `${rule}@${openedAt}`;
}

/** The rule of an incident, from its id. */
export function ruleOfIncident(incident: string): string {
  return incident.slice(0, incident.lastIndexOf('@'));
}

/** pending → firing: an incident begins. It is told at once, unless somebody or something asked for quiet. */
export function open(turn: Turn, level: Level, reason: string): void {
  const { state, rule, at } = turn;
  const quiet = quietReason(turn, level);
  const reopened = state.closedAt !== undefined && at - state.closedAt < flapWindow;
  const crossedAt = state.since[level] ?? at;
  const begunAt = state.last?.since ?? crossedAt;
  const calm = crossedAt - (state.calmSince ?? state.closedAt ?? crossedAt);
  const isCovered = state.handling.as === 'silenced' && (quiet !== undefined || state.handling.level === undefined);
  change(turn, {
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
    ...toldNow(level, quiet === undefined ? at : undefined),
  });
  say(turn, 'opened', { reason, level, quiet });
  if (reopened) countFlap(turn, Math.max(0, calm));
}

function toldNow(
  level: Level,
  at: number | undefined,
): { told: Level | undefined; toldAt: number | undefined; lastNoteAt: number | undefined } {
  return { told: at === undefined ? undefined : level, toldAt: at, lastNoteAt: at };
}

/** People are told of a level from now on. */
export function tell(turn: Turn, level: Level): void {
  change(turn, { ...toldNow(level, turn.at), repeatIndex: 0, summoned: false });
}

/** Any open state → inactive. What the incident was stays in the state, for its last words. */
export function close(turn: Turn, closed: CloseReason, reason: string): void {
  const { state, at } = turn;
  const level = state.level ?? 'warning';
  const quiet = state.told === undefined ? 'people were not told of the incident' : quietReason(turn, level);
  say(turn, closed === 'recovered' ? 'resolved' : 'closed', { reason, level, closed, quiet });
  change(turn, {
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
