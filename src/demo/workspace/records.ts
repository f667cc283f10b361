// The records of the local Slack workspace: users, channels, messages, files, views, calls, events.
import type { Instant } from '../../clock.ts';

/** A block as it was sent, with the ids that Slack adds where the sender gave none. */
export type SlackBlock = { readonly type: string; readonly block_id?: string; readonly [field: string]: unknown };

type Role = 'admin' | 'member' | 'guest' | 'bot';

export interface SlackUser {
  readonly id: string;
  /** Handle without `@`. */
  readonly name: string;
  readonly realName: string;
  readonly role: Role;
  /** IANA zone. */
  readonly timezone: string;
  readonly locale: string;
}

export interface UserGroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly users: readonly string[];
}

export interface Channel {
  readonly id: string;
  /** Without `#`; for a direct message the other person's id. */
  readonly name: string;
  readonly kind: 'public' | 'private' | 'direct';
  readonly archived: boolean;
  /** User ids; the bot's own user id is among them where it is a member. */
  readonly members: readonly string[];
}

export interface MessageMetadata {
  readonly event_type: string;
  readonly event_payload: Readonly<Record<string, unknown>>;
}

/** How a message came in: a Web API call, a `response_url`, the body of an acknowledgement, or a person typing. */
export type MessageOrigin = 'api' | 'response_url' | 'acknowledgement' | 'person' | 'slack';

export interface Message {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  readonly metadata?: MessageMetadata | undefined;
  /** Root of the thread that this is a reply in. */
  readonly threadTs?: string | undefined;
  /** A reply that is shown in the channel as well. */
  readonly broadcast: boolean;
  readonly at: Instant;
  readonly editedAt?: Instant | undefined;
  /** Ids of files shared with it. */
  readonly files: readonly string[];
  /** The one user who sees it; undefined when everyone does. */
  readonly ephemeralTo?: string | undefined;
  readonly origin: MessageOrigin;
  /** A deleted root that keeps its thread. */
  readonly tombstone: boolean;
}

export interface SlackFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly altText?: string | undefined;
  readonly bytes: Uint8Array;
  readonly user: string;
  /** When completeUploadExternal came; usable in a `slack_file` one second later. */
  readonly completedAt?: Instant | undefined;
  readonly channels: readonly string[];
}

export interface SlackView {
  readonly id: string;
  readonly type: 'modal' | 'home';
  readonly user: string;
  readonly hash: string;
  readonly title?: string | undefined;
  readonly submit?: string | undefined;
  readonly close?: string | undefined;
  readonly callbackId: string;
  readonly externalId?: string | undefined;
  readonly privateMetadata: string;
  readonly blocks: readonly SlackBlock[];
  readonly notifyOnClose: boolean;
  readonly rootId: string;
  readonly previousId?: string | undefined;
}

/** One request that the bot made. `args` are decoded and carry no token. */
export interface CallRecord {
  readonly at: Instant;
  /** Method name, `response_url` or `upload`. */
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** HTTP status; undefined when the connection was cut or is on hold. */
  readonly status?: number | undefined;
  readonly ok: boolean;
  readonly error?: string | undefined;
  readonly fault?: string | undefined;
}

export type WorkspaceEvent =
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'changed'; readonly message: Message; readonly previous: Message }
  | { readonly type: 'deleted'; readonly message: Message }
  | { readonly type: 'ephemeral'; readonly message: Message; readonly to: string }
  | { readonly type: 'file'; readonly file: SlackFile }
  | { readonly type: 'view-opened' | 'view-updated' | 'view-closed'; readonly view: SlackView }
  | { readonly type: 'home'; readonly view: SlackView }
  | {
      readonly type: 'command';
      readonly user: string;
      readonly channel: string;
      readonly command: string;
      readonly text: string;
    }
  | { readonly type: 'failed'; readonly user: string; readonly what: string; readonly outcome: Acknowledgement }
  | { readonly type: 'event'; readonly name: string; readonly attempt: number; readonly outcome: Acknowledgement }
  | { readonly type: 'channel'; readonly channel: Channel }
  | { readonly type: 'sockets'; readonly open: number }
  | { readonly type: 'call'; readonly call: CallRecord }
  | { readonly type: 'violation'; readonly text: string };

/** How the bot answered: `operation_timeout` after 3 s, `dispatch_failed` when it could not be reached or answered with an error. */
export type Acknowledgement = 'in time' | 'operation_timeout' | 'dispatch_failed';
