// PagerDuty against a real server on this machine: one key for an incident, and what its answers mean.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlertView } from '../../src/alerting/notification.ts';
import { minute, second, systemClock } from '../../src/clock.ts';
import { createPagerDuty } from '../../src/delivery/pagerduty.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { Pager } from '../../src/store/outbox.ts';
import { englishWording } from '../../src/wording.ts';
import { createWorld } from '../jobs/job-harness.ts';
import { foreignWords, madeUpWording } from '../support/made-up-wording.ts';

const routingKey = 'R0UTINGKEY-secret';

interface Event {
  readonly routing_key: string;
  readonly event_action: string;
  readonly dedup_key: string;
  readonly payload?: { readonly summary: string; readonly severity: string };
}

let server: Server;
let pager: Pager;
const events: Event[] = [];
let answer: { status: number; body: string; headers?: Record<string, string> };

beforeEach(async () => {
  events.length = 0;
  answer = { status: 202, body: '{"status":"success","message":"Event processed"}' };
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => {
      body += part.toString();
    });
    request.on('end', () => {
      if (request.url === '/v2/enqueue' && request.method === 'POST') events.push(JSON.parse(body));
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has an address of this shape
  pager = createPagerDuty({
    url: `http://127.0.0.1:${port}/`,
    routingKey,
    fetch: globalThis.fetch,
    clock: systemClock,
    wording: englishWording,
  });
});

afterEach(() => {
  server.closeAllConnections();
  return new Promise<void>((resolve) => server.close(() => resolve()));
});

const view: AlertView = {
  incident: 'memory-low@1795287600000',
  rule: 'memory-low',
  app: { id: 'prod', name: 'Production chat' },
  colour: 'red',
  level: 'critical',
  headline: verbatim('Critical: free memory 5 % on Production chat, acknowledged by {user:U0BOB}'),
  lines: [verbatim('Under 8 %.')],
  mentions: [],
  runbook: 'https://runbooks.example.com/memory',
  actions: [],
  openedAt: 1_795_287_600_000,
};

describe('an event', () => {
  it('has the same key for trigger, acknowledge and resolve', async () => {
    for (const action of ['trigger', 'acknowledge', 'resolve'] as const) await pager.send(action, view);
    expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'acknowledge', 'resolve']);
    expect(new Set(events.map(({ dedup_key }) => dedup_key))).toEqual(new Set([view.incident]));
    expect(events[0]?.payload).toMatchObject({
      summary: 'Critical: free memory 5 % on Production chat, acknowledged by U0BOB',
      severity: 'critical',
    });
    expect(events[2]?.payload).toBeUndefined();
  });

  it.each([
    [400, '{"status":"invalid event","errors":["routing_key is invalid"]}', 'refused', undefined],
    [429, '', 'not-sent', 5_000],
    [500, 'oops', 'unknown', 5_000],
  ])('that is answered with HTTP %i', async (status, body, outcome, retryAfterMs) => {
    answer = { status, body, headers: status === 400 ? {} : { 'retry-after': '5' } };
    await expect(pager.send('trigger', view)).rejects.toMatchObject({ outcome, retryAfterMs });
  });

  it('that meets nobody may be sent again, and no error holds the key', async () => {
    const lonely = createPagerDuty({
      url: 'http://127.0.0.1:9',
      routingKey,
      fetch: globalThis.fetch,
      clock: systemClock,
      wording: englishWording,
    });
    const error: unknown = await lonely.send('trigger', view).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ outcome: 'unknown' });
    expect(inspect(error, { depth: 10 })).not.toContain(routingKey);
  });
});

describe('its words', () => {
  it('are those of the language that it is given', async () => {
    const bodies: string[] = [];
    const fetch: typeof globalThis.fetch = async (_to, init) => {
      bodies.push(String(init?.body));
      return new Response('', { status: 202 });
    };
    const there = createPagerDuty({
      url: 'http://127.0.0.1:9',
      routingKey,
      fetch,
      clock: systemClock,
      wording: madeUpWording,
    });
    const reading = { kind: 'rule.now', values: { metric: 'memory.free_ratio', shown: 0.05, app: 'Production chat' } };
    const headline = { kind: 'alert.firing', values: { level: 'critical', reading } };
    const lines = [{ kind: 'alert.history', values: { count: 1, days: 30 } }];
    await there.send('trigger', { ...view, headline, lines });
    const { payload, links } = JSON.parse(bodies[0] ?? '');
    const text = [
      payload.summary,
      ...payload.custom_details.lines,
      ...links.map((link: { text: string }) => link.text),
    ];
    expect(text).toHaveLength(3);
    expect(foreignWords(text.join(' '), ['Production chat'])).toEqual([]);
  });
});

describe('an incident', () => {
  it('that pings people is handed over, acknowledged and resolved there, once each', async () => {
    const sent: string[] = [];
    let failures = 2;
    const memory: Pager = {
      send: async (action, { incident }) => {
        failures -= 1;
        if (failures >= 0)
          await createPagerDuty({
            url: 'http://127.0.0.1:9',
            routingKey,
            fetch: globalThis.fetch,
            clock: systemClock,
            wording: englishWording,
          }).send(action, view);
        // The end of a refused token, which every start tells.
        if (!incident.startsWith('imstats:token')) sent.push(`${action} ${incident.split('@')[0]}`);
      },
    };
    const world = await createWorld({ deps: { pager: memory } });
    await world.start();
    await world.clock.advance(minute);
    world.free(0.05);
    await world.clock.advance(minute + 30 * second);
    await world.jobs.alerts.act({ target: 'memory-low', action: 'acknowledge', actor: 'U0BOB', until: undefined });
    world.free(0.5);
    await world.clock.advance(minute + 30 * second);
    expect(sent).toEqual(['trigger memory-low', 'acknowledge memory-low', 'resolve memory-low']);
    await world.end();
  });
});
