// Makes a PNG small: at most 256 colours, the most frequent ones, every other pixel gets the nearest of them.
import { crc32, deflateSync } from 'node:zlib';
import { createCanvas, loadImage } from '@napi-rs/canvas';

/** The same picture with a palette; without transparency. */
export async function toIndexedPng(png: Uint8Array): Promise<Buffer> {
  const image = await loadImage(png);
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const colours = new Uint32Array(width * height);
  for (let index = 0; index < colours.length; index += 1) {
    colours[index] = ((data[index * 4] ?? 0) << 16) | ((data[index * 4 + 1] ?? 0) << 8) | (data[index * 4 + 2] ?? 0);
  }
  const palette = paletteOf(colours);
  const nearest = createNearest(palette);
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = nearest(colours[y * width + x] ?? 0);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap((colour) => channels(colour)))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(4);
  frame.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([frame, body, check]);
}

const channels = (colour: number): [number, number, number] => [colour >> 16, (colour >> 8) & 255, colour & 255];

function paletteOf(colours: Uint32Array): number[] {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 256)
    .map(([colour]) => colour);
}

function createNearest(palette: readonly number[]): (colour: number) => number {
  const known = new Map(palette.map((colour, index) => [colour, index]));
  const own = palette.map(channels);
  return (colour) => {
    const found = known.get(colour);
    if (found !== undefined) return found;
    const [red, green, blue] = channels(colour);
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const [index, [r, g, b]] of own.entries()) {
      const apart = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
      if (apart >= least) continue;
      least = apart;
      best = index;
    }
    known.set(colour, best);
    return best;
  };
}
