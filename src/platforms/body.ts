// Reads the body of an answer as text: never more bytes than allowed, never holding the event loop for long.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ByteFilter } from './list-counter.ts';

/** After so many bytes other work gets its turn, even when all of the body is there already. */
const bytesPerTurn = 1 << 20;

interface BodyLimits {
  /** Bytes that may arrive, after decompression. */
  readonly received: number;
  /** Bytes that may be kept as text. */
  readonly kept: number;
}

interface ReadOptions {
  readonly limits: BodyLimits;
  /** Takes bytes out on their way; what it drops counts as received but not as kept. */
  readonly filter?: ByteFilter | undefined;
}

/** The body as text, or undefined when it is larger than allowed. Rejects as the stream does when it breaks or is aborted. */
export async function readBody(response: Response, options: ReadOptions): Promise<string | undefined> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  const filter = options.filter ?? ((chunk: Uint8Array) => [chunk]);
  let text = '';
  let received = 0;
  let kept = 0;
  let turn = 0;
  for await (const chunk of response.body) {
    received += chunk.byteLength;
    turn += chunk.byteLength;
    for (const piece of filter(chunk)) {
      kept += piece.byteLength;
      text += decoder.decode(piece, { stream: true });
    }
    // Leaving the loop cancels the stream, so that the connection is given up.
    if (received > options.limits.received || kept > options.limits.kept) return undefined;
    if (turn >= bytesPerTurn) {
      turn = 0;
      await nextTurn();
    }
  }
  return text + decoder.decode();
}
