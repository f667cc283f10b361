// The slash command: answered through its response_url, or by the acknowledgement where that takes no work.
import { z } from 'zod';
import type { ImmediateReply } from '../command/admission.ts';
import type { CommandRequest } from '../command/subcommand.ts';
import { openTarget, type RequestPlace, type ResponseDeps } from '../response-target.ts';
import type { AcknowledgedMessage, Handled, HandlerContext } from './handler.ts';

/** The parts of a slash command that are used. */
const Command = z.object({
  text: z.string().catch(''),
  user_id: z.string(),
  channel_id: z.string(),
  team_id: z.string().optional().catch(undefined),
  enterprise_id: z.string().optional().catch(undefined),
  response_url: z.url(),
  trigger_id: z.string(),
});

export function handleCommand(body: unknown, { slackContext, commands, isNew }: HandlerContext): Handled {
  const command = Command.parse(body);
  if (!isNew(command.trigger_id)) return {};
  const received = commands.receive(requestOf(command, slackContext.responseDeps));
  return 'work' in received ? received : { response: messageOf(received.reply) };
}

function requestOf(command: z.infer<typeof Command>, responseDeps: ResponseDeps): CommandRequest {
  const { user_id: user, channel_id: channel, response_url: url } = command;
  const place: RequestPlace = { kind: 'response_url', url, user, channel };
  return {
    text: command.text,
    triggerId: command.trigger_id,
    requester: { user, channel, team: command.team_id, enterprise: command.enterprise_id },
    isPublicPlace: false,
    open: (visibility) => openTarget(place, visibility, responseDeps),
    openProblem: () => openTarget(place, 'private', responseDeps),
  };
}

/** Slack shows the body of the acknowledgement as the answer, which saves a call. */
function messageOf({ drawn, isPublic }: ImmediateReply): AcknowledgedMessage {
  return {
    response_type: isPublic ? 'in_channel' : 'ephemeral',
    text: drawn.text,
    ...(drawn.blocks.length === 0 ? {} : { blocks: [...drawn.blocks] }),
  };
}
