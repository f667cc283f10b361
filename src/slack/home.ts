// The Home tab: gathered from the store when somebody opens it, so that it comes at once.
import { appsNeeds } from '../reports/several-apps.ts';
import { summaryNeeds, summaryReport } from '../reports/summary.ts';
import { drawHome } from './blocks/home.ts';
import type { Desk } from './desk.ts';
import { toDeliveryError } from './errors.ts';

/** Publishes the Home tab of a person; to those who may not ask it says so. Rejects with `DeliveryError` or `StoreError`. */
export async function publishHome(user: string, desk: Desk): Promise<void> {
  const refusal = await desk.access.mayRun({ user, channel: user, team: undefined, enterprise: undefined });
  const blocks =
    refusal === undefined ? await homeBlocks(desk) : [{ type: 'section', text: { type: 'plain_text', text: refusal } }];
  try {
    await desk.client.views.publish({ user_id: user, view: { type: 'home', blocks: [...blocks] } });
  } catch (error) {
    throw toDeliveryError(error);
  }
}

async function homeBlocks({ deps, gatherer }: Desk): Promise<ReturnType<typeof drawHome>> {
  const now = deps.clock.now();
  const reports = await Promise.all(
    deps.apps.map(async (app) => {
      const needs = summaryNeeds(app, now);
      const days = needs.days ?? appsNeeds(app, now).days;
      return summaryReport(await gatherer.recall(app, days === undefined ? needs : { ...needs, days }));
    }),
  );
  const alerts = (await deps.alerts?.list()) ?? [];
  return drawHome({
    apps: reports.map(({ standing, headline, asOf, zone }) => ({ standing, headline, asOf, zone })),
    alerts: alerts
      .filter((line) => line.incident !== undefined)
      .map((line) => `${line.app.name}, ${line.rule}: ${line.words}`),
    digests: deps.digests.nextRuns().map(({ schedule, at }) => ({ id: schedule.id, at, zone: schedule.timezone })),
    now,
    zone: deps.timezone,
  });
}
