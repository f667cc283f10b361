// The real process of imstats and a bare Bolt app, side by side, with the surroundings that they need.
import { type Child, freePort, startChild, startTellingChild } from './children.ts';
import { type BotFolder, fillPast, writeConfiguration } from './configuration.ts';
import { exchange, openSocket, signCommands, type Target } from './http-client.ts';

export interface Surroundings {
  readonly sink: string;
  readonly apiUrl: string;
  readonly bot: string;
  readonly signingSecret: string;
  readonly platform: string;
}

/** What both of them are started in. */
export interface Place {
  readonly surroundings: Surroundings;
  readonly folder: BotFolder;
  readonly ours: Target;
  readonly peer: Target;
  end(): Promise<void>;
}

/** The folder has two days of polls in its store. */
export async function openPlace(): Promise<Place> {
  const child = await startTellingChild<Surroundings>({ file: new URL('processes/surroundings.ts', import.meta.url) });
  const surroundings = child.told;
  const { signingSecret, platform } = surroundings;
  const [slack, health, bare] = [await freePort(), await freePort(), await freePort()];
  const apps = [{ id: 'prod', url: platform }];
  const folder = writeConfiguration({ slack: surroundings, ports: { slack, health }, apps, pollEvery: '60s' });
  await fillPast(folder, 'prod');
  return {
    surroundings,
    folder,
    ours: { port: slack, signingSecret },
    peer: { port: bare, signingSecret },
    end: async () => {
      await child.end();
      folder.remove();
    },
  };
}

export function startOurs({ folder }: Place): Child {
  return startChild({ file: { script: 'start' }, words: ['--config', folder.file] });
}

/** `answers`: a file with what it says to a command, by its text; nothing when absent. */
export function startPeer({ peer }: Place, answers?: string): Child {
  const words = [String(peer.port), peer.signingSecret, ...(answers === undefined ? [] : [answers])];
  return startChild({ file: new URL('processes/bolt.mjs', import.meta.url), words });
}

/** Tries until a signed command is acknowledged; rejects after 30 s. */
export async function firstAcknowledgement(target: Target, responseUrl: string): Promise<void> {
  const [request] = signCommands(1, { text: 'help', responseUrl }, target);
  if (request === undefined) throw new Error('there is no request');
  const limit = performance.now() + 30_000;
  for (;;) {
    try {
      const socket = await openSocket(target.port);
      return await exchange(socket, request).finally(() => socket.destroy());
    } catch (error) {
      if (performance.now() > limit) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}
