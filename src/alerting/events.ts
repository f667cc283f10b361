// The events that change an alert, and the effects that they have.
import type { Duration, Instant } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { Level } from './rule.ts';
import type { AlertState, CloseReason, MeasuredValue, NotificationState, PollOrder, UndoableAction } from './state.ts';

/** Events of a rule come in order of time. Every time is that of the event; no clock is read. */
export type AlertEvent =
  | { readonly type: 'sample'; readonly at: Instant; readonly measured: MeasuredValue; readonly order?: PollOrder }
  /** With `why` (without secrets) the platform did not answer; without it the metric was not in the answer. */
  | {
      readonly type: 'fail';
      readonly at: Instant;
      readonly why: Phrase | string | undefined;
      readonly order?: PollOrder;
    }
  /** The rule itself failed on the answer of its platform. */
  | { readonly type: 'broken'; readonly at: Instant; readonly order?: PollOrder }
  /** The platform answered, and the rule has nothing to compare with its limits yet. */
  | { readonly type: 'learning'; readonly at: Instant }
  | { readonly type: 'tick'; readonly at: Instant }
  | UserEvent
  | { readonly type: 'ruleChanged'; readonly at: Instant }
  /** Without a cause it is gone, and its app is still there. */
  | { readonly type: 'ruleRemoved'; readonly at: Instant; readonly because?: RemovalCause }
  | { readonly type: 'boot'; readonly at: Instant };

/** It was switched off, its id watches something else now, or its app is gone. */
export type RemovalCause = 'paused' | 'replaced' | 'app';

/** An action of a person. */
export interface UserEvent {
  readonly type: 'user';
  readonly action: UndoableAction | 'extend' | 'undo' | 'note' | 'unnote' | 'call';
  /** A Slack user id. */
  readonly who: string;
  readonly at: Instant;
  /** Needed for `silence`; for `acknowledge` it overrides the usual end. */
  readonly until?: Instant | undefined;
  /** How much longer `extend` makes what is there; undefined for the usual length. */
  readonly longer?: Duration | undefined;
  /** Names the action; for `undo` the action that is undone. */
  readonly id?: string | undefined;
  /** The worst level that a silence covers; undefined for the one that fires or, of a quiet rule, its mildest. */
  readonly level?: Level | undefined;
  /** For `acknowledge`: also where somebody else has it in hand. */
  readonly takesOver?: boolean | undefined;
  /** The reason of a silence, or a note. */
  readonly text?: string | undefined;
}

/** What holds at the time of the event beside the rule. */
export interface StepContext {
  /** Id of the maintenance window that the rule is in. */
  readonly muted?: string | undefined;
  /** True while the platform of the rule is known not to answer; its own alert is sent instead. */
  readonly inhibited?: boolean;
  /** After so many polls in a row that give the rule nothing, it is not judged; 3 where it is left out. */
  readonly unjudgedAfter?: number;
  /** After a start a rule with `for: 0` opens on its second sample; `off` switches that off. */
  readonly coldStart?: 'confirm' | 'off';
}

export type EffectKind =
  | 'pending' // a limit is crossed, `for` runs
  | 'pendingCancelled' // it was not crossed for long enough
  | 'opened' // an incident begins
  | 'announced' // first notification of an incident that was suppressed until now
  | 'escalated' // warning → critical
  | 'downgraded' // critical → warning
  | 'recovering' // every level clear, `keepFiring` runs
  | 'refired' // recovering → firing
  | 'resolved' // closed because it recovered
  | 'closed' // for another reason
  | 'repeated' // still firing, reminder
  | 'escalatedToOthers' // nobody acknowledged: second mention
  | 'acknowledged'
  | 'takenOver' // acknowledged by somebody else than the one who had it
  | 'noted' // a person wrote a note
  | 'unnoted' // and took it back
  | 'called' // a person has the pager call somebody now
  | 'reminded' // the acknowledgement has run out; its person is asked
  | 'acknowledgementExpired' // no answer to that; the alert is open again
  | 'silenced'
  | 'unsilenced'
  | 'silenceEnded'
  | 'undone' // an acknowledgement, a silence or the end of one is as it was before
  | 'reopened' // a resolve by hand was undone
  | 'stale' // no data
  | 'fresh' // data again
  | 'unjudged' // the rule cannot be judged, and people are told
  | 'judged' // it can again, or it is gone
  | 'flapping'
  | 'flappingEnded'
  | 'limitsChanged'
  | 'clockMoved' // the machine's clock was set back
  | 'changed' // new measurement, nothing else
  | 'ignored'; // a person's action that changes nothing

/** One thing that an event did. `reason` is for the log, in English; nobody else is shown it. */
export interface Effect {
  readonly kind: EffectKind;
  readonly at: Instant;
  readonly reason: string;
  readonly actor?: string | undefined;
  readonly level?: Level | undefined;
  readonly closed?: CloseReason | undefined;
  /** Why nobody is notified of it: silence, maintenance, platform down, incident never notified. */
  readonly suppressedBy?: Phrase | undefined;
  /** Of an action that changes nothing: the answer to its person. */
  readonly refusal?: Phrase | undefined;
  /** What the person may do instead, or beside it: take the alert over, silence critical as well. */
  readonly offer?: 'takeOver' | 'silenceCritical' | undefined;
  /** Who had the alert in hand before it was taken over. */
  readonly from?: string | undefined;
  /** The silence that an acknowledgement took the place of. */
  readonly ended?: NotificationState['brokenSilence'];
  /** What a person wrote. */
  readonly text?: string | undefined;
  /** True when a change of the rule left what it means as it was. */
  readonly isSameMeaning?: boolean | undefined;
  /** True when a rule is not unjudged any more because it is gone. */
  readonly isRuleGone?: boolean | undefined;
  /** Which action `undone` and `reopened` undid. */
  readonly undid?: UndoableAction | undefined;
}

export interface StepResult {
  /** The state that was given when nothing changed. */
  readonly state: AlertState;
  readonly effects: readonly Effect[];
}
