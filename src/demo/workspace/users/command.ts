// A user runs a slash command.
import { isFields } from '../blocks/walk.ts';
import type { EventSender } from '../event-sender.ts';
import { show } from '../messages.ts';
import { applyReply, createResponseUrl } from '../response-url.ts';
import { emit, recordViolation, type State } from '../state.ts';
import { WebApiError } from '../web-api-error.ts';
import type { Outcome } from '../workspace-types.ts';
import { channelName, channelOf, userOf } from './identity.ts';
import { type Act, createOutcome, createReplies, createTrigger, outcomeOf } from './outcome.ts';

export interface CommandAct {
  readonly user: string;
  readonly channel: string;
  readonly text: string;
  readonly command?: string;
  readonly threadTs?: string;
}

/** Sends the command and shows the message in its acknowledgement, if any. */
export async function typeCommand(state: State, eventSender: EventSender, typed: CommandAct): Promise<Outcome> {
  const { user, channel: channelId, command = '/imstats' } = typed;
  const person = userOf(state, user);
  const channel = channelOf(state, channelId, user);
  const replies = createReplies();
  const error = slackErrorFor(state, command, typed.threadTs);
  if (error !== undefined) return rejectCommand(state, { ...typed, command }, error);
  emit(state, { type: 'command', user, channel: channelId, command, text: typed.text });
  const responseUrl = createResponseUrl(state, {
    user,
    channel: channelId,
    source: undefined,
    onReply: replies.onReply,
  });
  const act: Act = { user, what: command, triggerId: createTrigger(state, user), responseUrl, replies };
  const payload = {
    token: 'legacy',
    team_id: state.bot.teamId,
    team_domain: 'local',
    channel_id: channelId,
    channel_name: channelName(channel),
    user_id: user,
    user_name: person.name,
    command,
    text: escaped(state, typed.text),
    api_app_id: state.bot.appId,
    is_enterprise_install: 'false',
    response_url: responseUrl,
    trigger_id: act.triggerId,
  };
  const response = await eventSender.send({ type: 'slash_commands', payload });
  if (response.acknowledged === 'in time') showAcknowledgement(state, act, response.body);
  return createOutcome(state, act, response);
}

/** The error that Slack itself shows for a command that it does not send to the app. */
function slackErrorFor(state: State, command: string, threadTs: string | undefined): string | undefined {
  if (!state.commands.has(command)) return `${command} is not a valid command.`;
  if (threadTs !== undefined) return `${command} is not supported in threads. Sorry!`;
  return undefined;
}

function rejectCommand(state: State, typed: CommandAct & { command: string }, text: string): Outcome {
  const replies = createReplies();
  const { user, channel, threadTs } = typed;
  replies.onReply(show(state, user, { channel, user: 'USLACKBOT', text, blocks: [], origin: 'slack', threadTs }));
  const act: Act = { user, what: typed.command, triggerId: '', responseUrl: undefined, replies };
  return outcomeOf(state, act, {
    acknowledged: 'dispatch_failed',
    status: undefined,
    body: undefined,
    noRetry: true,
  });
}

function showAcknowledgement(state: State, act: Act, body: unknown): void {
  const said = typeof body === 'string' ? { text: body } : isFields(body) ? body : {};
  if (Object.keys(said).length === 0) return;
  const address = state.responseUrls.get(act.responseUrl?.split('/').at(-1) ?? '');
  if (address === undefined) return;
  try {
    applyReply(state, address, { body: said, origin: 'acknowledgement' });
  } catch (error) {
    if (!(error instanceof WebApiError)) throw error;
    recordViolation(state, `acknowledgement of ${act.what}: ${error.code} ${JSON.stringify(error.extra)}`);
  }
}

/** Handles, channel names and addresses in brackets with ids, as `should_escape: true` sends them. */
function escaped(state: State, text: string): string {
  const users = new Map([...state.users.values()].map((person) => [person.name, `<@${person.id}|${person.name}>`]));
  const groups = new Map(
    [...state.userGroups.values()].map((group) => [group.handle, `<!subteam^${group.id}|@${group.handle}>`]),
  );
  const channels = new Map(
    [...state.channels.values()].map((one) => [one.name, `<#${one.id}|${one.kind === 'public' ? one.name : ''}>`]),
  );
  return text
    .replaceAll(/https?:\/\/[^\s<>]+/g, (address) => `<${address}>`)
    .replaceAll(/(?<![\w<])@([\w.-]+)/g, (whole, name: string) => users.get(name) ?? groups.get(name) ?? whole)
    .replaceAll(/(?<![\w<])#([\w-]+)/g, (whole, name: string) => channels.get(name) ?? whole);
}
