// Every endpoint, field and time unit that both vendors document: what becomes of it, where it is kept, which command shows it.
import type { MetricId } from '../../src/metrics/catalog.ts';

/** Where a number is kept. */
export type Kept = 'samples' | 'days' | 'hours' | 'polls' | 'nothing';

/** The answers of which the fields are. */
export type AnswerName =
  | 'imkit stats'
  | 'imkit error'
  | 'jmessage users DAY'
  | 'jmessage groups DAY'
  | 'jmessage messages DAY'
  | 'jmessage messages HOUR'
  | 'jmessage messages MONTH'
  | 'jmessage history'
  | 'jmessage history of a user'
  | 'jmessage history of a group'
  | 'jmessage history of a room';

/** A field: the metrics that it gives, or what else it is used for, or why it is not used. */
export interface VendorField {
  readonly answer: AnswerName;
  /** Its path in the answer; `[]` for the rows of a list. */
  readonly field: string;
  readonly kept: Kept;
  readonly gives?: readonly MetricId[];
  /** What it is used for where it is no number of its own. */
  readonly use?: string;
  /** Another value, which changes what is read of the answer. */
  readonly other?: unknown;
  /** Why it is not used. */
  readonly why?: string;
  /** The command that shows it. */
  readonly shown?: string;
}

/** The examples of the vendors' pages, in JSON that can be read; of JMessage one row of each. */
const message = {
  target_type: 'single',
  msg_type: 'text',
  target_name: '',
  target_id: '10010648',
  from_id: '868802000386631',
  from_name: '868802000386631',
  from_type: 'user',
  from_platform: 'a',
  msg_body: { text: 'text', extras: {} },
  create_time: 1446016259,
  version: 1,
  msgid: 13242735,
  msg_level: 0,
  msg_ctime: 1466866468352,
};
const keys = { from_appkey: '4f7aef34fb361292c566a1cd', target_appkey: '4f7aef34fb361292c566a1cd' };
const page = (one: object) => ({ total: 1, count: 1, cursor: '02838264C47BA022DE545AF2D013B59A', messages: [one] });
const types = (txt_msg: number, image_msg: number) => ({ txt_msg, image_msg, voice_msg: 1, other_msg: 1 });
const messages = (time: string) => ({
  send_msg_stat: [{ time, group_send_msg: 89, single_send_msg: 170_916 }],
  group_msg_stat: types(425, 39),
  single_msg_stat: types(512_633, 7),
});

export const examples: Readonly<Record<AnswerName, unknown>> = {
  'imkit stats': {
    RC: 0,
    RM: 'OK',
    result: {
      clientKey: 'ck_abcdef1234567890',
      apiKey: 'ak_abcdef1234567890',
      startTime: '2026-04-11T09:00:00.000Z',
      endTime: '2026-04-11T10:00:00.000Z',
      start: 1744362000,
      end: 1744365600,
      userList: ['user001', 'user002', 'user003', 'user004', 'user005'],
      roomCount: 12,
      totalRoomCount: 358,
      messageCount: 2467,
      peakConnectionCount: 1893,
      totalMem: 8589934592,
      freeMem: 3221225472,
    },
  },
  'imkit error': {
    RC: 401,
    RM: 'Unauthorized',
    error: { code: 'INVALID_API_KEY', message: 'Invalid or missing API key' },
  },
  'jmessage users DAY': [{ active_users: 29, total_users: 66938, send_msg_users: 7, new_users: 2, date: '2017-03-01' }],
  'jmessage groups DAY': [{ date: '2017-03-01', active_group: 5, total_group: 5, new_group: 3 }],
  'jmessage messages DAY': messages('2017-03-01'),
  'jmessage messages HOUR': messages('2017-03-02 09'),
  'jmessage messages MONTH': messages('2017-02'),
  'jmessage history': page(message),
  'jmessage history of a user': page({ ...message, ...keys }),
  'jmessage history of a group': page({ ...message, ...keys, set_from_name: 1, target_type: 'group' }),
  'jmessage history of a room': page({ ...message, ...keys, set_from_name: 1, target_type: 'chatroom' }),
};

type Rest = Omit<VendorField, 'answer' | 'field'>;
const of = (answer: AnswerName, fields: Readonly<Record<string, Rest>>): VendorField[] =>
  Object.entries(fields).map(([field, rest]) => ({ answer, field, ...rest }));

const number = (kept: Kept, shown: string, ...gives: MetricId[]): Rest => ({ kept, gives, shown });
const none = (why: string): Rest => ({ kept: 'nothing', why });
const used = (use: string, other?: unknown): Rest => ({
  kept: 'nothing',
  use,
  ...(other === undefined ? {} : { other }),
});

const secret = none('is a secret, and never leaves the parser');
const wholeRequest = none('is added up over the whole request, so that it belongs to none of several hours or months');

function typeFields(kind: 'single' | 'group'): Record<string, Rest> {
  const give = (type: 'text' | 'image' | 'voice' | 'other'): Rest =>
    number('days', `trend messages.${kind}.${type} china`, `messages.${kind}.${type}`);
  return {
    [`${kind}_msg_stat.txt_msg`]: give('text'),
    [`${kind}_msg_stat.image_msg`]: give('image'),
    [`${kind}_msg_stat.voice_msg`]: give('voice'),
    [`${kind}_msg_stat.other_msg`]: give('other'),
  };
}

const unusedTypes: Record<string, Rest> = Object.fromEntries(
  [...Object.keys(typeFields('single')), ...Object.keys(typeFields('group'))].map((field) => [field, wholeRequest]),
);

/** The fields of a history, which are counted and never kept. `shown` is checked where the command is there. */
const historyFields: Record<string, Rest> = {
  total: { ...used('tells how many messages there are', 3), shown: 'history' },
  count: none('the rows of the page are counted'),
  cursor: { ...used('asks for the next page'), shown: 'history' },
  'messages[].target_type': { ...used('is the kind of chat', 'other'), shown: 'history' },
  'messages[].msg_type': { ...used('is the type', 'image'), shown: 'history' },
  'messages[].from_id': { ...used('tells the senders apart', 'somebody'), shown: 'history' },
  'messages[].from_platform': { ...used('is the platform of the sender', 'i'), shown: 'history' },
  'messages[].msgid': { ...used('tells a message that comes twice', 7), shown: 'history' },
  'messages[].msg_ctime': { ...used('is when the server got it', 1466866469000), shown: 'history' },
  'messages[].create_time': { ...used('is the time where the server gives none of its own'), shown: 'history' },
  'messages[].target_id': { ...used('may name the group or room of a top ten'), shown: 'history' },
  'messages[].target_name': none('is the name of a person or a group'),
  'messages[].from_name': none('is the name of a person'),
  'messages[].from_type': none('tells nothing of how much is sent'),
  'messages[].msg_body.text': none('is the text of a message, which is never read'),
  'messages[].msg_body.extras': none('is a part of the text of a message'),
  'messages[].version': none('is the version of the protocol'),
  'messages[].msg_level': none('tells whether it went to another app'),
};
const ofSeveralApps: Record<string, Rest> = {
  'messages[].from_appkey': none('is the key of an app'),
  'messages[].target_appkey': none('is the key of an app'),
};
const ownNames = { 'messages[].set_from_name': none('tells whether a name is shown') };

const hourly = number('hours', 'messages china yesterday', 'messages.sent');
const monthly: Rest = { kept: 'polls', gives: ['messages.sent'], shown: 'health' };

export const vendorFields: readonly VendorField[] = [
  ...of('imkit stats', {
    RC: used('tells an error that comes with HTTP 200', 403),
    RM: none('says the same in words'),
    'result.clientKey': secret,
    'result.apiKey': secret,
    'result.startTime': used('is the begin of the window', '2026-04-11T09:30:00.000Z'),
    'result.endTime': used('is the end of the window', '2026-04-11T09:30:00.000Z'),
    'result.start': used('is the begin where the other pair cannot be read'),
    'result.end': used('is the end where the other pair cannot be read'),
    'result.userList': number('samples', 'users prod', 'users.active', 'messages.per_user'),
    'result.roomCount': number('samples', 'rooms prod', 'rooms.active', 'rooms.active_ratio'),
    'result.totalRoomCount': number('samples', 'rooms prod', 'rooms.total', 'rooms.active_ratio'),
    'result.messageCount': number('samples', 'messages prod', 'messages.sent', 'messages.per_user'),
    'result.peakConnectionCount': number('samples', 'connections prod', 'connections.peak'),
    'result.totalMem': number('samples', 'memory prod', 'memory.total', 'memory.free_ratio'),
    'result.freeMem': number('samples', 'memory prod', 'memory.free', 'memory.free_ratio'),
  }),
  ...of('imkit error', {
    RC: { kept: 'polls', use: 'tells what failed where HTTP does not', shown: 'health' },
    RM: none('says the same in words'),
    'error.code': { kept: 'polls', use: 'is said with the reason of a poll that failed', shown: 'health' },
    'error.message': none('may repeat the key; the words are those of imstats'),
  }),
  ...of('jmessage users DAY', {
    '[].date': used('is the day', '2017-02-28'),
    '[].active_users': number('days', 'users china', 'users.active', 'users.sender_ratio', 'messages.per_user'),
    '[].total_users': number('days', 'users china', 'users.total'),
    '[].send_msg_users': number('days', 'users china', 'users.senders', 'users.sender_ratio'),
    '[].new_users': number('days', 'users china', 'users.new'),
  }),
  ...of('jmessage groups DAY', {
    '[].date': used('is the day', '2017-02-28'),
    '[].active_group': number('days', 'groups china', 'groups.active'),
    '[].total_group': number('days', 'groups china', 'groups.total'),
    '[].new_group': number('days', 'groups china', 'groups.new'),
  }),
  ...of('jmessage messages DAY', {
    'send_msg_stat[].time': used('is the day', '2017-02-28'),
    'send_msg_stat[].single_send_msg': number('days', 'messages china', 'messages.single', 'messages.sent'),
    'send_msg_stat[].group_send_msg': number('days', 'messages china', 'messages.group', 'messages.sent'),
    ...typeFields('single'),
    ...typeFields('group'),
  }),
  ...of('jmessage messages HOUR', {
    'send_msg_stat[].time': used('is the hour', '2017-03-02 08'),
    'send_msg_stat[].single_send_msg': { ...hourly, gives: ['messages.single', 'messages.sent'] },
    'send_msg_stat[].group_send_msg': { ...hourly, gives: ['messages.group', 'messages.sent'] },
    ...unusedTypes,
  }),
  ...of('jmessage messages MONTH', {
    'send_msg_stat[].time': used('is the month', '2017-03'),
    'send_msg_stat[].single_send_msg': monthly,
    'send_msg_stat[].group_send_msg': monthly,
    ...unusedTypes,
  }),
  ...of('jmessage history', historyFields),
  ...of('jmessage history of a user', { ...historyFields, ...ofSeveralApps }),
  ...of('jmessage history of a group', { ...historyFields, ...ofSeveralApps, ...ownNames }),
  ...of('jmessage history of a room', { ...historyFields, ...ofSeveralApps, ...ownNames }),
];

/** The names that the legends of the vendor's page have beside those of its examples, by the field that they stand for. */
export const otherNames: Readonly<Record<string, string>> = {
  active_user: 'active_users',
  new_user: 'new_users',
  total_groups: 'total_group',
  new_groups: 'new_group',
};

/** The time units of the statistics: which method of a platform asks for them. */
export const timeUnits = [
  { statistic: 'users', unit: 'DAY', by: 'daily' },
  { statistic: 'groups', unit: 'DAY', by: 'daily' },
  { statistic: 'messages', unit: 'DAY', by: 'daily' },
  { statistic: 'messages', unit: 'HOUR', by: 'hours' },
  { statistic: 'messages', unit: 'MONTH', by: 'months' },
] as const;
