// One run of the state machine while it is being worked out: the state so far and what has been said.
import { minute } from '../clock.ts';
import type { Effect, EffectKind, StepContext } from './event.ts';
import { isWorse } from './limits.ts';
import type { Level, Rule } from './rule.ts';
import { type AlertState, isSilenced } from './state.ts';

/** Lives only within one call of `step`. */
export interface Turn {
  state: AlertState;
  readonly effects: Effect[];
  readonly rule: Rule;
  readonly context: StepContext;
  readonly at: number;
}

export function change(turn: Turn, patch: Partial<AlertState>): void {
  turn.state = { ...turn.state, ...patch };
}

/** Adds an effect. What nobody was told of stays untold, unless the effect says otherwise. */
export function say(turn: Turn, kind: EffectKind, effect: Omit<Effect, 'kind' | 'at'>): void {
  const untold = turn.state.told === undefined ? 'people were not told of the incident' : undefined;
  turn.effects.push({ kind, at: turn.at, quiet: untold, ...effect });
}

/** Why nobody is to be bothered now; undefined when they may be. A silence does not hold back a level worse than it was said for. */
export function quietReason(turn: Turn, level: Level): string | undefined {
  const { muted, inhibited } = turn.context;
  if (muted !== undefined) return `maintenance window ${muted}`;
  if (inhibited === true) return 'the platform does not answer, and its own alert says so';
  const { handling } = turn.state;
  if (handling.as !== 'silenced' || !isSilenced(turn.state, turn.at)) return undefined;
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
export function keepFor(turn: Turn): number {
  return grown(turn, turn.rule.keepFiring);
}

/** How long critical must be clear before the alert is taken down to a warning. */
export function keepCriticalFor(turn: Turn): number {
  return grown(turn, turn.rule.keepCritical);
}

function grown({ state, rule }: Turn, keep: number): number {
  if (!state.flapping) return keep;
  const calmest = Math.max(0, ...state.flaps.map((flap) => flap.calm));
  return Math.max(
    keep,
    Math.min(longestKeep, Math.max(keep * state.keepMultiplier, calmest * growth, calmPolls * rule.pollEvery)),
  );
}

/** Counts a return to firing after `calm` ms without it. */
export function countFlap(turn: Turn, calm: number): void {
  const flaps = [...turn.state.flaps.filter((flap) => turn.at - flap.at < flapWindow), { at: turn.at, calm }].slice(
    -mostFlaps,
  );
  change(turn, { flaps });
  if (flaps.length < flapsToFlap) return;
  const most = turn.rule.keepFiring > 0 ? Math.max(1, longestKeep / turn.rule.keepFiring) : 1;
  const wasFlapping = turn.state.flapping;
  change(turn, { flapping: true, keepMultiplier: Math.min(turn.state.keepMultiplier * growth, most) });
  if (!wasFlapping) say(turn, 'flapping', { reason: `it came back ${flaps.length} times within an hour` });
}
