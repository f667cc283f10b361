// What a handler of one type of payload is: it parses the payload, and returns the acknowledgement and the work that follows.
import type { Block } from '../blocks/block.ts';
import type { CommandHandler } from '../command/admission.ts';
import type { SlackContext } from '../context.ts';
import type { Modal, ModalResponse } from '../modals/modal.ts';

/** What the acknowledgement of a command can carry: a message. */
export interface AcknowledgedMessage {
  readonly response_type: 'ephemeral' | 'in_channel';
  readonly text: string;
  readonly blocks?: readonly Block[];
}

/** A command takes a message, a submitted modal what happens to it; all other payloads take nothing. */
export type Acknowledgement = AcknowledgedMessage | ModalResponse;

/** What a request comes to. */
export interface Handled {
  /** Body of the acknowledgement, where it has one. */
  readonly response?: Acknowledgement;
  /** Runs after the acknowledgement. */
  readonly work?: () => Promise<void>;
}

export interface HandlerContext {
  readonly slackContext: SlackContext;
  readonly commands: CommandHandler;
  /** False for an id that was seen before: Slack may send one request twice. */
  readonly isNew: (id: string) => boolean;
  readonly modals: readonly Modal[];
}

/** Takes the body of a request, in well under a millisecond; throws for one that is not of its shape. */
export type PayloadHandler = (body: unknown, context: HandlerContext) => Handled;
