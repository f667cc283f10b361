// Fault injection: which calls a fault applies to, and what happens to them.
import type { ServerResponse } from 'node:http';
import type { Fields } from './blocks/walk.ts';
import { later, type State } from './state.ts';
import type { FaultHandle, FaultSpec } from './workspace-types.ts';

/** The reply of the HTTP server. */
export interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

interface InstalledFault {
  readonly spec: FaultSpec;
  left: number;
  hits: number;
  readonly held: Set<() => void>;
}

export interface Faults {
  add(spec: FaultSpec): FaultHandle;
  /** The first fault that applies to this call, with one use taken from it. */
  take(method: string, args: Fields): ActiveFault | undefined;
}

interface ActiveFault {
  readonly name: string;
  /** Sends the faulty reply; `process` runs the call for faults that let it happen. */
  send(response: ServerResponse, process: () => Promise<HttpReply>): Promise<number | undefined>;
}

export function createFaults(state: State): Faults {
  const installed: InstalledFault[] = [];
  return {
    add: (spec) => {
      const fault: InstalledFault = { spec, left: spec.times ?? 1, hits: 0, held: new Set() };
      installed.push(fault);
      return {
        get hits() {
          return fault.hits;
        },
        release: () => {
          fault.left = 0;
          for (const go of [...fault.held]) go();
        },
      };
    },
    take: (method, args) => {
      const fault = installed.find((one) => one.left > 0 && fits(one.spec, method, args));
      if (fault === undefined) return undefined;
      fault.left -= 1;
      fault.hits += 1;
      const { kind } = fault.spec;
      const name = typeof kind === 'string' ? kind : kind.error;
      return { name, send: (response, process) => sendFault(state, fault, { response, process }) };
    },
  };
}

/** Writes the reply, unless the caller has closed the connection. */
export function sendReply(response: ServerResponse, reply: HttpReply): number {
  if (!response.destroyed) response.writeHead(reply.status, reply.headers).end(reply.body);
  return reply.status;
}

function fits(spec: FaultSpec, method: string, args: Fields): boolean {
  return (spec.method === '*' || spec.method === method) && (spec.when?.(args) ?? true);
}

interface FaultedCall {
  readonly response: ServerResponse;
  readonly process: () => Promise<HttpReply>;
}

const json = { 'content-type': 'application/json; charset=utf-8' };

async function sendFault(state: State, fault: InstalledFault, call: FaultedCall): Promise<number | undefined> {
  const { kind, retryAfter = 1 } = fault.spec;
  const { response, process } = call;
  if (typeof kind !== 'string') {
    return sendReply(response, { status: 200, headers: json, body: JSON.stringify({ ok: false, error: kind.error }) });
  }
  switch (kind) {
    case '429': {
      const headers = { ...json, 'retry-after': String(retryAfter) };
      return sendReply(response, { status: 429, headers, body: '{"ok":false,"error":"ratelimited"}' });
    }
    case '503':
      return sendReply(response, { status: 503, body: 'Service unavailable' });
    case 'html':
      return sendReply(response, {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<h1>Be right back</h1>',
      });
    case 'cut-before':
      response.destroy();
      return undefined;
    case 'cut-after':
      await process();
      response.destroy();
      return undefined;
    case 'cut-body':
      return cutBody(response, await process());
    case 'delay':
      await hold(state, fault);
      return sendReply(response, await process());
    case 'hang':
      return undefined;
  }
}

/** Sends the head and half of the body, then destroys the connection. */
function cutBody(response: ServerResponse, reply: HttpReply): undefined {
  const half = Buffer.from(reply.body).subarray(0, Math.floor(reply.body.length / 2));
  response.writeHead(reply.status, { ...reply.headers, 'content-length': String(reply.body.length) });
  response.write(half, () => response.destroy());
  return undefined;
}

function hold(state: State, fault: InstalledFault): Promise<void> {
  return new Promise((resolve) => {
    const { ms } = fault.spec;
    const cancel = ms === undefined ? () => {} : later(state, ms, () => go());
    const go = (): void => {
      cancel();
      fault.held.delete(go);
      resolve();
    };
    fault.held.add(go);
    state.stopping.signal.addEventListener('abort', go, { once: true });
  });
}
