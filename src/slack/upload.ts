// Uploads a PNG to Slack outside of any channel, so that a message can show it as its own picture; deletes what none shows.
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

/**
 * The three calls of Slack's external upload. The file is in no channel until a message shows it. Of a file whose last call was not
 * answered nothing is kept here, so it is given to `discard`; before that call Slack throws the bytes away by itself.
 */
export function createUpload(options: {
  readonly client: webApi.WebClient;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly discard: Discard;
}): Upload {
  return async (picture) => {
    let completing: string | undefined;
    try {
      const title = picture.title.slice(0, 200);
      const file = { filename: 'chart.png', length: picture.png.byteLength, alt_txt: picture.alt.slice(0, 1_000) };
      const address = Address.parse(await options.client.files.getUploadURLExternal(file));
      await send(address.upload_url, picture.png, options);
      completing = address.file_id;
      await options.client.files.completeUploadExternal({ files: [{ id: address.file_id, title }] });
      return address.file_id;
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

async function send(
  url: string,
  png: Uint8Array,
  { fetch, clock }: { readonly fetch: typeof globalThis.fetch; readonly clock: Clock },
): Promise<void> {
  const late = (): DeliveryError => slackError('not-sent', 'timeout', say('slack.uploadLate'));
  const status = await withTimeout(clock, { after: 30 * second, late }, async (signal) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      // A copy, because the bytes of a picture may live in a larger buffer.
      body: new Uint8Array(png),
      redirect: 'error',
      signal,
    });
    await response.arrayBuffer();
    return response.status;
  });
  if (status >= 300) throw slackError('not-sent', `http_${status}`, say('slack.uploadRefused', { status }));
}
