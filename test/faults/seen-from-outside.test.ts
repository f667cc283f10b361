// What a watch outside sees of the whole bot: its metrics, the rules that are made on them, and the heartbeat.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { minute, second } from '../../src/clock.ts';
import { metricIds } from '../../src/metrics/catalog.ts';
import { packageRoot } from '../support/package-root.ts';
import { memoryRule } from './configuration.ts';
import { withLockedFile } from './locked-file.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

vi.setConfig({ testTimeout: 120_000 });

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

async function scrape(whole: WholeBot): Promise<readonly Sample[]> {
  const { text } = await whole.health('/metrics');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
      const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', of = '']) => [key, of]);
      return { name, labels: Object.fromEntries(pairs), value: Number(value) };
    });
}

const numbersOf = (samples: readonly Sample[]) =>
  Object.fromEntries(
    samples.filter(({ name }) => name === 'imstats_metric').map(({ labels, value }) => [labels['metric'], value]),
  );

const gaugeOf = (samples: readonly Sample[], wanted: string, labels: Record<string, string> = {}) =>
  samples.find(
    ({ name, labels: own }) => name === wanted && Object.entries(labels).every(([key, of]) => own[key] === of),
  )?.value;

it('has every fresh number of an app, and none of a platform that does not answer, while its age grows', async () => {
  await withWholeBot({ alerts: memoryRule }, async (whole) => {
    whole.memory(0.4);
    await whole.advance(minute);
    const fresh = await scrape(whole);
    expect(numbersOf(fresh)['memory.free_ratio']).toBeCloseTo(0.4, 2);
    expect(Object.keys(numbersOf(fresh)).length).toBeGreaterThan(5);
    expect(gaugeOf(fresh, 'imstats_poll_age_seconds', { app: 'prod' })).toBeLessThan(20);
    whole.platforms.controls.setFault('imkit', 'unavailable');
    await whole.advance(5 * minute);
    const stale = await scrape(whole);
    expect(numbersOf(stale)).toEqual({});
    expect(gaugeOf(stale, 'imstats_poll_age_seconds', { app: 'prod' })).toBeGreaterThan(240);
  });
});

it('counts what is silenced and acknowledged, and has labels from a bounded set only', async () => {
  await withWholeBot({ alerts: memoryRule }, async (whole) => {
    whole.memory(0.05);
    await whole.advance(minute);
    await whole.ask('silence memory-low 1h');
    await whole.advance(minute);
    const samples = await scrape(whole);
    expect(gaugeOf(samples, 'imstats_alerts', { state: 'firing' })).toBe(1);
    expect(gaugeOf(samples, 'imstats_alerts', { state: 'silenced' })).toBe(1);
    expect(gaugeOf(samples, 'imstats_alerts', { state: 'acknowledged' })).toBe(0);
    expect(gaugeOf(samples, 'imstats_config_version')).toBe(1);
    const numbers = samples.filter(({ name }) => name === 'imstats_metric');
    expect(numbers.every(({ labels }) => (metricIds as readonly string[]).includes(labels['metric'] ?? ''))).toBe(true);
    expect(new Set(samples.flatMap(({ labels }) => labels['app'] ?? []))).toEqual(new Set(['prod']));
  });
});

const Rules = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(z.looseObject({ expr: z.string(), alert: z.string().optional(), record: z.string().optional() })),
    }),
  ),
});

it('has rules for Prometheus that name only metrics, labels and values that the bot has', async () => {
  const text = readFileSync(join(packageRoot, '.deploy/prometheus-rules.yml'), 'utf8');
  const rules = Rules.parse(parse(text)).groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(5);
  await withWholeBot({ alerts: memoryRule }, async (whole) => {
    await whole.advance(minute);
    const { text: exposition } = await whole.health('/metrics');
    const declared = new Set([...exposition.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name));
    const samples = await scrape(whole);
    for (const { expr } of rules) {
      for (const [, name] of expr.matchAll(/\b(imstats_\w+)/g)) expect(declared, expr).toContain(name);
      for (const [, name = '', label = '', value] of expr.matchAll(/\b(imstats_\w+)\{(\w+)="([^"]+)"\}/g)) {
        if (label === 'result') continue; // a counter begins when it is counted
        expect(
          samples.filter((one) => one.name === name).map(({ labels }) => labels[label]),
          expr,
        ).toContain(value);
      }
    }
  });
});

it('calls the heartbeat while all is well, not while the store fails or polls stand still, and says where it is not taken', async () => {
  const calls: string[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    calls.push(request.url ?? '');
    response.writeHead(status).end('ok');
  });
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', () => listens()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping/secret-word`;
  try {
    await withWholeBot({ more: `heartbeat: { url: "${url}", every: 30s }\n` }, async (whole) => {
      await whole.advance(3 * minute);
      expect(calls.length).toBeGreaterThanOrEqual(4);
      await withLockedFile(whole.file, async () => {
        await whole.advance(minute);
        calls.length = 0;
        await whole.advance(3 * minute);
        expect(calls).toEqual([]);
      });
      await whole.advance(3 * minute);
      expect(calls.length).toBeGreaterThanOrEqual(3);
      // A platform that does not answer is no fault of the bot.
      whole.platforms.controls.setFault('imkit', 'unavailable');
      calls.length = 0;
      await whole.advance(5 * minute);
      expect(calls.length).toBeGreaterThanOrEqual(8);
      whole.platforms.controls.setFault('imkit', 'none');
      status = 503;
      await whole.advance(2 * minute);
      const health = await whole.ask('health');
      expect(health).toMatch(/heartbeat, .*did not take the call: it answered HTTP 503/);
      expect(health).not.toContain('secret-word');
      expect(JSON.stringify(whole.log)).not.toContain('secret-word');
      status = 200;
      await whole.advance(minute + second);
      expect(await whole.ask('health')).toMatch(/imstats is well/);
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
