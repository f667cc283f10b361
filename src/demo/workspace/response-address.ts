// response_url: five replies in 30 minutes, private unless said otherwise.
import { minute } from '../../clock.ts';
import { type Fields, isFields } from './blocks/walk.ts';
import { readContent } from './content.ts';
import type { Reply } from './faults.ts';
import { change, type Draft, post, remove, show } from './messages.ts';
import { Refusal } from './refusal.ts';
import { type ResponseAddress, type State, violate } from './state.ts';
import type { Message, MessageOrigin } from './workspace.ts';

const mostUses = 5;
const lifetime = 30 * minute;

/** Makes an address for the replies to one command or click. */
export function createAddress(
  state: State,
  about: Pick<ResponseAddress, 'user' | 'channel' | 'source' | 'onReply'>,
): string {
  const id = state.ids.word();
  state.addresses.set(id, { ...about, expires: state.clock.now() + lifetime, uses: 0 });
  return `${state.url}/response/${id}`;
}

/** Takes one reply. */
export function receiveReply(state: State, id: string, bytes: Buffer): Reply {
  const address = state.addresses.get(id);
  if (address === undefined) return refusal(404, new Refusal('invalid_url'));
  if (state.clock.now() >= address.expires) return refusal(404, new Refusal('expired_url'));
  if (address.uses >= mostUses) return refusal(404, new Refusal('used_url'));
  try {
    const body: unknown = JSON.parse(bytes.toString());
    if (!isFields(body)) throw new Refusal('invalid_payload');
    applyReply(state, address, { body, origin: 'response_url' });
    address.uses += 1;
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"ok":true}' };
  } catch (error) {
    if (error instanceof Refusal) return refusal(400, error);
    if (error instanceof SyntaxError) return refusal(400, new Refusal('invalid_payload'));
    throw error;
  }
}

/** Shows what a reply says, where it says. Also for the body of an acknowledgement. */
export function applyReply(
  state: State,
  address: ResponseAddress,
  reply: { body: Fields; origin: MessageOrigin },
): void {
  const { body, origin } = reply;
  const source = current(state, address.source);
  if (body['delete_original'] === true) {
    if (source !== undefined) remove(state, source);
    else violate(state, `${origin}: delete_original, but there is no original message`);
    return;
  }
  const content = readContent(state, origin, body);
  const threadTs = typeof body['thread_ts'] === 'string' ? body['thread_ts'] : undefined;
  const draft: Draft = { ...content, channel: address.channel, user: state.bot.userId, origin, threadTs };
  address.onReply(place(state, address, { body, draft, source }));
}

function place(
  state: State,
  address: ResponseAddress,
  reply: { body: Fields; draft: Draft; source: Message | undefined },
): Message {
  const { body, draft, source } = reply;
  if (body['replace_original'] === true) {
    if (source !== undefined) return change(state, source, draft);
    // Slack takes it and shows a second message: a command has no original (bolt-js issue 2287).
    violate(state, `${draft.origin}: replace_original, but there is no original message`);
  }
  if (body['response_type'] === 'in_channel') return post(state, draft);
  return show(state, address.user, { ...draft, threadTs: draft.threadTs ?? address.source?.threadTs });
}

function current(state: State, message: Message | undefined): Message | undefined {
  if (message === undefined) return undefined;
  return message.ephemeralTo === undefined
    ? state.messages.get(message.channel)?.get(message.ts)
    : state.ephemerals.get(message.ts);
}

function refusal(status: number, error: Refusal): Reply {
  const body = JSON.stringify({ ok: false, error: error.code, ...error.extra });
  return { status, headers: { 'content-type': 'application/json' }, body };
}
