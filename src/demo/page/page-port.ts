// Listens on a port for the page: the requested one, or the default one, or the next that is free.
import type { Server } from 'node:http';
import { BotError } from '../../errors.ts';

const defaultPort = 3030;
const attempts = 20;

/** The port of `--port`; undefined where none was given. Throws `BotError` for an invalid one. */
export function readPort(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const port = Number(given);
  if (/^\d+$/.test(given) && port <= 65_535) return port;
  throw new BotError(`--port ${given} is not a port.`, {
    hint: 'Give a number from 1 to 65535, or leave it out: the demo then takes a free one.',
  });
}

/** Resolves with the port that the server listens on. Rejects with `BotError` when the requested one cannot be used. */
export async function listen(server: Server, asked: number | undefined): Promise<number> {
  if (asked !== undefined) return listenOn(server, asked);
  for (let port = defaultPort; port < defaultPort + attempts; port += 1) {
    try {
      return await listenOn(server, port);
    } catch {
      // In use, perhaps by another demo.
    }
  }
  return listenOn(server, 0);
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = ({ code }: NodeJS.ErrnoException): void => reject(portError(code, port));
    server.once('error', refuse);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', refuse);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function portError(code: string | undefined, port: number): BotError {
  const why =
    code === 'EADDRINUSE'
      ? 'is in use, perhaps by another demo'
      : code === 'EACCES'
        ? 'may not be taken by this user'
        : `cannot be taken (${code ?? 'unknown reason'})`;
  return new BotError(`Port ${port} ${why}.`, {
    hint: `Leave --port out and the demo takes a free one, or name another: npm run demo -- --port ${port === 65_535 ? 3031 : port + 1}`,
  });
}
