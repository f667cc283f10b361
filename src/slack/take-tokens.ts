// Takes other tokens while the bot runs: each for itself, those that Slack can be asked about once it has accepted them.
import type { webApi } from '@slack/bolt';
import { BotError, explained } from '../errors.ts';
import { type ClientSettings, createWebClient } from './client.ts';
import { toDeliveryError } from './errors.ts';
import { type Identity, identify } from './identity.ts';
import type { SlackTokens } from './live-connection.ts';

/** `names` are those that were not taken, as in the file; `why` is in sentences, with what to do. */
export interface TokenRefusal {
  readonly names: readonly string[];
  readonly why: string;
}

export interface TakeTokensDeps {
  /** As they are now. */
  readonly current: SlackTokens;
  readonly take: (tokens: SlackTokens) => void;
  /** Calls with the token that it is given, never with the current one instead. */
  readonly client: ClientSettings;
  readonly identity: {
    readonly known: () => Identity | undefined;
    readonly take: (identity: Identity) => void;
  };
}

/** Resolves with what was not taken, undefined when all was. Never rejects. */
export async function takeTokens(tokens: SlackTokens, deps: TakeTokensDeps): Promise<TokenRefusal | undefined> {
  const { current } = deps;
  const [ofBot, ofApp] = await Promise.all([refusalOfBot(tokens, deps), refusalOfApp(tokens, deps)]);
  deps.take({
    botToken: ofBot === undefined ? tokens.botToken : current.botToken,
    ...kept('appToken', ofApp === undefined ? tokens.appToken : current.appToken),
    // Slack cannot be asked about this one.
    ...kept('signingSecret', tokens.signingSecret),
  });
  if (ofBot === undefined && ofApp === undefined) return undefined;
  return {
    names: [...(ofBot === undefined ? [] : ['slack.botToken']), ...(ofApp === undefined ? [] : ['slack.appToken'])],
    why: [ofBot, ofApp].filter((why) => why !== undefined).join(' '),
  };
}

const kept = (name: 'appToken' | 'signingSecret', value: string | undefined): Partial<SlackTokens> =>
  value === undefined ? {} : { [name]: value };

async function refusalOfBot(
  { botToken }: SlackTokens,
  { current, client, identity }: TakeTokensDeps,
): Promise<string | undefined> {
  if (botToken === current.botToken) return undefined;
  try {
    const found = await identify(createWebClient(botToken, client));
    const known = identity.known();
    if (known !== undefined && found.userId !== known.userId)
      return 'The new bot token is that of another bot: stop imstats and start it with that token.';
    identity.take(found);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** The connections that stand go on; the next one is opened with the new token. */
async function refusalOfApp(
  { appToken }: SlackTokens,
  { current, client }: TakeTokensDeps,
): Promise<string | undefined> {
  if (appToken === undefined || current.appToken === undefined || appToken === current.appToken) return undefined;
  try {
    await openSocketMode(createWebClient(appToken, client));
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Asks for the address of a connection. Rejects with `BotError` that says what to do where Slack refuses the app token. */
export async function openSocketMode(client: webApi.WebClient): Promise<void> {
  try {
    await client.apps.connections.open();
  } catch (error) {
    const failure = toDeliveryError(error);
    throw failure.isPermanent && !failure.code.startsWith('http_') ? refusedAppToken(failure.code) : failure;
  }
}

const reasonOf = (error: unknown): string => (error instanceof BotError ? explained(error) : String(error));

export function refusedAppToken(code: string): BotError {
  return new BotError(`Slack refuses the app token (${code}).`, {
    hint: 'Put an app-level token (xapp-…) with the scope connections:write in slack.appToken, and switch on Socket Mode.',
  });
}
