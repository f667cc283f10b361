// The timers of alerts, and the events of a start.

import type { AlertEvent } from '../alerting/events.ts';
import { isInhibited, type MaintenanceCalendar } from '../alerting/maintenance.ts';
import { isSilenced } from '../alerting/response.ts';
import { isPlatformRule, type Rule, type RuleIndex } from '../alerting/rule.ts';
import { continuingRule, storedRule } from '../alerting/rule-change.ts';
import { type AlertState, isNotJudged } from '../alerting/state.ts';
import { needsTicks } from '../alerting/timers.ts';
import { createHeartbeat, type Duration, minute, second } from '../clock.ts';
import { createBackgroundTasks } from '../concurrency.ts';
import type { Job } from '../service-types.ts';
import { findApp } from '../store/app-names.ts';
import type { StoredAlert } from '../store/store.ts';
import { removalCause } from './adopt-config.ts';
import { type AdvancedAlert, type AlertInput, advanceAlert } from './advance-alert.ts';
import type { JobsDeps } from './job.ts';
import { closeOrphanedIncidents } from './orphaned-incidents.ts';

/** Interval of the heartbeat of repeats, reminders and ends of silences. */
const timerInterval: Duration = 5 * second;
/** How often all alerts are read again, because another replica may have opened some. */
const reload: Duration = minute;

/** What the alert jobs work with. */
export type AlertJobDeps = Pick<JobsDeps, 'clock' | 'logger' | 'telemetry' | 'store' | 'live'> & {
  readonly windows: MaintenanceCalendar | undefined;
  readonly ruleIndex: RuleIndex;
  /** Rows were added to the outbox. */
  readonly wake: () => void;
};

/** The job that runs the timers of alerts; polls and people report to it what they changed. */
export interface AlertTimersJob extends Job {
  /** Once, before anything is polled: the start as an event of every alert; alerts whose rule is gone are closed. */
  boot(): Promise<void>;
  /** Alerts that a poll or a person changed. */
  noteChanged(changed: readonly AdvancedAlert[]): void;
  /** Alerts that another configuration changed, which holds by now. */
  noteAdopted(changed: readonly AdvancedAlert[]): void;
}

/** Not started; `boot` comes first. */
export function createAlertTimers(deps: AlertJobDeps): AlertTimersJob {
  const { clock, store } = deps;
  const running = createBackgroundTasks('alerts', deps);
  const known = new Map<string, AlertState>();
  let reloadAt = 0;
  let isTicking = false;

  const note: AlertTimersJob['noteChanged'] = (changed) => {
    for (const { rule, state, effects } of changed) {
      known.set(rule.id, state);
      noteEffects(rule, effects, deps);
    }
    if (changed.some(({ rows }) => rows > 0)) deps.wake();
    countStates(known, deps);
  };
  const reloadAll = async (): Promise<void> => {
    for (const alert of await store.alerts.all()) known.set(alert.rule, alert.state);
    reloadAt = clock.now() + reload;
  };
  const tickAll = async (): Promise<void> => {
    if (clock.now() >= reloadAt || reloadAt - clock.now() > reload) await reloadAll();
    for (const rule of deps.live.rules) {
      const state = known.get(rule.id);
      if (state === undefined || !needsTicks(state)) continue;
      const ticked = await applyEvent(rule, await timeEvent(rule, deps), deps);
      if (ticked?.isSaved === true) note([ticked]);
    }
  };
  const heartbeat = createHeartbeat(clock, timerInterval, () => {
    if (isTicking) return;
    isTicking = true;
    void running.add(() => tickAll().finally(() => (isTicking = false)));
  });
  return {
    name: 'alerts',
    start: heartbeat.start,
    stop: async () => {
      heartbeat.stop();
      await running.ended();
    },
    noteChanged: note,
    noteAdopted: (changed) => {
      note(changed);
      for (const id of known.keys()) if (!deps.ruleIndex.rules.has(id)) known.delete(id);
      countStates(known, deps);
    },
    boot: async () => {
      for (const alert of await store.alerts.all()) note(await bootAlert(alert, deps));
      await closeOrphanedIncidents(deps);
      await reloadAll();
    },
  };
}

/** Context of a rule now: maintenance, and whether its platform is known not to answer. */
export async function contextOf(
  rule: Rule,
  { store, windows, clock, ruleIndex }: Pick<AlertJobDeps, 'store' | 'windows' | 'clock' | 'ruleIndex'>,
): Promise<AlertInput['context']> {
  const muted = windows?.at(rule, clock.now())?.name;
  if (isPlatformRule(rule)) return { muted };
  const own = [...ruleIndex.rules.values()].find((other) => other.app === rule.app && isPlatformRule(other));
  const alert = own === undefined ? undefined : await store.alerts.get(own.id);
  return { muted, inhibited: isInhibited(rule, alert?.state) };
}

/** One event of one rule in a transaction of its own. */
export async function applyEvent(
  rule: Rule,
  event: AlertEvent,
  deps: AlertJobDeps,
): Promise<AdvancedAlert | undefined> {
  const app = deps.ruleIndex.apps.get(rule.app) ?? (await findApp(rule.app, deps));
  const context = await contextOf(rule, deps);
  return advanceAlert({ rule, app, event, context }, deps);
}

/** While a platform does not answer, the passing of time may make an alert stale, and its line gives the reason. */
async function timeEvent(rule: Rule, { store, clock }: Pick<AlertJobDeps, 'store' | 'clock'>): Promise<AlertEvent> {
  const at = clock.now();
  const poll = isPlatformRule(rule) ? undefined : (await store.polls()).find(({ app }) => app === rule.app);
  return poll === undefined || poll.failures === 0 ? { type: 'tick', at } : { type: 'fail', at, why: poll.reason };
}

async function bootAlert(alert: StoredAlert, deps: AlertJobDeps): Promise<readonly AdvancedAlert[]> {
  const at = deps.clock.now();
  const rule = continuingRule(alert.state, deps.ruleIndex.rules.get(alert.rule));
  if (rule === undefined) return removeAlert(alert, deps);
  const isChanged = alert.state.machine.ruleVersion !== rule.version;
  const changed = isChanged ? [await applyEvent(rule, { type: 'ruleChanged', at }, deps)] : [];
  return [...changed, await applyEvent(rule, { type: 'boot', at }, deps)].filter((one) => one !== undefined);
}

/** Closes what a rule that is gone has left open, and deletes its alert. */
async function removeAlert(alert: StoredAlert, deps: AlertJobDeps): Promise<readonly AdvancedAlert[]> {
  const rule = storedRule(alert.state.machine.ruleVersion);
  const at = deps.clock.now();
  const cause = removalCause(alert, deps.ruleIndex);
  const removed = rule && (await applyEvent(rule, { type: 'ruleRemoved', at, ...cause }, deps));
  await deps.store.alerts.remove(alert.rule);
  deps.logger.info('rule removed', { rule: alert.rule });
  if (removed !== undefined && removed.rows > 0) deps.wake();
  return [];
}

const loggedEffects: ReadonlySet<string> = new Set([
  'opened',
  'escalated',
  'resolved',
  'closed',
  'acknowledged',
  'silenced',
  'unjudged',
  'judged',
]);

function noteEffects(rule: Rule, effects: AdvancedAlert['effects'], { logger }: AlertJobDeps): void {
  for (const effect of effects) {
    if (!loggedEffects.has(effect.kind)) continue;
    // Not `level`: that is the field of the log line itself.
    logger.info('alert', { rule: rule.id, effect: effect.kind, severity: effect.level, reason: effect.reason });
  }
}

function countStates(known: ReadonlyMap<string, AlertState>, { telemetry, live, clock }: AlertJobDeps): void {
  const unjudged = [...known.values()].filter(isNotJudged).length;
  telemetry.rules.set({ state: 'not_judged' }, unjudged);
  telemetry.rules.set({ state: 'judged' }, Math.max(0, live.rules.length - unjudged));
  const counts = { pending: 0, firing: 0, recovering: 0, silenced: 0, acknowledged: 0 };
  for (const state of known.values()) {
    const { condition } = state.machine;
    if (condition !== 'inactive') counts[condition] += 1;
    if (isSilenced(state, clock.now())) counts.silenced += 1;
    if (state.response.as === 'acknowledged') counts.acknowledged += 1;
  }
  for (const [state, count] of Object.entries(counts)) telemetry.alerts.set({ state }, count);
}
