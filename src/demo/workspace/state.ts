// The state of the workspace and its events.
import type { Clock, Instant } from '../../clock.ts';
import { createIds, type Ids } from './ids.ts';
import { readShortcuts, type SlackShortcut } from './manifest-shortcuts.ts';
import type {
  CallRecord,
  Channel,
  Message,
  SlackFile,
  SlackUser,
  SlackView,
  UserGroup,
  WorkspaceEvent,
  WorkspaceOptions,
} from './workspace-types.ts';

/** A file from the moment that its upload URL was given. */
interface StoredFile {
  file: SlackFile;
  readonly length: number;
  uploaded: boolean;
}

/** A `response_url`: where later replies to a command or click may be sent. */
export interface ResponseUrl {
  readonly user: string;
  readonly channel: string;
  /** The message that was clicked; undefined for a command. */
  readonly source: Message | undefined;
  readonly expires: Instant;
  uses: number;
  /** Called with each message that is sent to it. */
  readonly onReply: (message: Message) => void;
}

interface Trigger {
  readonly user: string;
  readonly expires: Instant;
  used: boolean;
  /** The modal that it belongs to. */
  readonly viewId: string | undefined;
}

export interface State {
  readonly clock: Clock;
  readonly ids: Ids;
  /** `http://host:port`; empty before the server listens. */
  url: string;
  readonly tokens: { bot: string; app: string; signingSecret: string };
  readonly revoked: Set<'bot' | 'app'>;
  readonly scopes: ReadonlySet<string>;
  readonly shortcuts: readonly SlackShortcut[];
  readonly bot: { readonly userId: string; readonly botId: string; readonly appId: string; readonly teamId: string };
  readonly commands: ReadonlySet<string>;
  readonly rateLimit: 'strict' | 'off';
  readonly users: Map<string, SlackUser>;
  readonly userGroups: Map<string, UserGroup>;
  readonly channels: Map<string, Channel>;
  /** By channel, then by ts, in order. */
  readonly messages: Map<string, Map<string, Message>>;
  readonly ephemerals: Map<string, Message>;
  readonly files: Map<string, StoredFile>;
  readonly views: Map<string, SlackView>;
  /** Open modals by user, the visible one last. */
  readonly stacks: Map<string, string[]>;
  readonly homes: Map<string, SlackView>;
  /** What a user picked or typed, by container, user, block and action. */
  readonly picked: Map<string, unknown>;
  readonly triggers: Map<string, Trigger>;
  readonly responseUrls: Map<string, ResponseUrl>;
  readonly tickets: Set<string>;
  readonly lastPost: Map<string, Instant>;
  readonly log: CallRecord[];
  readonly violations: string[];
  readonly listeners: Set<(event: WorkspaceEvent) => void>;
  /** Aborted by `stop`, which ends every wait. */
  readonly stopping: AbortController;
  /** Cancel functions of the pending waits. */
  readonly waits: Set<() => void>;
}

const bot = { userId: 'U0IMSTATS', botId: 'B0IMSTATS', appId: 'A0IMSTATS', teamId: 'T0LOCAL' };

export function createState(options: WorkspaceOptions, scopes: ReadonlySet<string>): State {
  const state: State = {
    clock: options.clock,
    ids: createIds(options.clock.now()),
    url: '',
    tokens: {
      bot: options.botToken ?? 'xoxb-local-bot-token',
      app: options.appToken ?? 'xapp-local-app-token',
      signingSecret: options.signingSecret ?? 'local-signing-secret',
    },
    revoked: new Set(),
    scopes,
    shortcuts: readShortcuts(options.scopes),
    bot,
    commands: new Set(options.commands ?? ['/imstats']),
    rateLimit: options.rateLimit ?? 'strict',
    users: new Map((options.users ?? sampleUsers).map((person) => [person.id, person])),
    userGroups: new Map((options.userGroups ?? sampleGroups).map((group) => [group.id, group])),
    channels: new Map((options.channels ?? sampleChannels).map((channel) => [channel.id, channel])),
    messages: new Map(),
    ephemerals: new Map(),
    files: new Map(),
    views: new Map(),
    stacks: new Map(),
    homes: new Map(),
    picked: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    tickets: new Set(),
    lastPost: new Map(),
    log: [],
    violations: [],
    listeners: new Set(),
    stopping: new AbortController(),
    waits: new Set(),
  };
  state.users.set(bot.userId, sampleUser(bot.userId, 'imstats', { realName: 'imstats', role: 'bot' }));
  return state;
}

/** Calls every listener; an error of one reaches neither the others nor the caller. */
export function emit(state: State, event: WorkspaceEvent): void {
  for (const listener of [...state.listeners]) {
    try {
      listener(event);
    } catch (error) {
      state.violations.push(`a listener threw: ${String(error)}`);
    }
  }
}

/** Records something that Slack would refuse or show wrongly. */
export function recordViolation(state: State, text: string): void {
  state.violations.push(text);
  emit(state, { type: 'violation', text });
}

/** Calls `run` after `delay` on the workspace's clock, unless the workspace stops before. */
export function later(state: State, delay: number, run: () => void): () => void {
  const cancel = (): void => {
    stopClock();
    state.waits.delete(cancel);
  };
  const stopClock = state.clock.after(delay, () => {
    state.waits.delete(cancel);
    run();
  });
  state.waits.add(cancel);
  return cancel;
}

function sampleUser(id: string, name: string, rest: Partial<SlackUser> = {}): SlackUser {
  return { id, name, realName: name, role: 'member', timezone: 'Asia/Taipei', locale: 'en-US', ...rest };
}

const sampleUsers: readonly SlackUser[] = [
  sampleUser('U0ALICE', 'alice', { realName: 'Alice (on call)' }),
  sampleUser('U0BOB', 'bob', { realName: 'Bob (on call)', timezone: 'Europe/Berlin' }),
  sampleUser('U0ADMIN', 'mona', { realName: 'Mona (manager)', role: 'admin' }),
  sampleUser('U0GUEST', 'gus', { realName: 'Gus (guest)', role: 'guest' }),
];

const sampleGroups: readonly UserGroup[] = [
  { id: 'S0ONCALL', handle: 'oncall', name: 'On call', users: ['U0ALICE', 'U0BOB'] },
];

const everyone = ['U0ALICE', 'U0BOB', 'U0ADMIN', 'U0GUEST'];

const channel = (id: string, name: string, members: readonly string[]): Channel => ({
  id,
  name,
  kind: 'public',
  archived: false,
  members,
});

const sampleChannels: readonly Channel[] = [
  channel('C0IMOPS', 'im-ops', [...everyone, bot.userId]),
  channel('C0ONCALL', 'oncall', ['U0ALICE', 'U0BOB', 'U0ADMIN', bot.userId]),
  channel('C0OPS', 'ops', ['U0ALICE', 'U0BOB', 'U0ADMIN', bot.userId]),
  channel('C0RANDOM', 'random', everyone),
];
