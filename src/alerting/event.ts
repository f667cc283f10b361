// What happens to an alert and what the state machine says of it: events in, effects out.
import type { Instant } from '../clock.ts';
import type { Level, Measurement } from './rule.ts';
import type { AlertState, CloseReason } from './state.ts';

export type Measured = Extract<Measurement, { state: 'measured' }>;

/** In order of time per rule. All times are those of the event, never of a clock inside. */
export type AlertEvent =
  | { readonly type: 'sample'; readonly at: Instant; readonly measured: Measured }
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
