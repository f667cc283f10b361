// A store whose process is killed: nothing that was promised is lost, and nobody has to clean up.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { silentLogger } from '../../src/logger.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'imstats-kill-'));
afterEach(() => rmSync(folder, { recursive: true }));

function open(path: string): Promise<Store> {
  return openStore({ kind: 'sqlite', path }, { clock: systemClock, logger: silentLogger, owner: 'next' });
}

it("is refused while another process owns it, and after its kill -9 is whole, free and not in anybody else's hands", async () => {
  const path = join(folder, 'imstats.db');
  const holder = spawn(process.execPath, [fileURLToPath(new URL('./holder.ts', import.meta.url)), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(holder, 'exit');
  let seen = 0;
  try {
    for await (const line of createInterface({ input: holder.stdout })) {
      seen = Number(line);
      if (seen === 5)
        await expect(open(path)).rejects.toMatchObject({ message: expect.stringContaining('Another imstats') });
      if (seen === 40) break;
    }
  } finally {
    holder.kill('SIGKILL');
  }
  await exited;
  const store = await open(path);
  const polls = await store.polls();
  expect(polls.map(({ app }) => app)).toEqual(['first', 'second']);
  expect(polls[0]?.lastTriedAt).toBeGreaterThanOrEqual(seen);
  expect(polls[1]?.lastTriedAt).toBe(polls[0]?.lastTriedAt);
  expect(seen).toBe(40);
  expect(await store.outbox.lease('next', systemClock.now(), 60_000, 9)).toMatchObject([
    { key: 'a', state: 'unknown' },
  ]);
  const run = { schedule: 'd', period: 'p', dueAt: 0, state: 'collecting' } as const;
  expect(await store.digests.claim(run, 'next', systemClock.now(), 60_000)).toBe(true);
  await store.close();
});
