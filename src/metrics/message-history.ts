// What is known of the messages of a history: whose they are, and of each its kind, time and people, never its text.
import type { Instant } from '../clock.ts';

/** Which messages to read: all, one user's, one group's or one chat room's. */
export type HistoryScope =
  | { readonly of: 'all' }
  | { readonly of: 'user'; readonly name: string }
  | { readonly of: 'group'; readonly id: string }
  | { readonly of: 'room'; readonly id: string };

/** One user, group or room. */
export type HistorySubject = Exclude<HistoryScope, { readonly of: 'all' }>;

/** What a message can be, in the order of display. Every type that is not known is `other`. */
export const messageTypes = ['text', 'image', 'voice', 'file', 'location', 'video', 'custom', 'other'] as const;
export type MessageType = (typeof messageTypes)[number];

/** Where a message can be sent, in the order of display. */
export const messageTargets = ['single', 'group', 'room', 'other'] as const;
export type MessageTarget = (typeof messageTargets)[number];

/** What messages are sent with, in the order of display; what the platform does not name, as for a message of its own server, is `other`. */
export const messageClients = ['android', 'ios', 'web', 'windows', 'other'] as const;
export type MessageClient = (typeof messageClients)[number];

/** A message without its text. Sender and target are foreign text. */
export interface MessageRecord {
  readonly id: string;
  readonly at: Instant;
  readonly target: MessageTarget;
  readonly type: MessageType;
  readonly from: string;
  /** The user, group or room that it was sent to. */
  readonly to: string;
  readonly client: MessageClient;
}

/** The user, group or room of a scope, as it was written; undefined of all. */
export function subjectOf(scope: HistoryScope): string | undefined {
  if (scope.of === 'all') return undefined;
  return scope.of === 'user' ? scope.name : scope.id;
}
