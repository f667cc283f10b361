// The timers of alerts: what the passing of time alone does, and incidents that no alert knows of.
import { advance } from '../alerting/advance.ts';
import { isInhibited, isPlatformRule } from '../alerting/inhibition.ts';
import type { AlertView } from '../alerting/notification.ts';
import type { Rule } from '../alerting/rule.ts';
import { storedRule } from '../alerting/rule-change.ts';
import { type AlertEvent, type AlertState, type Incident, isOpen } from '../alerting/state.ts';
import { needsTicks } from '../alerting/timers.ts';
import type { ImApp } from '../app.ts';
import { createHeartbeat, type Duration, minute, second } from '../clock.ts';
import { createBackgroundTasks } from '../concurrency.ts';
import { noCapabilities } from '../metrics/capabilities.ts';
import { formatMoment } from '../metrics/format.ts';
import type { Job } from '../service-types.ts';
import type { NewOutboxRow } from '../store/outbox.ts';
import type { Store, StoredAlert } from '../store/store.ts';
import { type AdvancedAlert, type AlertAdvance, advanceAlert, inTransaction, type RuleIndex } from './advance-alert.ts';
import type { EvaluatedRule, MaintenanceWindows } from './evaluate-rules.ts';
import type { JobsDeps } from './job.ts';

/** After every number that the notes of an incident reach. */
const lastSeq = 1_000_000;

const words =
  'Closed: what imstats had stored of this alert could not be read. If its limit is still crossed, it opens anew';

/** Once, at the start. An incident that is open and of no alert would else stand in Slack as if it went on for ever. */
export async function closeOrphanedIncidents(
  deps: Pick<AlertJobDeps, 'store' | 'clock' | 'logger' | 'ruleIndex' | 'wake'>,
): Promise<void> {
  const { store, clock, logger, wake } = deps;
  const now = clock.now();
  const known = new Set(
    (await store.alerts.all()).flatMap(({ state }) => (isOpen(state) ? [state.machine.incident] : [])),
  );
  const open = await store.alerts.incidents(now, Number.MAX_SAFE_INTEGER);
  for (const incident of open) {
    if (incident.closedAt !== undefined || known.has(incident.id)) continue;
    await store.transaction(async (tx) => {
      await tx.alerts.saveIncident({ ...incident, closedAt: now, reason: 'unknown' });
      await tx.alerts.addEvent({ incident: incident.id, seq: lastSeq, at: now, kind: 'closed', words: `${words}.` });
      for (const row of await rowsOf(tx, incident, { ...deps, now })) await tx.outbox.add(row);
    });
    logger.warn('incident closed, its alert could not be read', { incident: incident.id });
    wake();
  }
}

/** A line in its thread, its message as it is now, and an end for the pager; a line alone where the message is not known. */
async function rowsOf(
  tx: Store,
  incident: Incident,
  { ruleIndex, now }: Pick<AlertJobDeps, 'ruleIndex'> & { readonly now: number },
): Promise<readonly NewOutboxRow[]> {
  const root = await tx.outbox.root(incident.id);
  const channel = root?.channel ?? ruleIndex.rules.get(incident.rule)?.channel;
  if (channel === undefined) return [];
  const zone = ruleIndex.apps.get(incident.app)?.timezone ?? 'UTC';
  const row = (
    seq: number,
    rest: Pick<NewOutboxRow, 'lane' | 'operation' | 'broadcast' | 'message'>,
  ): NewOutboxRow => ({
    key: `${incident.id}:${seq}`,
    stream: incident.id,
    seq,
    channel,
    causedAt: undefined,
    createdAt: now,
    notBefore: now,
    ...rest,
  });
  const text = `${formatMoment(now, zone, now)} (${zone}) ${words}.`;
  const line = { kind: 'line', text, mentions: [], about: 'closed' } as const;
  const told = row(lastSeq, { lane: 'slack', operation: 'reply', broadcast: true, message: { ...line, mentions: [] } });
  if (root?.shown?.kind !== 'alert') return [told];
  const view: AlertView = {
    ...root.shown.view,
    colour: 'grey',
    headline: words,
    mentions: [],
    actions: ['why'],
    closedAt: now,
  };
  return [
    told,
    row(lastSeq + 1, { lane: 'slack', operation: 'edit', broadcast: false, message: { kind: 'alert', view } }),
    row(lastSeq + 2, {
      lane: 'pager',
      operation: 'page',
      broadcast: false,
      message: { kind: 'pager', action: 'resolve', view },
    }),
  ];
}

/** How often timers are looked at: repeats, reminders, ends of silences. */
const beat: Duration = 5 * second;
/** How often the store is asked which alerts another replica has opened. */
const reload: Duration = minute;

/** What alerts work with beside the store: the configuration they are spoken of with, and the outbox to wake. */
export type AlertJobDeps = Pick<JobsDeps, 'clock' | 'logger' | 'telemetry' | 'store' | 'rules'> & {
  readonly windows: MaintenanceWindows;
  readonly ruleIndex: RuleIndex;
  /** Rows were added to the outbox. */
  readonly wake: () => void;
};

/** The job of the alerts, and what polls and people tell it. */
export interface AlertTimersJob extends Job {
  /** Once, before anything is polled: tells every alert of the start and closes those whose rule is gone. */
  boot(): Promise<void>;
  /** Alerts that a poll or a person changed. */
  noteChanged(changed: readonly Pick<EvaluatedRule, 'rule' | 'state' | 'rows' | 'effects'>[]): void;
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
    for (const rule of deps.rules) {
      const state = known.get(rule.id);
      if (state === undefined || !needsTicks(state)) continue;
      const stepped = await tickRule(rule, deps);
      if (stepped !== undefined) note([{ rule, ...stepped }]);
    }
  };
  const alarm = createHeartbeat(clock, beat, () => {
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
      await closeOrphanedIncidents(deps);
      await reloadAll();
    },
  };
}

/** What holds for a rule beside its own state: maintenance, and a platform that is known not to answer. */
export async function contextOf(
  rule: Rule,
  { store, windows, clock, ruleIndex }: Pick<AlertJobDeps, 'store' | 'windows' | 'clock' | 'ruleIndex'>,
): Promise<AlertAdvance['context']> {
  const muted = windows.at(rule, clock.now());
  if (isPlatformRule(rule)) return { muted };
  const own = [...ruleIndex.rules.values()].find((other) => other.app === rule.app && isPlatformRule(other));
  const alert = own === undefined ? undefined : await store.alerts.get(own.id);
  return { muted, inhibited: isInhibited(rule, alert?.state) };
}

/** One event of one rule in a transaction of its own. */
export async function applyEvent(
  rule: Rule,
  event: AlertEvent,
  deps: Omit<AlertJobDeps, 'rules'>,
): Promise<AdvancedAlert> {
  const app = deps.ruleIndex.apps.get(rule.app) ?? appThatIsGone(rule.app);
  const context = await contextOf(rule, deps);
  return inTransaction(deps.store, (tx) => advanceAlert(tx, { rule, app, event, context, ruleIndex: deps.ruleIndex }));
}

/** A tick that changes nothing, which is nearly every one, costs one read and no transaction. */
async function tickRule(rule: Rule, deps: AlertJobDeps): Promise<AdvancedAlert | undefined> {
  const alert = await deps.store.alerts.get(rule.id);
  const app = deps.ruleIndex.apps.get(rule.app);
  if (alert === undefined || app === undefined) return undefined;
  const event = await timePasses(rule, deps);
  const context = await contextOf(rule, deps);
  if (!advance({ state: alert.state, event, rule, app, context, history: [] }).changed) return undefined;
  return applyEvent(rule, event, deps);
}

/** While a platform does not answer, time alone may make an alert stale, and people should read the reason. */
async function timePasses(rule: Rule, { store, clock }: Pick<AlertJobDeps, 'store' | 'clock'>): Promise<AlertEvent> {
  const at = clock.now();
  const poll = isPlatformRule(rule) ? undefined : (await store.polls()).find(({ app }) => app === rule.app);
  return poll === undefined || poll.failures === 0 ? { type: 'tick', at } : { type: 'fail', at, why: poll.reason };
}

async function bootAlert(alert: StoredAlert, deps: AlertJobDeps): Promise<readonly EvaluatedRule[]> {
  const at = deps.clock.now();
  const rule = deps.ruleIndex.rules.get(alert.rule);
  if (rule === undefined) return removeAlert(alert, deps);
  const applied: EvaluatedRule[] = [];
  if (alert.state.machine.ruleVersion !== rule.version) {
    applied.push({ rule, ...(await applyEvent(rule, { type: 'ruleChanged', at }, deps)) });
  }
  return [...applied, { rule, ...(await applyEvent(rule, { type: 'boot', at }, deps)) }];
}

/** Closes what a rule that is gone has left open, and forgets it. */
async function removeAlert(alert: StoredAlert, deps: AlertJobDeps): Promise<readonly EvaluatedRule[]> {
  const rule = storedRule(alert.state.machine.ruleVersion);
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
    platform: '',
    capabilities: noCapabilities,
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

function noteEffects(rule: Rule, effects: AdvancedAlert['effects'], { logger }: AlertJobDeps): void {
  for (const effect of effects) {
    if (!newsworthy.has(effect.kind)) continue;
    // Not `level`: that is the field of the log line itself.
    logger.info('alert', { rule: rule.id, effect: effect.kind, severity: effect.level, reason: effect.reason });
  }
}

function countStates(known: ReadonlyMap<string, AlertState>, { telemetry }: AlertJobDeps): void {
  const counts = { pending: 0, firing: 0, recovering: 0 };
  for (const {
    machine: { condition },
  } of known.values())
    if (condition !== 'inactive') counts[condition] += 1;
  for (const [state, count] of Object.entries(counts)) telemetry.alerts.set({ state }, count);
}
