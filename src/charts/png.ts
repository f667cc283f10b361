// Encodes pixels as PNG. The drawing library can do so too, but takes more than twice the processor time for a larger file.
import { promisify } from 'node:util';
import { constants, crc32, deflate } from 'node:zlib';

const deflated = promisify(deflate);

/** As PNG holds them: each row of pixels after a byte that names its filter, which is 0, none. */
export interface Scanlines {
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

const bytesOfPixel = 4;
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Of charts, level 4 makes a fifth less than this (84 KB instead of 105) in three times the time, and people wait for the picture. */
const level = 3;

/** Room for the pixels of a picture, to be used for one after the other. Sizes are in pixels. */
export function createScanlines(width: number, height: number): Scanlines {
  return { width, height, bytes: Buffer.alloc(height * (1 + width * bytesOfPixel)) };
}

/**
 * The PNG of `pixels`: four bytes each (red, green, blue, alpha), row by row from the top. Works out the rows at once and packs
 * them on another thread, until when `lines` is not to be used for anything else.
 */
export async function encodePng(pixels: Buffer, lines: Scanlines): Promise<Buffer> {
  const { width, height, bytes } = lines;
  const row = width * bytesOfPixel;
  for (let y = 0; y < height; y += 1) pixels.copy(bytes, y * (row + 1) + 1, y * row, (y + 1) * row);
  // Charts are large areas of one colour: a filter by the row above finds nothing that deflate does not find.
  const data = await deflated(bytes, { level, memLevel: constants.Z_MAX_MEMLEVEL, chunkSize: 1 << 17 });
  return Buffer.concat([signature, chunk('IHDR', headerOf(width, height)), chunk('IDAT', data), chunk('IEND')]);
}

/** Eight bits a channel, with alpha, not interlaced. */
function headerOf(width: number, height: number): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return header;
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
