// The environment of the demo bot: a Slack workspace, two sample platforms, a configuration, a temporary folder.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duration, type Instant, minute } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { minuteOfDay } from '../time-zone.ts';
import { type DemoSettings, demoConfig, demoIds, demoZone, firstSettings } from './configuration.ts';
import type { MovingClock } from './moving-clock.ts';
import { type SamplePlatforms, startSamplePlatforms } from './platforms/sample-platforms.ts';
import { type Channel, startWorkspace, type Workspace } from './workspace/workspace.ts';

export interface Environment {
  readonly clock: MovingClock;
  readonly workspace: Workspace;
  readonly platforms: SamplePlatforms;
  readonly config: Config;
  /** Writes the file anew and loads it. */
  configure(settings: DemoSettings): Config;
  /** The temporary folder that holds every file of the demo. */
  readonly folder: string;
  /** Stops the servers and removes the folder. */
  close(): Promise<void>;
}

/** Starts the servers on free ports of the loopback interface. The manifest is read from `root`, the folder of package.json. */
export async function openEnvironment(clock: MovingClock, root: string): Promise<Environment> {
  clock.advance(untilFirstDigest(clock.now()));
  const folder = mkdtempSync(join(tmpdir(), 'imstats-demo-'));
  const cleanups: (() => Promise<void>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    const scopes = readFileSync(join(root, 'manifest.yml'), 'utf8');
    const workspace = await startWorkspace({ clock, scopes, channels: demoChannels });
    cleanups.push(workspace.stop);
    const platforms = await startSamplePlatforms({ clock });
    cleanups.push(platforms.stop);
    const environment = environmentVariables(workspace, platforms);
    const configure = (settings: DemoSettings): Config => {
      writeFileSync(join(folder, 'imstats.yml'), demoConfig(settings));
      return loadConfig({ folder, environment });
    };
    const config = configure(firstSettings(clock.now()));
    return { clock, workspace, platforms, config, configure, folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** In its first hour a day of the sample platform is not complete, so that a digest of the day before would wait. */
export function untilFirstDigest(now: Instant): Duration {
  return Math.max(0, 65 - minuteOfDay(now, demoZone)) * minute;
}

/** The variables that the configuration file names; it is loaded from a file so that the demo runs the code of a real start. */
function environmentVariables(
  { tokens, apiUrl }: Workspace,
  { imkit, jmessage }: SamplePlatforms,
): Record<string, string> {
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
