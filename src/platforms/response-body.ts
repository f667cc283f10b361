// Reads the body of a response: bounded in bytes, with lists counted instead of kept, and the small wire types.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { MetricId, MetricValues } from '../metrics/catalog.ts';

/** After this many bytes the event loop is yielded, even when the whole body has arrived. */
const bytesPerTurn = 1 << 20;

interface BodyLimits {
  /** Bytes that may arrive, after decompression. */
  readonly received: number;
  /** Bytes that may be kept as text. */
  readonly kept: number;
}

interface ReadOptions {
  readonly limits: BodyLimits;
  /** Removes bytes from the stream; removed bytes count as received but not as kept. */
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
    // Leaving the loop cancels the stream and closes the connection.
    if (received > options.limits.received || kept > options.limits.kept) return undefined;
    if (turn >= bytesPerTurn) {
      turn = 0;
      await nextTurn();
    }
  }
  return text + decoder.decode();
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openList = 0x5b;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/** Receives a body in chunks of any size and returns the bytes to keep. */
export type ByteFilter = (chunk: Uint8Array) => readonly Uint8Array[];

/** The state of the scanner, kept from one chunk to the next. */
interface Scan {
  readonly key: Uint8Array;
  /** The context of the next byte: nothing special, after the key, after the key and its colon, or inside the list. */
  place: 'outside' | 'key' | 'value' | 'list';
  inString: boolean;
  escaped: boolean;
  /** Matched bytes of the key in the current string; -1 when the string is not the key. */
  matched: number;
  depth: number;
  entries: number;
  /** True when something other than white space followed the last comma of the list. */
  entryBegun: boolean;
}

/**
 * A filter that turns `"key":[…]` into `"key":3` and leaves every other byte as it is.
 * Entries may be anything; nothing of them is kept. It trusts that the list is well formed: only its commas are looked at.
 */
export function createListCounter(key: string): ByteFilter {
  const scan: Scan = {
    key: new TextEncoder().encode(key),
    place: 'outside',
    inString: false,
    escaped: false,
    matched: -1,
    depth: 0,
    entries: 0,
    entryBegun: false,
  };
  return (chunk) => filterChunk(scan, chunk);
}

function filterChunk(scan: Scan, chunk: Uint8Array): readonly Uint8Array[] {
  const kept: Uint8Array[] = [];
  let from = scan.place === 'list' ? chunk.length : 0;
  for (let index = 0; index < chunk.length; index += 1) {
    const byte = chunk[index] ?? 0;
    if (scan.inString) {
      inString(scan, byte);
      if (scan.inString && scan.place === 'list' && !scan.escaped) index = skipPlainText(chunk, index);
    } else if (byte === quote) {
      scan.inString = true;
      scan.matched = scan.place === 'list' ? -1 : 0;
      scan.entryBegun = true;
    } else if (isSpace(byte)) {
      // White space between tokens is ignored everywhere.
    } else if (scan.place === 'list') {
      if (!endsList(scan, byte)) continue;
      kept.push(new TextEncoder().encode(String(scan.entries)));
      from = index + 1;
    } else if (beginsList(scan, byte)) {
      kept.push(chunk.slice(from, index));
      from = chunk.length;
    }
  }
  if (from < chunk.length) kept.push(chunk.slice(from));
  return kept;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Follows a string to its end; outside the list it is compared with the key on the way. */
function inString(scan: Scan, byte: number): void {
  if (scan.escaped) {
    scan.escaped = false;
  } else if (byte === backslash) {
    scan.escaped = true;
    scan.matched = -1;
  } else if (byte === quote) {
    scan.inString = false;
    if (scan.place !== 'list') scan.place = scan.matched === scan.key.length ? 'key' : 'outside';
  } else if (scan.matched >= 0) {
    scan.matched = byte === scan.key[scan.matched] ? scan.matched + 1 : -1;
  }
}

/** The index of the last byte before the next quote or backslash: most of a million ids passes here. */
function skipPlainText(chunk: Uint8Array, index: number): number {
  let next = index + 1;
  while (next < chunk.length && chunk[next] !== quote && chunk[next] !== backslash) next += 1;
  return next - 1;
}

/** A byte outside strings and outside the list; true when the list begins with it. */
function beginsList(scan: Scan, byte: number): boolean {
  if (scan.place === 'value' && byte === openList) {
    scan.place = 'list';
    scan.depth = 1;
    scan.entries = 0;
    scan.entryBegun = false;
    return true;
  }
  scan.place = scan.place === 'key' && byte === colon ? 'value' : 'outside';
  return false;
}

/** A byte of the list outside strings; true when the list ends with it. */
function endsList(scan: Scan, byte: number): boolean {
  if (byte === closeList && scan.depth === 1) {
    if (scan.entryBegun) scan.entries += 1;
    scan.place = 'outside';
    return true;
  }
  if (byte === comma && scan.depth === 1) {
    scan.entries += 1;
    scan.entryBegun = false;
    return false;
  }
  scan.entryBegun = true;
  if (byte === openList || byte === openObject) scan.depth += 1;
  if (byte === closeList || byte === closeObject) scan.depth -= 1;
  return false;
}

/** A number, or digits as text. A field of another type is unknown: the fields beside it are still read. */
export const wireNumber = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .optional()
  .catch(undefined);

/** Text, or a number as text; anything else is unknown. */
export const wireText = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined);

/** A count that can be one; anything else is unknown. */
export function plausibleCount(value: number | undefined): number | undefined {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** The metric with its value, or nothing at all when the value is not known. */
export function given(id: MetricId, value: number | undefined): MetricValues {
  return value === undefined ? {} : { [id]: value };
}

/** Milliseconds of an epoch time in seconds or in milliseconds: below 1e11 it is seconds, which as milliseconds would be 1973. */
export function millisecondsOf(time: number): number {
  return time < 1e11 ? time * 1_000 : time;
}
