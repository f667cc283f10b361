// The App Home: drawn, and published when it is opened or clicked.
import { z } from 'zod';
import type { Instant } from '../clock.ts';
import { type Phrase, phrasesOf, type Wording } from '../metrics/phrase.ts';
import type { Standing } from '../reports/report.ts';
import { overviewNeeds } from '../reports/several-apps.ts';
import { isFailing, reasonOf } from '../reports/status.ts';
import { summaryReport } from '../reports/summary.ts';
import { wordReport } from '../reports/word-report.ts';
import {
  type Block,
  circleOf,
  context,
  dateText,
  drawProblem,
  link,
  plain,
  section,
  truncate,
  withPeople,
  withReadersTimes,
} from './blocks/block.ts';
import type { alertBlockPhrases } from './blocks/block-phrases.ts';
import type { SlackContext } from './context.ts';
import { toDeliveryError } from './errors.ts';
import type { Handled, HandlerContext } from './handlers/handler.ts';
import { messageAddress } from './identity.ts';
import type { homePhrases } from './slack-phrases.ts';
import { maintenanceLines } from './subcommands/maintenance.ts';

const say = phrasesOf<typeof homePhrases & typeof alertBlockPhrases>();

/** The content of the Home tab. */
export interface HomeFacts {
  readonly apps: readonly {
    readonly standing: Standing | undefined;
    readonly headline: string;
    readonly asOf: Instant | undefined;
    readonly zone: string;
    /** Its newest numbers are not of now. */
    readonly stale?: boolean;
  }[];
  /** One sentence for each, with the address of its message where it has one. */
  readonly alerts: readonly { readonly line: string; readonly address?: string | undefined }[];
  /** What is in maintenance, and what comes next; a sentence each. */
  readonly maintenance: readonly string[];
  readonly digests: readonly { readonly id: string; readonly at: Instant; readonly zone: string }[];
  readonly now: Instant;
  readonly zone: string;
}

const maxApps = 30;
const maxLines = 15;

/** The blocks of the view; Slack allows 100. */
export function drawHome(facts: HomeFacts, wording: Wording): readonly Block[] {
  const { text } = wording;
  const { apps, alerts, maintenance, digests, now, zone } = facts;
  const shown = apps.slice(0, maxApps).map(({ standing, headline, asOf, zone: own, stale = false }) => {
    const age =
      asOf === undefined
        ? say('home.notMeasured')
        : say('home.asOf', { moment: dateText(asOf, own, wording), isStale: stale });
    return section(`${circleOf(standing)}*${truncate(plain(headline), 300)}*\n${text(age)}`);
  });
  const count = apps.length - maxApps;
  const more = count > 0 ? [context(text(say('home.moreApps', { count, command: '`/imstats apps`' })))] : [];
  const commands = { command: '`/imstats`', help: '`/imstats help`' };
  const lines = alerts.map(({ line, address }) => {
    const thread = address === undefined ? undefined : link(address, text(say('thread.open')));
    return [withPeople(truncate(line, 400)), ...(thread === undefined ? [] : [thread])].join(' ');
  });
  const muted = maintenance.slice(0, 2).map((line) => withPeople(truncate(line, 400)));
  const runs = digests.map(({ id, at, zone: own }) => `${plain(id)}: ${dateText(at, own, wording)}`);
  return [
    header(text(say('home.apps'))),
    ...(shown.length === 0 ? [section(text(say('home.noApp')))] : shown),
    ...more,
    header(text(say('home.alerts'))),
    section(listed(lines, say('home.noAlerts'), wording)),
    ...(muted.length === 0 ? [] : [context(muted.join('\n'))]),
    header(text(say('home.digests'))),
    section(listed(runs, say('home.noDigest'), wording)),
    context(text(say('home.updated', { ...commands, moment: dateText(now, zone, wording) }))),
  ];
}

function header(text: string): Block {
  return { type: 'header', text: { type: 'plain_text', text, emoji: false } };
}

function listed(lines: readonly string[], none: Phrase, { text }: Wording): string {
  if (lines.length === 0) return text(none);
  const rest = lines.length > maxLines ? [text(say('home.more', { count: lines.length - maxLines }))] : [];
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
type HomeDeps = Pick<SlackContext, 'deps' | 'appData' | 'access' | 'client' | 'identity'>;

/** Publishes the Home tab of a person; who may not ask sees the reason. Rejects with `DeliveryError` or `StoreError`. */
export async function publishHome(user: string, home: HomeDeps): Promise<void> {
  const refusal = await home.access.mayRun({ user, channel: undefined, team: undefined, enterprise: undefined });
  const blocks = refusal === undefined ? await homeBlocks(home) : drawProblem(refusal.message, refusal.hint).blocks;
  try {
    await home.client.views.publish({ user_id: user, view: { type: 'home', blocks: [...blocks] } });
  } catch (error) {
    throw toDeliveryError(error);
  }
}

async function homeBlocks({ deps, appData, identity }: HomeDeps): Promise<ReturnType<typeof drawHome>> {
  const now = deps.clock.now();
  const readings = await appData.recall(deps.live.apps.map((app) => ({ app, needs: overviewNeeds(app, now) })));
  const reports = readings.map((one) => wordReport(summaryReport(one), deps.wording));
  const alerts = (await deps.alerts?.list()) ?? [];
  const facts = {
    apps: reports.map(({ standing, headline, asOf, zone, stale }, index) => {
      const [reason] = isFailing(readings[index] ?? {}) ? reasonOf(readings[index]?.poll) : [];
      // In the words of an answer: the time of the newest numbers stands below.
      return { standing, headline: reason === undefined ? headline : deps.wording.text(reason), asOf, zone, stale };
    }),
    alerts: alerts
      .filter((line) => line.incident !== undefined || line.isNotJudged === true)
      .map(({ rule, words, message }) => ({
        line: `${deps.wording.marked.text(words)} (${rule})`,
        address: message === undefined ? undefined : messageAddress(message, identity()),
      })),
    maintenance: (await maintenanceLines(deps)).map(deps.wording.marked.text),
    digests: deps.digests.nextRuns().map(({ schedule, at }) => ({ id: schedule.id, at, zone: schedule.timezone })),
    now,
    zone: deps.live.timezone,
  };
  return withReadersTimes({ blocks: drawHome(facts, deps.wording), text: '' }).blocks;
}
