// Pictures come after the words: drawn, uploaded and edited in, with the next renderer when Slack refuses, and never in the way.
import { afterEach, describe, expect, it } from 'vitest';
import type { Renderer } from '../../src/charts/index.ts';
import { minute, second } from '../../src/clock.ts';
import { BotError, DeliveryError } from '../../src/errors.ts';
import type { ChartModel } from '../../src/reports/word-report.ts';
import type { DigestSchedule } from '../../src/service-types.ts';
import { englishWording } from '../../src/wording.ts';
import { createWorld, type World } from '../jobs/job-harness.ts';
import { badBlocks, unreachable } from '../jobs/memory-slack.ts';
import { inEnglish } from '../support/in-english.ts';

let world: World;

afterEach(async () => {
  world.slack.fault = () => undefined;
  await world.end();
});

const drawn: ChartModel[] = [];

const image: Renderer = {
  id: 'image',
  draw: async (model) => {
    drawn.push(model);
    return { kind: 'png', bytes: new Uint8Array([1]) };
  },
};
const broken: Renderer = { id: 'quickchart', draw: () => Promise.reject(new BotError('The server does not answer.')) };
const block: Renderer = {
  id: 'slack',
  draw: async () => ({ kind: 'block', block: { type: 'data_visualization' } as never }),
};
const text: Renderer = { id: 'text', draw: async () => ({ kind: 'text', text: '▁▂' }) };

const open = (renderers: readonly Renderer[]): Promise<void> => openWith(renderers, () => undefined);

async function openWith(renderers: readonly Renderer[], fault: World['slack']['fault']): Promise<void> {
  drawn.length = 0;
  world = await createWorld({ renderers, app: { pollEvery: 10 * second } });
  world.slack.fault = fault;
  await world.start();
  await world.clock.advance(25 * second);
  world.free(0.05);
  await world.clock.advance(6 * second);
}

const pictures = () => world.slack.roots()[0]?.pictures;

describe('the picture of an alert', () => {
  it('comes within seconds of the words, with limit lines and the numbers in words', async () => {
    await open([image]);
    expect(world.slack.roots().length).toBe(1);
    await world.clock.advance(10 * second);
    const [picture, ...others] = pictures() ?? [];
    expect(picture?.kind === 'file' && englishWording.text(picture.alt)).toMatch(
      /Low 5 %.*Critical 8 % and warning 15 %\./,
    );
    expect(others).toEqual([]);
    expect(drawn[0]).toMatchObject({
      kind: 'line',
      unit: 'ratio',
      place: { app: 'Production chat', id: 'prod' },
      limits: expect.arrayContaining([expect.objectContaining({ value: 0.08 })]),
    });
  });

  it('shows every sample at its own time, so that a dip of seconds is a dip of seconds', async () => {
    drawn.length = 0;
    world = await createWorld({ renderers: [image], app: { pollEvery: 10 * second } });
    await world.start();
    await world.clock.advance(20 * minute);
    world.free(0.05);
    await world.clock.advance(10 * second);
    world.free(0.4);
    await world.clock.advance(20 * second);
    const [curve] = drawn[0]?.series ?? [];
    const low = curve?.values.filter((value) => value !== undefined && value < 0.08) ?? [];
    expect(low).toHaveLength(1);
    expect(curve?.values.filter((value) => value !== undefined && value > 0.3).length).toBeGreaterThan(100);
  });

  it('stays when the message is edited', async () => {
    await open([image]);
    await world.clock.advance(10 * second);
    world.free(0.03);
    await world.clock.advance(minute);
    expect(pictures()).toHaveLength(1);
    expect(inEnglish(world.slack.roots()[0]?.message)).toMatchObject({
      view: { headline: expect.stringContaining('3 %') },
    });
  });

  it('is deleted once another one stands in its place', async () => {
    await open([image]);
    await world.clock.advance(10 * second);
    const [first] = pictures() ?? [];
    world.free(0.5);
    await world.clock.advance(20 * minute);
    const [last] = pictures() ?? [];
    const discarded = world.slack.calls.filter(({ method }) => method === 'discard').map(({ key }) => key);
    expect(first?.kind === 'file' && discarded.includes(first.id)).toBe(true);
    expect(last?.kind === 'file' && discarded.includes(last.id)).toBe(false);
  });

  it('is deleted when the answer to its edit was lost and another one has taken its place, and is not before', async () => {
    const lost: string[] = [];
    await openWith([image], (call) => {
      const [picture] = call.outgoing?.pictures ?? [];
      if (call.method !== 'update' || picture?.kind !== 'file' || lost.length === 2) return undefined;
      lost.push(picture.id);
      return { when: 'after', error: unreachable() };
    });
    const discarded = (): (string | undefined)[] =>
      world.slack.calls.filter(({ method }) => method === 'discard').map(({ key }) => key);
    expect(discarded()).toEqual([]);
    await world.clock.advance(2 * minute);
    const [shown] = pictures() ?? [];
    expect(lost).toHaveLength(2);
    expect(discarded()).toEqual(lost);
    expect(shown?.kind === 'file' && lost.includes(shown.id)).toBe(false);
  });

  it('is shown a little later when Slack still looks at the file', async () => {
    await open([image]);
    let refusals = 2;
    world.slack.fault = (call) => {
      if (call.method !== 'update' || call.outgoing?.pictures.length !== 1 || refusals === 0) return undefined;
      refusals -= 1;
      return { when: 'before', error: badBlocks() };
    };
    await world.clock.advance(20 * second);
    expect(pictures()).toHaveLength(1);
    expect(world.slack.calls.filter(({ method }) => method === 'upload').length).toBe(1);
  });

  it('comes with its limits although the message could not be posted for hours', async () => {
    world = await createWorld({ renderers: [image], app: { pollEvery: 10 * second } });
    await world.start();
    await world.clock.advance(25 * second);
    world.slack.fault = () => ({ when: 'before', error: unreachable() });
    world.free(0.05);
    await world.clock.advance(20 * minute);
    expect(world.slack.calls.filter(({ method }) => method === 'upload')).toEqual([]);
    world.slack.fault = () => undefined;
    await world.clock.advance(minute);
    expect(pictures()).toHaveLength(1);
  });

  it('is drawn anew when the process ends between its upload and its edit', async () => {
    await open([image]);
    world.slack.fault = (call) => (call.method === 'update' ? { when: 'before', error: 'crash' } : undefined);
    await world.clock.advance(10 * second);
    world.slack.fault = () => undefined;
    await world.restart();
    await world.clock.advance(10 * second);
    expect(pictures()).toMatchObject([{ kind: 'file' }]);
  });

  it('is drawn by the next renderer when the first one cannot', async () => {
    await open([broken, image]);
    await world.clock.advance(10 * second);
    expect(pictures()).toHaveLength(1);
  });

  it('is left out when nothing draws it, and the words stand', async () => {
    await open([broken, text]);
    await world.clock.advance(20 * second);
    expect(pictures()).toEqual([]);
    expect((await world.store.outbox.status()).depth).toBe(0);
  });

  it('never holds the words up, whatever becomes of it', async () => {
    await open([image]);
    world.slack.fault = (call) => (call.method === 'upload' ? { when: 'before', error: unreachable() } : undefined);
    world.free(0.5);
    await world.clock.advance(15 * second);
    expect(world.slack.roots()[0]?.message).toMatchObject({ view: { colour: 'green' } });
    await world.clock.advance(7 * minute);
    expect((await world.store.outbox.status()).depth).toBe(0);
  });

  it('is not tried for ever where files may not be uploaded', async () => {
    world = await createWorld({ renderers: [image] });
    world.slack.fault = (call) =>
      call.method === 'upload'
        ? { when: 'before', error: new DeliveryError('refused', 'missing_scope', 'Slack says missing_scope.') }
        : undefined;
    await world.start();
    await world.clock.advance(minute);
    world.free(0.05);
    await world.clock.advance(2 * minute);
    expect(world.slack.calls.filter(({ method }) => method === 'upload').length).toBe(1);
    expect((await world.store.outbox.status()).depth).toBe(0);
  });
});

describe('the pictures of a digest', () => {
  const daily: DigestSchedule = {
    id: 'daily',
    channel: 'C0DIGEST',
    cron: '0 9 * * *',
    timezone: 'Asia/Taipei',
    period: 'day',
    apps: ['prod'],
  };

  async function digest(renderers: readonly Renderer[]): Promise<number> {
    world = await createWorld({ start: '2026-11-22T02:00:00+08:00', schedules: [daily], rules: [], renderers });
    for (let hours = 0; hours < 26; hours += 1) {
      const at = Date.parse('2026-11-21T01:00:00+08:00') + hours * 60 * minute;
      await world.store.samples.record('prod', at, { 'connections.peak': 100 + hours, 'messages.sent': 10 });
    }
    await world.start();
    await world.jobs.digests.now('daily');
    await world.clock.advance(20 * second);
    const [root] = world.slack.roots('C0DIGEST');
    return root?.message.kind === 'report' ? root.message.report.sections.flatMap(({ charts }) => charts).length : 0;
  }

  it('are as many as its charts, in their order', async () => {
    const charts = await digest([image]);
    expect(charts).toBeGreaterThan(0);
    expect(pictures()).toHaveLength(charts);
  });

  it('are Slack’s own charts where those come first, and at most two of them', async () => {
    const charts = await digest([block, image]);
    expect(pictures()).toHaveLength(charts);
    expect(pictures()?.filter((one) => one.kind === 'inline' && one.by === 'slack').length).toBe(Math.min(charts, 2));
  });

  it('give way to the next renderer when Slack refuses them', async () => {
    world = await createWorld();
    const charts = await digest([block, text]);
    expect(charts).toBeGreaterThan(0);
    world.slack.fault = (call) =>
      call.outgoing?.pictures.some((one) => one.kind === 'inline' && one.by === 'slack') === true
        ? { when: 'before', error: badBlocks() }
        : undefined;
    await world.clock.advance(2 * minute);
    await world.jobs.digests.now('daily');
    await world.clock.advance(20 * second);
    const second_ = world.slack.roots('C0DIGEST')[1];
    expect(second_?.pictures.every((one) => one.kind === 'inline' && one.by === 'text')).toBe(true);
    expect(second_?.pictures.length).toBe(charts);
  });
});
