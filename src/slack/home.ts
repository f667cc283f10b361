// The App Home: drawn, and published when it is opened or clicked.
import { z } from 'zod';
import type { Instant } from '../clock.ts';
import type { Standing } from '../reports/report.ts';
import { overviewNeeds } from '../reports/several-apps.ts';
import { summaryReport } from '../reports/summary.ts';
import { type Block, circleOf, context, dateText, plain, section, truncate } from './blocks/block.ts';
import type { SlackContext } from './context.ts';
import { toDeliveryError } from './errors.ts';
import type { Handled, HandlerContext } from './handlers/handler.ts';

/** The content of the Home tab. */
export interface HomeFacts {
  readonly apps: readonly {
    readonly standing: Standing | undefined;
    readonly headline: string;
    readonly asOf: Instant | undefined;
    readonly zone: string;
  }[];
  /** One sentence for each. */
  readonly alerts: readonly string[];
  readonly digests: readonly { readonly id: string; readonly at: Instant; readonly zone: string }[];
  readonly now: Instant;
  readonly zone: string;
}

const maxApps = 30;
const maxLines = 15;

/** The blocks of the view; Slack allows 100. */
export function drawHome(facts: HomeFacts): readonly Block[] {
  const apps = facts.apps.slice(0, maxApps).map(({ standing, headline, asOf, zone }) => {
    const age = asOf === undefined ? 'not measured yet' : `as of ${dateText(asOf, zone)}`;
    return section(`${circleOf(standing)}*${truncate(plain(headline), 300)}*\n${age}`);
  });
  const more =
    facts.apps.length > maxApps ? [context(`… ${facts.apps.length - maxApps} more apps: \`/imstats apps\``)] : [];
  return [
    { type: 'header', text: { type: 'plain_text', text: 'Your apps', emoji: false } },
    ...(apps.length === 0 ? [section('No app is configured.')] : apps),
    ...more,
    { type: 'header', text: { type: 'plain_text', text: 'Alerts', emoji: false } },
    section(
      listed(
        facts.alerts.map((line) => truncate(plain(line), 300)),
        'No open alerts.',
      ),
    ),
    { type: 'header', text: { type: 'plain_text', text: 'Next digests', emoji: false } },
    section(
      listed(
        facts.digests.map(({ id, at, zone }) => `${plain(id)}: ${dateText(at, zone)}`),
        'No digest is scheduled.',
      ),
    ),
    context(
      `Type \`/imstats\` in any channel, \`/imstats help\` for everything. Updated ${dateText(facts.now, facts.zone)}.`,
    ),
  ];
}

function listed(lines: readonly string[], none: string): string {
  if (lines.length === 0) return none;
  const rest = lines.length > maxLines ? [`… ${lines.length - maxLines} more`] : [];
  return truncate([...lines.slice(0, maxLines).map((line) => `• ${line}`), ...rest].join('\n'), 2_900);
}

/** The parts of the event `app_home_opened` that are used. */
const HomeOpened = z.object({
  event_id: z.string(),
  event: z.object({ user: z.string(), tab: z.string().catch('home') }),
});

export function handleHomeOpened(body: unknown, { slackContext, isNew }: HandlerContext): Handled {
  const { event, event_id } = HomeOpened.parse(body);
  if (event.tab !== 'home' || !isNew(event_id)) return {};
  return { work: () => publishHome(event.user, slackContext) };
}

/** What Home is drawn with. */
type HomeDeps = Pick<SlackContext, 'deps' | 'appData' | 'access' | 'client'>;

/** Publishes the Home tab of a person; who may not ask sees the reason. Rejects with `DeliveryError` or `StoreError`. */
export async function publishHome(user: string, home: HomeDeps): Promise<void> {
  const refusal = await home.access.mayRun({ user, channel: undefined, team: undefined, enterprise: undefined });
  const blocks =
    refusal === undefined ? await homeBlocks(home) : [{ type: 'section', text: { type: 'plain_text', text: refusal } }];
  try {
    await home.client.views.publish({ user_id: user, view: { type: 'home', blocks: [...blocks] } });
  } catch (error) {
    throw toDeliveryError(error);
  }
}

async function homeBlocks({ deps, appData }: HomeDeps): Promise<ReturnType<typeof drawHome>> {
  const now = deps.clock.now();
  const readings = await appData.recall(deps.live.apps.map((app) => ({ app, needs: overviewNeeds(app, now) })));
  const reports = readings.map(summaryReport);
  const alerts = (await deps.alerts?.list()) ?? [];
  return drawHome({
    apps: reports.map(({ standing, headline, asOf, zone }) => ({ standing, headline, asOf, zone })),
    alerts: alerts
      .filter((line) => line.incident !== undefined)
      .map((line) => `${line.app.name}, ${line.rule}: ${line.words}`),
    digests: deps.digests.nextRuns().map(({ schedule, at }) => ({ id: schedule.id, at, zone: schedule.timezone })),
    now,
    zone: deps.live.timezone,
  });
}
