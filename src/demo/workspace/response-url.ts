// response_url: five replies in 30 minutes, ephemeral by default.
import { minute } from '../../clock.ts';
import { type Fields, isFields } from './blocks/walk.ts';
import { readContent } from './content.ts';
import type { HttpReply } from './faults.ts';
import { change, type Draft, post, remove, show } from './messages.ts';
import { type ResponseUrl, recordViolation, type State } from './state.ts';
import { WebApiError } from './web-api-error.ts';
import type { Message, MessageOrigin } from './workspace-types.ts';

const mostUses = 5;
const lifetime = 30 * minute;

/** Makes a URL for the replies to one command or click. */
export function createResponseUrl(
  state: State,
  about: Pick<ResponseUrl, 'user' | 'channel' | 'source' | 'onReply'>,
): string {
  const id = state.ids.word();
  state.responseUrls.set(id, { ...about, expires: state.clock.now() + lifetime, uses: 0 });
  return `${state.url}/response/${id}`;
}

/** Handles one reply that the bot sends. */
export function receiveReply(state: State, id: string, bytes: Buffer): HttpReply {
  const responseUrl = state.responseUrls.get(id);
  if (responseUrl === undefined) return errorReply(404, new WebApiError('invalid_url'));
  if (state.clock.now() >= responseUrl.expires) return errorReply(404, new WebApiError('expired_url'));
  if (responseUrl.uses >= mostUses) return errorReply(404, new WebApiError('used_url'));
  try {
    const body: unknown = JSON.parse(bytes.toString());
    if (!isFields(body)) throw new WebApiError('invalid_payload');
    applyReply(state, responseUrl, { body, origin: 'response_url' });
    responseUrl.uses += 1;
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"ok":true}' };
  } catch (error) {
    if (error instanceof WebApiError) return errorReply(400, error);
    if (error instanceof SyntaxError) return errorReply(400, new WebApiError('invalid_payload'));
    throw error;
  }
}

/** Posts, replaces or deletes what a reply asks for. Also for the body of an acknowledgement. */
export function applyReply(
  state: State,
  responseUrl: ResponseUrl,
  reply: { body: Fields; origin: MessageOrigin },
): void {
  const { body, origin } = reply;
  const source = newestVersion(state, responseUrl.source);
  if (body['delete_original'] === true) {
    if (source !== undefined) remove(state, source);
    else recordViolation(state, `${origin}: delete_original, but there is no original message`);
    return;
  }
  const content = readContent(state, origin, body);
  const threadTs = typeof body['thread_ts'] === 'string' ? body['thread_ts'] : undefined;
  const draft: Draft = { ...content, channel: responseUrl.channel, user: state.bot.userId, origin, threadTs };
  responseUrl.onReply(showReply(state, responseUrl, { body, draft, source }));
}

function showReply(
  state: State,
  responseUrl: ResponseUrl,
  reply: { body: Fields; draft: Draft; source: Message | undefined },
): Message {
  const { body, draft, source } = reply;
  if (body['replace_original'] === true) {
    if (source !== undefined) return change(state, source, draft);
    // Slack accepts it and shows a second message: a command has no original (bolt-js issue 2287).
    recordViolation(state, `${draft.origin}: replace_original, but there is no original message`);
  }
  if (body['response_type'] === 'in_channel') return post(state, draft);
  return show(state, responseUrl.user, { ...draft, threadTs: draft.threadTs ?? responseUrl.source?.threadTs });
}

function newestVersion(state: State, message: Message | undefined): Message | undefined {
  if (message === undefined) return undefined;
  return message.ephemeralTo === undefined
    ? state.messages.get(message.channel)?.get(message.ts)
    : state.ephemerals.get(message.ts);
}

function errorReply(status: number, error: WebApiError): HttpReply {
  const body = JSON.stringify({ ok: false, error: error.code, ...error.extra });
  return { status, headers: { 'content-type': 'application/json' }, body };
}
