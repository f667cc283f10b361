// The HTTP server of the workspace: Web API, uploads, files, response_url; every call is recorded.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Fields, isFields } from './blocks/walk.ts';
import { type Faults, type HttpReply, sendReply } from './faults.ts';
import { receiveUpload } from './file-store.ts';
import { parseArguments, readBytes, readUpload } from './request-body.ts';
import { receiveReply } from './response-url.ts';
import { emit, type State } from './state.ts';
import { answerCall } from './web-api.ts';
import { WebApiError } from './web-api-error.ts';
import type { CallRecord } from './workspace-types.ts';

/** A parsed request: its name in the log, its arguments, and the work. */
interface ApiRequest {
  readonly name: string;
  readonly args: Fields;
  readonly process: () => Promise<HttpReply>;
}

export interface HttpServer {
  readonly server: Server;
  /** `down` destroys every connection and refuses new ones. */
  setReachable(state: 'up' | 'down'): void;
  closeAll(): void;
}

export function createHttpServer(state: State, faults: Faults): HttpServer {
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
  const call = await parseRequest(state, request, path);
  if (call === undefined) {
    sendReply(response, { status: 404, body: 'Not found' });
    return;
  }
  const fault = faults.take(call.name, call.args);
  let reply: HttpReply | undefined;
  const process = async (): Promise<HttpReply> => {
    reply = await call.process();
    return reply;
  };
  const status = fault === undefined ? sendReply(response, await process()) : await fault.send(response, process);
  recordCall(state, { call, status, reply, fault: fault?.name });
}

async function parseRequest(state: State, request: IncomingMessage, path: string): Promise<ApiRequest | undefined> {
  const [, area, name = ''] = path.split('/');
  const contentType = request.headers['content-type'] ?? '';
  const bytes = await readBytes(request);
  if (area === 'api') {
    let args: Fields = {};
    try {
      args = parseArguments(contentType, bytes);
    } catch (error) {
      if (!(error instanceof WebApiError)) throw error;
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

async function upload(state: State, id: string, given: { contentType: string; bytes: Buffer }): Promise<HttpReply> {
  const bytes = await readUpload(given.contentType, given.bytes);
  const taken = receiveUpload(state, id, bytes);
  return taken ? { status: 200, body: `OK - ${bytes.length}` } : { status: 400, body: 'invalid upload' };
}

function fileReply(state: State, path: string): HttpReply {
  const file = state.files.get(path.split('/')[2] ?? '')?.file;
  if (file?.completedAt === undefined) return { status: 404, body: 'Not found' };
  return { status: 200, headers: { 'content-type': file.mimetype }, body: file.bytes };
}

/** The arguments for the log: JSON as values, no token; the body of a reply as its fields. */
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

function recordCall(
  state: State,
  done: { call: ApiRequest; status: number | undefined; reply: HttpReply | undefined; fault: string | undefined },
): void {
  const answer =
    done.status === undefined || done.reply === undefined ? undefined : decodedValue(String(done.reply.body));
  const error = isFields(answer) && typeof answer['error'] === 'string' ? answer['error'] : done.fault;
  const ok = done.status === 200 && error === undefined;
  const call: CallRecord = {
    at: state.clock.now(),
    method: done.call.name,
    args: done.call.args,
    status: done.status,
    ok,
    error,
    fault: done.fault,
  };
  state.log.push(call);
  emit(state, { type: 'call', call });
}
