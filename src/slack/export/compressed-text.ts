// A long text that is held compressed: written a piece at a time, and read as often as it is sent.
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { createDeflateRaw, createInflateRaw } from 'node:zlib';

export interface CompressedText {
  /** Its size in UTF-8, when it is read. */
  readonly bytes: number;
  open(): ReadableStream<Uint8Array>;
}

export interface TextCompressor {
  /** Adds to the text; resolves when that is compressed, which another thread does. */
  write(text: string): Promise<void>;
  /** What the text takes in memory so far. */
  held(): number;
  /** The whole text; nothing can be added afterwards. */
  finish(): Promise<CompressedText>;
  /** Gives the memory back. */
  discard(): void;
}

/** A table of numbers takes about a seventh of its size. */
export function createTextCompressor(): TextCompressor {
  const deflate = createDeflateRaw();
  const parts: Buffer[] = [];
  let [bytes, held] = [0, 0];
  deflate.on('data', (part: Buffer) => {
    parts.push(part);
    held += part.byteLength;
  });
  return {
    write: async (text) => {
      const piece = Buffer.from(text);
      bytes += piece.byteLength;
      await new Promise<void>((resolve, reject) =>
        deflate.write(piece, (error) => (error ? reject(error) : resolve())),
      );
    },
    held: () => held,
    finish: async () => {
      const ended = once(deflate, 'end');
      deflate.end();
      await ended;
      return { bytes, open: () => inflated(parts) };
    },
    discard: () => {
      deflate.destroy();
      parts.length = 0;
    },
  };
}

/** Read ahead of what Slack takes, in bytes. */
const readAhead = 256 * 1_024;

function inflated(parts: readonly Buffer[]): ReadableStream<Uint8Array> {
  const inflate = Readable.from(parts).pipe(createInflateRaw());
  // By itself it would count pieces, not bytes, and hold nearly all of a file that Slack takes slowly.
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: readAhead });
  return Readable.toWeb(inflate, { strategy }) as ReadableStream<Uint8Array>; // of bytes
}
