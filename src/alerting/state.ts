// The state of an alert in its three parts, what people did with it last, and the incidents that come of it.
import { z } from 'zod';
import type { Instant } from '../clock.ts';
import { Phrase } from '../metrics/phrase.ts';
import { type AlertResponse, anyResponse } from './response.ts';
import { AcceptedLevel, LastMeasured, Level, type Measurement, type Rule } from './rule.ts';

/** Why an incident was closed. `settled`: the number stayed, and counts as usual now; `accepted`: a person said that it does. */
export const CloseReason = z.enum(['recovered', 'settled', 'unknown', 'rule_removed', 'paused', 'manual', 'accepted']);
export type CloseReason = z.infer<typeof CloseReason>;

/** The place of a poll in the order of one process; wall time is for people, and may be set back. */
const PollOrder = z.object({ process: z.string(), number: z.number() });
export type PollOrder = z.infer<typeof PollOrder>;

const LevelTimes = z.object({ warning: z.number().optional(), critical: z.number().optional() });

/** The state machine: condition, timers, incident, flapping and gaps in the data. */
const machineState = z.object({
  condition: z.enum(['inactive', 'pending', 'firing', 'recovering']),
  /** The level that fires; undefined while no incident is open. */
  level: Level.optional(),
  /** Since when each level has been hit without a break. Shifted by outages, which count for no timer. */
  since: LevelTimes,
  /** Since when the limit of a level is no longer crossed, while an incident is open. Absent in what earlier versions stored. */
  insideSince: LevelTimes.optional(),
  /** For how long in all it was so before, since the level began to be told. Absent in what earlier versions stored. */
  returned: LevelTimes.optional(),
  /** Since when every level has been clear. */
  recoverSince: z.number().optional(),
  criticalClearSince: z.number().optional(),
  /** `unhit` after a change of limits: until the new limits are hit, a value that does not hit them counts as clear. */
  recoverBy: z.enum(['clear', 'unhit']),
  /** Time of the newest sample; an older event is dropped. */
  lastAt: z.number().optional(),
  /** Place of the newest poll among those of its process; absent where none was given. */
  order: PollOrder.optional(),
  /** When the platform last answered while the rule learned: nothing is compared then, and no data is missing. */
  heardAt: z.number().optional(),
  last: LastMeasured.optional(),
  /** The worst measurement since the limit was crossed. */
  worst: z.object({ at: z.number(), value: z.number(), shown: z.number() }).optional(),
  /** Id of the open incident or, when none is open, of the last one. The next fields are about it. */
  incident: z.string().optional(),
  /** The worst level that the incident reached. */
  worstLevel: Level.optional(),
  openedAt: z.number().optional(),
  /** When the limit was first crossed; earlier than `openedAt` by `for`. Not shifted by outages. */
  crossedAt: z.number().optional(),
  /** When the mildest limit was first crossed, at or before `crossedAt`. Absent in what earlier versions stored. */
  beganAt: z.number().optional(),
  /** When the present level began to fire. */
  firedAt: z.number().optional(),
  /** Since when the limit of the present level had been crossed at that time. */
  heldSince: z.number().optional(),
  /** For how long nothing was measured since each level was crossed. One number for both is what earlier versions stored. */
  unmeasured: z
    .union([
      LevelTimes,
      z.number().transform((both): z.infer<typeof LevelTimes> => ({ warning: both, critical: both })),
    ])
    .optional(),
  /** Returns to firing within the last hour, each with the duration without firing before it. */
  flaps: z.array(z.object({ at: z.number(), calm: z.number() })),
  flapping: z.boolean(),
  /** Factor on `keepFiring` and `keepCritical` while flapping. */
  keepMultiplier: z.number(),
  /** Last change of condition or level. */
  changedAt: z.number().optional(),
  closedAt: z.number().optional(),
  closed: CloseReason.optional(),
  /** Since when it had been clear at the last close, to recognise a re-opening. */
  calmSince: z.number().optional(),
  /** Set while there is no data: the time of the last sample, and the reason. */
  stale: z.object({ since: z.number(), why: Phrase.optional() }).optional(),
  /**
   * Set while a rule cannot be judged although its platform answers: its number is not in the answer, or the rule itself fails.
   * `isConfirmed`: it was so for enough polls in a row to be said. Absent in what earlier versions stored.
   */
  unjudged: z
    .object({
      since: z.number(),
      because: z.enum(['missing', 'failed']),
      polls: z.number(),
      isConfirmed: z.boolean(),
      /** True when people know: by the note, or because the alert was open and says so itself. */
      isSaid: z.boolean(),
      /** Where the note stands. */
      note: z.object({ stream: z.string(), channel: z.string(), at: z.number() }).optional(),
    })
    .optional(),
  /** True after a start until the first sample: a rule with `for: 0` then opens on the second one. */
  awaitingFirstSample: z.boolean(),
  /** Last start of the process; a data gap is reckoned from it, because nothing was polled before. */
  bootAt: z.number().optional(),
  /** True after a close by hand: nothing opens until the value has been clear once, or `held` ends. */
  needsClear: z.boolean(),
  /** What a close by hand covers, when the value was not clear. Absent in what earlier versions stored. */
  held: z
    .object({
      /** A worse level opens all the same. */
      level: Level,
      until: z.number(),
      /** A value beyond this ends it: a fall as large again as the one that was closed. */
      beyond: z.number().optional(),
    })
    .optional(),
  /** True when the incident was closed because its rule watches something else now. */
  replaced: z.boolean().optional(),
  /** True when it was closed because its app is gone. */
  appGone: z.boolean().optional(),
  /** `Rule.version` of the definition that the state was saved under. */
  ruleVersion: z.string(),
});
export type MachineState = z.infer<typeof machineState>;

/** What a person can do with an alert that changes it, and that can be undone. */
export const UndoableAction = z.enum(['acknowledge', 'silence', 'unsilence', 'resolve', 'normal']);
export type UndoableAction = z.infer<typeof UndoableAction>;

/** The last action of a person, with what it replaced. `id` names it in the button that undoes it. */
const lastAction = z.object({
  id: z.string(),
  action: UndoableAction,
  by: z.string(),
  at: z.number(),
  before: anyResponse,
  /** What a close by a person closed. */
  closed: machineState.pick({ condition: true, level: true, worst: true }).optional(),
  /** Of `normal`: the level that was accepted before. */
  accepted: AcceptedLevel.optional(),
  /** Who undid it, and when. */
  undone: z.object({ by: z.string(), at: z.number() }).optional(),
});
export type LastAction = Omit<z.infer<typeof lastAction>, 'before'> & { readonly before: AlertResponse };

/** What was sent about the incident, and what may be sent next. */
const notificationState = z.object({
  /** Next number of a notification of this incident. */
  seq: z.number(),
  /** Outbox stream with the root message: the incident's own, or that of a storm. */
  stream: z.string().optional(),
  /** The rule's channel when the incident opened. */
  channel: z.string().optional(),
  /** Where else the incident has a message or a place in a storm, beside `channel`. */
  elsewhere: z.array(z.object({ channel: z.string(), stream: z.string() })).optional(),
  /** Of an incident in a storm: how many alerts had opened before the storm, each with a message of its own. */
  stormAfter: z.number().optional(),
  /** The worst level that people were notified of; undefined while the incident is suppressed. */
  notifiedLevel: Level.optional(),
  notifiedAt: z.number().optional(),
  /** When people were first notified of the incident. */
  announcedAt: z.number().optional(),
  /** Why nobody was told when it opened. */
  keptQuiet: Phrase.optional(),
  /** The silence that a worse level ended. */
  brokenSilence: z.object({ by: z.string(), until: z.number() }).optional(),
  /** Who had the warning in hand when it became critical, which nobody has taken since. */
  lostAcknowledgement: z.object({ by: z.string() }).optional(),
  /** Time of the last notification or reminder. */
  lastNotificationAt: z.number().optional(),
  /** Index of the next gap of `Rule.repeat`. */
  repeatIndex: z.number(),
  /** Number of reminders of the incident. */
  repeats: z.number(),
  /** True when the second mention (`Rule.escalate`) was sent. */
  escalatedToOthers: z.boolean(),
  /** True when the pager was called for this incident. */
  paged: z.boolean(),
  /** How often the pager was called for this incident, each time under a key of its own. Absent in what earlier versions stored. */
  calls: z.number().optional(),
  /** When it was called last. */
  calledAt: z.number().optional(),
  /** Hash of what the root says, without mere time: only a different one is a reason to edit it. Unknown: it is taken as it stands. */
  rootHash: z.string().optional(),
  /** When the root may be edited again. */
  editAfter: z.number().optional(),
  /** Time of the newest sample that was compared with `rootHash`. */
  comparedAt: z.number().optional(),
});
export type NotificationState = z.infer<typeof notificationState>;

/** Times are epoch ms and come from events only. */
export interface AlertState {
  readonly machine: MachineState;
  readonly response: AlertResponse;
  readonly notification: NotificationState;
  readonly lastAction?: LastAction | undefined;
  /** The last level that a person said is normal. */
  readonly accepted?: AcceptedLevel | undefined;
}

/** Stored as JSON; parsed when read. Fields of a later version are kept and written back. */
export const AlertState: z.ZodType<AlertState> = z.looseObject({
  machine: machineState.loose(),
  response: anyResponse,
  notification: notificationState.loose(),
  lastAction: lastAction.loose().optional(),
  accepted: AcceptedLevel.loose().optional(),
});

/** The state of a rule that has never been measured. */
export function initialState(rule: Pick<Rule, 'version'>): AlertState {
  return {
    machine: {
      condition: 'inactive',
      since: {},
      recoverBy: 'clear',
      flaps: [],
      flapping: false,
      keepMultiplier: 1,
      awaitingFirstSample: false,
      needsClear: false,
      ruleVersion: rule.version,
    },
    response: { as: 'open' },
    notification: { seq: 0, repeatIndex: 0, repeats: 0, escalatedToOthers: false, paged: false },
  };
}

/** True while an incident is open. */
export function isOpen({ machine }: Pick<AlertState, 'machine'>): boolean {
  return machine.condition === 'firing' || machine.condition === 'recovering';
}

/** True for a rule that has given nothing to judge for so long that it is said. */
export function isNotJudged({ machine }: Pick<AlertState, 'machine'>): boolean {
  return machine.unjudged?.isConfirmed === true;
}

export type MeasuredValue = Extract<Measurement, { state: 'measured' }>;

/** From opening to close. `extreme` is the worst value in the unit of the metric. */
export interface Incident {
  readonly id: string;
  readonly rule: string;
  readonly app: string;
  readonly level: Level;
  readonly openedAt: Instant;
  readonly closedAt?: Instant;
  readonly reason?: CloseReason;
  readonly extreme?: number;
  readonly acknowledgedBy?: string;
  /** Absent in what earlier versions stored. */
  readonly details?: IncidentDetails;
}

/** What an incident was, in words that hold when its rule is gone. */
const incidentDetails = z.object({
  /** What its mildest level means (`under 15 %`), since when it was so, and when it was over. */
  beyond: Phrase,
  beganAt: z.number(),
  clearedAt: z.number().optional(),
  /** For how long of that time nothing was measured. */
  unmeasured: z.number().optional(),
  /** When people were first told. */
  toldAt: z.number().optional(),
  /** `lowest 5.9 %`. */
  worst: Phrase.optional(),
  /** The metric and the limits of its picture. */
  metric: z.string().optional(),
  limits: z.array(z.object({ label: Phrase, value: z.number() })).optional(),
  /** The outbox streams of the storms that hold its messages; none where it has messages of its own. */
  storms: z.array(z.string()).optional(),
});
export type IncidentDetails = z.infer<typeof incidentDetails>;

/** As it is stored; fields of a later version are kept. */
export const IncidentDetails: z.ZodType<IncidentDetails> = incidentDetails.loose();

/** One line of an incident's history; `actor` is the person who caused it. */
export interface IncidentEvent {
  readonly incident: string;
  readonly seq: number;
  readonly at: Instant;
  readonly kind: string;
  readonly words: Phrase;
  readonly actor?: string;
}
