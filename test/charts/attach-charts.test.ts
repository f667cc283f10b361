// Charts are drawn by the first renderer that can, shown once Slack takes the file, and drawn in another way where it never does.
import { describe, expect, it } from 'vitest';
import {
  type AttachedCharts,
  attachCharts,
  type ChartTarget,
  immediateCharts,
} from '../../src/charts/attach-charts.ts';
import type { RenderedChart, Renderer, RendererId } from '../../src/charts/index.ts';
import { second } from '../../src/clock.ts';
import { BotError, DeliveryError } from '../../src/errors.ts';
import { silentLogger } from '../../src/logger.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { chartModel } from './sample-models.ts';

const line = chartModel();

const block = { type: 'data_visualization', title: 'x' } as const;
const chart = { type: 'line', series: [], axis_config: { categories: [] } } as const;

const renderer = (id: RendererId, drawn: RenderedChart | undefined): Renderer => ({ id, draw: async () => drawn });
const image = renderer('image', { kind: 'png', bytes: new Uint8Array([1]) });
const slack = renderer('slack', { kind: 'block', block: { ...block, chart } });
const text = renderer('text', { kind: 'text', text: '▁▂' });
const broken: Renderer = { id: 'quickchart', draw: () => Promise.reject(new BotError('The server does not answer.')) };

const rejected = new DeliveryError('rejected-blocks', 'invalid_blocks', 'Slack says invalid_blocks.');

interface Run extends Partial<Omit<ChartTarget, 'edit' | 'editsLeft'>> {
  readonly renderers: readonly Renderer[];
  /** What Slack says to the edits in their order; undefined takes it. */
  readonly answers?: readonly (DeliveryError | undefined)[];
  readonly uploadFailure?: DeliveryError;
  readonly mostEdits?: number;
}

async function attach({ renderers, answers = [], uploadFailure, mostEdits = 9, ...over }: Run) {
  const clock = createFakeClock(0);
  const edits: { readonly at: number; readonly charts: AttachedCharts }[] = [];
  let files = 0;
  const upload = async (): Promise<string> => {
    if (uploadFailure !== undefined) throw uploadFailure;
    files += 1;
    return `F${files}`;
  };
  const edit = async (charts: AttachedCharts): Promise<void> => {
    edits.push({ at: clock.now(), charts });
    const answer = answers[edits.length - 1];
    if (answer !== undefined) throw answer;
  };
  const target = {
    charts: [line],
    isRetried: false,
    editsLeft: () => mostEdits - edits.length,
    edit,
  } as const;
  const attached = attachCharts({ ...target, ...over }, { renderers, upload, clock, logger: silentLogger });
  const outcome = attached.then(
    (charts) => charts?.map((one) => one?.kind),
    (error: unknown) => error,
  );
  await clock.advance(60 * second);
  return { outcome: await outcome, kinds: edits.map(({ charts }) => charts.map((one) => one?.kind)), edits };
}

describe('charts', () => {
  it('are drawn by the first renderer that can, each by its own', async () => {
    const none = renderer('slack', undefined);
    expect(await attach({ renderers: [broken, none, image, text] })).toMatchObject({ outcome: ['file'] });
    const three = await attach({ renderers: [slack, image], charts: [line, line, line] });
    expect(three.outcome).toEqual(['block', 'block', 'file']);
  });

  it('are shown at the first try that Slack takes, about a second after the upload', async () => {
    const { edits, outcome } = await attach({ renderers: [image], answers: [rejected, rejected] });
    expect(edits.map(({ at }) => at)).toEqual([1_100, 2_600, 5_600]);
    expect(outcome).toEqual(['file']);
  });

  it('are drawn by the next renderer when Slack refuses them for good', async () => {
    const { kinds, outcome } = await attach({ renderers: [image, slack, text], answers: Array(4).fill(rejected) });
    expect(kinds).toEqual([['file'], ['file'], ['file'], ['block'], ['text']]);
    expect(outcome).toEqual(['text']);
  });

  it('keep the last edit for another renderer', async () => {
    const { kinds } = await attach({ renderers: [image, text], answers: [rejected], mostEdits: 2 });
    expect(kinds).toEqual([['file'], ['text']]);
  });

  it('end with the error of an edit that has nothing to do with how they are drawn', async () => {
    const gone = new DeliveryError('gone', 'message_not_found', 'It is not there.');
    expect(await attach({ renderers: [text, image], answers: [gone] })).toMatchObject({ outcome: gone });
  });

  it('take the next renderer when an upload fails, unless somebody tries again later', async () => {
    const away = new DeliveryError('not-sent', 'ECONNREFUSED', 'Slack cannot be reached.');
    const renderers = [image, text];
    expect(await attach({ renderers, uploadFailure: away })).toMatchObject({ outcome: ['text'] });
    expect(await attach({ renderers, uploadFailure: away, isRetried: true })).toMatchObject({ outcome: away });
    const refused = new DeliveryError('refused', 'missing_scope', 'Slack says missing_scope.');
    expect(await attach({ renderers, uploadFailure: refused, isRetried: true })).toMatchObject({ outcome: ['text'] });
  });

  it('go out with the message itself only where the preferred renderer needs no upload', async () => {
    const clock = createFakeClock(0);
    const upload = (): Promise<string> => Promise.reject(new Error('nothing is to be uploaded'));
    const deps = { upload, clock, logger: silentLogger };
    expect(await immediateCharts([line], { ...deps, renderers: [image, text] })).toBeUndefined();
    expect(await immediateCharts([line], { ...deps, renderers: [text, image] })).toEqual([
      { kind: 'text', text: '▁▂' },
    ]);
    const none = renderer('slack', undefined);
    expect(await immediateCharts([line], { ...deps, renderers: [none, image] })).toEqual([undefined]);
  });
});
