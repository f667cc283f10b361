import { describe, expect, it } from 'vitest';
import { createRenderers, drawFirst, type Renderer, type RendererId, rendererIds } from '../../src/charts/renderer.ts';
import { BotError } from '../../src/errors.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { packageRoot } from '../support/package-root.ts';
import { chartModel, oneSeries } from './sample-models.ts';

const needs = {
  root: packageRoot,
  fetch: () => Promise.reject(new TypeError('no network here')),
  clock: createFakeClock('2026-11-23T00:00:00Z'),
  quickchart: { url: 'http://127.0.0.1:1' },
};

const broken: Renderer = {
  id: 'image',
  draw: () => Promise.reject(new BotError('The drawing library could not be loaded.')),
};

describe('renderers', () => {
  it('are made in the order of the configuration', () => {
    const order: RendererId[] = ['text', 'image', 'quickchart', 'slack'];
    expect(createRenderers(order, needs).map((one) => one.id)).toEqual(order);
    expect([...rendererIds].sort()).toEqual(order.toSorted());
  });

  it.each([
    ['image', 'png'],
    ['slack', 'block'],
    ['text', 'text'],
  ] as const)('%s gives a %s', async (id, kind) => {
    const [renderer] = createRenderers([id], needs);
    expect((await renderer?.draw(chartModel()))?.kind).toBe(kind);
  });

  it('the next is used where one fails, and the failure is told', async () => {
    const failures: string[] = [];
    const drawn = await drawFirst([broken, ...createRenderers(['slack', 'text'], needs)], chartModel(), (by, error) => {
      failures.push(`${by}: ${error instanceof Error ? error.message : ''}`);
    });
    expect(failures).toEqual(['image: The drawing library could not be loaded.']);
    expect([drawn?.by, drawn?.picture.kind, drawn?.rest.map((one) => one.id)]).toEqual(['slack', 'block', ['text']]);
  });

  it('the next is used where one cannot show the chart, which is no failure', async () => {
    const failures: unknown[] = [];
    const gap = oneSeries([1, undefined, 3]);
    const drawn = await drawFirst(createRenderers(['slack', 'text'], needs), gap, (_, error) => failures.push(error));
    expect([drawn?.by, drawn?.rest, failures]).toEqual(['text', [], []]);
  });

  it('nothing is drawn where none is left', async () => {
    expect(await drawFirst([broken], chartModel(), () => {})).toBeUndefined();
    expect(await drawFirst([], chartModel(), () => {})).toBeUndefined();
  });
});
