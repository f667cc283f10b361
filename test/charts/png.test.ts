// The bytes of a PNG: what was packed is what another reader sees.
import { createCanvas, loadImage } from '@napi-rs/canvas';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createScanlines, encodePng } from '../../src/charts/png.ts';

async function pixelsOf(png: Buffer): Promise<{ width: number; height: number; pixels: Buffer }> {
  const picture = await loadImage(png);
  const { width, height } = picture;
  const pen = createCanvas(width, height).getContext('2d');
  pen.drawImage(picture, 0, 0);
  return { width, height, pixels: Buffer.from(pen.getImageData(0, 0, width, height).data) };
}

const picture = fc
  .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }) })
  .chain(({ width, height }) => {
    const length = width * height * 4;
    return fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      pixels: fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => {
        // Charts cover all of their picture; what can be seen through is stored by readers in other ways.
        for (let at = 3; at < length; at += 4) bytes[at] = 255;
        return Buffer.from(bytes);
      }),
    });
  });

it('a picture of any size and colours is read as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(picture, async ({ width, height, pixels }) => {
      const png = await encodePng(pixels, createScanlines(width, height));
      expect(await pixelsOf(png)).toEqual({ width, height, pixels });
    }),
  );
});

it('the room for one picture serves the next, of which nothing is left over', async () => {
  const lines = createScanlines(20, 10);
  const [dark, light] = [Buffer.alloc(800, 0x20), Buffer.alloc(800, 0xf0)];
  for (const pixels of [dark, light]) for (let at = 3; at < 800; at += 4) pixels[at] = 255;
  await encodePng(dark, lines);
  expect((await pixelsOf(await encodePng(light, lines))).pixels.equals(light)).toBe(true);
});
