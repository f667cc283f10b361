// An app that is gone keeps its name and zone with what is stored of it: alerts, pictures, past incidents, digests.

import { afterEach, expect, it } from 'vitest';
import { unreachableRule } from '../../src/alerting/rules/unreachable.ts';
import type { ImApp } from '../../src/app.ts';
import type { Renderer } from '../../src/charts/index.ts';
import { hour, minute, second } from '../../src/clock.ts';
import type { DigestSchedule } from '../../src/service-types.ts';
import type { StoredApp } from '../../src/store/store.ts';
import { inEnglish } from '../support/in-english.ts';
import { createWorld, memoryRule, prod, type World, type WorldOptions } from './job-harness.ts';
import { unreachable } from './memory-slack.ts';

let world: World;
afterEach(() => world.end());

const other: ImApp = { ...prod, id: 'other', name: 'Other chat' };
const own = unreachableRule(prod, 'C0ONCALL', []);

/** The bot is in Berlin, the app in Taipei, seven hours ahead. */
async function begin(options: WorldOptions = {}): Promise<void> {
  world = await createWorld({
    values: { apps: [prod, other], rules: [own, memoryRule()], timezone: 'Europe/Berlin' },
    ...options,
  });
  await world.start();
  await world.clock.advance(minute);
}

async function open(options: WorldOptions = {}): Promise<void> {
  await begin(options);
  world.free(0.14);
  await world.clock.advance(minute + 5 * second);
}

it('in the close of its alert, also when it was removed while the bot did not run', async () => {
  await open();
  await world.restart({ values: { apps: [other], rules: [] } });
  await world.clock.advance(5 * second);
  const [root] = world.slack.roots();
  expect(root?.message).toMatchObject({ view: { app: { name: 'Production chat' }, colour: 'grey' } });
  expect(JSON.stringify(inEnglish(root?.message))).toContain('As of 03:02.');
  expect(JSON.stringify(root?.message)).toContain('"zone":"Asia/Taipei"');
  expect(JSON.stringify(root?.message)).not.toContain('Berlin');
});

it('in what is said of why an alert was there, by its rule and by its incident', async () => {
  await open();
  const incident = (await world.store.alerts.incidents(0, world.clock.now()))[0]?.id ?? '';
  await world.apply({ apps: [other], rules: [] });
  for (const target of ['memory-low', incident]) {
    const report = (await world.jobs.alerts.why(target))?.report;
    expect(inEnglish(report)).toMatchObject({
      headline: expect.stringMatching(
        /^Incident memory-low, Production chat, \d+ \w{3}: under 15 % since 03:02, not seen to end, lowest 14 %$/,
      ),
      context: 'its rule is not in the configuration any more, Asia/Taipei',
      zone: 'Asia/Taipei',
    });
    expect(inEnglish(report?.sections[0]?.lines)).toEqual([
      'Told at 03:02 as a warning, closed with its rule at 03:02.',
      'Nobody acknowledged it.',
    ]);
    expect(inEnglish(report?.sections[1]?.lines.at(-1))).toMatch(/03:02: .*removed/);
  }
  expect(await world.jobs.alerts.why('never-there')).toBeUndefined();
});

it('in the picture of its alert that is drawn after it is gone', async () => {
  const titles: string[] = [];
  const draw: Renderer['draw'] = async ({ title }) => {
    titles.push(title);
    return { kind: 'png', bytes: new Uint8Array([1]) };
  };
  await begin({ renderers: [{ id: 'image', draw }] });
  world.slack.fault = ({ method }) => (method === 'upload' ? { when: 'before', error: unreachable() } : undefined);
  world.free(0.14);
  await world.clock.advance(minute + 5 * second);
  await world.apply({ apps: [other], rules: [] });
  titles.length = 0;
  world.slack.fault = () => undefined;
  await world.clock.advance(2 * minute);
  expect(titles).toEqual([expect.stringMatching(/^Free memory, .* Production chat$/)]);
  expect(world.slack.roots()[0]?.pictures.length).toBe(1);
});

it('in the digest of all apps that covers one of its incidents, and in no digest of some', async () => {
  const daily: DigestSchedule = {
    id: 'daily',
    channel: 'C0DAILY',
    cron: '0 9 * * *',
    timezone: 'Asia/Taipei',
    period: 'day',
    apps: ['prod', 'other'],
  };
  const gone: StoredApp = {
    id: 'gone',
    name: 'Gone chat',
    timezone: 'Asia/Tokyo',
    platform: 'imkit',
    pollEvery: minute,
  };
  await begin({ schedules: [daily, { ...daily, id: 'some', apps: ['prod'] }] });
  await world.store.apps.save([gone]);
  const openedAt = world.clock.now() - 12 * hour;
  const incident = {
    id: 'x@1',
    rule: 'x',
    app: 'gone',
    level: 'warning',
    openedAt,
    closedAt: openedAt + hour,
  } as const;
  await world.store.alerts.saveIncident(incident);
  expect(JSON.stringify(inEnglish(await world.jobs.digests.preview('daily')))).toContain('Gone chat');
  expect(JSON.stringify(inEnglish(await world.jobs.digests.preview('some')))).toContain('Alerts: none');
});

it('when what was stored of its alert cannot be read', async () => {
  await begin();
  await world.store.apps.save([{ ...other, id: 'gone', name: 'Gone chat', timezone: 'Asia/Tokyo' }]);
  const incident = { id: 'x@1', rule: 'x', app: 'gone', level: 'warning', openedAt: world.clock.now() } as const;
  await world.store.alerts.saveIncident(incident);
  await world.store.outbox.saveRoot({
    stream: 'x@1',
    channel: 'C0ONCALL',
    ts: '1.000001',
    pictures: [],
    shown: undefined,
  });
  await world.restart();
  await world.clock.advance(5 * second);
  const last = world.slack.messages.at(-1)?.message;
  expect(JSON.stringify(inEnglish(last))).toContain('it opens anew. (04:01)');
  expect(JSON.stringify(last)).toContain('"zone":"Asia/Tokyo"');
});
