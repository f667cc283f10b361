// Where the outbox is emptied to: Slack and the pager, as whoever sends knows them.
import type { AlertView } from '../alerting/view.ts';
import type { Instant } from '../clock.ts';
import type { Message, ShownPicture } from './outbox.ts';

/** What can be drawn in Slack: the root of an incident, a line in a thread, a digest. */
export type SlackMessage = Extract<Message, { kind: 'alert' | 'line' | 'report' }>;

/** A message on its way. `key` goes into its metadata; `note` is a line of our own below it ("possible repeat"). */
export interface Outgoing {
  readonly key: string;
  readonly channel: string;
  readonly message: SlackMessage;
  /** What stands in the places of its charts, in their order; empty while nothing does. */
  readonly pictures: readonly ShownPicture[];
  /** `plain` is text alone, for when Slack refused the blocks. */
  readonly form: 'full' | 'plain';
  readonly note: string | undefined;
}

/** Where the key of a delivery is looked for. */
export interface Wanted {
  readonly channel: string;
  readonly key: string;
  /** The thread of a reply; undefined for a root. */
  readonly threadTs: string | undefined;
  readonly since: Instant;
}

/** Slack as a place to deliver to. Every method rejects with `DeliveryError` only. */
export interface Sender {
  /** A new root; resolves with its `ts`. */
  post(outgoing: Outgoing): Promise<string>;
  /** The root as it is now. */
  update(outgoing: Outgoing, ts: string): Promise<void>;
  /** A reply in the thread of `threadTs`, also shown in the channel with `broadcast`; resolves with its `ts`. */
  reply(outgoing: Outgoing, place: { readonly threadTs: string; readonly broadcast: boolean }): Promise<string>;
  /** The `ts` of the message with this key in its metadata, undefined when it is not there. Outcome `refused` when the bot may not read the channel. */
  find(wanted: Wanted): Promise<string | undefined>;
  /** Uploads a picture, private until a message shows it; resolves with its Slack file id. */
  upload(picture: Picture): Promise<string>;
}

/** A drawn chart. `alt` says in words what it shows. */
export interface Picture {
  readonly png: Uint8Array;
  readonly title: string;
  readonly alt: string;
}

/** Where incidents are handed over to a pager. Rejects with `DeliveryError` only. */
export interface Pager {
  send(action: 'trigger' | 'acknowledge' | 'resolve', view: AlertView): Promise<void>;
}
