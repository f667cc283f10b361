// A raw keep-alive client that sends slash commands signed beforehand, so that it costs as little as it can.
import { connect, type Socket } from 'node:net';
import { sign } from '../../src/demo/workspace/event-sender.ts';

export interface Command {
  readonly text: string;
  readonly responseUrl: string;
}

export interface Target {
  readonly port: number;
  readonly signingSecret: string;
}

let triggers = 0;

/** `count` signed requests, each with a trigger id of its own. Valid for five minutes. */
export function signCommands(count: number, command: Command, { port, signingSecret }: Target): Buffer[] {
  const timestamp = Math.floor(Date.now() / 1_000);
  return Array.from({ length: count }, () => {
    triggers += 1;
    const body = new URLSearchParams({
      token: 'legacy',
      team_id: 'T0LOCAL',
      team_domain: 'local',
      channel_id: 'C0IMOPS',
      channel_name: 'im-ops',
      user_id: 'U0ALICE',
      user_name: 'alice',
      command: '/imstats',
      text: command.text,
      api_app_id: 'A0IMSTATS',
      is_enterprise_install: 'false',
      response_url: command.responseUrl,
      trigger_id: `1.${process.pid}.${triggers}`,
    }).toString();
    const head = [
      'POST /slack/events HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Slack-Request-Timestamp: ${timestamp}`,
      `X-Slack-Signature: ${sign(signingSecret, timestamp, body)}`,
    ].join('\r\n');
    return Buffer.from(`${head}\r\n\r\n${body}`);
  });
}

/** Of each command, milliseconds from sending to the whole acknowledgement; and the seconds that all of them took. */
export interface Acknowledged {
  readonly latencies: readonly number[];
  readonly seconds: number;
}

/** Each connection sends its next command as soon as the last one is acknowledged. Rejects for any answer but 200. */
export async function sendAll(port: number, connections: number, requests: readonly Buffer[]): Promise<Acknowledged> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => openSocket(port)));
  const latencies: number[] = [];
  let next = 0;
  const started = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      for (;;) {
        const request = requests[next];
        if (request === undefined) return;
        next += 1;
        const sent = performance.now();
        await exchange(socket, request);
        latencies.push(performance.now() - sent);
      }
    }),
  );
  return close(sockets, latencies, started);
}

/** Sends so many a second whatever has been acknowledged, spread over as many connections as are needed. */
export async function sendPaced(port: number, rate: number, requests: readonly Buffer[]): Promise<Acknowledged> {
  const idle: Socket[] = [];
  const sockets: Socket[] = [];
  const latencies: number[] = [];
  const started = performance.now();
  const answers: Promise<void>[] = [];
  for (const [index, request] of requests.entries()) {
    const wait = started + (index * 1_000) / rate - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const socket = idle.pop() ?? (await openSocket(port));
    if (!sockets.includes(socket)) sockets.push(socket);
    const sent = performance.now();
    const answer = exchange(socket, request).then(() => {
      latencies.push(performance.now() - sent);
      idle.push(socket);
    });
    answers.push(answer);
  }
  await Promise.all(answers);
  return close(sockets, latencies, started);
}

function close(sockets: readonly Socket[], latencies: readonly number[], started: number): Acknowledged {
  const seconds = (performance.now() - started) / 1_000;
  for (const socket of sockets) socket.destroy();
  return { latencies, seconds };
}

/** Rejects when nobody listens there. */
export function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => {}); // whoever waits for an answer hears of the end
      resolve(socket);
    });
  });
}

/** Sends one request and waits for the end of its answer. */
export function exchange(socket: Socket, request: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const end = (): void => {
      socket.off('data', take);
      socket.off('close', fail);
    };
    const fail = (): void => {
      end();
      reject(new Error(`the connection ended after ${JSON.stringify(answer.slice(0, 80))}`));
    };
    const take = (part: Buffer): void => {
      answer += part.toString('latin1');
      if (!isWhole(answer)) return;
      end();
      if (answer.startsWith('HTTP/1.1 200')) resolve();
      else reject(new Error(`not acknowledged: ${answer.slice(0, 80)}`));
    };
    socket.on('data', take);
    socket.once('close', fail);
    socket.write(request);
  });
}

/** An acknowledgement without words ends with its head or its last chunk, one with words has chunks. */
function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n');
  if (head < 0) return false;
  return /transfer-encoding: chunked/i.test(answer.slice(0, head)) ? answer.endsWith('0\r\n\r\n') : true;
}
