// The ways to show a chart, by their word in the configuration; a new one is its file and a line in `makers`.
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { ChartModel } from '../reports/report.ts';
import type { ChartProcess } from './chart-process.ts';
import { createQuickChartRenderer } from './quickchart-renderer.ts';
import { type DataVisualizationBlock, toDataVisualization } from './slack-renderer.ts';
import { toTextChart } from './text-renderer.ts';

/** What a chart became: PNG bytes to upload, a block of Slack's, or plain text that is still to be escaped. */
export type RenderedChart =
  | { readonly kind: 'png'; readonly bytes: Uint8Array }
  | { readonly kind: 'block'; readonly block: DataVisualizationBlock }
  | { readonly kind: 'text'; readonly text: string };

export interface Renderer {
  readonly id: RendererId;
  /** Undefined where this renderer cannot show the chart truly. Throws a BotError where it should have been able to, and was not. */
  draw(model: ChartModel): Promise<RenderedChart | undefined>;
}

/** What the renderers need from outside. */
export interface RendererNeeds {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly quickchart: { readonly url: string };
  /** Draws the pictures of `image`. */
  readonly chartProcess: ChartProcess;
}

type Draw = Renderer['draw'];

const makers = {
  image: ({ chartProcess }: RendererNeeds): Draw => {
    const draw = remembering(chartProcess.draw);
    return async (model) => ({ kind: 'png', bytes: await draw(model) });
  },
  slack: (): Draw => async (model) => {
    const block = toDataVisualization(model);
    return block === undefined ? undefined : { kind: 'block', block };
  },
  quickchart: (needs: RendererNeeds): Draw => {
    const server = createQuickChartRenderer({ url: needs.quickchart.url, fetch: needs.fetch, clock: needs.clock });
    return async (model) => ({ kind: 'png', bytes: await server.draw(model) });
  },
  text: (): Draw => async (model) => ({ kind: 'text', text: toTextChart(model) }),
} as const satisfies Record<string, (needs: RendererNeeds) => Draw>;

/** When something happens, many people ask the same within a minute; so many pictures of about 65 kB are kept for them. */
const picturesKept = 8;

/** The same without doing work again that is being done or was done a moment ago; the bytes are not to be changed. A failure is forgotten. */
function remembering(draw: ChartProcess['draw']): ChartProcess['draw'] {
  const recent = new LRUCache<string, Promise<Uint8Array>>({ max: picturesKept });
  return (model) => {
    const key = JSON.stringify(model);
    const known = recent.get(key);
    if (known !== undefined) return known;
    const drawing = draw(model);
    recent.set(key, drawing);
    drawing.catch(() => recent.delete(key));
    return drawing;
  };
}

export type RendererId = keyof typeof makers;

/** The renderers in the given order of preference. Loads nothing: each loads what it needs when it first draws. */
export function createRenderers(order: readonly RendererId[], needs: RendererNeeds): Renderer[] {
  return order.map((id) => ({ id, draw: makers[id](needs) }));
}
