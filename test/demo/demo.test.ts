// The demo as a command: its tour, its exit code, its words, and that it leaves nothing behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
let temporary: string;
let children: ChildProcess[];

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'imstats-demo-test-'));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(temporary, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  text(): string;
  /** Resolves when the output holds the words. */
  said(words: string): Promise<void>;
}

/** `node src/main.ts demo …` with a temporary folder of its own. */
function run(...words: string[]): Run {
  return watch(process.execPath, ['src/main.ts', 'demo', ...words]);
}

function watch(program: string, words: readonly string[], environment: Record<string, string> = {}): Run {
  const child = spawn(program, words, {
    cwd: root,
    env: { ...process.env, TMPDIR: temporary, LOG_LEVEL: 'info', ...environment },
  });
  children.push(child);
  let text = '';
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    text += chunk;
    for (const listener of listeners) listener();
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const ended = new Promise<number | null>((done) => child.on('close', done));
  return {
    child,
    ended,
    text: () => text,
    said: (wanted) =>
      new Promise((done, fail) => {
        const look = (): void => {
          if (text.includes(wanted)) done();
        };
        listeners.add(look);
        look();
        void ended.then(() => fail(new Error(`ended without saying "${wanted}":\n${text}`)));
      }),
  };
}

const leftBehind = (): string[] => readdirSync(temporary).filter((name) => name.startsWith('imstats-'));

describe('the demo without a page', () => {
  it('goes through its tour, prints every message as text, saves the charts and ends with 0 within 20 s', async () => {
    const begun = performance.now();
    const demo = run('--headless');
    expect(await demo.ended, demo.text()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(20_000);
    for (const words of [
      'Daily digest',
      'Production chat is quiet',
      'Production chat has 7.4 % free memory',
      '@oncall',
      'acknowledged by @alice',
      '🟢 Resolved after',
    ]) {
      expect(demo.text()).toContain(words);
    }
    expect(demo.text()).not.toMatch(/^\{/m);
    const folder = /charts are in (\S+)/.exec(demo.text())?.[1] ?? '';
    const charts = readdirSync(folder);
    expect(charts.length).toBeGreaterThanOrEqual(4);
    for (const chart of charts) expect(readFileSync(join(folder, chart)).subarray(1, 4).toString()).toBe('PNG');
    expect(leftBehind()).toEqual([folder.slice(temporary.length + 1)]);
  }, 30_000);
});

describe('the demo with a page', () => {
  it('ends with 0 on SIGTERM, at any time, and leaves nothing behind', async () => {
    const [early, late] = [run('--port', '0'), run('--port', '0')];
    await Promise.all([early.said('is at http'), late.said('Daily digest')]);
    early.child.kill('SIGTERM');
    late.child.kill('SIGINT');
    expect(await Promise.all([early.ended, late.ended])).toEqual([0, 0]);
    expect(leftBehind()).toEqual([]);
  });

  it('ends when only the shell that npm started it with is told to', async () => {
    const command = `"${process.execPath}" src/main.ts demo --port 0; true`;
    const demo = watch('/bin/sh', ['-c', command], { npm_lifecycle_event: 'demo' });
    await demo.said('is at http');
    demo.child.kill('SIGTERM');
    await demo.ended; // comes when the last process that writes to it is gone
    expect(leftBehind()).toEqual([]);
  });

  it('says that its port is in use and what to do, and ends with 1', async () => {
    const server = createServer();
    const port = await new Promise<number>((done) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        done(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const demo = run('--port', String(port));
    expect(await demo.ended).toBe(1);
    expect(demo.text().trim().split('\n')).toEqual([
      `Port ${port} is in use, perhaps by another demo.`,
      expect.stringContaining('npm run demo -- --port'),
    ]);
    expect(leftBehind()).toEqual([]);
    server.close();
  });

  it('refuses a port that is none', async () => {
    const demo = run('--port', 'eighty');
    expect(await demo.ended).toBe(1);
    expect(demo.text()).toContain('--port eighty is not a port.');
    expect(existsSync(join(temporary, 'imstats-demo'))).toBe(false);
    expect(leftBehind()).toEqual([]);
  });
});
