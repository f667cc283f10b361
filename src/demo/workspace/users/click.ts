// A person presses a button or picks in a select, in a message, an ephemeral, a modal or a Home tab.
import { elementsOf, type Fields, isFields, withChildren } from '../blocks/walk.ts';
import type { Courier } from '../event-sender.ts';
import { wireMessage, wireView } from '../payloads.ts';
import { createAddress } from '../response-address.ts';
import type { State } from '../state.ts';
import type { Choice, ClickOutcome, ClickPlace, Message, SlackBlock, SlackView } from '../workspace.ts';
import { channelName, channelOf, interactiveFrame, personOf } from './identity.ts';
import { choose, type InputPlace, stateValues } from './inputs.ts';
import { type Act, createOutcome, createReplies, createTrigger } from './outcome.ts';

export type ClickAct = { readonly user: string; readonly action: string; readonly choice?: Choice } & ClickPlace;

type Place = { readonly message: Message } | { readonly view: SlackView };

/** Sends the `block_actions` of one click. */
export async function click(state: State, courier: Courier, act: ClickAct): Promise<ClickOutcome> {
  const person = personOf(state, act.user);
  const place = placeOf(state, act);
  const { blocks, key } =
    'view' in place
      ? { blocks: place.view.blocks, key: place.view.id }
      : { blocks: place.message.blocks, key: place.message.ts };
  const where: InputPlace = { place: key, user: act.user };
  const { block, element } = findElement(blocks, act.action);
  const chosen = choose(state, { block, element, where }, act.choice);
  const replies = createReplies();
  const sent: Act = {
    user: act.user,
    what: `button ${act.action}`,
    triggerId: createTrigger(state, act.user, 'view' in place ? place.view.id : undefined),
    responseUrl:
      'view' in place
        ? undefined
        : createAddress(state, {
            user: act.user,
            channel: place.message.channel,
            source: place.message,
            onReply: replies.onReply,
          }),
    replies,
  };
  const values = stateValues(state, blocks, where);
  const action = { ...describe(element, block), ...chosen, action_ts: state.ids.ts(state.clock.now()) };
  const payload = {
    type: 'block_actions',
    ...interactiveFrame(state, person),
    trigger_id: sent.triggerId,
    ...('view' in place ? viewPart(state, place.view, values) : messagePart(state, place.message, values)),
    ...(sent.responseUrl === undefined ? {} : { response_url: sent.responseUrl }),
    actions: [action],
  };
  const answered = await courier.deliver({ type: 'interactive', payload });
  const openedUrl = typeof element['url'] === 'string' ? element['url'] : undefined;
  return { ...createOutcome(state, sent, answered), openedUrl };
}

function placeOf(state: State, act: ClickAct): Place {
  if ('viewId' in act) {
    const view = state.views.get(act.viewId) ?? [...state.homes.values()].find((home) => home.id === act.viewId);
    if (view === undefined || view.user !== act.user) throw new Error(`${act.user} does not see a view ${act.viewId}`);
    return { view };
  }
  channelOf(state, act.channel, act.user);
  const private_ = state.ephemerals.get(act.ts);
  const message = private_?.ephemeralTo === act.user ? private_ : state.messages.get(act.channel)?.get(act.ts);
  if (message === undefined || message.tombstone)
    throw new Error(`${act.user} does not see a message ${act.ts} in ${act.channel}`);
  return { message };
}

function findElement(blocks: readonly SlackBlock[], action: string): { block: SlackBlock; element: Fields } {
  const all = blocks.flatMap(withChildren).flatMap((block) => elementsOf(block).map((element) => ({ block, element })));
  const byId = all.filter(({ element }) => element['action_id'] === action);
  const byText = all.filter(({ element }) => textOf(element) === action);
  const found = byId.length > 0 ? byId : byText;
  const [first] = found;
  if (first === undefined || found.length > 1) {
    const known = all.map(({ element }) => `${String(element['action_id'])} (${textOf(element)})`).join(', ');
    throw new Error(`${first === undefined ? 'no' : 'more than one'} element ${action}; there are ${known || 'none'}`);
  }
  return first;
}

function textOf(element: Fields): string {
  const text = element['text'] ?? element['placeholder'];
  return isFields(text) ? String(text['text']) : '';
}

function describe(element: Fields, block: SlackBlock): Fields {
  const shown = ['type', 'action_id', 'text', 'value', 'style', 'placeholder', 'initial_option', 'url'];
  const kept = Object.fromEntries(shown.flatMap((key) => (element[key] === undefined ? [] : [[key, element[key]]])));
  return { ...kept, block_id: block.block_id };
}

function messagePart(state: State, message: Message, values: unknown): Fields {
  const channel = state.channels.get(message.channel);
  const ephemeral = message.ephemeralTo !== undefined;
  return {
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: ephemeral,
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    },
    channel: { id: message.channel, name: channel === undefined ? '' : channelName(channel) },
    // Slack does not send the content of an ephemeral back.
    ...(ephemeral ? {} : { message: wireMessage(state, message, 'with metadata') }),
    state: { values },
  };
}

function viewPart(state: State, view: SlackView, values: unknown): Fields {
  return { container: { type: 'view', view_id: view.id }, view: wireView(state, view, values) };
}
