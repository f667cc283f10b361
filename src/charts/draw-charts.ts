// The child's side of drawing: takes charts from the process that started it and sends each back as PNG. `main.ts draw-charts` runs it.
import { BotError } from '../errors.ts';
import type { ChartModel } from '../reports/word-report.ts';
import { createCanvasRenderer } from './canvas-renderer.ts';

/** What the parent asks for; the reply carries the same `id`. */
export interface DrawRequest {
  readonly id: number;
  readonly model: ChartModel;
}

/** What the child sends: once that it is ready, then for each request the PNG or why there is none. */
export type DrawReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'drawn'; readonly id: number; readonly png: Uint8Array }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string; readonly hint: string | undefined };

/** The channel to the parent. */
export interface ParentPort {
  send(reply: DrawReply): void;
  onRequest(listener: (request: DrawRequest) => void): void;
}

/**
 * Answers requests as long as the process lives; returns at once. Is ready when the library is loaded, and also when it could
 * not be: each request then fails with that reason, and the next one tries again. `root`: folder of package.json.
 */
export function drawCharts(port: ParentPort, root: string): void {
  const renderer = createCanvasRenderer({ root });
  port.onRequest(({ id, model }) => {
    renderer.draw(model).then(
      (png) => port.send({ kind: 'drawn', id, png }),
      (error: unknown) => port.send({ kind: 'failed', id, ...reasonOf(error) }),
    );
  });
  const ready = (): void => port.send({ kind: 'ready' });
  renderer.load().then(ready, ready);
}

function reasonOf(error: unknown): { readonly message: string; readonly hint: string | undefined } {
  if (error instanceof BotError) return { message: error.message, hint: error.hint };
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { message: `The chart could not be drawn (${words}).`, hint: undefined };
}
