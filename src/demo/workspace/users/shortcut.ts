// A user uses a shortcut of the app: a global one, which has neither channel nor response_url, or one on a message.
import type { Fields } from '../blocks/walk.ts';
import type { EventSender } from '../event-sender.ts';
import { messagePayload } from '../payloads.ts';
import { createResponseUrl } from '../response-url.ts';
import type { State } from '../state.ts';
import type { Message, Outcome, ShortcutAct } from '../workspace-types.ts';
import { channelName, channelOf, interactiveFrame, userOf } from './identity.ts';
import { type Act, createOutcome, createReplies, createTrigger } from './outcome.ts';

/** Throws where the app has no such shortcut, or it is of the other kind. */
export async function pressShortcut(state: State, eventSender: EventSender, act: ShortcutAct): Promise<Outcome> {
  const person = userOf(state, act.user);
  const wanted = act.message === undefined ? 'global' : 'message';
  const shortcut = state.shortcuts.find(
    ({ name, callbackId, type }) => type === wanted && [name, callbackId].includes(act.shortcut),
  );
  if (shortcut === undefined) throw new Error(`the app has no ${wanted} shortcut ${act.shortcut}`);
  const message = act.message === undefined ? undefined : messageOf(state, act.user, act.message);
  const replies = createReplies();
  const { onReply } = replies;
  const source = message && { user: act.user, channel: message.channel, source: message, onReply };
  const sent: Act = {
    user: act.user,
    what: `shortcut ${shortcut.name}`,
    triggerId: createTrigger(state, act.user),
    responseUrl: source && createResponseUrl(state, source),
    replies,
  };
  const payload = {
    type: message === undefined ? 'shortcut' : 'message_action',
    ...interactiveFrame(state, person),
    callback_id: shortcut.callbackId,
    trigger_id: sent.triggerId,
    action_ts: state.ids.ts(state.clock.now()),
    ...(message === undefined ? {} : { response_url: sent.responseUrl, ...messagePart(state, message) }),
  };
  return createOutcome(state, sent, await eventSender.send({ type: 'interactive', payload }));
}

function messageOf(state: State, user: string, { channel, ts }: NonNullable<ShortcutAct['message']>): Message {
  channelOf(state, channel, user);
  const message = state.messages.get(channel)?.get(ts);
  if (message === undefined || message.tombstone) throw new Error(`${user} does not see a message ${ts} in ${channel}`);
  return message;
}

function messagePart(state: State, message: Message): Fields {
  const channel = state.channels.get(message.channel);
  return {
    message_ts: message.ts,
    channel: { id: message.channel, name: channel === undefined ? '' : channelName(channel) },
    message: messagePayload(state, message),
  };
}
