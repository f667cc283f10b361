// Gives the history of a former id of an app to the app under its present id: numbers, days, alerts, incidents and maintenance.
import { renamedVersion } from '../alerting/rule-change.ts';
import { unreachableId } from '../alerting/rules/unreachable.ts';
import type { ImApp } from '../app.ts';
import type { Logger } from '../logger.ts';
import type { Store, StoredAlert } from '../store/store.ts';

/** What became of a former id: nothing is stored of it, or both ids have numbers of their own, which are then left apart. */
export interface AppRenaming {
  readonly from: string;
  readonly to: string;
  readonly outcome: 'moved' | 'nothing' | 'clash';
}

/** Works within the transaction `tx`. A second time it changes nothing. Rejects with `StoreError`. */
export async function renameApps(tx: Store, apps: readonly ImApp[]): Promise<readonly AppRenaming[]> {
  const done: AppRenaming[] = [];
  for (const { id: to, was = [] } of apps) {
    for (const from of was) {
      const rules = { from: unreachableId(from), to: unreachableId(to) };
      const outcome = await tx.apps.rename({ from, to, rules });
      if (outcome === 'moved') await renameInAlerts(tx, { from, to, rules });
      done.push({ from, to, outcome });
    }
  }
  return done;
}

interface Renamed {
  readonly from: string;
  readonly to: string;
  /** Ids of the rule that every app has. */
  readonly rules: { readonly from: string; readonly to: string };
}

async function renameInAlerts({ alerts }: Store, { from, to, rules }: Renamed): Promise<void> {
  const renamed = ({ rule, state, ...alert }: StoredAlert): StoredAlert => {
    const id = rule === rules.from ? rules.to : rule;
    const ruleVersion = renamedVersion(state.machine.ruleVersion, { app: to, id });
    const next = { ...state, machine: { ...state.machine, ruleVersion } };
    return { ...alert, rule: id, app: to, rev: id === rule ? alert.rev : 0, state: next };
  };
  for (const alert of (await alerts.all()).filter(({ app }) => app === from)) {
    if (alert.rule === rules.from) await alerts.remove(alert.rule);
    await alerts.save(renamed(alert));
  }
  for (const period of await alerts.maintenance(0)) {
    if (period.apps.includes(from))
      await alerts.saveMaintenance({ ...period, apps: period.apps.map((app) => (app === from ? to : app)) });
  }
}

/** A sentence for people; undefined where there is nothing to say. */
export function renamingWords({ from, to, outcome }: AppRenaming): string | undefined {
  if (outcome === 'nothing') return undefined;
  return outcome === 'moved'
    ? `App ${to} has the history of ${from}, its former id.`
    : `App ${to} has numbers of its own beside those of ${from}, its former id, so the history of ${from} stays apart; remove ${from} from was:, or give the app an id that is new.`;
}

export function logRenamings(renamings: readonly AppRenaming[], logger: Logger): void {
  for (const renaming of renamings) {
    const words = renamingWords(renaming);
    if (words !== undefined) logger[renaming.outcome === 'moved' ? 'info' : 'warn'](words);
  }
}
