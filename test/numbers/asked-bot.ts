// The real bot between a local Slack and both made-up platforms, on a clock that stands where the test sets it; its past is written as polls would.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Background, buildBackground, openResources, type Resources } from '../../src/bot.ts';
import type { Renderer } from '../../src/charts/index.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { liveValuesOf } from '../../src/config/live-config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { startWorkspace, type Workspace } from '../../src/demo/workspace/workspace.ts';
import type { Message } from '../../src/demo/workspace/workspace-types.ts';
import { createLogger } from '../../src/logger.ts';
import type { ChartModel } from '../../src/reports/word-report.ts';
import { createSlack } from '../../src/slack/index.ts';
import { manifest } from '../slack/slack-harness.ts';
import { startChartChild } from '../support/chart-child.ts';
import { packageRoot } from '../support/package-root.ts';

const person = 'U0ALICE';
const channel = 'C0IMOPS';

/** One answer as it is shown, and what would be drawn in its pictures. */
export interface Answer {
  readonly text: string;
  readonly blocks: readonly { readonly type: string; readonly [field: string]: unknown }[];
  readonly charts: readonly ChartModel[];
}

export interface AskedBot {
  readonly store: Resources['store'];
  /** Sets the clock of everybody. */
  setTime(at: number): void;
  /** The zone of the app of moments and of the digests from now on. */
  setZone(zone: string): Promise<void>;
  /** What `/imstats WORDS` answers; its pictures are those that were asked to be drawn by then. */
  ask(words: string): Promise<Answer>;
  /** Fetches the days of the other app as the job of the bot does. */
  fetchDays(): Promise<void>;
  stop(): Promise<void>;
}

export interface AskedBotOptions {
  readonly at: number;
  readonly zone: string;
  readonly pollMinutes: number;
  readonly imkitUrl: string;
  readonly jmessageUrl: string;
  /** The clock that the servers of the platforms read as well. */
  readonly time: { at: number };
}

const digests = ['hour', 'day', 'week', 'month'] as const;

function configuration(zone: string, options: AskedBotOptions, workspace: Workspace): string {
  const { tokens, apiUrl } = workspace;
  const digest = (period: string): string =>
    `  - { id: ${period}, channel: ${channel}, schedule: "0 9 * * *", period: ${period}, timezone: ${zone} }\n`;
  return `slack:
  botToken: ${tokens.bot}
  signingSecret: ${tokens.signingSecret}
  host: 127.0.0.1
  port: 0
  apiUrl: ${apiUrl}
timezone: ${zone}
store: sqlite:imstats.db
charts: [text]
http: { port: 0 }
apps:
  - { id: prod, name: Production chat, platform: imkit, url: "${options.imkitUrl}", apiKey: made-up-key-of-prod, pollEvery: ${options.pollMinutes}m, connectionLimit: 2000, timezone: ${zone} }
  - { id: china, name: China, platform: jmessage, url: "${options.jmessageUrl}/v2", appKey: made-up-app-key-of-china, masterSecret: made-up-master-secret, pollEvery: 1h, timezone: Asia/Shanghai }
digests:
${digests.map(digest).join('')}`;
}

export async function startAskedBot(options: AskedBotOptions): Promise<AskedBot> {
  const { time } = options;
  const clock: Clock = { now: () => time.at, after: systemClock.after };
  const folder = mkdtempSync(join(tmpdir(), 'imstats-numbers-'));
  const workspace = await startWorkspace({ clock, scopes: manifest, rateLimit: 'off' });
  const read = (zone: string) => {
    writeFileSync(join(folder, 'imstats.yml'), configuration(zone, options, workspace));
    return loadConfig({ folder, environment: {} });
  };
  const config = read(options.zone);
  let ids = 0;
  const logger = createLogger({ level: 'error', secrets: config.secrets, write: () => {} });
  const newId = (): string => {
    ids += 1;
    return `id${ids}`;
  };
  const drawn = createDrawnCharts();
  const deps = { clock, fetch: globalThis.fetch, logger, random: () => 0.5, newId, root: packageRoot, startChartChild };
  const opened = await openResources(config, deps);
  const renderers = [drawn.renderer];
  const resources: Resources = { ...opened, renderers, privateRenderers: renderers };
  const background = buildBackground(resources);
  const slack = createSlack({
    ...deps,
    ...resources,
    slack: config.slack,
    digests: background.digests,
    alerts: background.alerts,
    problems: background.problems,
    secrets: config.secrets,
  });
  await slack.start();
  workspace.connectHttp(`http://127.0.0.1:${slack.port()}/slack/events`);
  return {
    store: resources.store,
    setTime: (at) => {
      time.at = at;
    },
    setZone: (zone) => adopt(liveValuesOf(read(zone)), resources, background),
    ask: async (words) => {
      drawn.clear();
      const before = workspace.ephemerals(person).length;
      const outcome = await workspace.command({ user: person, channel, text: words });
      const shown = () => outcome.replies[0] ?? workspace.ephemerals(person)[before];
      const { text, blocks } = await answerOf(shown, words);
      return { text, blocks, charts: await drawn.chartsOf(text) };
    },
    fetchDays: () => fetchDays(resources),
    stop: async () => {
      await slack.stop();
      await workspace.stop();
      await resources.store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function adopt(values: ReturnType<typeof liveValuesOf>, { live }: Resources, background: Background): Promise<void> {
  return live.change((take) => background.adopt(values, take));
}

/** Takes the charts instead of drawing them. */
function createDrawnCharts() {
  let charts: ChartModel[] = [];
  const renderer: Renderer = {
    id: 'text',
    draw: async (model) => {
      charts.push(model);
      return undefined;
    },
  };
  return {
    renderer,
    clear: () => {
      charts = [];
    },
    /** A picture may be asked for after the words were sent, which name each by its alt text. */
    chartsOf: async (text: string): Promise<readonly ChartModel[]> => {
      const said = lettersOf(text);
      // One that was handed to several renderers is one.
      const drawn = (): ChartModel[] => [...new Map(charts.map((chart) => [chart.alt, chart])).values()];
      const own = (): ChartModel[] => drawn().filter(({ alt }) => said.includes(lettersOf(alt)));
      for (let waited = 0; waited < 12 && own().length === 0; waited += 1)
        await new Promise((resolve) => setTimeout(resolve, 2));
      await new Promise((resolve) => setImmediate(resolve));
      return own();
    },
  };
}

/** On a busy machine an answer may take its time. */
async function answerOf(shown: () => Message | undefined, words: string): Promise<Message> {
  for (let waited = 0; waited < 30_000; waited += 1) {
    const found = shown();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`no answer to ${words}`);
}

/** Without the marks that are written differently in a message. */
const lettersOf = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Slices of at most seven days, so that the types of the messages of each are known. */
async function fetchDays({ platforms, store, deps: { clock } }: Resources): Promise<void> {
  const platform = platforms.get('china');
  const dayAt = (back: number): string =>
    new Date(clock.now() + 8 * 3_600_000 - back * 86_400_000).toISOString().slice(0, 10);
  const known = new Set(
    (await store.daily.read('china', dayAt(59), dayAt(0))).filter((one) => one.complete).map((one) => one.date),
  );
  for (let back = 59; back >= 0; back -= 7) {
    const last = Math.max(0, back - 6);
    const isWhole = Array.from({ length: back - last + 1 }, (_, index) => dayAt(last + index)).every((date) =>
      known.has(date),
    );
    const answer = isWhole ? undefined : await platform?.daily?.(dayAt(back), dayAt(last));
    if (answer !== undefined) await store.daily.save('china', answer.days);
  }
}
