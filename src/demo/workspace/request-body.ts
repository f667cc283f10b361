// Reads the body of a request: a form, JSON, multipart, or plain bytes.
import type { IncomingMessage } from 'node:http';
import { type Fields, isFields } from './blocks/walk.ts';
import { WebApiError } from './web-api-error.ts';

const mostBytes = 64_000_000;

/** The whole body; throws when the connection closes before its end. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    const bytes = Buffer.from(part);
    length += bytes.length;
    if (length > mostBytes) throw new WebApiError('request_too_large');
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

/** The arguments of a Web API call; `blocks` and the like are still text in a form. */
export function parseArguments(contentType: string, bytes: Buffer): Fields {
  if (contentType.startsWith('application/json')) return parseJson(bytes);
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(bytes.toString()));
  }
  if (bytes.length === 0) return {};
  throw new WebApiError('invalid_post_type');
}

/** The first file of an upload: the part of a multipart body, or the body itself. */
export async function readUpload(contentType: string, bytes: Buffer): Promise<Uint8Array> {
  if (!contentType.startsWith('multipart/form-data')) return bytes;
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
  for (const value of form.values()) {
    if (typeof value !== 'string') return new Uint8Array(await value.arrayBuffer());
  }
  return new Uint8Array();
}

function parseJson(bytes: Buffer): Fields {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    if (isFields(value)) return value;
  } catch {
    // Handled below, like any other value that is no object.
  }
  throw new WebApiError('invalid_json');
}
