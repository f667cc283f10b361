// The alerts between two polls: the start, rules that changed or are gone, and everything that time alone does to them.
import { advance } from '../alerting/advance.ts';
import { isInhibited, isPlatformRule } from '../alerting/inhibition.ts';
import type { Rule } from '../alerting/rule.ts';
import { storedRule } from '../alerting/rule-change.ts';
import type { AlertEvent, AlertState } from '../alerting/state.ts';
import { needsTicks } from '../alerting/timers.ts';
import type { ImApp } from '../app.ts';
import { type Duration, minute, second } from '../clock.ts';
import type { StoredAlert } from '../store/store.ts';
import { createAlarm } from './alarm.ts';
import type { Applied } from './apply.ts';
import type { Job, JobsDeps } from './job.ts';
import type { Windows } from './maintenance.ts';
import { closeOrphans } from './orphans.ts';
import { createRunning } from './running.ts';
import { inTransaction, type StepInput, type Stepped, stepRule } from './step.ts';
import type { Book } from './storms.ts';

/** How often timers are looked at: repeats, reminders, ends of silences. */
const beat: Duration = 5 * second;
/** How often the store is asked which alerts another replica has opened. */
const reload: Duration = minute;

/** What alerts work with beside the store: the configuration they are spoken of with, and the outbox to wake. */
export type AlertDeps = Pick<JobsDeps, 'clock' | 'logger' | 'telemetry' | 'store' | 'rules'> & {
  readonly windows: Windows;
  readonly book: Book;
  /** Rows were added to the outbox. */
  readonly wake: () => void;
};

/** The job of the alerts, and what polls and people tell it. */
export interface AlertsJob extends Job {
  /** Once, before anything is polled: tells every alert of the start and closes those whose rule is gone. */
  boot(): Promise<void>;
  /** Alerts that a poll or a person changed. */
  noteChanged(changed: readonly Pick<Applied, 'rule' | 'state' | 'rows' | 'effects'>[]): void;
}

/** Not started; `boot` comes first. */
export function createAlerts(deps: AlertDeps): AlertsJob {
  const { clock, store } = deps;
  const running = createRunning('alerts', deps);
  const known = new Map<string, AlertState>();
  let reloadAt = 0;
  let isTicking = false;

  const note: AlertsJob['noteChanged'] = (changed) => {
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
    for (const rule of deps.rules) {
      const state = known.get(rule.id);
      if (state === undefined || !needsTicks(state)) continue;
      const stepped = await tickRule(rule, deps);
      if (stepped !== undefined) note([{ rule, ...stepped }]);
    }
  };
  const alarm = createAlarm(clock, beat, () => {
    if (isTicking) return;
    isTicking = true;
    void running.add(() => tickAll().finally(() => (isTicking = false)));
  });
  return {
    name: 'alerts',
    start: alarm.start,
    stop: async () => {
      alarm.stop();
      await running.ended();
    },
    noteChanged: note,
    boot: async () => {
      for (const alert of await store.alerts.all()) note(await bootAlert(alert, deps));
      await closeOrphans(deps);
      await reloadAll();
    },
  };
}

/** What holds for a rule beside its own state: maintenance, and a platform that is known not to answer. */
export async function contextOf(
  rule: Rule,
  { store, windows, clock, book }: Pick<AlertDeps, 'store' | 'windows' | 'clock' | 'book'>,
): Promise<StepInput['context']> {
  const muted = windows.at(rule, clock.now());
  if (isPlatformRule(rule)) return { muted };
  const own = [...book.rules.values()].find((other) => other.app === rule.app && isPlatformRule(other));
  const alert = own === undefined ? undefined : await store.alerts.get(own.id);
  return { muted, inhibited: isInhibited(rule, alert?.state) };
}

/** One event of one rule in a transaction of its own. */
export async function applyEvent(rule: Rule, event: AlertEvent, deps: Omit<AlertDeps, 'rules'>): Promise<Stepped> {
  const app = deps.book.apps.get(rule.app) ?? appThatIsGone(rule.app);
  const context = await contextOf(rule, deps);
  return inTransaction(deps.store, (tx) => stepRule(tx, { rule, app, event, context, book: deps.book }));
}

/** A tick that changes nothing, which is nearly every one, costs one read and no transaction. */
async function tickRule(rule: Rule, deps: AlertDeps): Promise<Stepped | undefined> {
  const alert = await deps.store.alerts.get(rule.id);
  const app = deps.book.apps.get(rule.app);
  if (alert === undefined || app === undefined) return undefined;
  const event = await timePasses(rule, deps);
  const context = await contextOf(rule, deps);
  if (!advance({ state: alert.state, event, rule, app, context, history: [] }).changed) return undefined;
  return applyEvent(rule, event, deps);
}

/** While a platform does not answer, time alone may make an alert stale, and people should read the reason. */
async function timePasses(rule: Rule, { store, clock }: Pick<AlertDeps, 'store' | 'clock'>): Promise<AlertEvent> {
  const at = clock.now();
  const poll = isPlatformRule(rule) ? undefined : (await store.polls()).find(({ app }) => app === rule.app);
  return poll === undefined || poll.failures === 0 ? { type: 'tick', at } : { type: 'fail', at, why: poll.reason };
}

async function bootAlert(alert: StoredAlert, deps: AlertDeps): Promise<readonly Applied[]> {
  const at = deps.clock.now();
  const rule = deps.book.rules.get(alert.rule);
  if (rule === undefined) return removeAlert(alert, deps);
  const applied: Applied[] = [];
  if (alert.state.ruleVersion !== rule.version) {
    applied.push({ rule, ...(await applyEvent(rule, { type: 'ruleChanged', at }, deps)) });
  }
  return [...applied, { rule, ...(await applyEvent(rule, { type: 'boot', at }, deps)) }];
}

/** Closes what a rule that is gone has left open, and forgets it. */
async function removeAlert(alert: StoredAlert, deps: AlertDeps): Promise<readonly Applied[]> {
  const rule = storedRule(alert.state.ruleVersion);
  const stepped =
    rule === undefined ? undefined : await applyEvent(rule, { type: 'ruleRemoved', at: deps.clock.now() }, deps);
  await deps.store.alerts.remove(alert.rule);
  deps.logger.info('rule removed', { rule: alert.rule });
  if (stepped?.rows !== undefined && stepped.rows > 0) deps.wake();
  return [];
}

/** Stands in for an app that is no longer in the configuration. */
function appThatIsGone(id: string): ImApp {
  return {
    id,
    name: id,
    platform: 'imkit',
    timezone: 'UTC',
    pollEvery: minute,
    unreachable: { polls: 3, critical: 15 * minute },
  };
}

const newsworthy: ReadonlySet<string> = new Set([
  'opened',
  'escalated',
  'resolved',
  'closed',
  'acknowledged',
  'silenced',
]);

function noteEffects(rule: Rule, effects: Stepped['effects'], { logger }: AlertDeps): void {
  for (const effect of effects) {
    if (!newsworthy.has(effect.kind)) continue;
    // Not `level`: that is the field of the log line itself.
    logger.info('alert', { rule: rule.id, effect: effect.kind, severity: effect.level, reason: effect.reason });
  }
}

function countStates(known: ReadonlyMap<string, AlertState>, { telemetry }: AlertDeps): void {
  const counts = { pending: 0, firing: 0, recovering: 0 };
  for (const { condition } of known.values()) if (condition !== 'inactive') counts[condition] += 1;
  for (const [state, count] of Object.entries(counts)) telemetry.alerts.set({ state }, count);
}
