// Checks Slack once: the token, its scopes, which channels can be read; and where it is asked to, by a line that it posts and removes.
import type { webApi } from '@slack/bolt';
import { type Clock, second, sleep } from '../clock.ts';
import { silentLogger } from '../logger.ts';
import { createWebClient } from './client.ts';
import { toDeliveryError } from './errors.ts';
import { missingScopes } from './identity.ts';

export interface SlackFinding {
  readonly what: string;
  readonly ok: boolean;
  /** What was found, or what is wrong and what to do. */
  readonly words: string;
}

export interface SlackCheckOptions {
  readonly botToken: string;
  readonly appToken: string | undefined;
  readonly apiUrl: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Channel ids that the configuration names. */
  readonly channels: readonly string[];
  /** Those in which an alert mentions `here`. */
  readonly notifyingHere?: readonly string[];
  /** Posts a line into each channel and removes it, with `here` where an alert mentions that. */
  readonly isPosting?: boolean;
}

/** Slack tells no app what it may mention: only a post shows it. */
const hereWarning =
  'whether apps may notify @here in it cannot be asked beforehand: where they may not, alerts go out without it and say so; name people or a user group to be sure';

/** Never rejects: a refusal is a finding. */
export async function checkSlack(options: SlackCheckOptions): Promise<readonly SlackFinding[]> {
  const settings = { apiUrl: options.apiUrl, fetch: options.fetch, logger: silentLogger, secrets: [] };
  const client = createWebClient(options.botToken, settings);
  const token = await find('Slack bot token', async () => {
    const answer = await client.auth.test();
    const missing = missingScopes(answer.response_metadata?.scopes ?? []);
    if (missing.length > 0)
      throw new Error(
        `The app lacks the scopes ${missing.join(', ')}. Paste manifest.yml into it again and reinstall it.`,
      );
    return `signed in as ${answer.user ?? 'the bot'} in ${answer.team ?? 'the workspace'}, with every scope`;
  });
  const { appToken } = options;
  const socket =
    appToken === undefined
      ? []
      : [
          await find('Slack app token', async () => {
            await createWebClient(appToken, settings).apps.connections.open();
            return 'Socket Mode opens';
          }),
        ];
  const channels: SlackFinding[] = [];
  for (const channel of options.channels) {
    // A delivery of unknown outcome is looked up by reading the channel, for which the bot must be a member.
    channels.push(
      await find(`Slack channel ${channel}`, async () => {
        await client.conversations.history({ channel, limit: 1 });
        const isHere = options.notifyingHere?.includes(channel) === true;
        if (options.isPosting === true)
          return `can be read; ${await tryPosting(client, { channel, isHere, clock: options.clock })}`;
        return isHere ? `can be read; ${hereWarning}` : 'can be read';
      }),
    );
  }
  const pictures = options.isPosting === true ? [await find('Slack pictures', () => tryUpload(client))] : [];
  return [token, ...socket, ...channels, ...pictures];
}

const testLine = 'Test of imstats: this line is removed at once, and nothing is wrong.';

/** Rejects where not even the plain line is taken. */
async function tryPosting(
  client: webApi.WebClient,
  { channel, isHere, clock }: { readonly channel: string; readonly isHere: boolean; readonly clock: Clock },
): Promise<string> {
  const post = async (text: string): Promise<void> => {
    const { ts } = await inTime(() => client.chat.postMessage({ channel, text }), clock);
    if (ts !== undefined) await inTime(() => client.chat.delete({ channel, ts }), clock);
  };
  if (!isHere) {
    await post(testLine);
    return 'a line was posted and removed';
  }
  try {
    await post(`<!here> ${testLine}`);
    return 'a line with @here was posted and removed';
  } catch (error) {
    const failure = toDeliveryError(error);
    if (!failure.isRefusal) throw failure;
    await post(testLine);
    return `a line was posted and removed; with @here Slack refuses it (${failure.code}): name people or a user group instead`;
  }
}

/** Once more after the pause that Slack asks for between two messages of a channel. */
async function inTime<Answer>(work: () => Promise<Answer>, clock: Clock): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    const { retryAfterMs } = toDeliveryError(error);
    if (retryAfterMs === undefined) throw error;
    await sleep(clock, Math.min(retryAfterMs, 30 * second));
    return work();
  }
}

/** Asks for a place for a picture, and uses none. */
async function tryUpload(client: webApi.WebClient): Promise<string> {
  await client.files.getUploadURLExternal({ filename: 'imstats-check.png', length: 1 });
  return 'can be uploaded';
}

async function find(what: string, look: () => Promise<string>): Promise<SlackFinding> {
  try {
    return { what, ok: true, words: await look() };
  } catch (error) {
    if (error instanceof Error && !('code' in error)) return { what, ok: false, words: error.message };
    const { message, hint } = toDeliveryError(error);
    return { what, ok: false, words: hint === undefined ? message : `${message} ${hint}` };
  }
}
