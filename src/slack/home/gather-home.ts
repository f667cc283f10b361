// Gathers what Home shows: how each app stands as it is stored, what is open, what is quiet and what comes next.
import { overviewNeeds } from '../../reports/several-apps.ts';
import { isFailing, reasonOf } from '../../reports/status.ts';
import { summaryReport } from '../../reports/summary.ts';
import type { AppDataLoader } from '../command/app-data.ts';
import type { SubcommandDeps } from '../command/subcommand.ts';
import { type Identity, messageAddress } from '../identity.ts';
import { maintenanceLines, periodsNow } from '../subcommands/maintenance.ts';
import type { HomeApp, HomeFacts } from './home-facts.ts';

/** What Home is made of. */
export interface HomeSources {
  readonly deps: Pick<SubcommandDeps, 'live' | 'alerts' | 'maintenance' | 'digests' | 'clock'>;
  readonly appData: Pick<AppDataLoader, 'recall'>;
  readonly identity: () => Identity | undefined;
}

/** Asks no platform. Rejects with `StoreError`. */
export async function gatherHome(sources: HomeSources): Promise<HomeFacts> {
  const { deps, identity } = sources;
  const now = deps.clock.now();
  const [apps, alerts, maintenance, periods] = await Promise.all([
    appsOf(sources, now),
    deps.alerts?.list() ?? [],
    maintenanceLines(deps),
    periodsNow(deps),
  ]);
  return {
    apps,
    alerts: alerts.map((line) => {
      const address = line.message === undefined ? undefined : messageAddress(line.message, identity());
      return { ...line, address };
    }),
    maintenance,
    periods,
    digests: deps.digests.nextRuns().map(({ schedule, at }) => ({ id: schedule.id, at, zone: schedule.timezone })),
    now,
    zone: deps.live.timezone,
  };
}

async function appsOf({ deps, appData }: HomeSources, now: number): Promise<readonly HomeApp[]> {
  const { apps } = deps.live;
  const readings = await appData.recall(apps.map((app) => ({ app, needs: overviewNeeds(app, now) })));
  return readings.map((one): HomeApp => {
    const { standing, headline, asOf, zone, stale } = summaryReport(one);
    // In the words of an answer: the time of the newest numbers stands below.
    const [reason] = isFailing(one) ? reasonOf(one.poll) : [];
    const { id, name } = one.app;
    return { id, name, standing, headline: reason ?? headline, asOf, zone, isStale: stale };
  });
}
