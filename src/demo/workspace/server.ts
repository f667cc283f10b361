// The HTTP side of the stand-in: Web API, uploads, files, response addresses; every call is recorded.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { answerCall } from './api.ts';
import { type Fields, isFields } from './blocks/walk.ts';
import { parseArguments, readBytes, readUpload } from './body.ts';
import { type Faults, type Reply, sendReply } from './faults.ts';
import { receiveUpload } from './file-store.ts';
import { Refusal } from './refusal.ts';
import { receiveReply } from './response-address.ts';
import { emit, type State } from './state.ts';
import type { CallRecord } from './workspace.ts';

/** A request that is understood: what it is called in the log and what it does. */
interface Job {
  readonly name: string;
  readonly args: Fields;
  readonly process: () => Promise<Reply>;
}

export interface HttpSide {
  readonly server: Server;
  /** Cuts every connection and refuses new ones while down. */
  setReachable(state: 'up' | 'down'): void;
  closeAll(): void;
}

export function createHttpSide(state: State, faults: Faults): HttpSide {
  const sockets = new Set<Socket>();
  let reachable: 'up' | 'down' = 'up';
  const server = createServer((request, response) => {
    handle(state, faults, { request, response }).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    if (reachable === 'down') {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  const closeAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    server,
    closeAll,
    setReachable: (next) => {
      reachable = next;
      if (next === 'down') closeAll();
    },
  };
}

async function handle(
  state: State,
  faults: Faults,
  exchange: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const { request, response } = exchange;
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (request.method === 'GET' && path.startsWith('/files/')) {
    sendReply(response, fileReply(state, path));
    return;
  }
  const job = await understand(state, request, path);
  if (job === undefined) {
    sendReply(response, { status: 404, body: 'Not found' });
    return;
  }
  const fault = faults.take(job.name, job.args);
  let reply: Reply | undefined;
  const process = async (): Promise<Reply> => {
    reply = await job.process();
    return reply;
  };
  const status = fault === undefined ? sendReply(response, await process()) : await fault.send(response, process);
  record(state, { job, status, reply, fault: fault?.name });
}

async function understand(state: State, request: IncomingMessage, path: string): Promise<Job | undefined> {
  const [, area, name = ''] = path.split('/');
  const contentType = request.headers['content-type'] ?? '';
  const bytes = await readBytes(request);
  if (area === 'api') {
    let args: Fields = {};
    try {
      args = parseArguments(contentType, bytes);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const body = JSON.stringify({ ok: false, error: error.code });
      return {
        name,
        args,
        process: async () => ({ status: 200, headers: { 'content-type': 'application/json' }, body }),
      };
    }
    return {
      name,
      args: decoded(args),
      process: async () => answerCall(state, name, { args, headers: request.headers }),
    };
  }
  if (area === 'upload' && request.method === 'POST') {
    const args = { id: name, length: bytes.length };
    return { name: 'upload', args, process: () => upload(state, name, { contentType, bytes }) };
  }
  if (area === 'response' && request.method === 'POST') {
    return {
      name: 'response_url',
      args: decoded({ body: bytes.toString() }),
      process: async () => receiveReply(state, name, bytes),
    };
  }
  return undefined;
}

async function upload(state: State, id: string, given: { contentType: string; bytes: Buffer }): Promise<Reply> {
  const bytes = await readUpload(given.contentType, given.bytes);
  const taken = receiveUpload(state, id, bytes);
  return taken ? { status: 200, body: `OK - ${bytes.length}` } : { status: 400, body: 'invalid upload' };
}

function fileReply(state: State, path: string): Reply {
  const file = state.files.get(path.split('/')[2] ?? '')?.file;
  if (file?.completedAt === undefined) return { status: 404, body: 'Not found' };
  return { status: 200, headers: { 'content-type': file.mimetype }, body: file.bytes };
}

/** The arguments as a reader of the log wants them: JSON as values, no token; the body of a reply as its fields. */
function decoded(args: Fields): Fields {
  const { token: _token, ...rest } = args;
  const values = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, decodedValue(value)]));
  return isFields(values['body']) ? values['body'] : values;
}

function decodedValue(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function record(
  state: State,
  done: { job: Job; status: number | undefined; reply: Reply | undefined; fault: string | undefined },
): void {
  const answer =
    done.status === undefined || done.reply === undefined ? undefined : decodedValue(String(done.reply.body));
  const error = isFields(answer) && typeof answer['error'] === 'string' ? answer['error'] : done.fault;
  const ok = done.status === 200 && error === undefined;
  const call: CallRecord = {
    at: state.clock.now(),
    method: done.job.name,
    args: done.job.args,
    status: done.status,
    ok,
    error,
    fault: done.fault,
  };
  state.log.push(call);
  emit(state, { type: 'call', call });
}
