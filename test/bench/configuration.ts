// Writes the configuration that a benchmark starts the bot with, in a temporary folder, and a past to compare with.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { day, hour, minute, systemClock } from '../../src/clock.ts';
import { silentLogger } from '../../src/logger.ts';
import { openStore } from '../../src/store/index.ts';

export interface BotFolder {
  /** The configuration file. */
  readonly file: string;
  /** Writes another file beside it and gives its path. */
  add(name: string, content: string): string;
  remove(): void;
}

interface Setup {
  readonly slack: { readonly bot: string; readonly signingSecret: string; readonly apiUrl: string };
  /** Where the bot listens for Slack and for operators; 0 takes any. */
  readonly ports: { readonly slack: number; readonly health: number };
  readonly apps: readonly { readonly id: string; readonly url: string }[];
  readonly pollEvery: string;
  readonly alerts?: readonly Readonly<Record<string, unknown>>[];
}

/** A folder with `imstats.yml`; YAML takes JSON as it is. */
export function writeConfiguration({ slack, ports, apps, pollEvery, alerts = [] }: Setup): BotFolder {
  const folder = mkdtempSync(join(tmpdir(), 'imstats-bench-'));
  const file = join(folder, 'imstats.yml');
  const configuration = {
    slack: {
      botToken: slack.bot,
      signingSecret: slack.signingSecret,
      apiUrl: slack.apiUrl,
      port: ports.slack,
      host: '127.0.0.1',
    },
    timezone: 'Asia/Taipei',
    store: 'sqlite:imstats.db',
    http: { port: ports.health },
    apps: apps.map(({ id, url }) => ({
      id,
      name: `Chat ${id}`,
      platform: 'imkit',
      url,
      apiKey: 'im_0123456789abcdef',
      pollEvery,
      channel: 'C0ONCALL',
    })),
    alerts,
  };
  writeFileSync(file, JSON.stringify(configuration));
  return {
    file,
    add: (name, content) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Two days of polls of an app every five minutes, so that a summary has something to draw and to compare with. */
export async function fillPast(folder: BotFolder, app: string): Promise<void> {
  const path = join(folder.file, '..', 'imstats.db');
  const store = await openStore({ kind: 'sqlite', path }, { clock: systemClock, logger: silentLogger, owner: 'past' });
  const now = systemClock.now();
  await store.transaction(async (inside) => {
    for (let at = now - 2 * day; at < now; at += 5 * minute) {
      const wave = 1 + Math.sin(at / (4 * hour)) / 10;
      await inside.samples.record(app, at, {
        'users.active': Math.round(380 * wave),
        'messages.sent': Math.round(2_400 * wave),
        'rooms.active': 12,
        'rooms.total': 358,
        'connections.peak': Math.round(1_300 * wave),
        'connections.current': Math.round(1_200 * wave),
        'memory.free': Math.round(4e9 * wave),
        'memory.total': 8 * 2 ** 30,
        'memory.free_ratio': 0.46 * wave,
      });
    }
  });
  await store.close();
}
