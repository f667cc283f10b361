// The renderers of charts by their id in the configuration; a new one is its file and a line in `makers`.
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { Wording } from '../metrics/phrase.ts';
import type { ChartModel } from '../reports/word-report.ts';
import type { ChartProcess } from './chart-process.ts';
import { hasPicture } from './kinds.ts';
import { createQuickChartRenderer } from './quickchart-renderer.ts';
import { type DataVisualizationBlock, toDataVisualization } from './slack-renderer.ts';
import { type TextChart, toTextChart } from './text-renderer.ts';

/** A drawn chart: PNG bytes to upload, a block of Slack's, or plain text that is still to be escaped. */
export type RenderedChart =
  | { readonly kind: 'png'; readonly bytes: Uint8Array }
  | { readonly kind: 'block'; readonly block: DataVisualizationBlock }
  | ({ readonly kind: 'text' } & TextChart);

export interface Renderer {
  readonly id: RendererId;
  /** Undefined where this renderer cannot show the chart without leaving something out. Rejects with a BotError where drawing failed. */
  draw(model: ChartModel): Promise<RenderedChart | undefined>;
}

/** What the renderers need from outside. */
export interface RendererNeeds {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly quickchart: { readonly url: string };
  readonly wording: Wording;
  /** Draws the pictures of `image`. */
  readonly chartProcess: ChartProcess;
}

type Draw = Renderer['draw'];

interface Maker {
  /** True: its charts are uploaded. False: they are part of the message, and need no other server. */
  readonly drawsFiles: boolean;
  make(needs: RendererNeeds): Draw;
}

const makers = {
  image: {
    drawsFiles: true,
    make: ({ chartProcess }) => {
      const draw = memoized(chartProcess.draw);
      return async (model) => (hasPicture(model) ? { kind: 'png', bytes: await draw(model) } : undefined);
    },
  },
  slack: {
    drawsFiles: false,
    make:
      ({ wording }) =>
      async (model) => {
        const block = toDataVisualization(model, wording);
        return block === undefined ? undefined : { kind: 'block', block };
      },
  },
  quickchart: {
    drawsFiles: true,
    make: ({ quickchart, fetch, clock }) => {
      const server = createQuickChartRenderer({ url: quickchart.url, fetch, clock });
      return async (model) => (hasPicture(model) ? { kind: 'png', bytes: await server.draw(model) } : undefined);
    },
  },
  text: {
    drawsFiles: false,
    make:
      ({ wording }) =>
      async (model) => ({ kind: 'text', ...toTextChart(model, wording) }),
  },
} as const satisfies Record<string, Maker>;

/** Size of the cache of charts, about 65 kB each: during an incident many people ask the same question within a minute. */
const picturesKept = 8;

/** Memoized, concurrent calls included; nobody may change the bytes. A failure is not kept. */
function memoized(draw: ChartProcess['draw']): ChartProcess['draw'] {
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

/** Whether the charts of a renderer become files of Slack, which every message can show. */
export function drawsFiles({ id }: Pick<Renderer, 'id'>): boolean {
  return makers[id].drawsFiles;
}

/** How charts of what one person sees are drawn; whether Slack shows an uploaded picture there is for people to look. */
export type PrivateCharts = Extract<RendererId, 'slack' | 'image' | 'text'>;

/** The way that was chosen, with the simpler ones behind it for what it cannot show: Slack's own chart, where nobody wants text alone. */
export function privateOrder(chosen: PrivateCharts | undefined, charts: readonly RendererId[]): readonly RendererId[] {
  const isTextOnly = charts.every((id) => id === 'text');
  const way = chosen ?? (isTextOnly ? 'text' : 'slack');
  const order: readonly PrivateCharts[] = ['image', 'slack', 'text'];
  return order.slice(order.indexOf(way));
}

/** The renderers in the given order of preference. Each loads what it needs when it first draws. */
export function createRenderers(order: readonly RendererId[], needs: RendererNeeds): Renderer[] {
  return order.map((id) => ({ id, draw: makers[id].make(needs) }));
}
