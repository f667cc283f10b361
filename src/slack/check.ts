// Checks Slack once: the token, its scopes, which channels can be read; and where it is asked to, by a line that it posts and removes.
import type { webApi } from '@slack/bolt';
import { type Clock, second, sleep } from '../clock.ts';
import { BotError, type DeliveryError, explained } from '../errors.ts';
import { silentLogger } from '../logger.ts';
import { createWebClient } from './client.ts';
import { toDeliveryError } from './errors.ts';
import { type MissingScope, missingScopes, type ScopeName } from './identity.ts';
import { openSocketMode } from './take-tokens.ts';

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
  /** Optional scopes that the configuration cannot do without. */
  readonly needed?: readonly ScopeName[];
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
  let granted: readonly string[] = [];
  const token = await find('Slack bot token', async () => {
    const answer = await client.auth.test();
    granted = answer.response_metadata?.scopes ?? [];
    const all = missingScopes(granted).length === 0 ? 'with every scope' : withoutSome;
    return `signed in as ${answer.user ?? 'the bot'} in ${answer.team ?? 'the workspace'}, ${all}`;
  });
  const scopes = missingScopes(granted).map((scope) => scopeFinding(scope, options.needed ?? []));
  const { appToken } = options;
  const socket =
    appToken === undefined
      ? []
      : [
          await find('Slack app token', async () => {
            await openSocketMode(createWebClient(appToken, settings));
            return 'Socket Mode opens';
          }),
        ];
  // Every further call would fail as the first one did.
  if (!token.ok) return [token, ...socket, ...notTried(options)];
  const channels: SlackFinding[] = [];
  for (const channel of options.channels) {
    const isHere = options.notifyingHere?.includes(channel) === true;
    channels.push(
      await find(`Slack channel ${channel}`, () => tryChannel(client, { ...options, channel, isHere, granted })),
    );
  }
  const pictures = options.isPosting === true ? [await find('Slack pictures', () => tryUpload(client))] : [];
  return [token, ...scopes, ...socket, ...channels, ...pictures];
}

function notTried({ channels }: SlackCheckOptions): SlackFinding[] {
  if (channels.length === 0) return [];
  const what = channels.length === 1 ? `Slack channel ${channels.join()}` : 'Slack channels';
  return [{ what, ok: false, words: `not tried before the bot token works: ${channels.join(', ')}` }];
}

const withoutSome =
  'without the scopes below; to have them, paste manifest.yml into the Slack app again and install it again';

/** A scope that is not granted. One that is optional is a failure only where the configuration needs it. */
function scopeFinding({ name, lost, isOptional }: MissingScope, needed: readonly ScopeName[]): SlackFinding {
  const ok = isOptional === true && !needed.includes(name);
  return { what: `Slack scope ${name}`, ok, words: `is not granted${ok ? ', and optional' : ''}. ${lost}` };
}

interface CheckedChannel extends Pick<SlackCheckOptions, 'isPosting' | 'clock'> {
  readonly channel: string;
  readonly isHere: boolean;
  readonly granted: readonly string[];
}

/** A delivery of unknown outcome is looked up by reading the channel, for which the bot must be a member and have the scope. */
async function tryChannel(client: webApi.WebClient, checked: CheckedChannel): Promise<string> {
  const { channel, isHere, isPosting, clock } = checked;
  const read = await client.conversations.history({ channel, limit: 1 }).then(
    () => 'can be read',
    (error: unknown) => unreadable(toDeliveryError(error), checked.granted),
  );
  if (isPosting === true) return `${read}; ${await tryPosting(client, { channel, isHere, clock })}`;
  return isHere ? `${read}; ${hereWarning}` : read;
}

/** Throws where the bot cannot post either. */
function unreadable(failure: DeliveryError, granted: readonly string[]): string {
  const mayRead = ['channels:history', 'groups:history'].every((scope) => granted.includes(scope));
  if (failure.code === 'missing_scope' && !mayRead)
    return 'cannot be read without the scope for it; only --post shows whether the bot can post there';
  // Of a private channel that it is not in, Slack says that it is not there.
  if (failure.code === 'not_in_channel' && granted.includes('chat:write.public'))
    return 'the bot is not in it: it can post there, and cannot look up whether a message arrived; invite it with /invite';
  throw failure;
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
    if (error instanceof BotError) return { what, ok: false, words: explained(error) };
    if (error instanceof Error && !('code' in error)) return { what, ok: false, words: error.message };
    return { what, ok: false, words: explained(toDeliveryError(error)) };
  }
}
