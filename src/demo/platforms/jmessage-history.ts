// The paged message history of the sample JMessage server, with cursors that expire.
import { day, type Instant, minute, second } from '../../clock.ts';
import { parseInstant } from '../../time-zone.ts';
import type { SampleRequest, SampleResponse } from './faulty-server.ts';
import { type JMessageServerInput, refuse } from './jmessage-server.ts';
import { sampleZone } from './load-curve.ts';
import type { SampleMessage } from './sample-messages.ts';

const maxSpan = 7 * day;
const retention = 60 * day;
const cursorLifetime = 120 * second;

/** The position of a walk through the history. A cursor is its JSON in hexadecimal, so that clients treat it as opaque. */
interface CursorPosition {
  readonly path: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly size: number;
  readonly total: number;
  readonly expires: Instant;
}

export function answerHistory(input: JMessageServerInput, request: SampleRequest): SampleResponse {
  const isIncluded = filterOf(request.path);
  if (isIncluded === undefined) return refuse(404, 899016, 'No such resource');
  if (request.rawQuery.includes('+')) return refuse(400, 899003, 'Parameter invalid');
  const cursor = request.query.get('cursor');
  const position = cursor === null ? firstPosition(input, request, isIncluded) : readCursor(cursor);
  if (position === undefined || position.path !== request.path || position.expires < input.now()) {
    return refuse(400, 899003, 'Parameter invalid');
  }
  return historyPage(input, position, isIncluded);
}

type MessageFilter = (message: SampleMessage) => boolean;

/** The filter for a path; undefined when there is no such path. */
function filterOf(path: string): MessageFilter | undefined {
  if (path === '/v2/messages') return () => true;
  const found = /^\/v2\/(users|groups|chatrooms)\/([^/]+)\/messages$/.exec(path);
  if (found === null) return undefined;
  const id = decodeURIComponent(found[2] ?? '');
  if (found[1] === 'users')
    return (message) => message.from === id || (message.target === 'single' && message.targetId === id);
  const target = found[1] === 'groups' ? 'group' : 'chatroom';
  return (message) => message.target === target && message.targetId === id;
}

function firstPosition(
  input: JMessageServerInput,
  request: SampleRequest,
  isIncluded: MessageFilter,
): CursorPosition | undefined {
  const read = (name: string): Instant | undefined =>
    parseInstant(request.query.get(name) ?? '', 'yyyy-MM-dd HH:mm:ss', sampleZone);
  const [from, to, size, now] = [read('begin_time'), read('end_time'), Number(request.query.get('count')), input.now()];
  if (from === undefined || to === undefined || from > to || to - from > maxSpan || from < now - retention)
    return undefined;
  if (!Number.isInteger(size) || size < 1 || size > 1_000) return undefined;
  const end = Math.min(to + second - 1, now);
  const total = [...messagesIn(input, { from, to: end }, isIncluded)].length;
  return { path: request.path, from, to: end, size, total, expires: now + cursorLifetime };
}

function historyPage(input: JMessageServerInput, position: CursorPosition, isIncluded: MessageFilter): SampleResponse {
  const messages: SampleMessage[] = [];
  for (const message of messagesIn(input, position, isIncluded)) {
    if (messages.length === position.size) break;
    messages.push(message);
  }
  const last = messages.at(-1);
  const next = { ...position, from: (last?.at ?? 0) + 1, expires: input.now() + cursorLifetime };
  return {
    status: 200,
    body: {
      total: position.total,
      // Like the vendor's, the last page has a cursor too; only an empty page has none.
      ...(last === undefined ? {} : { cursor: writeCursor(next) }),
      count: messages.length,
      messages: messages.map((message) => messageFields(input, message)),
    },
  };
}

/** Messages of a span, both ends included, in order. No two have the same millisecond, so a time identifies a position. */
function* messagesIn(
  input: JMessageServerInput,
  span: { from: Instant; to: Instant },
  isIncluded: MessageFilter,
): Generator<SampleMessage> {
  let last = 0;
  for (let index = Math.floor(span.from / minute); index * minute <= span.to; index += 1) {
    for (const message of input.messages.messagesOf(index)) {
      const at = Math.max(message.at, last + 1);
      last = at;
      if (at >= span.from && at <= span.to && isIncluded(message)) yield { ...message, at };
    }
  }
}

/** What the statistics count as other messages. */
const rareTypes = ['file', 'location', 'video', 'custom'] as const;

function messageFields({ appKey }: JMessageServerInput, message: SampleMessage): unknown {
  return {
    set_from_name: 0,
    from_platform: message.client,
    target_name: '',
    msg_type: message.type === 'custom' ? rareTypes[message.id % rareTypes.length] : message.type,
    version: 1,
    target_id: message.targetId,
    from_appkey: appKey,
    from_name: message.from,
    from_id: message.from,
    msg_body: { text: 'a text that nobody but the two of them may see', extras: {} },
    create_time: Math.floor(message.at / second),
    from_type: 'user',
    target_appkey: appKey,
    target_type: message.target,
    msgid: message.id,
    msg_ctime: message.at,
    msg_level: 0,
  };
}

function writeCursor(position: CursorPosition): string {
  return Buffer.from(JSON.stringify(position)).toString('hex').toUpperCase();
}

function readCursor(cursor: string): CursorPosition | undefined {
  try {
    return JSON.parse(Buffer.from(cursor, 'hex').toString()) as CursorPosition; // written by writeCursor above
  } catch {
    return undefined;
  }
}
