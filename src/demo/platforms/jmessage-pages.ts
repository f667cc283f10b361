// The paged message history of the sample JMessage server, with cursors that expire.
import { day, type Instant, minute, second } from '../../clock.ts';
import { parseInstant } from '../../time-zone.ts';
import type { Answer, Question } from './faulty-server.ts';
import { type JMessageServerInput, refuse } from './jmessage-input.ts';
import { worldZone } from './load-curve.ts';
import type { SampleMessage } from './message-world.ts';

const longestSpan = 7 * day;
const retention = 60 * day;
const cursorLife = 120 * second;

/** Where a walk stands. A cursor is this, written so that nobody reads it by accident. */
interface Position {
  readonly path: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly size: number;
  readonly total: number;
  readonly expires: Instant;
}

export function answerHistory(input: JMessageServerInput, question: Question): Answer {
  const wanted = readScope(question.path);
  if (wanted === undefined) return refuse(404, 899016, 'No such resource');
  if (question.rawQuery.includes('+')) return refuse(400, 899003, 'Parameter invalid');
  const cursor = question.query.get('cursor');
  const position = cursor === null ? firstPosition(input, question, wanted) : readCursor(cursor);
  if (position === undefined || position.path !== question.path || position.expires < input.now()) {
    return refuse(400, 899003, 'Parameter invalid');
  }
  return page(input, position, wanted);
}

type Wanted = (message: SampleMessage) => boolean;

/** Which messages a path is about; undefined when there is no such path. */
function readScope(path: string): Wanted | undefined {
  if (path === '/v2/messages') return () => true;
  const found = /^\/v2\/(users|groups|chatrooms)\/([^/]+)\/messages$/.exec(path);
  if (found === null) return undefined;
  const id = decodeURIComponent(found[2] ?? '');
  if (found[1] === 'users')
    return (message) => message.from === id || (message.target === 'single' && message.targetId === id);
  const target = found[1] === 'groups' ? 'group' : 'chatroom';
  return (message) => message.target === target && message.targetId === id;
}

function firstPosition(input: JMessageServerInput, question: Question, wanted: Wanted): Position | undefined {
  const read = (name: string): Instant | undefined =>
    parseInstant(question.query.get(name) ?? '', 'yyyy-MM-dd HH:mm:ss', worldZone);
  const [from, to, size, now] = [
    read('begin_time'),
    read('end_time'),
    Number(question.query.get('count')),
    input.now(),
  ];
  if (from === undefined || to === undefined || from > to || to - from > longestSpan || from < now - retention)
    return undefined;
  if (!Number.isInteger(size) || size < 1 || size > 1_000) return undefined;
  const end = Math.min(to + second - 1, now);
  const total = [...walk(input, { from, to: end }, wanted)].length;
  return { path: question.path, from, to: end, size, total, expires: now + cursorLife };
}

function page(input: JMessageServerInput, position: Position, wanted: Wanted): Answer {
  const messages: SampleMessage[] = [];
  for (const message of walk(input, position, wanted)) {
    if (messages.length === position.size) break;
    messages.push(message);
  }
  const last = messages.at(-1);
  const next = { ...position, from: (last?.at ?? 0) + 1, expires: input.now() + cursorLife };
  return {
    status: 200,
    body: {
      total: position.total,
      // Like the real one it hands out a cursor with the last page too; only an empty page has none.
      ...(last === undefined ? {} : { cursor: writeCursor(next) }),
      count: messages.length,
      messages: messages.map((message) => wireMessage(input, message)),
    },
  };
}

/** Messages of a span, both ends included, in order. No two have the same millisecond, so a time is a place. */
function* walk(
  input: JMessageServerInput,
  span: { from: Instant; to: Instant },
  wanted: Wanted,
): Generator<SampleMessage> {
  let last = 0;
  for (let index = Math.floor(span.from / minute); index * minute <= span.to; index += 1) {
    for (const message of input.world.messagesOf(index)) {
      const at = Math.max(message.at, last + 1);
      last = at;
      if (at >= span.from && at <= span.to && wanted(message)) yield { ...message, at };
    }
  }
}

function wireMessage({ appKey }: JMessageServerInput, message: SampleMessage): unknown {
  return {
    set_from_name: 0,
    from_platform: message.client,
    target_name: '',
    msg_type: message.type,
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

function writeCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('hex').toUpperCase();
}

function readCursor(cursor: string): Position | undefined {
  try {
    return JSON.parse(Buffer.from(cursor, 'hex').toString()) as Position; // written by writeCursor above
  } catch {
    return undefined;
  }
}
