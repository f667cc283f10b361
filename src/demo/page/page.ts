// The page of the demo: its server and its event stream, with the data of this demo.
import type { Environment } from '../environment.ts';
import { faults } from '../platforms/faulty-server.ts';
import type { RunningBot } from '../start-bot.ts';
import type { WorldControls } from '../world-controls.ts';
import { createPageFeed } from './page-feed.ts';
import { startPageServer } from './page-server.ts';

/** The users that a visitor can act as: an on-call engineer, a manager, a guest. */
export const actors = ['U0ALICE', 'U0ADMIN', 'U0GUEST'] as const;

export interface Page {
  readonly url: string;
  /** Updates open pages once the bot runs. */
  refresh(): void;
  stop(): Promise<void>;
}

/** Rejects with `BotError` when the port cannot be used. */
export async function openPage(parts: {
  readonly environment: Pick<Environment, 'workspace' | 'clock'>;
  readonly controls: WorldControls;
  readonly port: number | undefined;
  /** Folder of package.json; the files of the page are found below it. */
  readonly root: string;
  readonly running: () => RunningBot | undefined;
}): Promise<Page> {
  const { environment, controls, port, root, running } = parts;
  const { workspace, clock } = environment;
  const data = () => ({ hints: running()?.hints ?? [], actors, faults, links: linksOf(running()) });
  const feed = createPageFeed({ workspace, controls, now: clock.now, data });
  const server = await startPageServer({ workspace, controls, feed, port, root }).catch((error: unknown) => {
    feed.stop();
    throw error;
  });
  return { url: server.url, refresh: feed.sendControls, stop: server.stop };
}

function linksOf(running: RunningBot | undefined): { readonly metrics?: string } {
  const port = running?.bot.ports().health;
  return port === undefined ? {} : { metrics: `http://127.0.0.1:${port}/metrics` };
}
