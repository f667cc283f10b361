// What Slack sends, parsed to what we use of it, and how each is answered.
import { z } from 'zod';
import type { Click } from './actions/action.ts';
import type { CommandRequest } from './command/subcommand.ts';
import type { SlackContext } from './context.ts';
import { byResponseUrl, inThread, privatelyInThread } from './response-target.ts';

/** The parts of a slash command that we use. */
export const Command = z.object({
  text: z.string().catch(''),
  user_id: z.string(),
  channel_id: z.string(),
  team_id: z.string().optional().catch(undefined),
  enterprise_id: z.string().optional().catch(undefined),
  response_url: z.url(),
  trigger_id: z.string(),
});

/** The parts of the event `app_mention` that we use. */
export const Mention = z.object({
  event_id: z.string(),
  event: z.object({
    user: z.string(),
    text: z.string().catch(''),
    channel: z.string(),
    ts: z.string(),
    thread_ts: z.string().optional(),
    bot_id: z.string().optional(),
    user_team: z.string().optional().catch(undefined),
    team: z.string().optional().catch(undefined),
  }),
});

export const HomeOpened = z.object({
  event_id: z.string(),
  event: z.object({ user: z.string(), tab: z.string().catch('home') }),
});

/** The parts of a click that we use. */
export const BlockActions = z.object({
  trigger_id: z.string(),
  user: z.object({ id: z.string(), team_id: z.string().optional().catch(undefined) }),
  team: z.object({ enterprise_id: z.string().optional().catch(undefined) }).nullish(),
  channel: z.object({ id: z.string() }).optional(),
  container: z.object({ is_ephemeral: z.boolean().catch(false) }).catch({ is_ephemeral: false }),
  response_url: z.url().optional(),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        value: z.string().optional(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
});

/** A command as a question, answered through its response_url. */
export function commandRequest(command: z.infer<typeof Command>, { responseDeps }: SlackContext): CommandRequest {
  const caller = { user: command.user_id, channel: command.channel_id };
  const open = (manner: 'private' | 'public'): ReturnType<typeof byResponseUrl> =>
    byResponseUrl({ url: command.response_url, caller, manner }, responseDeps);
  return {
    text: command.text,
    asker: { ...caller, team: command.team_id, enterprise: command.enterprise_id },
    isPublicPlace: false,
    open,
    openProblem: () => open('private'),
  };
}

/** A mention is answered in its thread, a mistake in it privately. */
export function mentionRequest(
  event: z.infer<typeof Mention>['event'],
  { responseDeps }: SlackContext,
): CommandRequest {
  const place = { channel: event.channel, threadTs: event.thread_ts ?? event.ts };
  return {
    text: event.text.replace(/<@[UW][A-Z0-9]+(?:\|[^>]*)?>/g, ' '),
    asker: { user: event.user, channel: event.channel, team: event.user_team ?? event.team, enterprise: undefined },
    isPublicPlace: true,
    open: () => inThread(place, responseDeps),
    openProblem: () => privatelyInThread({ ...place, thread: event.thread_ts, user: event.user }, responseDeps),
  };
}

/** A click with the ways to answer it. */
export function clickOf(body: z.infer<typeof BlockActions>, { responseDeps }: SlackContext): Click {
  const [action] = body.actions;
  const caller = { user: body.user.id, channel: body.channel?.id ?? body.user.id };
  const url = body.response_url ?? '';
  return {
    action: action?.action_id ?? '',
    value: action?.selected_option?.value ?? action?.value,
    asker: { ...caller, team: body.user.team_id, enterprise: body.team?.enterprise_id },
    isEphemeral: body.container.is_ephemeral,
    open: (manner) => byResponseUrl({ url, caller, manner }, responseDeps),
  };
}
