// A user presses a button or picks in a select, in a message, an ephemeral, a modal or a Home tab.
import { elementsOf, type Fields, isFields, withChildren } from '../blocks/walk.ts';
import type { EventSender } from '../event-sender.ts';
import { messagePayload, viewPayload } from '../payloads.ts';
import { createResponseUrl } from '../response-url.ts';
import type { State } from '../state.ts';
import type { Choice, ClickOutcome, ClickTarget, Message, SlackBlock, SlackView } from '../workspace-types.ts';
import { channelName, channelOf, interactiveFrame, userOf } from './identity.ts';
import { choose, type InputScope, stateValues } from './inputs.ts';
import { type Act, createOutcome, createReplies, createTrigger } from './outcome.ts';

export type ClickAct = {
  readonly user: string;
  readonly action: string;
  readonly block?: string;
  readonly choice?: Choice;
} & ClickTarget;

type ResolvedTarget = { readonly message: Message } | { readonly view: SlackView };

/** Sends the `block_actions` of one click. */
export async function click(state: State, eventSender: EventSender, act: ClickAct): Promise<ClickOutcome> {
  const person = userOf(state, act.user);
  const target = resolveTarget(state, act);
  const { blocks, key } =
    'view' in target
      ? { blocks: target.view.blocks, key: target.view.id }
      : { blocks: target.message.blocks, key: target.message.ts };
  const scope: InputScope = { container: key, user: act.user };
  const { block, element } = findElement(blocks, act);
  const chosen = choose(state, { block, element, scope }, act.choice);
  const replies = createReplies();
  const sent: Act = {
    user: act.user,
    what: `button ${act.action}`,
    triggerId: createTrigger(state, act.user, 'view' in target ? target.view.id : undefined),
    responseUrl:
      'view' in target
        ? undefined
        : createResponseUrl(state, {
            user: act.user,
            channel: target.message.channel,
            source: target.message,
            onReply: replies.onReply,
          }),
    replies,
  };
  const values = stateValues(state, blocks, scope);
  const action = { ...describe(element, block), ...chosen, action_ts: state.ids.ts(state.clock.now()) };
  const payload = {
    type: 'block_actions',
    ...interactiveFrame(state, person),
    trigger_id: sent.triggerId,
    ...('view' in target ? viewPart(state, target.view, values) : messagePart(state, target.message, values)),
    ...(sent.responseUrl === undefined ? {} : { response_url: sent.responseUrl }),
    actions: [action],
  };
  const response = await eventSender.send({ type: 'interactive', payload });
  const openedUrl = typeof element['url'] === 'string' ? element['url'] : undefined;
  return { ...createOutcome(state, sent, response), openedUrl };
}

function resolveTarget(state: State, act: ClickAct): ResolvedTarget {
  if ('viewId' in act) {
    const view = state.views.get(act.viewId) ?? [...state.homes.values()].find((home) => home.id === act.viewId);
    if (view === undefined || view.user !== act.user) throw new Error(`${act.user} does not see a view ${act.viewId}`);
    return { view };
  }
  channelOf(state, act.channel, act.user);
  const ephemeral = state.ephemerals.get(act.ts);
  const message = ephemeral?.ephemeralTo === act.user ? ephemeral : state.messages.get(act.channel)?.get(act.ts);
  if (message === undefined || message.tombstone)
    throw new Error(`${act.user} does not see a message ${act.ts} in ${act.channel}`);
  return { message };
}

function findElement(
  blocks: readonly SlackBlock[],
  { action, block: wanted }: ClickAct,
): { block: SlackBlock; element: Fields } {
  const among = blocks.flatMap(withChildren).filter(({ block_id: own }) => wanted === undefined || own === wanted);
  const all = among.flatMap((block) => elementsOf(block).map((element) => ({ block, element })));
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
    // Slack leaves out the content of an ephemeral message.
    ...(ephemeral ? {} : { message: messagePayload(state, message, 'with metadata') }),
    state: { values },
  };
}

function viewPart(state: State, view: SlackView, values: unknown): Fields {
  return { container: { type: 'view', view_id: view.id }, view: viewPayload(state, view, values) };
}
