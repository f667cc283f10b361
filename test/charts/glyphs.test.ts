// The names of apps that no font on the machine can write: a picture shows the id instead, everything else keeps the name.
import { createCanvas } from '@napi-rs/canvas';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCanvasRenderer } from '../../src/charts/canvas-renderer.ts';
import { createGlyphs, type HasGlyphs, withReadableApp } from '../../src/charts/glyphs.ts';
import type { ChartModel } from '../../src/reports/word-report.ts';
import { packageRoot } from '../support/package-root.ts';
import { chartModel } from './sample-models.ts';

/** For private use: no font of any machine has it. Korean and Thai are boxes only where no font beside the shipped ones has them. */
const nowhere = '\u{10FFFD}';

const of = (app: string | undefined): ChartModel =>
  chartModel({ heading: 'Free memory', place: { app, id: 'prod', zone: 'Asia/Seoul' } });

const renderer = createCanvasRenderer({ root: packageRoot });
let hasGlyphs: HasGlyphs;

beforeAll(async () => {
  await renderer.load(); // registers the shipped fonts
  hasGlyphs = createGlyphs(createCanvas);
});

describe('the app in a picture', () => {
  it.each([
    ['Production chat', 'Production chat'],
    ['生产环境', '生产环境'],
    ['Łódź Привет Ωμέγα かな', 'Łódź Привет Ωμέγα かな'],
    ['Cafe\u0301 Vie\u0323\u0302t', 'Cafe\u0301 Vie\u0323\u0302t'],
    ['Prod 🚀', 'Prod 🚀'],
    [nowhere, 'prod'],
    [`Chat ${nowhere} 2`, 'prod'],
    [`e${nowhere}\u0301`, 'prod'],
    ['🚀🔥', 'prod'],
    [undefined, undefined],
  ])('%j stands as %j', (name, shown) => {
    expect(withReadableApp(of(name), hasGlyphs).place?.app).toBe(shown);
  });

  it('keeps its name where no id is known, as in charts that earlier versions stored', () => {
    const stored = chartModel({ place: { app: nowhere, zone: 'UTC' } });
    expect(withReadableApp(stored, hasGlyphs)).toBe(stored);
  });

  it('is remembered, so that a second look draws nothing', () => {
    let made = 0;
    const counted = createGlyphs((width, height) => {
      made += 1;
      return createCanvas(width, height);
    });
    expect([counted('가나'), counted('가나'), made]).toEqual([hasGlyphs('가나'), hasGlyphs('가나'), 1]);
  });

  it.each([nowhere, '한국 채팅', 'แชท', 'دردشة', 'Chat 한국'])(
    'draws %j with its letters or, where it has none, the id',
    async (name) => {
      const [drawn, withId] = await Promise.all([renderer.draw(of(name)), renderer.draw(of('prod'))]);
      expect(Buffer.from(drawn).equals(Buffer.from(withId))).toBe(!hasGlyphs(name));
    },
  );

  it('leaves the title and the words for who cannot see it as they are', () => {
    const model = of(nowhere);
    expect(withReadableApp(model, hasGlyphs)).toEqual({ ...model, place: { ...model.place, app: 'prod' } });
  });
});
