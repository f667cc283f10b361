// A reply made of what was gathered: with every reason for the person who asked, without them for everyone else.
import type { ImApp } from '../app.ts';
import { PlatformError } from '../errors.ts';
import type { Report } from '../reports/report.ts';
import type { Gathered } from './gather.ts';
import { type Failed, type Reply, reportReply } from './view.ts';

/** Builds the report, and where a platform failed also the one that everyone may see. */
export async function gatheredReply<T extends Gathered>(
  gathered: readonly T[],
  build: (gathered: readonly T[]) => Report | Promise<Report>,
): Promise<Reply> {
  const failures = failuresOf(gathered);
  if (failures.length === 0) return reportReply(await build(gathered));
  const apps = new Set(gathered.map(({ readings }) => readings.app.id));
  const failed: Failed = {
    failures,
    isWhole: failures.length === apps.size,
    forEveryone: await build(gathered.map(withoutReason)),
  };
  return { kind: 'report', report: await build(gathered), buttons: 'all', failed };
}

/** The first failure of each app. */
function failuresOf(gathered: readonly Gathered[]): Failed['failures'] {
  const byApp = new Map<string, { readonly app: ImApp; readonly failure: PlatformError }>();
  for (const { readings, failure } of gathered) {
    const { app } = readings;
    if (failure !== undefined && !byApp.has(app.id)) byApp.set(app.id, { app, failure });
  }
  return [...byApp.values()];
}

/** That a platform is silent is for everyone; its keys and addresses are not. */
function withoutReason<T extends Gathered>(one: T): T {
  const { readings, failure } = one;
  if (failure === undefined) return one;
  const { reason: _reason, hint: _hint, ...poll } = readings.poll ?? { lastTriedAt: readings.now, failures: 1 };
  return {
    ...one,
    readings: { ...readings, poll },
    failure: new PlatformError(failure.kind, `${readings.app.name} did not answer just now.`),
  };
}
