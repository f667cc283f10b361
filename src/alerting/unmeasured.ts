// For how long nothing was measured while a limit was crossed: no timer counts it, and no duration may be told as if it had been seen.
import { type Duration, type Instant, minute } from '../clock.ts';
import { spanLength } from '../metrics/format-time.ts';
import type { Lasted } from './alert-phrases.ts';
import { isWorse, type Level, type Rule } from './rule.ts';
import type { AlertState, Incident, MachineState } from './state.ts';

const levels: readonly Level[] = ['warning', 'critical'];

/** A gap that ends, with how much of it no timer counts: it is of every level that was crossed when it began. */
export function withGap({ since, insideSince, level, unmeasured = {} }: MachineState, gap: Duration) {
  const isCrossed = (one: Level): boolean =>
    insideSince?.[one] === undefined && (since[one] !== undefined || (level !== undefined && !isWorse(one, level)));
  const added = levels.filter(isCrossed).map((one) => [one, (unmeasured[one] ?? 0) + gap]);
  return { ...unmeasured, ...Object.fromEntries(added) };
}

/** What is kept of it: nothing of a level that begins to be crossed now. */
export function keptGaps({ since, unmeasured = {} }: MachineState): NonNullable<MachineState['unmeasured']> {
  return Object.fromEntries(levels.filter((level) => since[level] !== undefined).map((one) => [one, unmeasured[one]]));
}

/** When a level was really crossed, which its timer does not say after a gap; undefined where it is not. */
export function crossingOf(
  { since, unmeasured }: Pick<MachineState, 'since' | 'unmeasured'>,
  level: Level,
): Instant | undefined {
  const counted = since[level];
  return counted === undefined ? undefined : counted - (unmeasured?.[level] ?? 0);
}

interface Crossed {
  readonly state: Pick<AlertState, 'machine'>;
  readonly rule: Pick<Rule, 'levels'>;
}

/** How much of the time since the level was crossed is not measured; undefined for less than a minute, as times have no seconds. */
export function unmeasuredAt({ state: { machine } }: Pick<Crossed, 'state'>, level: Level): Duration | undefined {
  const sum = machine.unmeasured?.[level] ?? 0;
  return sum < minute ? undefined : sum;
}

/** The same of the whole incident, from the crossing that it opened for. */
export function unmeasuredInAll({ state, rule }: Crossed): Duration | undefined {
  const { crossedAt, beganAt = crossedAt } = state.machine;
  const isOfWarning = rule.levels.warning !== undefined && beganAt === crossedAt;
  return unmeasuredAt({ state }, isOfWarning ? 'warning' : 'critical');
}

/** How long the condition of a past incident lasted; of one that is stored without it, how long it was open. Nothing while it is open. */
export function lastedOf({ openedAt, closedAt, details }: Incident): Partial<Lasted> {
  const { beganAt, clearedAt, unmeasured } = details ?? {};
  if (closedAt === undefined) return {};
  if (beganAt === undefined || clearedAt === undefined) return { lasted: spanLength(openedAt, closedAt) };
  return { lasted: spanLength(beganAt, clearedAt), unmeasured };
}
