// An app gets another id while its platform is still answering a poll of the old one.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, vi } from 'vitest';
import { minute, second } from '../../src/clock.ts';
import { memoryRule } from './configuration.ts';
import { expectOnceEach, rootOf } from './delivery-assertions.ts';
import { allTold, comeBack, fall } from './scenario.ts';
import { withWholeBot } from './whole-bot.ts';

// Minutes of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

/** Stands before a platform; what it is asked while it holds is answered when that ends. */
async function startGate(target: () => string | undefined) {
  let open: PromiseWithResolvers<void> | undefined;
  let held = 0;
  const server = createServer(async (request, response) => {
    if (open !== undefined) held += 1;
    await open?.promise;
    const platform = target();
    if (platform === undefined) {
      response.writeHead(503).end();
      return;
    }
    const headers = { 'im-api-key': String(request.headers['im-api-key']) };
    const answer = await fetch(`${platform}${request.url}`, { headers });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a listening TCP server has an address of this shape
    hold: () => {
      open = Promise.withResolvers();
    },
    release: () => {
      open?.resolve();
      open = undefined;
    },
    held: () => held,
    stop: () => {
      open?.resolve();
      server.closeAllConnections();
      server.close();
    },
  };
}

it('saves nothing of a poll of the old id that is answered afterwards, and goes on with the incident under the new one', async () => {
  let platform: string | undefined;
  const gate = await startGate(() => platform);
  try {
    await withWholeBot({ imkitUrl: gate.url }, async (whole) => {
      platform = whole.platforms.imkit.url;
      await whole.advance(20 * second);
      await fall(whole);
      await whole.reach(() => rootOf(whole.workspace, 'memory-low'), minute, 'the opening');
      const opened = rootOf(whole.workspace, 'memory-low');
      gate.hold();
      await whole.reach(() => gate.held() > 0, minute, 'a poll on its way');
      const app = `  - { id: chat, name: Chat, platform: imkit, url: "${gate.url}", apiKey: "$\{IM_API_KEY}", pollEvery: 10s, channel: C0ONCALL, was: [prod] }\n`;
      await whole.apply({ apps: app, alerts: memoryRule.replace('app: prod', 'app: chat') });
      const before = whole.rows("select at from sample where app = 'chat'").length;
      expect(before).toBeGreaterThan(0);
      gate.release();
      await whole.advance(minute);
      for (const table of ['sample', 'rollup', 'poll', 'alert', 'incident', 'app'])
        expect(whole.rows(`select * from ${table} where ${table === 'app' ? 'id' : 'app'} = 'prod'`), table).toEqual(
          [],
        );
      expect(whole.rows("select at from sample where app = 'chat'").length).toBeGreaterThan(before);
      expect(await whole.ask('memory')).not.toContain('prod');
      await comeBack(whole);
      await allTold(whole);
      expectOnceEach(whole.workspace, whole);
      expect(rootOf(whole.workspace, 'memory-low')?.ts).toBe(opened?.ts);
      expect(whole.rows('select app, reason from incident')).toEqual([{ app: 'chat', reason: 'recovered' }]);
      await whole.stop();
      await whole.start();
      expect(whole.log.filter(({ msg }) => msg.includes('numbers of its own'))).toEqual([]);
    });
  } finally {
    gate.stop();
  }
});
