// A server that behaves as PagerDuty's Events API v2 does: it calls somebody for a new incident only, never for one that is known.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const Event = z.discriminatedUnion('event_action', [
  z.object({
    routing_key: z.string(),
    event_action: z.literal('trigger'),
    dedup_key: z.string().min(1).max(255),
    payload: z.object({
      summary: z.string().min(1).max(1_024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
    }),
  }),
  z.object({ routing_key: z.string(), event_action: z.literal('acknowledge'), dedup_key: z.string().min(1) }),
  z.object({ routing_key: z.string(), event_action: z.literal('resolve'), dedup_key: z.string().min(1) }),
]);

type IncidentState = 'triggered' | 'acknowledged' | 'resolved';

/** An answer that is given instead, so many times. */
interface Trouble {
  readonly status: number;
  left: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface PagerDutyStandIn {
  readonly url: string;
  /** Who was called, in order: the service and the key of the incident. */
  readonly called: readonly string[];
  /** The newest incident of each key. */
  readonly incidents: ReadonlyMap<string, IncidentState>;
  /** The actions that were taken, in order. */
  readonly taken: readonly string[];
  /** Somebody acknowledges there, which tells imstats nothing. */
  acknowledgeAll(): void;
  trouble(status: number, times: number, headers?: Readonly<Record<string, string>>): void;
  stop(): Promise<void>;
}

/** `services`: the routing keys that it knows. */
export async function startPagerDuty(services: readonly string[]): Promise<PagerDutyStandIn> {
  const incidents = new Map<string, IncidentState>();
  const called: string[] = [];
  const taken: string[] = [];
  let trouble: Trouble = { status: 500, left: 0 };
  const take = (body: string): { status: number; answer: object } => {
    const parsed = Event.safeParse(JSON.parse(body));
    if (!parsed.success) return refused('Event object is invalid');
    const { routing_key: service, event_action: action, dedup_key: key } = parsed.data;
    if (!services.includes(service)) return refused('Invalid routing key');
    const name = `${service} ${key}`;
    const before = incidents.get(name);
    taken.push(`${action} ${key}`);
    if (action === 'trigger' && (before === undefined || before === 'resolved')) {
      incidents.set(name, 'triggered');
      called.push(name);
    }
    if (action === 'acknowledge' && before === 'triggered') incidents.set(name, 'acknowledged');
    if (action === 'resolve' && before !== undefined) incidents.set(name, 'resolved');
    return { status: 202, answer: { status: 'success', message: 'Event processed', dedup_key: key } };
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => {
      body += part.toString();
    });
    request.on('end', () => {
      if (trouble.left > 0) {
        trouble.left -= 1;
        response.writeHead(trouble.status, trouble.headers).end('{"status":"throttled"}');
        return;
      }
      const { status, answer } =
        request.url === '/v2/enqueue' && request.method === 'POST' ? take(body) : { status: 404, answer: {} };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has an address of this shape
  return {
    url: `http://127.0.0.1:${port}`,
    called,
    incidents,
    taken,
    acknowledgeAll: () => {
      for (const [name, state] of incidents) if (state === 'triggered') incidents.set(name, 'acknowledged');
    },
    trouble: (status, times, headers = {}) => {
      trouble = { status, left: times, headers };
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function refused(why: string): { status: number; answer: object } {
  return { status: 400, answer: { status: 'invalid event', message: 'Event object is invalid', errors: [why] } };
}
