// One alert, one question and one digest of the whole bot, each with a mark at its beginning and at its end.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createBot } from '../src/bot.ts';
import { day, hour, minute, second } from '../src/clock.ts';
import { loadConfig } from '../src/config/load.ts';
import { startWorkspace, type Workspace } from '../src/demo/workspace/workspace.ts';
import { silentLogger } from '../src/logger.ts';
import { openStore } from '../src/store/index.ts';
import { watchFetch } from './faults/watched-fetch.ts';
import { manifest } from './slack/slack-harness.ts';
import { startWitnessPlatform, type WitnessNumbers, type WitnessPlatform } from './store/witness-platform.ts';
import { startChartChild } from './support/chart-child.ts';
import { createFakeClock, type FakeClock } from './support/fake-clock.ts';
import { packageRoot } from './support/package-root.ts';

type Mark = () => Promise<void>;

/** From a poll whose number crosses a threshold without `for` to its post, settled in the outbox. */
export async function runAlert(mark: Mark): Promise<void> {
  const alerts = '  - { id: memory-low, app: prod, metric: memory.free_ratio, below: 15%, for: 0s, channel: C0ONCALL }';
  await withBot(`alerts:\n${alerts}\n`, async ({ clock, platform, posts }) => {
    // The second poll comes a minute after the first, some milliseconds after every beat.
    await clock.advance(minute + 5);
    platform.numbers.set('prod', { ...usual, memory: 0.05 });
    expectPosts(posts(), 0);
    await mark();
    await clock.advance(100);
    await mark();
    expectPosts(posts(), 1);
  });
}

/** From a signed request with `/imstats users 7d` to the answer at its response_url. */
export async function runQuestion(mark: Mark): Promise<void> {
  await withBot('', async ({ clock, workspace }) => {
    // Between two beats of the outbox.
    await clock.advance(2_500);
    await mark();
    const asked = await workspace.command({ user: 'U0ALICE', channel: 'C0IMOPS', text: 'users 7d' });
    await clock.advance(100);
    const answer = await asked.replied();
    await mark();
    if (!workspace.renderText(answer).includes('users')) throw new Error('the question was not answered');
  });
}

/** From a schedule that falls due to its post, settled in the outbox. */
export async function runDigest(mark: Mark): Promise<void> {
  const digests = '  - { id: daily, channel: C0IMOPS, schedule: "0 9 * * *", apps: [prod] }';
  await withBot(`digests:\n${digests}\n`, async ({ clock, posts }) => {
    // The first beat after nine comes a minute after the start.
    await clock.advance(minute - 5);
    expectPosts(posts(), 0);
    await mark();
    await clock.advance(10);
    // Its many reads take turns with other work.
    for (let step = 0; step < 10 && posts() === 0; step += 1) await clock.advance(1);
    await mark();
    expectPosts(posts(), 1);
  });
}

/** A run whose post is not between its marks measures something else. */
function expectPosts(posts: number, wanted: number): void {
  if (posts !== wanted) throw new Error(`${posts} posts were settled at a mark, not ${wanted}`);
}

const usual: WitnessNumbers = {
  users: 300,
  messages: 2_000,
  rooms: 12,
  totalRooms: 358,
  peak: 1_300,
  connections: 1_200,
  memory: 0.5,
};

/** The start of every run, forty seconds before a digest falls due. */
const begin = Date.parse('2026-04-14T08:59:20+08:00');

interface Way {
  readonly clock: FakeClock;
  readonly workspace: Workspace;
  readonly platform: WitnessPlatform;
  /** How many new messages were sent and are settled in the outbox. */
  posts(): number;
}

/** `written` is what follows in the configuration after the app. */
async function withBot(written: string, work: (way: Way) => Promise<void>): Promise<void> {
  const undo: (() => unknown)[] = [];
  try {
    const network = watchFetch();
    const clock = createFakeClock(begin, network.settled);
    const workspace = await startWorkspace({ clock, scopes: manifest });
    undo.push(() => workspace.stop());
    const platform = await startWitnessPlatform([['prod', usual]]);
    undo.push(platform.stop);
    const folder = mkdtempSync(join(tmpdir(), 'imstats-way-'));
    undo.push(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'imstats.yml'), configuration(workspace, platform) + written);
    await fillWeek(join(folder, 'imstats.db'));
    const config = loadConfig({ folder, environment: {} });
    const bot = await createBot(config, {
      clock,
      fetch: network.fetch,
      logger: silentLogger,
      random: () => 0.5,
      newId: () => 'id',
      root: packageRoot,
      startChartChild,
    });
    undo.push(() => meanwhile(clock, bot.stop()));
    await meanwhile(clock, bot.start());
    workspace.connectHttp(`http://127.0.0.1:${bot.ports().slack}/slack/events`);
    await work({ clock, workspace, platform, posts: () => countPosts(join(folder, 'imstats.db')) });
  } finally {
    for (const one of undo.reverse()) await one();
  }
}

function configuration({ tokens, apiUrl }: Workspace, { url }: WitnessPlatform): string {
  return `slack: { botToken: ${tokens.bot}, signingSecret: ${tokens.signingSecret}, host: 127.0.0.1, port: 0, apiUrl: "${apiUrl}" }
timezone: Asia/Taipei
store: sqlite:imstats.db
charts: [text]
http: { port: 0 }
apps:
  - { id: prod, name: Production chat, platform: imkit, url: "${url}/prod", apiKey: im_0123456789abcdef, pollEvery: 60s }
`;
}

/** Eight days of polls every five minutes, so that a week can be compared with what was before. */
async function fillWeek(path: string): Promise<void> {
  const clock = createFakeClock(begin);
  const store = await openStore({ kind: 'sqlite', path }, { clock, logger: silentLogger, owner: 'past' });
  const polls = [];
  for (let at = begin - 8 * day; at < begin; at += 5 * minute) {
    const wave = 1 + Math.sin(at / (4 * hour)) / 10;
    polls.push({
      at,
      values: {
        'users.active': Math.round(300 * wave),
        'messages.sent': Math.round(2_000 * wave),
        'rooms.active': 12,
        'rooms.total': 358,
        'connections.peak': Math.round(1_300 * wave),
        'connections.current': Math.round(1_200 * wave),
        'memory.free': 4 * 2 ** 30,
        'memory.total': 8 * 2 ** 30,
        'memory.free_ratio': 0.5,
      },
    });
  }
  await store.samples.recordAll('prod', polls);
  await store.close();
}

function countPosts(file: string): number {
  const database = new DatabaseSync(file, { timeout: 2 * second });
  try {
    const query = "select count(*) as count from outbox where state = 'sent' and operation = 'post'";
    return Number(database.prepare(query).get()?.['count']);
  } finally {
    database.close();
  }
}

/** Waits for work that waits on our clock, which must therefore not stand still. */
async function meanwhile(clock: FakeClock, work: Promise<void>): Promise<void> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone) await Promise.race([done, clock.advance(10)]);
  await done;
}
