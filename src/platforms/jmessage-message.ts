// One page of JMessage's message history as we keep it: who, when, which kind. Texts end here.
import { z } from 'zod';
import { wireNumber, wireText } from './fields.ts';
import type { MessageRecord } from './platform.ts';

/** A page as the vendor sends it. Rows are read one by one, so that an odd one costs only itself. */
export const HistoryAnswer = z.object({
  total: wireNumber,
  cursor: z.string().nullish().catch(undefined),
  messages: z.array(z.unknown()),
});

const Row = z.object({
  msgid: wireText,
  msg_ctime: wireNumber,
  create_time: wireNumber,
  target_type: wireText,
  target_id: wireText,
  msg_type: wireText,
  from_id: wireText,
  from_platform: wireText,
});

/** Below this a number is seconds: as milliseconds it would be 1973. */
const firstMillisecond = 1e11;

const targets: Readonly<Record<string, MessageRecord['target']>> = {
  single: 'single',
  group: 'group',
  chatroom: 'room',
};
const types: Readonly<Record<string, MessageRecord['type']>> = { text: 'text', image: 'image', voice: 'voice' };

/** A row of the history; undefined when it has no time. The server's receipt counts, else the sender's own clock. */
export function readMessage(row: unknown): MessageRecord | undefined {
  const parsed = Row.safeParse(row);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const time = data.msg_ctime ?? data.create_time;
  if (time === undefined || !Number.isFinite(time) || time <= 0) return undefined;
  const at = time < firstMillisecond ? time * 1_000 : time;
  const from = (data.from_id ?? '').slice(0, 128);
  return {
    // Numbers above 2^53 lose digits in JSON, so an id alone could stand for two messages.
    id: `${data.msgid ?? ''}:${at}:${from}`,
    at,
    target: targets[data.target_type ?? ''] ?? 'other',
    type: types[data.msg_type ?? ''] ?? 'other',
    from,
    client: (data.from_platform ?? '').slice(0, 20),
  };
}
