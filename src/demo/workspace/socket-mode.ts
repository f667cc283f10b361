// The Socket Mode server: connections by ticket, envelopes, acknowledgements, refresh requests.
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { second } from '../../clock.ts';
import { type Fields, isFields } from './blocks/walk.ts';
import { emit, later, type State } from './state.ts';
import type { DisconnectReason } from './workspace-types.ts';

const mostConnections = 10;

/** What comes back for an envelope: the payload of its acknowledgement, or that the connection is gone. */
type EnvelopeAnswer = { readonly payload: unknown } | 'closed';

export interface Envelope {
  readonly type: 'slash_commands' | 'interactive' | 'events_api';
  readonly payload: Fields;
  readonly retry?: { readonly attempt: number; readonly reason: string } | undefined;
}

export interface SocketModeServer {
  readonly open: number;
  /** Sends to any one connection; undefined when there is none. Settles when that one answers or closes. */
  send(envelope: Envelope): Promise<EnvelopeAnswer> | undefined;
  disconnect(reason: DisconnectReason, count?: number): void;
  cut(): void;
}

interface Connection {
  readonly socket: WebSocket;
  readonly waiting: Map<string, (answer: EnvelopeAnswer) => void>;
  closing: boolean;
}

export function createSocketModeServer(state: State, server: Server): SocketModeServer {
  const acceptor = new WebSocketServer({ noServer: true });
  const connections: Connection[] = [];
  let turn = 0;
  server.on('upgrade', (request, stream: Duplex, head) => {
    const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
    if (!state.tickets.delete(ticket)) {
      stream.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
      return;
    }
    acceptor.handleUpgrade(request, stream, head, (socket) => acceptConnection(state, connections, socket));
  });
  return {
    get open() {
      return connections.length;
    },
    send: (envelope) => {
      const ready = connections.filter((connection) => !connection.closing);
      turn += 1;
      const connection = ready[turn % ready.length];
      return connection === undefined ? undefined : sendEnvelope(state, connection, envelope);
    },
    disconnect: (reason, count = connections.length) => {
      for (const connection of connections.slice(-count)) sendDisconnect(state, connection, reason);
    },
    cut: () => {
      for (const connection of [...connections]) connection.socket.terminate();
    },
  };
}

function acceptConnection(state: State, connections: Connection[], socket: WebSocket): void {
  const connection: Connection = { socket, waiting: new Map(), closing: false };
  if (connections.length >= mostConnections) {
    socket.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets', debug_info: { host: 'local' } }));
    socket.close();
    return;
  }
  connections.push(connection);
  socket.on('error', () => socket.terminate());
  socket.on('message', (data) => receive(connection, String(data)));
  socket.on('close', () => {
    connections.splice(connections.indexOf(connection), 1);
    for (const settle of connection.waiting.values()) settle('closed');
    emit(state, { type: 'sockets', open: connections.length });
  });
  const hello = {
    type: 'hello',
    num_connections: connections.length,
    debug_info: { host: 'local', build_number: 1, approximate_connection_time: 3600 },
    connection_info: { app_id: state.bot.appId },
  };
  socket.send(JSON.stringify(hello), () => emit(state, { type: 'sockets', open: connections.length }));
}

function receive(connection: Connection, text: string): void {
  const answer: unknown = JSON.parse(text);
  if (!isFields(answer) || typeof answer['envelope_id'] !== 'string') return;
  connection.waiting.get(answer['envelope_id'])?.({ payload: answer['payload'] });
}

function sendEnvelope(state: State, connection: Connection, envelope: Envelope): Promise<EnvelopeAnswer> {
  const id = state.ids.word();
  const { type, payload, retry } = envelope;
  return new Promise((resolve) => {
    connection.waiting.set(id, (answer) => {
      connection.waiting.delete(id);
      resolve(answer);
    });
    const retrying = retry === undefined ? {} : { retry_attempt: retry.attempt, retry_reason: retry.reason };
    const accepts = type !== 'events_api';
    connection.socket.send(
      JSON.stringify({ envelope_id: id, type, payload, accepts_response_payload: accepts, ...retrying }),
    );
  });
}

/** A warning leaves the connection open for now; after a refresh request it closes 10 s later. */
function sendDisconnect(state: State, connection: Connection, reason: DisconnectReason): void {
  connection.socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'local' } }));
  if (reason === 'warning') return;
  connection.closing = true;
  later(state, 10 * second, () => connection.socket.terminate());
}
