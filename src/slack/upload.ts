// Uploads files to Slack: pictures that a message shows as its own, and files that are posted; deletes what none shows.
import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Discard, Upload } from '../charts/attach-charts.ts';
import { type Clock, type Duration, minute, second, sleep, withTimeout } from '../clock.ts';
import type { DeliveryError } from '../errors.ts';
import { errorFields, type Logger } from '../logger.ts';
import { phrasesOf } from '../metrics/phrase.ts';
import type { slackErrorPhrases } from './error-code-phrases.ts';
import { slackError, toDeliveryError } from './errors.ts';

const say = phrasesOf<typeof slackErrorPhrases>();

const Address = z.object({ upload_url: z.url(), file_id: z.string() });

/** A file to upload. */
export interface FileToUpload {
  readonly name: string;
  readonly title: string;
  /** For screen readers. */
  readonly alt?: string;
  readonly bytes: number;
  /** Its content, from the beginning. */
  open(): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  /** Where it is posted, with a text; absent for a file that a message shows. */
  readonly share?: { readonly channel: string; readonly threadTs?: string | undefined; readonly comment: string };
}

interface UploadDeps {
  readonly client: webApi.WebClient;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
}

/**
 * The three calls of Slack's external upload. Resolves with the id of the file; rejects with `DeliveryError`. `onCompleting` is called
 * before the last call: before that Slack throws the bytes away by itself.
 */
export async function uploadFile(
  file: FileToUpload,
  deps: UploadDeps,
  { signal, onCompleting }: { readonly signal?: AbortSignal; readonly onCompleting?: (id: string) => void } = {},
): Promise<string> {
  const { client } = deps;
  try {
    const alt = file.alt === undefined ? {} : { alt_txt: file.alt.slice(0, 1_000) };
    const wanted = { filename: file.name, length: file.bytes, ...alt };
    const address = Address.parse(await client.files.getUploadURLExternal(wanted));
    await send(address.upload_url, file, { ...deps, signal });
    signal?.throwIfAborted();
    onCompleting?.(address.file_id);
    const files: [{ id: string; title: string }] = [{ id: address.file_id, title: file.title.slice(0, 200) }];
    await client.files.completeUploadExternal({ files, ...placeOf(file) });
    return address.file_id;
  } catch (error) {
    throw toDeliveryError(error);
  }
}

/** Slack's type knows a thread and a channel, a channel, or neither. */
function placeOf({ share }: FileToUpload) {
  if (share === undefined) return {};
  const { channel: channel_id, threadTs, comment: initial_comment } = share;
  return threadTs === undefined
    ? { channel_id, initial_comment }
    : { channel_id, initial_comment, thread_ts: threadTs };
}

/**
 * Uploads a picture to no channel. Of a file whose last call was not answered nothing is kept here, so it is given to `discard`.
 */
export function createUpload(options: UploadDeps & { readonly discard: Discard }): Upload {
  return async ({ png, title, alt }) => {
    let completing: string | undefined;
    try {
      // A copy, because the bytes of a picture may live in a larger buffer.
      const file = { name: 'chart.png', title, alt, bytes: png.byteLength, open: () => new Uint8Array(png) };
      const onCompleting = (id: string): void => {
        completing = id;
      };
      return await uploadFile(file, options, { onCompleting });
    } catch (error) {
      const failure = toDeliveryError(error);
      if (completing !== undefined && failure.outcome === 'unknown') void options.discard(completing);
      throw failure;
    }
  };
}

/** Waits before a file is tried to be deleted again; after the last one it is left. */
const deletionPauses: readonly Duration[] = [2 * second, 30 * second, 5 * minute];

/** What says that a file is not there any more. */
const isGone: ReadonlySet<string> = new Set(['file_not_found', 'file_deleted']);

/**
 * Deletes a file of the bot. Where Slack refuses for good or does not answer several times, the file stays, in no message and seen by
 * nobody but the bot, and the log says which.
 */
export function createDiscard({ client, clock, logger }: DiscardDeps): Discard {
  return async (file) => {
    for (const pause of [...deletionPauses, undefined]) {
      try {
        await client.files.delete({ file });
        return;
      } catch (error) {
        const failure = toDeliveryError(error);
        if (isGone.has(failure.code)) return;
        if (failure.isPermanent || pause === undefined) {
          logger.warn('A picture that no message shows could not be deleted and stays in Slack', {
            file,
            ...errorFields(failure),
            stack: undefined,
          });
          return;
        }
        await sleep(clock, Math.max(pause, failure.retryAfterMs ?? 0));
      }
    }
  };
}

export interface DiscardDeps {
  readonly client: webApi.WebClient;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
}

/** The slowest upload that is waited for, in bytes a millisecond, after the time that every file has. */
const slowest = 100;

async function send(
  url: string,
  file: Pick<FileToUpload, 'bytes' | 'open'>,
  {
    fetch,
    clock,
    signal: stopped,
  }: Pick<UploadDeps, 'fetch' | 'clock'> & { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const late = (): DeliveryError => slackError('not-sent', 'timeout', say('slack.uploadLate'));
  const after = 30 * second + file.bytes / slowest;
  const status = await withTimeout(clock, { after, late }, async (signal) => {
    const init = {
      method: 'POST',
      // Of a stream the length is not known otherwise.
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(file.bytes) },
      body: file.open(),
      duplex: 'half' as const,
      redirect: 'error' as const,
      signal: stopped === undefined ? signal : AbortSignal.any([signal, stopped]),
    };
    const response = await fetch(url, init);
    await response.arrayBuffer();
    return response.status;
  });
  if (status >= 300) throw slackError('not-sent', `http_${status}`, say('slack.uploadRefused', { status }));
}
