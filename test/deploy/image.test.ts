// What the image holds, run as the image runs it: as another user, with nothing to write to but the volume and the folder for temporary files.
import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { type SamplePlatforms, startSamplePlatforms } from '../../src/demo/platforms/sample-platforms.ts';
import { startWorkspace, type Workspace } from '../../src/demo/workspace/workspace.ts';
import { configuration } from '../faults/configuration.ts';
import { until } from '../faults/process.ts';
import { environmentOf } from '../faults/whole-bot.ts';
import { manifest } from '../slack/slack-harness.ts';
import { packageRoot } from '../support/package-root.ts';
import { contents, execForm, instruction, makeImage, readDockerfile, setWritable } from './dockerfile.ts';

const stages = readDockerfile(join(packageRoot, '.docker/Dockerfile'));
const last = stages.at(-1) ?? [];

/** Root runs it as nobody, everybody else as themselves. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

let folder: string;
let node: string;
let app: string;
let workspace: Workspace;
let platforms: SamplePlatforms;
const running = new Set<ChildProcess>();

const below = (name: string): string => join(folder, name);
const image = (): string => below('image');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imstats-image-'));
  chmodSync(folder, 0o755);
  ({ node } = makeImage(stages, folder));
  app = join(image(), 'app');
  setWritable(image(), false);
});
afterAll(() => {
  setWritable(image(), true);
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  workspace = await startWorkspace({ clock: systemClock, scopes: manifest });
  platforms = await startSamplePlatforms({ clock: systemClock });
  for (const name of ['data', 'tmp', 'config']) {
    mkdirSync(below(name));
    if (name !== 'config' && user.uid !== undefined) chownSync(below(name), user.uid, user.gid);
  }
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await Promise.all([workspace.stop(), platforms.stop()]);
  setWritable(below('config'), true);
  for (const name of ['data', 'tmp', 'config']) rmSync(below(name), { recursive: true });
});

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

interface Container {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** Runs words of the Dockerfile, in which the paths of the image become those of the folder. */
function run(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Container {
  const placed = words.map((word) => (word === 'node' ? node : word.replace(/^\/app\//, `${app}/`)));
  const [program = '', ...rest] = placed;
  const child = spawn(program, rest, {
    ...user,
    cwd: below('data'),
    env: { PATH: join(image(), 'bin'), TMPDIR: below('tmp'), NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text) => {
      said += text;
    });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('exit', (code, signal) => {
      running.delete(child);
      resolve(code ?? signal);
    });
  });
  return { child, said: () => said, ended };
}

const entry = (...words: string[]): string[] => [...execForm(instruction(last, 'ENTRYPOINT')), ...words];

/** Resident memory of a process, in MB. */
function memoryOf({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_000;
}

function sizeOf(path: string): number {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return names.reduce((sum, name) => sum + statSync(join(path, name)).size, 0) / 1e6;
}

describe('what the image holds', () => {
  it('is healthy within 5 s, answers a signed command with a picture, writes into the volume alone, and ends at SIGTERM', async () => {
    const [port, health] = [await freePort(), await freePort()];
    const written = configuration({ charts: '[image]', pollEvery: '1s' })
      .replace('port: 0\n  apiUrl', `port: ${port}\n  apiUrl`)
      .replace('http: { port: 0 }', `http: { port: ${health} }`)
      .replace('sqlite:imstats.db', `sqlite:${below('data/imstats.db')}`)
      .replace('{SLACK_BOT_TOKEN}', `{file:${below('config/slack-bot-token')}}`);
    writeFileSync(below('config/slack-bot-token'), `${workspace.tokens.bot}\n`);
    writeFileSync(below('config/imstats.yml'), written);
    setWritable(below('config'), false);
    const before = [contents(image()), contents(below('config'))];
    const healthcheck = execForm(instruction(last, 'HEALTHCHECK'));
    const check = (): Container => run(healthcheck, { IMSTATS_HEALTH: String(health) });
    expect(await check().ended).toBe(1);

    const began = performance.now();
    const config = { IMSTATS_CONFIG: below('config/imstats.yml') };
    const { SLACK_BOT_TOKEN: _inFile, ...environment } = environmentOf({ workspace, platforms });
    const bot = run(entry(...execForm(instruction(last, 'CMD'))), {
      ...config,
      ...environment,
    });
    await until(() => bot.said().includes('"imstats runs"'), 20_000, `the bot, which says ${bot.said()}`);
    expect(await check().ended).toBe(0);
    const healthy = performance.now() - began;
    workspace.connectHttp(`http://127.0.0.1:${port}/slack/events`);
    const asked = await workspace.command({ user: 'U0ALICE', channel: 'C0IMOPS', text: 'memory prod 1h public' });
    await until(() => asked.replies.length > 0, 20_000, 'an answer');
    const idle = memoryOf(bot.child);
    const again = await workspace.command({ user: 'U0ALICE', channel: 'C0IMOPS', text: 'memory prod 2h public' });
    await until(
      () => again.replies.some(({ blocks }) => blocks?.some(({ type }) => type === 'image')),
      20_000,
      'a picture',
    );
    bot.child.kill(instruction(last, 'STOPSIGNAL') as NodeJS.Signals);
    expect(await bot.ended).toBe(0);

    expect(bot.said()).toContain('imstats has stopped');
    expect([contents(image()), contents(below('config'))]).toEqual(before);
    expect(readdirSync(below('tmp'))).toEqual([]);
    expect(readdirSync(below('data'))).toContain('imstats.db');
    const size = sizeOf(app);
    process.stdout.write(
      `the image: ${size.toFixed(1)} MB beside Node, healthy after ${(healthy / 1_000).toFixed(1)} s, ${idle.toFixed(0)} MB resident\n`,
    );
    expect(healthy).toBeLessThan(5_000);
    expect(size).toBeLessThan(60);
  });

  it('checks a configuration, and says in one line each what is wrong with one', async () => {
    writeFileSync(below('config/imstats.yml'), configuration({ entrance: 'socket' }));
    const config = { IMSTATS_CONFIG: below('config/imstats.yml'), ...environmentOf({ workspace, platforms }) };
    const good = run(entry('check'), config);
    expect(await good.ended, good.said()).toBe(0);
    const bad = run(entry('check'), { ...config, SLACK_BOT_TOKEN: '' });
    expect(await bad.ended).toBe(1);
    expect(bad.said()).toMatch(/imstats\.yml:\d+:\d+ slack\.botToken/);
  });

  it('holds the demo, which leaves nothing behind but the charts that it names', async () => {
    const demo = run(entry('demo', '--headless'));
    expect(await demo.ended, demo.said()).toBe(0);
    expect(demo.said()).toMatch(/\d+ charts are in /);
    expect(readdirSync(below('data'))).toEqual([]);
  });
});
