// What is remembered of an alert, the events that change it, and the incidents it makes.
import { z } from 'zod';
import type { Instant } from '../clock.ts';
import { Level, type Measurement, type Rule } from './rule.ts';

/** Who has the alert in hand. Times are epoch ms; `by` is a Slack user id. */
export const Handling = z.discriminatedUnion('as', [
  z.object({ as: z.literal('open') }),
  z.object({
    as: z.literal('acknowledged'),
    by: z.string(),
    at: z.number(),
    until: z.number(),
    remindedAt: z.number().optional(),
  }),
  /** `level` is what was firing when it was said: a worse level ends the silence. Without it every level is silenced. */
  z.object({ as: z.literal('silenced'), by: z.string(), at: z.number(), until: z.number(), level: Level.optional() }),
]);
export type Handling = z.infer<typeof Handling>;

/** A measurement as it is kept. */
export const Last = z.object({
  at: z.number(),
  value: z.number(),
  shown: z.number(),
  since: z.number().optional(),
  whole: z.number().optional(),
  brief: z.string().optional(),
  words: z.array(z.string()),
});
export type Last = z.infer<typeof Last>;

/** Why an incident was closed. */
export const CloseReason = z.enum(['recovered', 'unknown', 'rule_removed', 'paused', 'manual']);
export type CloseReason = z.infer<typeof CloseReason>;

const byLevel = z.object({ warning: z.number().optional(), critical: z.number().optional() });

/** Stored as JSON; parsed when read. Times are epoch ms and come from events only. */
export const AlertState = z.object({
  condition: z.enum(['inactive', 'pending', 'firing', 'recovering']),
  /** The level that fires; undefined while no incident is open. */
  level: Level.optional(),
  /** Since when each level has been hit without a break. Moved on by outages, which count for no timer. */
  since: byLevel,
  /** Since when every level has been clear. */
  recoverSince: z.number().optional(),
  /** Since when critical has been clear. */
  easeSince: z.number().optional(),
  /** `unhit` after a change of limits: until the new limits are hit, a value that does not hit them counts as clear. */
  recoverBy: z.enum(['clear', 'unhit']),
  /** Time of the newest sample; an event of the past is dropped. */
  lastAt: z.number().optional(),
  last: Last.optional(),
  /** The worst measurement since the limit was crossed. */
  extreme: z.object({ at: z.number(), value: z.number(), shown: z.number() }).optional(),
  /** The open incident or, when none is open, the last one. What follows it is about the same one. */
  incident: z.string().optional(),
  /** The worst level that it reached. */
  worst: Level.optional(),
  openedAt: z.number().optional(),
  /** When the limit was first crossed, for people; earlier than `openedAt` by `for`. Not moved by outages. */
  begunAt: z.number().optional(),
  /** When the present level began to fire, and since when its limit had been crossed then. */
  firedAt: z.number().optional(),
  heldSince: z.number().optional(),
  handling: Handling,
  /** Last to acknowledge this incident. */
  acknowledgedBy: z.string().optional(),
  repeatIndex: z.number(),
  /** When people were last told or reminded. */
  lastNoteAt: z.number().optional(),
  /** The worst level that people were told of; undefined while the incident is kept quiet. */
  told: Level.optional(),
  toldAt: z.number().optional(),
  /** True when the second mention has gone out. */
  summoned: z.boolean(),
  /** Returns to firing within the last hour, each with the calm before it. */
  flaps: z.array(z.object({ at: z.number(), calm: z.number() })),
  flapping: z.boolean(),
  keepMultiplier: z.number(),
  /** Last change of condition or level. */
  changedAt: z.number().optional(),
  /** When and why the last incident was closed, and since when it had been calm then, to see a re-opening. */
  closedAt: z.number().optional(),
  closed: CloseReason.optional(),
  calmSince: z.number().optional(),
  /** Set while there is no data: the time of the last sample, and why. */
  stale: z.object({ since: z.number(), why: z.string().optional() }).optional(),
  /** True after a start until the first sample: a rule with `for: 0` waits for a second one. */
  cold: z.boolean(),
  /** The last start of the process: until a poll was possible, no data is not news. */
  bootAt: z.number().optional(),
  /** True after a close by hand: nothing opens until it has been clear once. */
  needsClear: z.boolean(),
  ruleVersion: z.string(),
  /** Next number of a note of this incident. */
  seq: z.number(),
  /** Where the root message lives: the incident's own stream, or that of a storm; and the channel of the rule when it opened. */
  stream: z.string().optional(),
  channel: z.string().optional(),
  /** True when the pager was called for this incident. */
  paged: z.boolean(),
  /** What the root says without its clock times, to edit only when that changes, and when it may be edited again. */
  rootText: z.string().optional(),
  editAfter: z.number().optional(),
  /** How often people were reminded of the incident. */
  repeats: z.number(),
});
export type AlertState = z.infer<typeof AlertState>;

/** The state of a rule that has never been measured. */
export function initialState(rule: Pick<Rule, 'version'>): AlertState {
  return {
    condition: 'inactive',
    since: {},
    recoverBy: 'clear',
    handling: { as: 'open' },
    repeatIndex: 0,
    summoned: false,
    flaps: [],
    flapping: false,
    keepMultiplier: 1,
    cold: false,
    needsClear: false,
    ruleVersion: rule.version,
    seq: 0,
    paged: false,
    repeats: 0,
  };
}

/** True while an incident is open. */
export function isOpen(state: AlertState): boolean {
  return state.condition === 'firing' || state.condition === 'recovering';
}

/** True while somebody's silence covers the alert. */
export function isSilenced(state: AlertState, at: number): boolean {
  return state.handling.as === 'silenced' && state.handling.until > at;
}

export type MeasuredValue = Extract<Measurement, { state: 'measured' }>;

/** In order of time per rule. All times are those of the event, never of a clock inside. */
export type AlertEvent =
  | { readonly type: 'sample'; readonly at: Instant; readonly measured: MeasuredValue }
  /** The platform did not answer, `why` is a sentence without secrets; or, without `why`, the metric was not in its answer. */
  | { readonly type: 'fail'; readonly at: Instant; readonly why: string | undefined }
  | { readonly type: 'tick'; readonly at: Instant }
  /** `until` is needed for `silence`; for `acknowledge` it overrides the usual end. `who` is a Slack user id. */
  | {
      readonly type: 'user';
      readonly action: 'acknowledge' | 'silence' | 'unsilence' | 'resolve';
      readonly who: string;
      readonly at: Instant;
      readonly until?: Instant | undefined;
    }
  | { readonly type: 'ruleChanged'; readonly at: Instant }
  /** `paused` when the rule is switched off rather than gone. */
  | { readonly type: 'ruleRemoved'; readonly at: Instant; readonly paused?: boolean }
  | { readonly type: 'boot'; readonly at: Instant };

/** What holds at the time of the event beside the rule. */
export interface StepContext {
  /** Id of the maintenance window that the rule is in. */
  readonly muted?: string | undefined;
  /** True while the platform of the rule is known not to answer: its own alert speaks for the others. */
  readonly inhibited?: boolean;
  /** After a start a rule with `for: 0` opens on its second sample; `off` switches that off. */
  readonly coldStart?: 'confirm' | 'off';
}

export type EffectKind =
  | 'pending' // a limit is crossed, `for` runs
  | 'forgotten' // and was not crossed for long enough
  | 'opened' // an incident begins
  | 'announced' // an incident that was kept quiet is told now
  | 'escalated' // warning → critical
  | 'downgraded' // critical → warning
  | 'recovering' // every level clear, `keepFiring` runs
  | 'returned' // recovering → firing
  | 'resolved' // closed because it recovered
  | 'closed' // closed for another reason
  | 'repeated' // still firing
  | 'summoned' // nobody acknowledged: the second mention
  | 'acknowledged'
  | 'reminded' // the acknowledgement has run out, is somebody on it?
  | 'lapsed' // nobody answered, the alert is open again
  | 'silenced'
  | 'unsilenced'
  | 'silenceEnded'
  | 'stale' // no data
  | 'fresh' // data again
  | 'flapping'
  | 'calm' // no longer flapping
  | 'limitsChanged'
  | 'clockMoved' // the machine's clock was set back
  | 'changed' // new numbers
  | 'ignored'; // a person's action that changes nothing

/** One thing that the event did, with its reason as a sentence without clock times (they are said in the zone of the app). */
export interface Effect {
  readonly kind: EffectKind;
  readonly at: Instant;
  readonly reason: string;
  readonly actor?: string | undefined;
  readonly level?: Level | undefined;
  readonly closed?: CloseReason | undefined;
  /** Why people are not told of it: silenced, in maintenance, platform down, never told of the incident. */
  readonly quiet?: string | undefined;
}

export interface StepResult {
  readonly state: AlertState;
  readonly effects: readonly Effect[];
}

/** From opening to close. `extreme` is in the unit of the metric. */
export interface Incident {
  readonly id: string;
  readonly rule: string;
  readonly app: string;
  readonly level: Level;
  readonly openedAt: Instant;
  readonly closedAt?: Instant;
  readonly reason?: string;
  readonly extreme?: number;
  readonly acknowledgedBy?: string;
}

/** One line of an incident's history, with who did it where somebody did. `words` may hold `{user:U…}`. */
export interface IncidentEvent {
  readonly incident: string;
  readonly seq: number;
  readonly at: Instant;
  readonly kind: string;
  readonly words: string;
  readonly actor?: string;
}
