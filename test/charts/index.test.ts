import { describe, expect, it } from 'vitest';
import { createRenderers, type RendererId } from '../../src/charts/index.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { packageRoot } from '../support/package-root.ts';
import { chartModel } from './sample-models.ts';

const needs = {
  root: packageRoot,
  fetch: () => Promise.reject(new TypeError('no network here')),
  clock: createFakeClock('2026-11-23T00:00:00Z'),
  quickchart: { url: 'http://127.0.0.1:1' },
};

describe('renderers', () => {
  it('are made in the order of the configuration', () => {
    const order: RendererId[] = ['text', 'image', 'quickchart', 'slack'];
    expect(createRenderers(order, needs).map((one) => one.id)).toEqual(order);
  });

  it.each([
    ['image', 'png'],
    ['slack', 'block'],
    ['text', 'text'],
  ] as const)('%s gives a %s', async (id, kind) => {
    const [renderer] = createRenderers([id], needs);
    expect((await renderer?.draw(chartModel()))?.kind).toBe(kind);
  });
});
