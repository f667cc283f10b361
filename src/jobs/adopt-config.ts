// Brings what is stored to another configuration while the bot runs: alerts of rules that are gone or changed, digests that are gone.

import type { AlertEvent, RemovalCause, StepContext } from '../alerting/events.ts';
import { createMaintenanceCalendar, isInhibited, type MaintenancePeriod } from '../alerting/maintenance.ts';
import { type AlertApp, indexRules, isPlatformRule, type Rule, type RuleIndex } from '../alerting/rule.ts';
import { continuingRule, storedRule } from '../alerting/rule-change.ts';
import { type Instant, minute } from '../clock.ts';
import { phrasesOf } from '../metrics/phrase.ts';
import type { digestPhrases } from '../reports/digest-phrases.ts';
import type { LiveValues } from '../service-types.ts';
import { findApp } from '../store/app-names.ts';
import { beforeStart } from '../store/digest-runs.ts';
import type { Store, StoredAlert } from '../store/store.ts';
import { type AdvancedAlert, advanceWithin } from './advance-alert.ts';
import { newestRun } from './digest-run.ts';
import { holdOverrides } from './hold-overrides.ts';
import type { JobsDeps } from './job.ts';
import { logRenamings, renameApps } from './rename-apps.ts';

const say = phrasesOf<typeof digestPhrases>();

/** What is saved within the same transaction, before what follows from it. */
type Save = (tx: Store) => Promise<void>;

type AdoptDeps = Pick<JobsDeps, 'store' | 'clock' | 'live' | 'owner' | 'logger'> & {
  /** The rules and apps that hold now. */
  readonly ruleIndex: RuleIndex;
  /** The maintenance that people have begun. */
  readonly periods: () => readonly MaintenancePeriod[];
};

interface Adoption {
  readonly tx: Store;
  readonly at: Instant;
  readonly index: RuleIndex;
  /** Names the app of a rule, also one that the next configuration has no more. */
  readonly appOf: (rule: Rule) => Promise<AlertApp>;
  readonly contextOf: (rule: Rule) => Promise<StepContext>;
}

/**
 * All in one transaction, at the end of which `take` makes the configuration, with what was changed in Slack, the one that holds: what
 * was saved before saw the old one, what is saved afterwards sees the new one. Rejects with `StoreError`, and then nothing is saved.
 */
export async function adoptConfig<Values extends LiveValues>(
  given: Values,
  take: (values: Values) => void,
  deps: AdoptDeps,
  save: Save = async () => {},
): Promise<readonly AdvancedAlert[]> {
  const at = deps.clock.now();
  return deps.store.transaction(async (tx) => {
    await save(tx);
    const next = await holdOverrides(tx, given, at);
    const index = indexRules(next);
    logRenamings(await renameApps(tx, next.apps), deps.logger);
    await tx.apps.save(next.apps);
    const adoption = { tx, at, index, appOf: namesOf(tx, index, deps), contextOf: contextsOf(tx, at, next, deps) };
    const advanced: AdvancedAlert[] = [];
    for (const alert of await tx.alerts.all()) advanced.push(...(await adoptAlert(alert, adoption)));
    await adoptDigests(tx, at, next, deps);
    take(next);
    return advanced;
  });
}

function namesOf(tx: Store, index: RuleIndex, { ruleIndex, live }: AdoptDeps): Adoption['appOf'] {
  return async ({ app }) => index.apps.get(app) ?? ruleIndex.apps.get(app) ?? (await findApp(app, { live, store: tx }));
}

function contextsOf(tx: Store, at: Instant, next: LiveValues, { periods }: AdoptDeps): Adoption['contextOf'] {
  const windows = createMaintenanceCalendar(next.maintenance, periods);
  return async (rule) => {
    const muted = windows.at(rule, at)?.name;
    const own = next.rules.find((other) => other.app === rule.app && isPlatformRule(other));
    const alert = own === undefined || isPlatformRule(rule) ? undefined : await tx.alerts.get(own.id);
    return { muted, inhibited: isInhibited(rule, alert?.state) };
  };
}

/** As at a start: the alert of a changed rule adopts it, the alert of a rule that is gone is closed and deleted. */
async function adoptAlert(alert: StoredAlert, adoption: Adoption): Promise<readonly AdvancedAlert[]> {
  const { tx, at, index, appOf, contextOf } = adoption;
  const known = continuingRule(alert.state, index.rules.get(alert.rule));
  if (known?.version === alert.state.machine.ruleVersion) return [];
  const rule = known ?? storedRule(alert.state.machine.ruleVersion);
  const event: AlertEvent =
    known === undefined ? { type: 'ruleRemoved', at, ...removalCause(alert, index) } : { type: 'ruleChanged', at };
  const input = rule && { rule, app: await appOf(rule), event, context: await contextOf(rule) };
  const advanced = input && (await advanceWithin(tx, input, index));
  if (known === undefined) await tx.alerts.remove(alert.rule);
  return advanced === undefined ? [] : [advanced];
}

/** Why the rule of an alert is gone; without a cause it was removed from an app that is still there. */
export function removalCause(
  { rule, app }: Pick<StoredAlert, 'rule' | 'app'>,
  { rules, apps }: RuleIndex,
): { readonly because?: RemovalCause } {
  if (rules.has(rule)) return { because: 'replaced' };
  return apps.has(app) ? {} : { because: 'app' };
}

/** A digest that is gone sends nothing more; one that comes, maybe again, begins with its next time. */
async function adoptDigests(tx: Store, at: Instant, next: LiveValues, { live, owner }: AdoptDeps): Promise<void> {
  const before = new Set(live.digests.map(({ id }) => id));
  const after = new Set(next.digests.map(({ id }) => id));
  for (const { id } of live.digests.filter((one) => !after.has(one.id))) {
    const runs = (await tx.digests.recent(id, 10)).filter(({ state }) => state === 'collecting');
    for (const run of runs)
      await tx.digests.finish({ ...run, state: 'skipped', reason: say('digest.removed'), finishedAt: at });
  }
  for (const schedule of next.digests.filter((one) => !before.has(one.id))) {
    const { of, dueAt } = newestRun(schedule, at);
    const run = { schedule: schedule.id, period: of.key, dueAt, state: 'skipped', reason: beforeStart } as const;
    await tx.digests.claim({ ...run, finishedAt: at }, owner, at, minute);
  }
}
