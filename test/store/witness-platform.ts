// The IMKit apps of the witness store on loopback: each below its own path, with the numbers that a test gives it.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an app answers, in the vendor's fields; `memory` is the free share, undefined where the host does not tell it. */
export interface WitnessNumbers {
  readonly users: number;
  readonly messages: number;
  readonly rooms: number;
  readonly totalRooms: number;
  readonly peak: number;
  readonly connections: number;
  readonly memory: number | undefined;
}

export interface WitnessPlatform {
  readonly url: string;
  /** What the apps answer, by id; an app without numbers refuses the key. */
  readonly numbers: Map<string, WitnessNumbers>;
  stop(): Promise<void>;
}

const totalMemory = 8 * 2 ** 30;

/** Listens on any free port of loopback. */
export async function startWitnessPlatform(
  numbers: Iterable<readonly [string, WitnessNumbers]>,
): Promise<WitnessPlatform> {
  const known = new Map(numbers);
  const server = createServer((request, response) => {
    const [, app = '', ...path] = (request.url ?? '').split(/[/?]/);
    const own = known.get(app);
    if (own === undefined) send(response, 401, { RC: 401, error: { code: 'INVALID_API_KEY' } });
    else send(response, 200, { RC: 0, RM: 'OK', result: path.includes('stats') ? statsOf(own) : countOf(own) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo; // listening on a port, so it is no pipe
  return {
    url: `http://127.0.0.1:${port}`,
    numbers: known,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function countOf({ connections }: WitnessNumbers): object {
  return { count: connections };
}

function statsOf({ users, messages, rooms, totalRooms, peak, memory }: WitnessNumbers): object {
  return {
    userList: Array.from({ length: users }, (_, index) => `u${index}`),
    roomCount: rooms,
    totalRoomCount: totalRooms,
    messageCount: messages,
    peakConnectionCount: peak,
    ...(memory === undefined ? {} : { totalMem: totalMemory, freeMem: Math.round(memory * totalMemory) }),
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
