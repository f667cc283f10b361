// Charts are drawn by the first renderer that can, shown once Slack takes the file, and drawn in another way where it never does.
import { describe, expect, it } from 'vitest';
import {
  type AttachedCharts,
  attachCharts,
  type ChartTarget,
  chartForms,
  createRefusals,
  type Refusals,
} from '../../src/charts/attach-charts.ts';
import type { RenderedChart, Renderer, RendererId } from '../../src/charts/index.ts';
import { hour, second, sleep } from '../../src/clock.ts';
import { BotError, DeliveryError } from '../../src/errors.ts';
import { silentLogger } from '../../src/logger.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
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

interface Run extends Partial<Omit<ChartTarget, 'edit' | 'until'>> {
  readonly renderers: readonly Renderer[];
  /** What Slack says to the edits in their order; undefined takes it. */
  readonly answers?: readonly (DeliveryError | undefined)[];
  readonly uploadFailure?: DeliveryError;
}

async function attach({ renderers, answers = [], uploadFailure, ...over }: Run) {
  const clock = createFakeClock(0);
  const edits: { readonly at: number; readonly charts: AttachedCharts }[] = [];
  let files = 0;
  const discarded: string[] = [];
  const discard = async (id: string): Promise<void> => void discarded.push(id);
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
  const target = { charts: [line], place: 'channel', isRetried: false, edit } as const;
  const deps = { renderers, upload, discard, clock, logger: silentLogger, refusals: createRefusals(clock) };
  const outcome = attachCharts({ ...target, ...over }, deps).then(
    (charts) => charts?.map((one) => one?.kind),
    (error: unknown) => error,
  );
  await clock.advance(60 * second);
  return { outcome: await outcome, kinds: edits.map(({ charts }) => charts.map((one) => one?.kind)), edits, discarded };
}

describe('charts of a posted message', () => {
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

  it('are drawn by the next renderer when Slack refuses them for good, and by no other that uploads', async () => {
    const other: Renderer = { ...image, id: 'quickchart' };
    const { kinds, outcome } = await attach({
      renderers: [image, other, slack, text],
      answers: Array(4).fill(rejected),
    });
    expect(kinds).toEqual([['file'], ['file'], ['file'], ['block'], ['text']]);
    expect(outcome).toEqual(['text']);
  });

  it('end with the error of an edit that has nothing to do with how they are drawn', async () => {
    const gone = new DeliveryError('gone', 'message_not_found', 'It is not there.');
    expect(await attach({ renderers: [text, image], answers: [gone] })).toMatchObject({ outcome: gone });
  });

  it('leave no file behind that no message shows', async () => {
    const shown = await attach({ renderers: [image, text], answers: [rejected] });
    expect([shown.outcome, shown.discarded]).toEqual([['file'], []]);
    const refused = await attach({ renderers: [image, text], answers: [rejected, rejected, rejected] });
    expect([refused.outcome, refused.discarded]).toEqual([['text'], ['F1']]);
    const gone = new DeliveryError('gone', 'message_not_found', 'It is not there.');
    expect((await attach({ renderers: [image], answers: [gone] })).discarded).toEqual(['F1']);
    const lost = new DeliveryError('unknown', 'timeout', 'Slack did not answer in time.');
    expect((await attach({ renderers: [image], answers: [lost] })).discarded).toEqual([]);
  });

  it('take the next renderer when an upload fails, unless somebody tries again later', async () => {
    const away = new DeliveryError('not-sent', 'ECONNREFUSED', 'Slack cannot be reached.');
    const renderers = [image, text];
    expect(await attach({ renderers, uploadFailure: away })).toMatchObject({ outcome: ['text'] });
    expect(await attach({ renderers, uploadFailure: away, isRetried: true })).toMatchObject({ outcome: away });
    const refused = new DeliveryError('refused', 'missing_scope', 'Slack says missing_scope.');
    expect(await attach({ renderers, uploadFailure: refused, isRetried: true })).toMatchObject({ outcome: ['text'] });
  });
});

interface Wait {
  readonly renderers: readonly Renderer[];
  readonly uploadTakes?: number;
  readonly mayRepeat?: (waysLeft: number) => boolean;
  readonly refusals?: (clock: FakeClock) => Refusals;
}

/** Every form of the chart with its time, where each is refused and the message waits 2.4 s. */
async function formsAt({ renderers, uploadTakes = 0, mayRepeat = () => true, refusals = createRefusals }: Wait) {
  const clock = createFakeClock(0);
  const upload = async (): Promise<string> => {
    await sleep(clock, uploadTakes);
    return 'F1';
  };
  const seen: (readonly [number, string | undefined])[] = [];
  const wanted = { charts: [line], place: 'channel', isRetried: false, until: 2_400, mayRepeat };
  const deps = { renderers, upload, discard: async () => {}, clock, logger: silentLogger, refusals: refusals(clock) };
  const ended = (async () => {
    for await (const [chart] of chartForms(wanted, deps)) seen.push([clock.now(), chart?.kind]);
  })();
  await clock.advance(60 * second);
  await ended;
  return seen;
}

describe('charts that a message waits for', () => {
  it('need no time where nothing is uploaded', async () => {
    expect(await formsAt({ renderers: [slack, text] })).toEqual([
      [0, 'block'],
      [0, 'text'],
    ]);
  });

  it.each([
    ['at once', 0, [1_100, 2_400]],
    ['in half a second', 500, [1_600, 2_400]],
    ['in a second', 1_000, [2_100, 2_400]],
    ['in 1.3 s', 1_300, [2_400]],
  ])(
    'are a picture that was uploaded %s, as soon as Slack may show it and once more',
    async (_, uploadTakes, times) => {
      expect(await formsAt({ renderers: [image, text], uploadTakes })).toEqual([
        ...times.map((at) => [at, 'file']),
        [2_400, 'text'],
      ]);
    },
  );

  it('are drawn in another way as soon as an upload comes too late for Slack to look at it', async () => {
    expect(await formsAt({ renderers: [image, text], uploadTakes: 5_000 })).toEqual([[1_400, 'text']]);
  });

  it('are a picture only once where every further try is needed for simpler forms', async () => {
    const asked: number[] = [];
    const mayRepeat = (waysLeft: number): boolean => asked.push(waysLeft) < 0;
    expect(await formsAt({ renderers: [image, slack, text], mayRepeat })).toEqual([
      [1_100, 'file'],
      [1_100, 'block'],
      [1_100, 'text'],
    ]);
    expect(asked).toEqual([2]);
  });

  it('leave out what is known to be refused there', async () => {
    const refusals = (clock: FakeClock): Refusals => {
      const known = createRefusals(clock);
      known.learn('channel', { refused: ['block'], accepted: new Set() });
      return known;
    };
    expect(await formsAt({ renderers: [slack, text], refusals })).toEqual([[0, 'text']]);
  });
});

describe('what Slack refuses', () => {
  it('is remembered for an hour, in that kind of place alone', async () => {
    const clock = createFakeClock('2026-11-22T10:00:00Z');
    const refusals = createRefusals(clock);
    refusals.learn('private', { refused: ['block', 'table'], accepted: new Set(['table']) });
    expect(refusals.has('private', 'block')).toBe(true);
    expect(refusals.has('private', 'table')).toBe(false);
    expect(refusals.has('channel', 'block')).toBe(false);
    await clock.advance(hour - 1);
    expect(refusals.has('private', 'block')).toBe(true);
    await clock.advance(2);
    expect(refusals.has('private', 'block')).toBe(false);
  });

  it('is a picture only the second time in a row, because Slack may have looked at the file for long', () => {
    const refusals = createRefusals(createFakeClock(0));
    const refuse = () => refusals.learn('channel', { refused: ['file'], accepted: new Set() });
    refuse();
    expect(refusals.has('channel', 'file')).toBe(false);
    refusals.learn('channel', { refused: [], accepted: new Set(['file']) });
    refuse();
    expect(refusals.has('channel', 'file')).toBe(false);
    refuse();
    expect(refusals.has('channel', 'file')).toBe(true);
  });
});
