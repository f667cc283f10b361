// One event of one rule, all the way: the next state, what to save of its incident, and what to tell.
import type { ImApp } from '../app.ts';
import type { AlertEvent, Effect, EffectKind, StepContext } from './event.ts';
import type { Incident, IncidentEvent } from './incident.ts';
import { lineOf } from './line.ts';
import { step } from './machine.ts';
import { swings } from './manner.ts';
import type { Note } from './note.ts';
import { decideNotes, type NoteInput } from './notes.ts';
import type { Rule } from './rule.ts';
import { type AlertState, isOpen } from './state.ts';

export interface AdvanceInput extends Pick<NoteInput, 'history' | 'trend' | 'frozen' | 'storm'> {
  readonly state: AlertState;
  readonly event: AlertEvent;
  readonly rule: Rule;
  readonly app: ImApp;
  readonly context: StepContext;
}

/** Everything to save in one transaction. `changed` is false when nothing is to be saved at all. */
export interface Advance {
  readonly changed: boolean;
  readonly state: AlertState;
  readonly effects: readonly Effect[];
  /** The incident that began, changed or ended, to be stored as it is here; undefined when nothing about it changed. */
  readonly incident: Incident | undefined;
  readonly history: readonly IncidentEvent[];
  readonly notes: readonly Note[];
  /** What a person is told of their own action; may hold `{user:U…}`. Undefined for other events. */
  readonly answer: string | undefined;
  /** True when that action changed nothing. */
  readonly isRefused: boolean;
}

/** Pure. */
export function advance(input: AdvanceInput): Advance {
  const { event, rule, context } = input;
  const stepped = step(input.state, event, rule, context);
  const told = decideNotes({
    ...input,
    before: input.state,
    after: stepped.state,
    effects: stepped.effects,
    now: event.at,
  });
  const history = historyOf(input, told.state, stepped.effects);
  const state = history.length === 0 ? told.state : { ...told.state, seq: told.state.seq + history.length };
  return {
    changed: state !== input.state,
    state,
    effects: stepped.effects,
    incident: incidentOf(input, state, stepped.effects),
    history,
    notes: told.notes,
    answer: answerOf(input, state, stepped.effects),
    isRefused: stepped.effects.some((effect) => effect.kind === 'ignored'),
  };
}

function answerOf(input: AdvanceInput, state: AlertState, effects: readonly Effect[]): string | undefined {
  const { event, rule, app } = input;
  const own = event.type === 'user' ? effects.find((effect) => effect.actor === event.who) : undefined;
  if (own === undefined) return undefined;
  if (own.kind === 'ignored') return own.reason;
  return lineOf(own, { state, level: own.level ?? 'warning', rule, app, now: event.at, history: [] });
}

/** What belongs to no incident, or is of no interest afterwards. */
const passing: ReadonlySet<EffectKind> = new Set(['pending', 'forgotten', 'changed', 'ignored', 'clockMoved']);

function historyOf(input: AdvanceInput, state: AlertState, effects: readonly Effect[]): IncidentEvent[] {
  const { incident } = state;
  const isAbout = isOpen(state) || effects.some((effect) => effect.closed !== undefined);
  if (incident === undefined || !isAbout) return [];
  const level = state.level ?? effects.find((effect) => effect.closed !== undefined)?.level ?? 'warning';
  const telling = { state, level, rule: input.rule, app: input.app, now: input.event.at, history: [] };
  return effects
    .filter(({ kind }) => !passing.has(kind) && !(state.flapping && swings.has(kind)))
    .map((effect, index) => ({
      incident,
      seq: state.seq + index,
      at: effect.at,
      kind: effect.kind,
      words: lineOf(effect, telling),
      ...(effect.actor === undefined ? {} : { actor: effect.actor }),
    }));
}

function incidentOf(input: AdvanceInput, state: AlertState, effects: readonly Effect[]): Incident | undefined {
  const { incident, openedAt } = state;
  const closing = effects.find((effect) => effect.closed !== undefined);
  if (incident === undefined || openedAt === undefined || (!isOpen(state) && closing === undefined)) return undefined;
  const isNews = effects.some((effect) => !passing.has(effect.kind)) || state.extreme?.at !== input.state.extreme?.at;
  if (!isNews) return undefined;
  return {
    id: incident,
    rule: input.rule.id,
    app: input.rule.app,
    level: state.worst ?? 'warning',
    openedAt,
    ...(closing === undefined ? {} : { closedAt: closing.at, reason: closing.closed ?? closing.reason }),
    ...(state.extreme === undefined ? {} : { extreme: state.extreme.shown }),
    ...(state.acknowledgedBy === undefined ? {} : { acknowledgedBy: state.acknowledgedBy }),
  };
}
