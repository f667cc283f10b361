import { afterAll, describe, expect, it } from 'vitest';
import { createChartProcess } from '../../src/charts/chart-process.ts';
import { createRenderers, privateOrder, type RendererId } from '../../src/charts/index.ts';
import { englishWording } from '../../src/wording.ts';
import { startChartChild } from '../support/chart-child.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { chartModel } from './sample-models.ts';

const clock = createFakeClock('2026-11-23T00:00:00Z');
const chartProcess = createChartProcess({ start: startChartChild, clock });
afterAll(() => chartProcess.stop());

const needs = {
  fetch: () => Promise.reject(new TypeError('no network here')),
  clock,
  quickchart: { url: 'http://127.0.0.1:1' },
  chartProcess,
  wording: englishWording,
};

describe('renderers', () => {
  it('are made in the order of the configuration', () => {
    const order: RendererId[] = ['text', 'image', 'quickchart', 'slack'];
    expect(createRenderers(order, needs).map((one) => one.id)).toEqual(order);
  });

  it.each([
    [undefined, ['image', 'slack', 'text'], ['slack', 'text']],
    [undefined, ['image'], ['slack', 'text']],
    [undefined, ['text'], ['text']],
    ['image', ['text'], ['image', 'slack', 'text']],
    ['text', ['image'], ['text']],
  ] as const)('of private answers, where %s was chosen and charts are %j, are %j', (chosen, charts, order) => {
    expect(privateOrder(chosen, charts)).toEqual(order);
  });

  it.each([
    ['image', 'png'],
    ['slack', 'block'],
    ['text', 'text'],
  ] as const)('%s gives a %s', async (id, kind) => {
    const [renderer] = createRenderers([id], needs);
    expect((await renderer?.draw(chartModel()))?.kind).toBe(kind);
  });

  it('image has a chart drawn once for all who ask for it at the same time or shortly after, and keeps no more than a few', async () => {
    const [renderer] = createRenderers(['image'], needs);
    const ask = async (title: string): Promise<Uint8Array | undefined> => {
      const picture = await renderer?.draw(chartModel({ title }));
      return picture?.kind === 'png' ? picture.bytes : undefined;
    };
    const [one, two] = await Promise.all([ask('first'), ask('first')]);
    expect(one).toBeInstanceOf(Uint8Array);
    expect(two).toBe(one);
    expect(await ask('first')).toBe(one);
    for (let other = 0; other < 8; other += 1) await ask(`other ${other}`);
    expect(await ask('first')).not.toBe(one);
  });
});
