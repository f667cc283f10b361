// Everything around the bot on this machine: a Slack workspace, two sample platforms, a configuration, a temporary folder.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { demoConfig, demoIds } from './configuration.ts';
import type { MovingClock } from './moving-clock.ts';
import { type SamplePlatforms, startSamplePlatforms } from './platforms/sample-platforms.ts';
import { type Channel, startWorkspace, type Workspace } from './workspace/workspace.ts';

export interface Stage {
  readonly clock: MovingClock;
  readonly workspace: Workspace;
  readonly platforms: SamplePlatforms;
  readonly config: Config;
  /** Holds all that is written. */
  readonly folder: string;
  /** Ends the servers and removes the folder. */
  clear(): Promise<void>;
}

/** Starts the servers on free ports of the loopback interface. The manifest is read from `root`, the folder of package.json. */
export async function openStage(clock: MovingClock, root: string): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'imstats-demo-'));
  const undo: (() => Promise<void>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const clear = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const scopes = readFileSync(join(root, 'manifest.yml'), 'utf8');
    const workspace = await startWorkspace({ clock, scopes, channels: demoChannels });
    undo.push(workspace.stop);
    const platforms = await startSamplePlatforms({ clock });
    undo.push(platforms.stop);
    writeFileSync(join(folder, 'imstats.yml'), demoConfig(clock.now()));
    const config = loadConfig({ folder, environment: environmentOf(workspace, platforms) });
    return { clock, workspace, platforms, config, folder, clear };
  } catch (error) {
    await clear();
    throw error;
  }
}

/** The configuration is a file like any other, so that the demo walks the same way as a real start. */
function environmentOf({ tokens, apiUrl }: Workspace, { imkit, jmessage }: SamplePlatforms): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: tokens.bot,
    SLACK_APP_TOKEN: tokens.app,
    SLACK_API_URL: apiUrl,
    IMKIT_URL: imkit.url,
    IM_API_KEY: imkit.apiKey,
    JMESSAGE_URL: jmessage.url,
    JMESSAGE_APP_KEY: jmessage.appKey,
    JMESSAGE_MASTER_SECRET: jmessage.masterSecret,
  };
}

const bot = 'U0IMSTATS';

const demoChannels: readonly Channel[] = [
  {
    id: demoIds.ops,
    name: 'im-ops',
    kind: 'public',
    archived: false,
    members: ['U0ALICE', 'U0BOB', 'U0ADMIN', 'U0GUEST', bot],
  },
  {
    id: demoIds.onCall,
    name: 'oncall',
    kind: 'public',
    archived: false,
    members: ['U0ALICE', 'U0BOB', 'U0ADMIN', bot],
  },
];
