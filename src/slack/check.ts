// Checks Slack once, without changing anything: the token, its scopes, and which channels can be read.
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
  /** Channel ids that the configuration names. */
  readonly channels: readonly string[];
  /** Those in which an alert mentions `here`. */
  readonly notifyingHere?: readonly string[];
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
        return options.notifyingHere?.includes(channel) === true ? `can be read; ${hereWarning}` : 'can be read';
      }),
    );
  }
  return [token, ...socket, ...channels];
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
