// The tokens that Slack is called with now: another one holds for the next call, without a new client or connection.
import type { SlackConnection } from './receiver.ts';

/** The tokens and the secret of a connection. */
export type SlackTokens = Pick<SlackConnection, 'botToken' | 'appToken' | 'signingSecret'>;

export interface LiveConnection {
  /** Read at each use. */
  readonly connection: SlackConnection;
  /** The same fetch, whose calls carry the tokens as they are now, whatever token their client was made with. */
  authorised(fetch: typeof globalThis.fetch): typeof globalThis.fetch;
  /** These hold from now on, where the kind of connection has one. */
  take(tokens: SlackTokens): void;
}

export function createLiveConnection(first: SlackConnection): LiveConnection {
  const connection: { -readonly [Name in keyof SlackConnection]: SlackConnection[Name] } = { ...first };
  const current = (authorization: string | null): string | undefined => {
    if (authorization === `Bearer ${first.botToken}`) return connection.botToken;
    return authorization === `Bearer ${first.appToken}` ? connection.appToken : undefined;
  };
  return {
    connection,
    authorised: (fetch) => async (input, init) => {
      const headers = new Headers(init?.headers);
      const token = current(headers.get('authorization'));
      if (token === undefined) return fetch(input, init);
      headers.set('authorization', `Bearer ${token}`);
      return fetch(input, { ...init, headers });
    },
    take: ({ botToken, appToken, signingSecret }) => {
      connection.botToken = botToken;
      if (first.appToken !== undefined && appToken !== undefined) connection.appToken = appToken;
      if (first.signingSecret !== undefined && signingSecret !== undefined) connection.signingSecret = signingSecret;
    },
  };
}
