// The interface of the local Slack workspace: what a test can read, do and break.
import type { Clock, Duration } from '../../clock.ts';
import type { SlackShortcut } from './manifest-shortcuts.ts';
import type {
  Acknowledgement,
  CallRecord,
  Channel,
  Message,
  SlackFile,
  SlackUser,
  SlackView,
  UserGroup,
  WorkspaceEvent,
} from './records.ts';

export type { SlackShortcut } from './manifest-shortcuts.ts';
export type * from './records.ts';

/** The outcome of a user's action. */
export interface Outcome {
  readonly acknowledged: Acknowledgement;
  /** HTTP status of the bot; undefined over Socket Mode. */
  readonly status?: number | undefined;
  /** Messages by the acknowledgement's body and by `response_url`, in order; grows while the response_url is valid. */
  readonly replies: readonly Message[];
  /** Resolves with the reply of that number, counted from 1, as it was when it came. */
  replied(count?: number): Promise<Message>;
  /** URL for later replies; undefined where Slack gives none (views, events). */
  readonly responseUrl?: string | undefined;
  readonly triggerId: string;
}

export interface ClickOutcome extends Outcome {
  /** The address that a link button opened. */
  readonly openedUrl?: string | undefined;
}

export interface SubmitOutcome extends Outcome {
  readonly action: 'close' | 'clear' | 'update' | 'push' | 'errors' | 'kept';
  /** By block id: what the bot, or Slack itself before it asked the bot, found wrong. */
  readonly errors: Readonly<Record<string, string>>;
}

/** `message`: what a shortcut on a message is used on. */
export interface ShortcutAct {
  readonly user: string;
  readonly shortcut: string;
  readonly message?: { readonly channel: string; readonly ts: string };
}

/** What is clicked: a message (or ephemeral) by its `ts`, a modal or Home tab by its view id. */
export type ClickTarget = { readonly channel: string; readonly ts: string } | { readonly viewId: string };

export type Choice = string | readonly string[];

type FaultKind =
  | '429' // with `retryAfter` seconds
  | '503'
  | 'cut-before' // connection destroyed, nothing processed
  | 'cut-after' // processed, then destroyed without an answer
  | 'cut-body' // processed, the answer's head sent, then destroyed
  | 'html' // 200 with a page that is no JSON, nothing processed
  | 'delay' // held for `ms` on the clock, or until released; then processed even if the caller left
  | 'hang' // never answered, nothing processed
  | { readonly error: string }; // `ok: false` with that error, nothing processed

export interface FaultSpec {
  /** A Web API method, `response_url`, `upload`, or `*`. */
  readonly method: string;
  readonly kind: FaultKind;
  /** How many calls it applies to; 1 by default. */
  readonly times?: number;
  readonly retryAfter?: number;
  readonly ms?: Duration;
  /** Only calls whose arguments match. */
  readonly when?: (args: Readonly<Record<string, unknown>>) => boolean;
}

export interface FaultHandle {
  /** Calls that it was applied to so far. */
  readonly hits: number;
  /** Continues the calls that a `delay` holds, and ends the fault. */
  release(): void;
}

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled';

export interface WorkspaceOptions {
  readonly clock: Clock;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly host?: string;
  /** Bot scopes as a list, or the text of a manifest. */
  readonly scopes: readonly string[] | string;
  readonly signingSecret?: string;
  readonly botToken?: string;
  readonly appToken?: string;
  readonly users?: readonly SlackUser[];
  readonly userGroups?: readonly UserGroup[];
  readonly channels?: readonly Channel[];
  /** Commands that exist in the workspace; `/imstats` by default. */
  readonly commands?: readonly string[];
  /** `strict`, the default: one message a second per channel. */
  readonly rateLimit?: 'strict' | 'off';
}

export interface Workspace {
  /** `http://host:port`, without a last slash. */
  readonly url: string;
  /** For `slackApiUrl`; ends with `/api/`. */
  readonly apiUrl: string;
  readonly tokens: { readonly bot: string; readonly app: string; readonly signingSecret: string };
  readonly bot: { readonly userId: string; readonly botId: string; readonly appId: string; readonly teamId: string };
  /** Stops all servers and closes every connection. */
  stop(): Promise<void>;

  readonly users: readonly SlackUser[];
  readonly userGroups: readonly UserGroup[];
  readonly channels: readonly Channel[];
  readonly shortcuts: readonly SlackShortcut[];
  /** What the channel shows, oldest first: roots and broadcast replies. */
  messages(channel: string): readonly Message[];
  /** The root and its replies, oldest first; empty when there is none. */
  thread(channel: string, ts: string): readonly Message[];
  /** Every message of every channel, replies included, in order of `ts`; no ephemerals. */
  everything(): readonly Message[];
  /** What only that person sees, oldest first. */
  ephemerals(user: string, channel?: string): readonly Message[];
  file(id: string): SlackFile | undefined;
  /** Open modals of that person, the visible one last. */
  modals(user: string): readonly SlackView[];
  home(user: string): SlackView | undefined;
  /** Id of the direct message between the bot and that person. */
  direct(user: string): string;
  readonly log: readonly CallRecord[];
  /** What the bot did that Slack would refuse or show wrongly; a test expects none. */
  readonly violations: readonly string[];
  readonly openSockets: number;
  on(listener: (event: WorkspaceEvent) => void): () => void;
  /** Resolves with the first value of `probe` that is neither undefined nor false, tried now, after each event, and every 20 ms; rejects after 10 s of real time. */
  until<T>(probe: () => T | undefined | false, what?: string): Promise<T>;
  /** The message as lines of text; dates in `timezone` (IANA, UTC by default). */
  renderText(message: Message, options?: { readonly timezone?: string; readonly width?: number }): string;
  /** A Home tab or modal as lines. */
  renderView(view: SlackView, options?: { readonly timezone?: string; readonly width?: number }): string;

  addUser(person: SlackUser): void;
  addUserGroup(group: UserGroup): void;
  addChannel(channel: Channel): void;
  join(channel: string, user: string): void;
  leave(channel: string, user: string): void;
  archive(channel: string): void;
  /** A user deletes a message by hand. */
  remove(channel: string, ts: string): void;
  /** From now on the token answers `token_revoked`. */
  revoke(token: 'bot' | 'app'): void;
  /** The token is this one from now on; the old one is not known any more. */
  reissue(token: 'bot' | 'app' | 'signingSecret', value: string): void;

  /** From now on users' actions are sent as signed requests to this URL (`…/slack/events`), not over Socket Mode. */
  connectHttp(url: string): void;
  command(act: { user: string; channel: string; text: string; command?: string; threadTs?: string }): Promise<Outcome>;
  /** Presses a button or picks in a select. `action` is its action id or its text; `choice` an option's text or value, an id, a date; `block` where several blocks have such an action. */
  click(act: { user: string; action: string; block?: string; choice?: Choice } & ClickTarget): Promise<ClickOutcome>;
  /** Submits the visible modal. `values` by action id, block id or label. */
  submitView(act: { user: string; values?: Readonly<Record<string, Choice>>; viewId?: string }): Promise<SubmitOutcome>;
  closeView(act: { user: string; viewId?: string }): Promise<void>;
  /** Uses a shortcut of the app, by its name or callback id: a global one, or one on a message. */
  shortcut(act: ShortcutAct): Promise<Outcome>;
  /** Writes a message that mentions the bot; `text` is what follows the mention. Resolves when the event is acknowledged or given up. */
  mention(act: {
    user: string;
    channel: string;
    text: string;
    threadTs?: string;
  }): Promise<{ ts: string; attempts: number }>;
  /** Writes a message that does not mention the bot. */
  say(act: { user: string; channel: string; text: string; threadTs?: string }): Message;
  openHome(act: { user: string }): Promise<{ attempts: number }>;

  fault(spec: FaultSpec): FaultHandle;
  /** Destroys every connection and refuses new ones, until `up`. */
  down(): void;
  up(): void;
  /** Sends `disconnect` to every Socket Mode connection, or the newest `count`; `refresh_requested` closes it 10 s later. */
  disconnect(reason: DisconnectReason, count?: number): void;
  /** Terminates every Socket Mode connection without a `disconnect` message. */
  cutSockets(): void;
}
