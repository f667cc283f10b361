// Who the bot is, and which scopes it has.
import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import { type Clock, second, sleep } from '../clock.ts';
import { BotError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { SlackPlace } from '../service-types.ts';
import { toDeliveryError } from './errors.ts';

/** The bot as Slack knows it. `scopes` are those of its token. */
export interface Identity {
  readonly userId: string;
  readonly botId: string | undefined;
  readonly teamId: string;
  readonly team: string;
  /** Address of the workspace, with a last slash. */
  readonly url?: string | undefined;
  readonly enterpriseId: string | undefined;
  readonly scopes: readonly string[];
}

const AuthTest = z.object({
  user_id: z.string(),
  bot_id: z.string().optional(),
  team_id: z.string(),
  team: z.string().catch(''),
  url: z.url().optional().catch(undefined),
  enterprise_id: z.string().nullish(),
  response_metadata: z.object({ scopes: z.array(z.string()).catch([]) }).catch({ scopes: [] }),
});

/** Asks Slack once. Rejects with `BotError` when Slack refuses the token, with `DeliveryError` when Slack did not answer. */
export async function identify(client: webApi.WebClient): Promise<Identity> {
  try {
    const answer = AuthTest.parse(await client.auth.test());
    return {
      userId: answer.user_id,
      botId: answer.bot_id,
      teamId: answer.team_id,
      team: answer.team,
      url: answer.url,
      enterpriseId: answer.enterprise_id ?? undefined,
      scopes: answer.response_metadata.scopes,
    };
  } catch (error) {
    const failure = toDeliveryError(error);
    if (!failure.isPermanent || failure.code.startsWith('http_')) throw failure;
    throw new BotError(`Slack refuses the bot token (${failure.code}).`, {
      hint: 'Put the Bot User OAuth Token (xoxb-…) of the installed Slack app in slack.botToken.',
    });
  }
}

/** The address of a message, as *Copy link* in Slack gives it; undefined until Slack has said where the workspace is. */
export function messageAddress(
  { channel, ts }: SlackPlace,
  identity: Pick<Identity, 'url'> | undefined,
): string | undefined {
  const { url } = identity ?? {};
  return url === undefined ? undefined : `${url}archives/${channel}/p${ts.replace('.', '')}`;
}

/** Whether the bot is a member of a channel, as its history tells, which a stranger may not read. Never rejects. */
export async function isInside(channel: string, client: webApi.WebClient): Promise<'yes' | 'no' | 'unknown'> {
  try {
    await client.conversations.history({ channel, limit: 1 });
    return 'yes';
  } catch (error) {
    const { code } = toDeliveryError(error);
    return code === 'not_in_channel' || code === 'channel_not_found' ? 'no' : 'unknown';
  }
}

/** Asks until Slack answers, with backoff from 1 s to 30 s; undefined when it was aborted. */
export async function identifyWithRetries(
  client: webApi.WebClient,
  { clock, logger, signal }: { readonly clock: Clock; readonly logger: Logger; readonly signal: AbortSignal },
): Promise<Identity | undefined> {
  for (let pause = second; !signal.aborted; pause = Math.min(pause * 2, 30 * second)) {
    try {
      return await identify(client);
    } catch (error) {
      const failure = toDeliveryError(error);
      if (error instanceof BotError && error !== failure) throw error;
      logger.warn('Slack does not answer yet', { code: failure.code, reason: failure.message });
      await sleep(clock, Math.max(pause, failure.retryAfterMs ?? 0), signal);
    }
  }
  return undefined;
}

export interface Scope {
  /** For the person who installs the app, in a sentence. */
  readonly reason: string;
  /** What is not there without it, in a sentence. */
  readonly lost: string;
  /** Web API methods that need it. */
  readonly methods: readonly string[];
  /** Events that need it. */
  readonly events?: readonly string[];
  /** True where the bot does without; the person who installs the app is then asked. */
  readonly isOptional?: true;
}

const lookUps = ['conversations.history', 'conversations.replies'] as const;

export const scopes = {
  commands: { reason: 'To offer `/imstats`.', lost: 'Nobody can ask by command.', methods: [] },
  'chat:write': {
    reason: 'To post messages and edit its own.',
    lost: 'Nothing is told.',
    methods: ['chat.postMessage', 'chat.update', 'chat.postEphemeral', 'chat.delete'],
  },
  'files:write': {
    reason: 'To upload charts and exports.',
    lost: 'Messages have charts of the other kinds only, and nothing can be exported.',
    methods: ['files.getUploadURLExternal', 'files.completeUploadExternal', 'files.delete'],
  },
  'app_mentions:read': {
    reason: 'To answer mentions, as in threads.',
    lost: 'Mentions stay without an answer, so that nobody can ask in a thread.',
    methods: [],
    events: ['app_mention'],
  },
  'channels:history': {
    reason: 'To look up whether its message arrived before sending it again, in public channels.',
    lost: 'A message to a public channel whose arrival Slack left open comes half a minute later, perhaps twice, marked.',
    methods: lookUps,
    isOptional: true,
  },
  'groups:history': {
    reason: 'The same in private channels it was invited to.',
    lost: 'The same in private channels.',
    methods: lookUps,
    isOptional: true,
  },
  'chat:write.public': {
    reason: 'To post in public channels without an invitation.',
    lost: 'The bot must be invited to every channel that it posts in.',
    methods: ['chat.postMessage'],
    isOptional: true,
  },
  'usergroups:read': {
    reason: 'To know who is in user groups.',
    lost: 'Members of a user group have no rights under access, and it is not said who is in one that an alert mentions.',
    methods: ['usergroups.users.list', 'usergroups.list'],
    isOptional: true,
  },
  'users:read': {
    reason: 'To name people, and tell guests and colleagues apart.',
    lost: 'People of a user group are counted instead of named, and guests are not told apart.',
    methods: ['users.info'],
    isOptional: true,
  },
} as const satisfies Record<string, Scope>;

export type ScopeName = keyof typeof scopes;

export interface MissingScope extends Scope {
  readonly name: ScopeName;
}

/** The scopes that were not granted, the optional ones too; none when Slack did not list the granted ones. */
export function missingScopes(granted: readonly string[]): MissingScope[] {
  if (granted.length === 0) return [];
  const all = Object.entries(scopes) as [ScopeName, Scope][]; // the keys of a constant
  return all.flatMap(([name, scope]) => (granted.includes(name) ? [] : [{ name, ...scope }]));
}
