// The page of the demo: its server and its stream, with what they are told about this demo.
import type { Stage } from '../environment.ts';
import { faults } from '../platforms/faulty-server.ts';
import type { RunningBot } from '../setup.ts';
import type { Beside } from '../world-controls.ts';
import { createFeed } from './page-feed.ts';
import { startPageServer } from './page-server.ts';

/** The people that a visitor can be: an on-call engineer, a manager, a guest. */
export const actors = ['U0ALICE', 'U0ADMIN', 'U0GUEST'] as const;

export interface Page {
  readonly url: string;
  /** Tells open pages that the bot runs now. */
  refresh(): void;
  stop(): Promise<void>;
}

/** Rejects with `BotError` when the port cannot be had. */
export async function openPage(parts: {
  readonly stage: Pick<Stage, 'workspace' | 'clock'>;
  readonly beside: Beside;
  readonly port: number | undefined;
  /** Folder of package.json; the files of the page are found below it. */
  readonly root: string;
  readonly running: () => RunningBot | undefined;
}): Promise<Page> {
  const { stage, beside, port, root, running } = parts;
  const { workspace, clock } = stage;
  const facts = () => ({ hints: running()?.hints ?? [], actors, faults, links: linksOf(running()) });
  const feed = createFeed({ workspace, beside, now: clock.now, facts });
  const server = await startPageServer({ workspace, beside, feed, port, root }).catch((error: unknown) => {
    feed.stop();
    throw error;
  });
  return { url: server.url, refresh: feed.tellWorld, stop: server.stop };
}

function linksOf(running: RunningBot | undefined): { readonly metrics?: string } {
  const port = running?.bot.ports().operations;
  return port === undefined ? {} : { metrics: `http://127.0.0.1:${port}/metrics` };
}
