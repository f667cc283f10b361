// Uploads a PNG to Slack outside of any channel, so that a message can show it as its own picture; deletes what none shows.
import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Discard, Upload } from '../charts/attach-charts.ts';
import { type Clock, second, withTimeout } from '../clock.ts';
import type { DeliveryError } from '../errors.ts';
import { errorFields, type Logger } from '../logger.ts';
import { phrasesOf } from '../metrics/phrase.ts';
import type { slackErrorPhrases } from './error-code-phrases.ts';
import { slackError, toDeliveryError } from './errors.ts';

const say = phrasesOf<typeof slackErrorPhrases>();

const Address = z.object({ upload_url: z.url(), file_id: z.string() });

/** The three calls of Slack's external upload. The file is in no channel until a message shows it. */
export function createUpload(options: {
  readonly client: webApi.WebClient;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
}): Upload {
  return async (picture) => {
    try {
      const title = picture.title.slice(0, 200);
      const file = { filename: 'chart.png', length: picture.png.byteLength, alt_txt: picture.alt.slice(0, 1_000) };
      const address = Address.parse(await options.client.files.getUploadURLExternal(file));
      await send(address.upload_url, picture.png, options);
      await options.client.files.completeUploadExternal({ files: [{ id: address.file_id, title }] });
      return address.file_id;
    } catch (error) {
      throw toDeliveryError(error);
    }
  };
}

/** Deletes a file of the bot. What Slack refuses is logged only: a picture that stays is in no message and seen by nobody. */
export function createDiscard(client: webApi.WebClient, logger: Logger): Discard {
  return async (file) => {
    try {
      await client.files.delete({ file });
    } catch (error) {
      logger.debug('Picture not deleted', { file, ...errorFields(toDeliveryError(error)), stack: undefined });
    }
  };
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
