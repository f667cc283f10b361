// A mention of the bot: answered in its thread, a mistake in it privately.
import { z } from 'zod';
import { second } from '../../clock.ts';
import type { CommandRequest } from '../command/subcommand.ts';
import { openTarget, type RequestPlace, type ResponseDeps } from '../response-target.ts';
import type { Handled, HandlerContext } from './handler.ts';

/** The parts of the event `app_mention` that are used. */
const Mention = z.object({
  event_id: z.string(),
  /** True in a channel that another company shares. */
  is_ext_shared_channel: z.boolean().optional().catch(undefined),
  event: z.object({
    user: z.string(),
    text: z.string().catch(''),
    channel: z.string(),
    ts: z.string(),
    thread_ts: z.string().optional(),
    bot_id: z.string().optional(),
    /** Slack sends a mention again, as another event, when its message is edited. */
    edited: z.unknown().optional(),
    user_team: z.string().optional().catch(undefined),
    team: z.string().optional().catch(undefined),
  }),
});

/** Mentions by bots, which may be the bot itself, are ignored. An edit of a mention that was answered changes nothing. */
export function handleMention(body: unknown, { slackContext, commands, isNew }: HandlerContext): Handled {
  const { event, event_id, is_ext_shared_channel: isShared } = Mention.parse(body);
  const isByBot = event.bot_id !== undefined || event.user === slackContext.identity()?.userId;
  if (isByBot || !isNew(event_id)) return {};
  const isFirst = isNew(`mention ${event.channel} ${event.ts}`);
  // Of a message from before the start it is not known whether it was answered.
  const isOld = event.edited !== undefined && Number(event.ts) * second < slackContext.startedAt;
  if (!isFirst || isOld) return {};
  return { work: () => commands.answer(requestOf(event, isShared === false, slackContext.responseDeps)) };
}

function requestOf(
  event: z.infer<typeof Mention>['event'],
  isAmongOwn: boolean,
  responseDeps: ResponseDeps,
): CommandRequest {
  const { user, channel, thread_ts: thread } = event;
  const isReply = thread !== undefined;
  const place: RequestPlace = { kind: 'thread', channel, threadTs: thread ?? event.ts, isReply, user };
  return {
    text: event.text.replace(/<@[UW][A-Z0-9]+(?:\|[^>]*)?>/g, ' '),
    requester: { user, channel, thread, team: event.user_team ?? event.team, enterprise: undefined, isAmongOwn },
    isPublicPlace: true,
    isAmongPeople: isReply,
    open: () => openTarget(place, 'public', responseDeps),
    openProblem: () => openTarget(place, 'private', responseDeps),
  };
}
