import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { createCanvasRenderer } from '../../src/charts/canvas-renderer.ts';
import { chartKinds } from '../../src/charts/kinds.ts';
import * as colours from '../../src/charts/theme.ts';
import { fontFiles } from '../../src/charts/theme.ts';
import { BotError } from '../../src/errors.ts';
import type { ChartModel } from '../../src/reports/word-report.ts';
import { packageRoot } from '../support/package-root.ts';
import { chartModel, chartWords, gibibyte, oneSeries, wave } from './sample-models.ts';

const renderer = createCanvasRenderer({ root: packageRoot });
const limit = { label: 'Critical 2,000', value: 2_000, meaning: 'critical' } as const;
const fontFolder = new URL('../../src/charts/fonts/', import.meta.url);

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** How many pixels of the part (all of the picture unless given, in picture pixels) have exactly this colour. */
  count(colour: string, part?: { x: number; y: number; width: number; height: number }): number;
}

async function pixelsOf(png: Uint8Array): Promise<Pixels> {
  const picture = await loadImage(Buffer.from(png));
  const canvas = createCanvas(picture.width, picture.height);
  const pen = canvas.getContext('2d');
  pen.drawImage(picture, 0, 0);
  return {
    width: picture.width,
    height: picture.height,
    count: (colour, part = { x: 0, y: 0, width: picture.width, height: picture.height }) => {
      const wanted = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
      const { data } = pen.getImageData(part.x, part.y, part.width, part.height);
      let found = 0;
      for (let at = 0; at < data.length; at += 4)
        if (wanted.every((value, channel) => data[at + channel] === value)) found += 1;
      return found;
    },
  };
}

const drawn = async (model: ChartModel): Promise<Pixels> => pixelsOf(await renderer.draw(model));
/** By a renderer of its own, which remembers no earlier picture. */
const bytesOf = async (model: ChartModel): Promise<string> =>
  Buffer.from(await createCanvasRenderer({ root: packageRoot }).draw(model)).toString('base64');

describe('a picture', () => {
  it.each(Object.keys(chartKinds) as ChartModel['kind'][])(
    'of kind %s has 1400 x 875 pixels, a card, a series and a limit line',
    async (kind) => {
      const pixels = await drawn(chartModel({ kind, limits: [limit] }));
      expect([pixels.width, pixels.height]).toEqual([1_400, 875]);
      // The card reaches into the corners, so that a dark Slack does not shine through.
      for (const [x, y] of [
        [4, 4],
        [1_376, 851],
      ] as const)
        expect(pixels.count(colours.background, { x, y, width: 20, height: 20 })).toBe(400);
      expect(pixels.count(colours.seriesColour(0))).toBeGreaterThan(1_000);
      expect(pixels.count(colours.limits.critical.colour)).toBeGreaterThan(500);
    },
  );

  it('is the same for the same numbers and another for one number more or less', async () => {
    const values = wave(24);
    const model = oneSeries(values);
    expect(await bytesOf(model)).toBe(await bytesOf(oneSeries([...values])));
    expect(await bytesOf(oneSeries(values.with(12, (values[12] ?? 0) + 200)))).not.toBe(await bytesOf(model));
  });

  it('shows nothing of the pictures that were drawn before it', async () => {
    const model = chartModel();
    const others = [chartModel({ kind: 'stacked', limits: [] }), oneSeries(wave(3), { kind: 'bar' })];
    const alone = await createCanvasRenderer({ root: packageRoot }).draw(model);
    const used = createCanvasRenderer({ root: packageRoot });
    for (const other of others) await used.draw(other);
    expect(Buffer.from(await used.draw(model)).equals(Buffer.from(alone))).toBe(true);
  });

  /** Every text of a picture in the order in which it is written. */
  async function textsOf(model: ChartModel): Promise<string[]> {
    const texts: string[] = [];
    const load = async () => {
      const [chart, canvas] = await Promise.all([import('chart.js'), import('@napi-rs/canvas')]);
      chart.Chart.register(...chart.registerables);
      const createCanvas = (width: number, height: number) => {
        const made = canvas.createCanvas(width, height);
        const pen = made.getContext('2d');
        const write = pen.fillText.bind(pen);
        pen.fillText = (text, x, y) => {
          texts.push(text);
          write(text, x, y);
        };
        return made;
      };
      // Only canvases for pictures are made in it.
      return { chart, canvas: { ...canvas, createCanvas } as unknown as typeof canvas };
    };
    await createCanvasRenderer({ root: packageRoot, load }).draw(model);
    return texts;
  }

  it('writes shares on its axis as everywhere else, and the unit of sizes at its top', async () => {
    const shares = await textsOf(oneSeries([0.1, 0.4, 0.5], { unit: 'ratio' }));
    expect(shares).toEqual(expect.arrayContaining(['0', '20 %', '40 %', '60 %']));
    expect(shares.filter((text) => /\d%/.test(text))).toEqual([]);
    const sizes = await textsOf(oneSeries([0, 3 * gibibyte], { unit: 'bytes' }));
    expect(sizes).toEqual(expect.arrayContaining(['0', '1', '2', '3', '4 GiB']));
    expect(sizes.filter((text) => text.includes('GiB'))).toHaveLength(1);
  });

  it('says on a gap that nothing was measured, and at its end since when there is no data', async () => {
    const values = wave(24).map((value, index) => ((index > 3 && index < 14) || index > 18 ? undefined : value));
    const words = { ...chartWords, notMeasured: 'not measured', noDataSince: 'no data since 18:00' };
    const texts = await textsOf(oneSeries(values, { words }));
    expect(texts).toContain('not measured');
    expect(texts.join(' ')).toContain('no data since 18:00');
    expect((await drawn(oneSeries(values, { words }))).count(colours.hatch)).toBeGreaterThan(100);
    expect((await drawn(oneSeries(wave(24)))).count(colours.hatch)).toBe(0);
  });

  it('marks the extremes with their values, between two points where their time is', async () => {
    const extremes = [
      { is: 'low', position: 2.5, value: 200, label: '200' },
      { is: 'high', position: 20, value: 1_900, label: '1,900' },
    ] as const;
    const texts = await textsOf(oneSeries(wave(24), { extremes }));
    expect(texts).toEqual(expect.arrayContaining(['200', '1,900']));
  });

  it('has a dash for the period before in the legend of bars, and names limits on their lines only', async () => {
    const previous = { name: 'Yesterday', role: 'previous' as const, values: wave(24, 1_000) };
    const model = chartModel({ kind: 'bar', series: [...chartModel().series, previous], limits: [limit] });
    const texts = await textsOf(model);
    expect(texts.filter((text) => text === 'Critical 2,000')).toHaveLength(1);
    expect(texts).toEqual(expect.arrayContaining(['Connection peak', 'Yesterday']));
  });

  it('shows a single point and a point between two gaps, which have no line', async () => {
    const alone = await drawn(oneSeries([5]));
    const between = await drawn(oneSeries([undefined, 5, undefined]));
    for (const pixels of [alone, between]) expect(pixels.count(colours.seriesColour(0))).toBeGreaterThan(100);
  });

  it('leaves a gap where nothing was measured instead of a line at zero or across', async () => {
    const values = wave(24, 1_000, 0);
    const withGap = values.map((value, index) => (index >= 8 && index <= 16 ? undefined : value));
    const middle = { x: 700, y: 60, width: 120, height: 700 };
    expect((await drawn(oneSeries(values))).count(colours.seriesColour(0), middle)).toBeGreaterThan(100);
    expect((await drawn(oneSeries(withGap))).count(colours.seriesColour(0), middle)).toBe(0);
  });

  it.each([
    ['nothing measured', oneSeries(wave(24).map(() => undefined))],
    ['no series', chartModel({ series: [] })],
    ['no labels', chartModel({ labels: [], series: [{ name: 'none', role: 'main', values: [] }] })],
    ['no title', chartModel({ title: '' })],
    ['huge numbers', oneSeries([1e18, 3e18])],
    ['a negative number', oneSeries([-5, 5])],
    ['two limits on top of each other', chartModel({ limits: [limit, { label: 'the same', value: 2_000 }] })],
    ['a minute sample of a day', oneSeries(wave(1_440))],
    [
      'eight series stacked',
      chartModel({
        kind: 'stacked',
        series: Array.from({ length: 8 }, (_, index) => ({
          name: `part ${index}`,
          role: 'main' as const,
          values: wave(24),
        })),
      }),
    ],
  ])('is drawn with %s', async (_, model) => {
    const png = Buffer.from(await renderer.draw(model));
    expect([png.toString('latin1', 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(['PNG', 1_400, 875]);
  });

  it.each([
    ...[2, 8, 9, 14, 31, 61].map((count) => ['line', count] as const),
    ...[13, 14, 31, 61].flatMap((count) => [['bar', count] as const, ['stacked', count] as const]),
  ])(
    'of kind %s over %i days shows the label of the day that still runs, and no letter touches its edge',
    async (kind, count) => {
      const labels = wave(count).map((_, index) => `${(index % 28) + 1} Nov`);
      const pixels = await drawn(
        oneSeries(wave(count), { kind, labels: labels.with(-1, '23 Nov'), each: 'day', isPartial: true }),
      );
      // The card has a border of its own; the feet of the letters may be lighter than their colour.
      const rim = { x: 1_384, y: 700, width: 10, height: 160 };
      expect(pixels.count(colours.background, rim)).toBe(rim.width * rim.height);
      const corner = { x: 1_200, y: 740, width: 180, height: 130 };
      expect(pixels.count(colours.softText, corner)).toBeGreaterThan(100);
      const below = { x: 8, y: 862, width: 1_380, height: 6 };
      expect(pixels.count(colours.background, below)).toBeGreaterThan(below.width * below.height - 40);
    },
  );

  it('names a limit on its line and not in a legend, where there is one series', async () => {
    const foot = { x: 0, y: 780, width: 1_400, height: 80 };
    expect((await drawn(chartModel({ limits: [limit] }))).count(colours.strongText, foot)).toBe(0);
    const two = chartModel({
      limits: [limit],
      series: [...chartModel().series, { name: 'Messages', role: 'main', values: wave(24, 900) }],
    });
    expect((await drawn(two)).count(colours.strongText, foot)).toBeGreaterThan(50);
  });
});

describe('the text of a picture', () => {
  it('every font file is there with its licence, and no other', () => {
    const files = fontFiles.map(([, file]) => file).concat('inter.LICENSE', 'noto-sans-sc.LICENSE');
    expect(readdirSync(fontFolder).sort()).toEqual(files.sort());
  });

  /** Draws signs on a machine without any font of its own: a sign that no shipped font has is always the same box. */
  function drawnWithoutSystemFonts(signs: readonly string[]): string[] {
    const script = `
      import { createCanvas } from '@napi-rs/canvas';
      import { fontFamily } from ${JSON.stringify(new URL('../../src/charts/theme.ts', import.meta.url).href)};
      import { createCanvasRenderer } from ${JSON.stringify(new URL('../../src/charts/canvas-renderer.ts', import.meta.url).href)};
      await createCanvasRenderer({ root: ${JSON.stringify(packageRoot)} }).draw({ kind: 'line', title: '', unit: 'count', labels: [], series: [], limits: [], alt: '', words: {} });
      for (const weight of [400, 600]) for (const sign of ${JSON.stringify(signs)}) {
        const pen = createCanvas(40, 40).getContext('2d');
        pen.font = weight + ' 24px ' + fontFamily;
        pen.fillText(sign, 4, 30);
        console.log(Buffer.from(pen.getImageData(0, 0, 40, 40).data).toString('base64'));
      }`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: { ...process.env, DISABLE_SYSTEM_FONTS_LOAD: '1' },
    });
    return run.stdout.trim().split('\n');
  }

  it('has Latin, accents, Cyrillic, Greek, Chinese and kana of its own in both weights, each sign another picture', () => {
    const signs = [' ', '한', '글', ...'AÄłşğıĐếЖжΩω连线峰值户者かカ↑−'];
    const pictures = drawnWithoutSystemFonts(signs);
    expect(pictures).toHaveLength(2 * signs.length);
    for (const weight of [pictures.slice(0, signs.length), pictures.slice(signs.length)]) {
      const [blank, unknown, otherUnknown, ...known] = weight;
      expect(unknown).not.toBe(blank);
      expect(unknown).toBe(otherUnknown); // what a missing sign looks like
      expect(new Set([...known, unknown, blank]).size).toBe(known.length + 2);
    }
  });
});

describe('the canvas renderer', () => {
  it('says in a sentence what to do when the drawing library cannot be loaded, and tries again next time', async () => {
    let tries = 0;
    const broken = createCanvasRenderer({
      root: packageRoot,
      load: () => {
        tries += 1;
        return Promise.reject(new Error('Cannot find native binding'));
      },
    });
    const failure = await broken.draw(chartModel()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BotError);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/^The drawing library .*\.$/),
      hint: expect.stringContaining('npm ci'),
    });
    await expect(broken.draw(chartModel())).rejects.toThrow(BotError);
    expect(tries).toBe(2);
  });

  it('loads nothing before the first picture', () => {
    const script = `await import(${JSON.stringify(new URL('../../src/charts/index.ts', import.meta.url).href)});
      console.log(process.report.getReport().sharedObjects.filter((name) => name.includes('skia')).length);`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(run.stdout.trim()).toBe('0');
  });

  it('leaves the main thread free while pictures are packed', async () => {
    await renderer.draw(chartModel({ limits: [limit] })); // loads what it needs
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const titles = Array.from({ length: 6 }, (_, index) => `Chart ${index}`);
    await Promise.all(titles.map((title) => renderer.draw(chartModel({ title, limits: [limit] }))));
    delay.disable();
    // Loose, for a busy machine; packing on the main thread would hold it for longer than this at every picture.
    expect(delay.percentile(50) / 1e6).toBeLessThan(15);
  });
});
