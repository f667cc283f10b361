// The real process of the bot, with a Slack and a platform of its own that live on in the test when it is killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '../../src/clock.ts';
import { type SamplePlatforms, startSamplePlatforms } from '../../src/demo/platforms/sample-platforms.ts';
import { startWorkspace, type Workspace } from '../../src/demo/workspace/workspace.ts';
import { manifest } from '../slack/slack-harness.ts';
import { configuration, type Written } from './configuration.ts';
import { environmentOf, type Line, withFile } from './whole-bot.ts';

/** One run of the process, from its start to its end. */
export interface Life {
  readonly child: ChildProcess;
  /** What it logged so far. */
  readonly log: readonly Line[];
  /** What it said on its error output. */
  complaint(): string;
  /** Resolves when it runs; rejects when it ends before. */
  readonly up: Promise<void>;
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly at: number;
  }>;
}

export interface Ward {
  readonly workspace: Workspace;
  readonly platforms: SamplePlatforms;
  readonly file: string;
  /** Starts the process; `command` is `node src/main.ts start` unless said otherwise. */
  start(command?: readonly string[]): Life;
  rows(sql: string): Record<string, unknown>[];
}

export const root = resolve(import.meta.dirname, '../..');

/** A ward for `work`, and the end of everything in it however that went. */
export async function withWard(written: Written, work: (ward: Ward) => Promise<void>): Promise<void> {
  const undo: (() => unknown)[] = [];
  try {
    await work(await openWard(undo, written));
  } finally {
    for (const one of undo.reverse()) await one();
  }
}

/** Slack and a platform on the real clock, and a configuration file in a folder of its own. Put on `undo`: their end, and that of every life. */
export async function openWard(undo: (() => unknown)[], written: Written): Promise<Ward> {
  const workspace = await startWorkspace({ clock: systemClock, scopes: manifest });
  undo.push(() => workspace.stop());
  const platforms = await startSamplePlatforms({ clock: systemClock });
  undo.push(() => platforms.stop());
  const folder = mkdtempSync(join(tmpdir(), 'imstats-process-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  platforms.controls.setFreeMemory({ ratio: 0.4 });
  platforms.controls.setConnections(900);
  const config = join(folder, 'imstats.yml');
  writeFileSync(config, configuration(written));
  const file = join(folder, 'imstats.db');
  const environment = environmentOf({ workspace, platforms });
  return {
    workspace,
    platforms,
    file,
    start: (command = [process.execPath, join(root, 'src/main.ts'), 'start']) => {
      const life = begin([...command, '--config', config], environment);
      undo.push(() => life.child.kill('SIGKILL') && life.ended);
      return life;
    },
    rows: (sql) => withFile(file, (database) => database.prepare(sql).all()),
  };
}

function begin([program = '', ...words]: readonly string[], environment: Record<string, string>): Life {
  const child = spawn(program, words, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: Line[] = [];
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  const { promise: up, resolve: isUp, reject: isNot } = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    if (!text.startsWith('{')) return;
    const line: Line = JSON.parse(text);
    log.push(line);
    if (line.msg === 'imstats runs') isUp();
  });
  const ended: Life['ended'] = new Promise((done) => {
    child.on('exit', (code, signal) => {
      isNot(new Error(`the process ended before it was up: ${complaint}`));
      done({ code, signal, at: performance.now() });
    });
  });
  up.catch(() => {}); // a life that is killed early is nobody's error
  return { child, log, complaint: () => complaint, up, ended };
}

/** Waits on the real clock until the probe says yes. */
export async function until(probe: () => unknown, most: number, what: string): Promise<void> {
  const began = performance.now();
  while (!probe()) {
    if (performance.now() - began > most) throw new Error(`waited ${most / 1_000} s for ${what}`);
    await pause(100);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
