import { describe, expect, it } from 'vitest';
import { readBody } from '../../src/platforms/response-body.ts';

const limits = { received: 100, kept: 100 };

/** A body that comes in the given pieces; `cancelled` tells whether the reader gave it up. */
function bodyOf(pieces: readonly Uint8Array[]): { response: Response; cancelled: () => boolean } {
  let cancelled = false;
  let next = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const piece = pieces[next];
      next += 1;
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
    cancel: () => {
      cancelled = true;
    },
  });
  return { response: new Response(stream), cancelled: () => cancelled };
}

describe('a body', () => {
  it('is put together although a character is cut in the middle', async () => {
    const bytes = new TextEncoder().encode('{"name":"王芳"}');
    const { response } = bodyOf([bytes.slice(0, 10), bytes.slice(10, 13), bytes.slice(13)]);
    expect(await readBody(response, { limits })).toBe('{"name":"王芳"}');
  });

  it('may be missing', async () => {
    expect(await readBody(new Response(null), { limits })).toBe('');
  });

  it('is given up as soon as it is too large', async () => {
    const { response, cancelled } = bodyOf(Array.from({ length: 50 }, () => new Uint8Array(30)));
    expect(await readBody(response, { limits })).toBeUndefined();
    expect(cancelled()).toBe(true);
  });

  it('may receive more than it keeps', async () => {
    const { response } = bodyOf([new Uint8Array(90), new TextEncoder().encode('x')]);
    const filter = (chunk: Uint8Array) => (chunk.length > 50 ? [] : [chunk]);
    expect(await readBody(response, { limits: { received: 100, kept: 10 }, filter })).toBe('x');
  });

  it('lets other work go on while a large one is read, even when all of it is there', async () => {
    const { response } = bodyOf(Array.from({ length: 64 }, () => new Uint8Array(1 << 16).fill(0x20)));
    let turns = 0;
    let reading = true;
    const count = (): void => {
      turns += 1;
      if (reading) setImmediate(count);
    };
    setImmediate(count);
    await readBody(response, { limits: { received: 1e8, kept: 1e8 } });
    reading = false;
    expect(turns).toBeGreaterThanOrEqual(3);
  });
});
