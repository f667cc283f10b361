// What a handler of one type of payload is: it parses the payload, and returns the acknowledgement and the work that follows.
import { z } from 'zod';
import type { Block } from '../blocks/block.ts';
import type { CommandHandler } from '../command/admission.ts';
import type { Requester } from '../command/subcommand.ts';
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

const id = z.string().optional().catch(undefined);

/** The person of an interactive payload, with the own workspace. */
export const PayloadUser = z.object({ id: z.string(), team_id: id });

/** The workspace of an interactive payload: that of the place, which in a shared channel is the host's. */
export const PayloadTeam = z.object({ id, enterprise_id: id }).nullish().catch(undefined);

/** Who pressed or submitted. The organisation of the place says something of the person only where the workspace is the same. */
export function requesterOf(
  { user, team }: { readonly user: z.infer<typeof PayloadUser>; readonly team?: z.infer<typeof PayloadTeam> },
  channel: string | undefined,
): Requester {
  const isOwn = user.team_id !== undefined && user.team_id === team?.id;
  return { user: user.id, channel, team: user.team_id, enterprise: isOwn ? team.enterprise_id : undefined };
}
