// Reads a text file that people write: bounded in size, as UTF-8, with a sentence for what editors save in another way.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { ConfigError } from '../errors.ts';

/** No configuration is longer, in bytes. */
const longestConfig = 1_000_000;

/** No secret is longer, in bytes; a private key has 4,000. */
const longestSecret = 64_000;

const unreadable = 'cannot be read; check that the file is there and may be read';

/**
 * The text of a file without its byte-order mark; undefined when there is no such file. Throws `ConfigError` for one that is there
 * and cannot be read, because the bot must not start without it.
 */
export function readText(path: string): string | undefined {
  const bytes = readBytes(path, longestConfig);
  if (bytes === 'absent') return undefined;
  if (typeof bytes === 'string') throw new ConfigError([{ where: path, what: bytes }]);
  const text = decoded(bytes);
  if (typeof text === 'string') return text;
  throw new ConfigError([{ where: text.line === undefined ? path : `${path}:${text.line}`, what: text.what }]);
}

/** The text of the file at `path`. Throws `ConfigError` under `where` when it cannot be read. */
export function readNamed(path: string, where: string): string {
  const text = readText(path);
  if (text === undefined) throw new ConfigError([{ where, what: unreadable }]);
  return text;
}

/** What a file for one secret holds, without one newline at its end; or why it cannot be used, without anything of it. */
export function readSecret(path: string): { readonly value: string } | { readonly problem: string } {
  const bytes = readBytes(path, longestSecret);
  if (bytes === 'absent') return { problem: 'the file is not there; write it, or correct its path' };
  if (typeof bytes === 'string') return { problem: `the file ${bytes}` };
  const text = decoded(bytes);
  if (typeof text !== 'string') return { problem: `the file ${text.what}` };
  const value = text.replace(/\r?\n$/, '');
  return value === '' ? { problem: 'the file is empty; write the value into it' } : { value };
}

/** The bytes of a file, or a sentence on why there are none. Of a file without an end, such as a device, no more than the bound is read. */
function readBytes(path: string, most: number): Buffer | string {
  let file: number | undefined;
  try {
    // The opening of a pipe would wait for its other end, and the whole process with it.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const kind = fstatSync(file);
    if (kind.isDirectory()) return 'is a folder; name the file in it';
    if (kind.isFIFO()) return 'is a pipe, which can be read only once; write it into a file';
    const buffer = Buffer.alloc(most + 1);
    let length = 0;
    for (let got = -1; got !== 0 && length <= most; length += got)
      got = readSync(file, buffer, length, buffer.length - length, null);
    return length > most
      ? `is longer than ${most.toLocaleString('en')} bytes; check that it is the right one`
      : buffer.subarray(0, length);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : unreadable;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const otherEncoding = (name: string): string => `is saved as ${name}; save it as UTF-8 in your editor`;

/** The text, or why these bytes are none, with the line where that is known. */
function decoded(bytes: Buffer): string | { readonly what: string; readonly line?: number } {
  const [first, second] = bytes;
  // With its mark, or with a zero beside the first letter, which is an ASCII one in every file that is read here.
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0 && bytes.length > 1))
    return { what: otherEncoding('UTF-16') };
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && bytes.length > 1))
    return { what: otherEncoding('UTF-16') };
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Every byte of another line is valid, so the first wrong line is the first that cannot be decoded by itself.
    const line = linesOf(bytes).findIndex((one) => Buffer.from(one.toString('utf8')).compare(one) !== 0) + 1;
    return { what: `holds letters that are not UTF-8; save it as UTF-8 in your editor`, line };
  }
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start <= bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    lines.push(bytes.subarray(start, end === -1 ? bytes.length : end));
    start = end === -1 ? bytes.length + 1 : end + 1;
  }
  return lines;
}
