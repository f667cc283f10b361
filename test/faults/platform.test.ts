// The platform breaks in every way: it has an alert of its own, the other alerts stand still, and nothing that was known is lost.
import { describe, expect, it, vi } from 'vitest';
import { hour, minute } from '../../src/clock.ts';
import type { PlatformFault } from '../../src/demo/platforms/faulty-server.ts';
import { places } from './configuration.ts';
import { expectOnceEach, rootOf } from './delivery-assertions.ts';
import { allTold, comeBack, fall, openIncidents, poll } from './scenario.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

// Minutes and hours of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

const unreachable = 'prod.unreachable';

/** What a platform does, and what people read of it. */
const problems: readonly { fault: PlatformFault; reads: RegExp }[] = [
  { fault: 'unavailable', reads: /HTTP 503/ },
  { fault: 'hang', reads: /nothing came within 10 s/ },
  { fault: 'down', reads: /connection|broke|reset/i },
  { fault: 'garbage', reads: /cut off or not JSON/ },
  { fault: 'html', reads: /web page/ },
  { fault: 'unauthorized', reads: /HTTP 401.*key is not accepted/ },
  { fault: 'forbidden', reads: /HTTP 403/ },
  { fault: 'rate-limited', reads: /HTTP 429/ },
];

async function polls(whole: WholeBot, count: number): Promise<void> {
  for (let one = 0; one < count; one += 1) await poll(whole);
}

/** What was said in the thread of the newest incident of a rule. */
function linesOf(whole: WholeBot, rule: string): string[] {
  const root = rootOf(whole.workspace, rule);
  return root === undefined
    ? []
    : whole.workspace
        .thread(root.channel, root.ts)
        .slice(1)
        .map(({ text }) => text);
}

describe('a platform that does not answer', () => {
  it.concurrent.each(problems)(
    '$fault: told after three polls, with the reason; what else fires stands still',
    async ({ fault, reads }) => {
      await withWholeBot({}, async (whole) => {
        const { workspace, platforms } = whole;
        await fall(whole, 0.05);
        await allTold(whole);
        platforms.controls.setFault('imkit', fault);
        await polls(whole, 2);
        expect(rootOf(workspace, unreachable)).toBeUndefined();
        await polls(whole, 1);
        await allTold(whole);
        const own = rootOf(workspace, unreachable);
        expect(own?.text).toMatch(
          /Warning: Production chat (does not answer|gives no numbers): [\s\S]*Without numbers since 08:3\d/,
        );
        expect(own?.text).toMatch(reads);
        // Nobody says that the memory is well, or low for a second time, while nobody can know.
        expect(openIncidents(whole)).toBe(2);
        expect(linesOf(whole, 'memory-low').filter((text) => /Resolved|Closed/.test(text))).toEqual([]);

        platforms.controls.setFault('imkit', 'none');
        await polls(whole, 3);
        await allTold(whole);
        // Its end says how the alerts stand that stood still.
        expect(rootOf(workspace, unreachable)?.text).toMatch(/Resolved after .*: Production chat answers again/);
        expect(rootOf(workspace, unreachable)?.text).toMatch(/has 5 % free memory/);
        expect(openIncidents(whole)).toBe(1);
        await comeBack(whole);
        await allTold(whole);
        expectOnceEach(workspace, whole);
        expect(whole.rows('select id from incident')).toHaveLength(2);
        const warned = whole.log.filter(({ level, msg }) => level === 40 && msg === 'platform does not answer');
        expect(warned).toHaveLength(1);
        expect(String(warned[0]?.['reason'])).toMatch(reads);
        expect(JSON.stringify(whole.log)).not.toContain(platforms.imkit.apiKey);
      });
    },
  );

  it('keeps the last numbers, and shows them as old with the reason when somebody asks', async () => {
    await withWholeBot({}, async (whole) => {
      await polls(whole, 2);
      whole.platforms.controls.setFault('imkit', 'unavailable');
      await polls(whole, 3);
      const answer = await whole.ask('prod');
      expect(answer).toMatch(/HTTP 503/);
      expect(answer).toMatch(/40 %/);
      expect(answer).toMatch(/stale|last numbers|old/i);
      expect(await whole.ask('health')).toMatch(/HTTP 503/);
    });
  });
});

describe('no data', () => {
  it('waits, freezes what fires, and does not swing between two alerts when answers come and go', async () => {
    await withWholeBot({}, async (whole) => {
      const { workspace, platforms } = whole;
      await fall(whole, 0.05);
      await allTold(whole);
      // Two polls fail, one is good, again and again: never three in a row.
      for (let round = 0; round < 6; round += 1) {
        platforms.controls.setFault('imkit', 'garbage');
        await polls(whole, 2);
        platforms.controls.setFault('imkit', 'none');
        await polls(whole, 1);
      }
      await allTold(whole);
      expect(whole.rows('select rule from incident')).toEqual([{ rule: 'memory-low' }]);
      expect(workspace.messages(places.alerts)).toEqual([rootOf(workspace, 'memory-low')]);
      expect(linesOf(whole, 'memory-low')).toEqual([]);
    });
  });

  it('for a quarter of an hour is critical, the message that stands says since when, and afterwards each ends once', async () => {
    await withWholeBot({ pollEvery: '60s' }, async (whole) => {
      const { workspace, platforms } = whole;
      await fall(whole, 0.05);
      await allTold(whole);
      platforms.controls.setFault('imkit', 'unauthorized');
      await whole.advance(hour / 2);
      expect(rootOf(workspace, unreachable)?.text).toMatch(
        /Critical.*: Production chat (has not answered|does not answer|gives no numbers)/,
      );
      expect(rootOf(workspace, 'memory-low')?.text).toMatch(
        /No data: Production chat (does not answer|gives no numbers|has not answered since|has given no numbers since)/,
      );
      platforms.controls.setFault('imkit', 'none');
      whole.memory(undefined);
      await whole.advance(5 * minute);
      await allTold(whole);
      expectOnceEach(workspace, whole);
      expect(openIncidents(whole)).toBe(0);
    });
  });
});
