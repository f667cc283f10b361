// The bot scopes that imstats asks for: why, and which methods or events need them. The manifest holds exactly these.

export interface Scope {
  /** For the person who installs the app, in a sentence. */
  readonly reason: string;
  /** Web API methods that need it. */
  readonly methods: readonly string[];
  /** Events that need it. */
  readonly events?: readonly string[];
}

export const scopes = {
  commands: { reason: 'To offer `/imstats`.', methods: [] },
  'chat:write': {
    reason: 'To post digests, alerts and answers, and to edit its own messages.',
    methods: ['chat.postMessage', 'chat.update', 'chat.postEphemeral'],
  },
  'files:write': {
    reason: 'To upload the pictures of charts.',
    methods: ['files.getUploadURLExternal', 'files.completeUploadExternal'],
  },
  'app_mentions:read': {
    reason: 'To answer when it is mentioned, as in threads.',
    methods: [],
    events: ['app_mention'],
  },
  'channels:history': {
    reason: 'To look up whether a message of its own arrived before it sends it again, in public channels.',
    methods: ['conversations.history', 'conversations.replies'],
  },
  'groups:history': {
    reason: 'The same in private channels it was invited to.',
    methods: ['conversations.history', 'conversations.replies'],
  },
  'usergroups:read': {
    reason: 'To know who is in the user groups named under `access`.',
    methods: ['usergroups.users.list'],
  },
} as const satisfies Record<string, Scope>;

/** The scopes that were not granted; none when Slack did not say what was. */
export function missingScopes(granted: readonly string[]): string[] {
  return granted.length === 0 ? [] : Object.keys(scopes).filter((scope) => !granted.includes(scope));
}
