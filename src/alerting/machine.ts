// The state machine of an alert: one event in, the next state and its effects out.
import { adopt, remove } from './definition.ts';
import type { AlertEvent, StepContext, StepResult } from './event.ts';
import { noteSilence } from './outage.ts';
import { act } from './people.ts';
import { boot, followClock, isOvertaken } from './restart.ts';
import type { Rule } from './rule.ts';
import { takeSample } from './sample.ts';
import type { AlertState } from './state.ts';
import { runTimers } from './timers.ts';
import type { Turn } from './turn.ts';

/**
 * Pure. A sample that is not newer than the newest changes nothing, so that two replicas that see the same poll agree.
 * A state that was saved under another definition of the rule is taken over to the present one first.
 */
export function step(state: AlertState, event: AlertEvent, rule: Rule, context: StepContext): StepResult {
  if ((event.type === 'sample' || event.type === 'fail') && isOvertaken(state, event.at)) return { state, effects: [] };
  const turn: Turn = { state, effects: [], rule, context, at: event.at };
  if (event.type !== 'ruleRemoved') adopt(turn);
  take(turn, event);
  return { state: turn.state, effects: turn.effects };
}

function take(turn: Turn, event: AlertEvent): void {
  if (event.type === 'boot') boot(turn);
  else if (event.type === 'ruleRemoved') remove(turn, event.paused === true);
  else if (event.type !== 'ruleChanged') {
    observe(turn, event);
    runTimers(turn);
  }
}

type Observed = Extract<AlertEvent, { type: 'sample' | 'fail' | 'tick' | 'user' }>;

function observe(turn: Turn, event: Observed): void {
  if (event.type === 'user') act(turn, event);
  else if (event.type === 'sample') {
    followClock(turn);
    takeSample(turn, event.measured);
  } else {
    noteSilence(turn, event.type === 'fail' ? event.why : undefined);
  }
}
