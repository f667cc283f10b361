// Every metric that imstats knows: its names, its unit, how its hours give a day, and where reports show it.

/** How the values of shorter windows give the value of a longer one. */
export type Combine = 'sum' | 'max' | 'min' | 'mean' | 'last';

/** `mean`: how many there are of one thing for each of another. */
export type Unit = 'count' | 'bytes' | 'ratio' | 'mean';

/** The part of the application that a metric belongs to; also the views of `/imstats`. */
export type MetricGroup = 'users' | 'messages' | 'groups' | 'rooms' | 'connections' | 'memory';

/**
 * The lists of metrics in reports. A report shows those of its app, in the order of their positions.
 * `momentFigures`, `dayFigures`: figures of a summary. `summaryChart`, `dayChart`: the first one that was measured is drawn.
 * `groupChart`: drawn beside the main metric of its group, by days. `digestMoments`, `digestDays`: rows of a digest.
 * `digestCharts`: charts of a digest, each with a row there. `unusual`: named in a digest when it is far from usual.
 * `presence`: their hours tell whether an app was measured.
 */
export type MetricList =
  | 'momentFigures'
  | 'dayFigures'
  | 'summaryChart'
  | 'dayChart'
  | 'groupChart'
  | 'digestMoments'
  | 'digestDays'
  | 'digestCharts'
  | 'unusual'
  | 'presence';

/** All that imstats knows of a metric: a new one is an entry below, and a platform that gives it. */
export interface Metric {
  readonly title: string;
  readonly unit: Unit;
  readonly group: MetricGroup;
  /** How hourly values give a daily one. Distinct counts cannot be added, so the busiest hour stands for the day. */
  readonly combine: Combine;
  /** Which direction means trouble, where one does. */
  readonly worse?: 'low' | 'high';
  /** In the middle of a sentence, where that is not the title. */
  readonly inSentence?: string;
  /** The title for what is not of this moment, where that is another one. */
  readonly overTime?: string;
  /** A single one of what is counted, in a sentence. */
  readonly one?: string;
  /** True for a count of which there is one at a time: it was, and others were. */
  readonly isSingular?: true;
  /** True for a share or a mean that is named by what is counted: these were. */
  readonly isPlural?: true;
  /** What people may type beside the id, in small letters. */
  readonly words?: readonly string[];
  /** Every sample covers the hour before it: neighbouring samples overlap and must never be added. */
  readonly isTrailing?: true;
  /** Its position in each list that it is in; positions are compared and need not be consecutive. */
  readonly positions?: { readonly [list in MetricList]?: number };
}

type More = Omit<Metric, 'title' | 'unit' | 'group' | 'combine'>;

const count = (
  group: MetricGroup,
  [title, one]: readonly [string, string],
  combine: Combine,
  more: More = {},
): Metric => ({
  title,
  one,
  unit: 'count',
  group,
  combine,
  ...more,
});

/** Ids, units and vendor fields as in the design; the order is the order of display. */
export const metrics = {
  'users.active': count('users', ['Active users', 'active user'], 'max', {
    isTrailing: true,
    positions: {
      ...{ momentFigures: 10, dayFigures: 10, summaryChart: 30, dayChart: 10, groupChart: 10 },
      ...{ digestMoments: 20, digestDays: 40, unusual: 10, presence: 20 },
    },
  }),
  'users.total': count('users', ['Registered users', 'registered user'], 'last', {
    positions: { dayFigures: 90, digestDays: 70 },
  }),
  'users.new': count('users', ['New users', 'new user'], 'sum', {
    positions: { dayFigures: 30, groupChart: 30, digestDays: 60, unusual: 20 },
  }),
  'users.senders': count('users', ['Users who sent a message', 'user who sent a message'], 'max', {
    positions: { dayFigures: 40, groupChart: 20, digestDays: 50 },
  }),
  'users.sender_ratio': {
    title: 'Senders among active users',
    unit: 'ratio',
    group: 'users',
    combine: 'mean',
    isPlural: true,
  },
  'messages.sent': count('messages', ['Messages', 'message'], 'sum', {
    isTrailing: true,
    positions: { momentFigures: 20, dayFigures: 20, dayChart: 20, digestMoments: 10, digestDays: 10, digestCharts: 10 },
  }),
  'messages.single': count('messages', ['Single-chat messages', 'single-chat message'], 'sum', {
    positions: { dayFigures: 50, digestDays: 20 },
  }),
  'messages.group': count('messages', ['Group messages', 'group message'], 'sum', {
    positions: { dayFigures: 60, digestDays: 30 },
  }),
  'messages.single.text': count('messages', ['Single-chat text messages', 'single-chat text message'], 'sum'),
  'messages.single.image': count('messages', ['Single-chat image messages', 'single-chat image message'], 'sum'),
  'messages.single.voice': count('messages', ['Single-chat voice messages', 'single-chat voice message'], 'sum'),
  'messages.single.other': count('messages', ['Other single-chat messages', 'other single-chat message'], 'sum'),
  'messages.group.text': count('messages', ['Group text messages', 'group text message'], 'sum'),
  'messages.group.image': count('messages', ['Group image messages', 'group image message'], 'sum'),
  'messages.group.voice': count('messages', ['Group voice messages', 'group voice message'], 'sum'),
  'messages.group.other': count('messages', ['Other group messages', 'other group message'], 'sum'),
  'messages.per_user': {
    title: 'Messages per active user',
    unit: 'mean',
    group: 'messages',
    combine: 'mean',
    isPlural: true,
    isTrailing: true,
  },
  'groups.active': count('groups', ['Active groups', 'active group'], 'max', {
    positions: { dayFigures: 70, digestDays: 80, unusual: 30 },
  }),
  'groups.total': count('groups', ['Groups', 'group'], 'last', { positions: { dayFigures: 100, digestDays: 100 } }),
  'groups.new': count('groups', ['New groups', 'new group'], 'sum', {
    positions: { dayFigures: 80, digestDays: 90, unusual: 40 },
  }),
  'rooms.active': count('rooms', ['Active rooms', 'active room'], 'max', {
    isTrailing: true,
    positions: { momentFigures: 50, digestMoments: 40 },
  }),
  'rooms.total': count('rooms', ['Rooms', 'room'], 'last'),
  'rooms.active_ratio': {
    title: 'Active rooms among all',
    unit: 'ratio',
    group: 'rooms',
    combine: 'mean',
    isPlural: true,
    isTrailing: true,
  },
  'connections.peak': count('connections', ['Connection peak', 'connection peak'], 'max', {
    worse: 'high',
    isSingular: true,
    isTrailing: true,
    positions: { momentFigures: 30, summaryChart: 10, digestMoments: 30, digestCharts: 20, presence: 10 },
  }),
  'connections.current': count('connections', ['Connections now', 'connection'], 'mean', {
    worse: 'high',
    inSentence: 'connections',
    overTime: 'Connections',
    positions: { momentFigures: 40 },
  }),
  'memory.free': {
    title: 'Free memory',
    unit: 'bytes',
    group: 'memory',
    combine: 'min',
    worse: 'low',
    positions: { momentFigures: 60 },
  },
  'memory.total': { title: 'Memory', unit: 'bytes', group: 'memory', combine: 'last', inSentence: 'total memory' },
  'memory.free_ratio': {
    title: 'Free memory',
    unit: 'ratio',
    group: 'memory',
    combine: 'min',
    worse: 'low',
    positions: { summaryChart: 20, digestMoments: 50 },
  },
} as const satisfies Record<string, Metric>;

export type MetricId = keyof typeof metrics;

/** What people type for these metrics, in English and in simplified and traditional Chinese, divided by strokes. */
const synonyms: { readonly [id in MetricId]?: string } = {
  'users.active': 'dau|active users|users active|日活|日活跃|活跃用户|活躍用戶|活躍使用者|活跃人数|活躍人數',
  'users.total':
    'registered users|total users|all users|user base|userbase|signups total|注册用户|註冊用戶|总用户|總用戶|用户总数|用戶總數',
  'users.new':
    'new users|users new|signups|sign ups|registrations|newcomers|新用户|新用戶|新增用户|新增用戶|新增|注册数|註冊數',
  'users.senders':
    'senders|active senders|users sending|users who sent|发送用户|發送用戶|发消息用户|發消息用戶|发言用户|發言用戶|发言人数|發言人數',
  'users.sender_ratio':
    'sender share|share of senders|sender ratio|senders share|senders among users|sending share|发送用户占比|發送用戶佔比|发言率|發言率',
  'messages.sent':
    'messages sent|sent messages|message count|msgs sent|消息数|消息數|消息量|发送消息|發送消息|消息总数|訊息數|訊息量',
  'messages.single':
    'single messages|single chat|single chat messages|private messages|direct messages|dms|one to one|单聊|單聊|单聊消息|單聊消息|私聊',
  'messages.group': 'group messages|group chat|group chat messages|群聊|群消息|群聊消息|群訊息',
  'messages.single.text': 'single text|single chat text|private texts|单聊文本|單聊文本|单聊文字|單聊文字',
  'messages.single.image': 'single images|single chat images|private images|单聊图片|單聊圖片',
  'messages.single.voice': 'single voice|single chat voice|private voice|单聊语音|單聊語音',
  'messages.single.other': 'single other|other single messages|单聊其他|單聊其他',
  'messages.group.text': 'group text|group texts|group chat text|群聊文本|群聊文字',
  'messages.group.image': 'group images|group chat images|群聊图片|群聊圖片',
  'messages.group.voice': 'group voice|group chat voice|群聊语音|群聊語音',
  'messages.group.other': 'group other|other group messages|群聊其他',
  'messages.per_user':
    'messages per user|messages per active user|msgs per user|per user|messages each|人均消息|人均消息数|人均訊息|人均訊息數',
  'groups.active': 'active groups|groups active|活跃群|活躍群|活跃群组|活躍群組',
  'groups.total': 'total groups|all groups|existing groups|群总数|群總數|群组总数|群組總數',
  'groups.new': 'new groups|groups new|created groups|groups created|新群|新建群|新增群|新群组|新群組',
  'rooms.active': 'active rooms|rooms active|活跃房间|活躍房間|活跃聊天室|活躍聊天室',
  'rooms.total': 'total rooms|all rooms|existing rooms|房间总数|房間總數|聊天室总数|聊天室總數',
  'rooms.active_ratio':
    'room share|share of rooms|share of active rooms|active room share|room activity|active share|房间活跃率|房間活躍率|聊天室活跃率|聊天室活躍率',
  'connections.peak':
    'peak|connection peak|connections peak|peak connections|max connections|maximum connections|峰值|连接峰值|連接峰值|連線峰值|最高连接|最大连接|最高連線',
  'connections.current':
    'connections now|current connections|connected now|open connections|当前连接|當前連接|当前连接数|目前連線|現在連線',
  'memory.free':
    'free bytes|memory bytes|free memory bytes|free ram bytes|空闲字节|空閒位元組|剩余内存大小|剩餘記憶體大小',
  'memory.total':
    'total memory|total ram|memory size|ram size|installed memory|总内存|總內存|總記憶體|内存大小|內存大小|記憶體大小',
  'memory.free_ratio':
    'memory share|free share|memory percent|memory percentage|free percent|内存比例|內存比例|空闲比例|空閒比例|内存占比|記憶體比例',
};

export const metricIds = Object.keys(metrics) as MetricId[]; // the keys of a literal are its ids

/** The description of a metric, with its optional fields visible to the type checker. */
export function metric(id: MetricId): Metric {
  return metrics[id];
}

/** Every list that was asked for, because reports ask again and again and the catalog does not change. */
const lists = new Map<MetricList, readonly MetricId[]>();

/** The metrics of a list, in the order of their positions there. */
export function metricsIn(list: MetricList): readonly MetricId[] {
  const position = (id: MetricId): number => metric(id).positions?.[list] ?? Number.POSITIVE_INFINITY;
  const ids =
    lists.get(list) ?? metricIds.filter((id) => position(id) < Infinity).sort((a, b) => position(a) - position(b));
  lists.set(list, ids);
  return ids;
}

/** What people type for a metric beside its id, in small letters; some are of several words. */
export function wordsOf(id: MetricId): readonly string[] {
  return [...(metric(id).words ?? []), ...(synonyms[id]?.split('|') ?? [])];
}

/** By what people type, made on first use: every word of a command is looked up. */
let named: ReadonlyMap<string, MetricId> | undefined;

/** The metric of this id or of what people type for it; undefined when there is none. */
export function metricNamed(text: string): MetricId | undefined {
  named ??= new Map(metricIds.flatMap((id) => wordsOf(id).map((word): [string, MetricId] => [word, id])));
  return isMetricId(text) ? text : named.get(text);
}

export function isMetricId(text: string): text is MetricId {
  return Object.hasOwn(metrics, text);
}

/** What was measured at one moment. A metric that is not there is unknown, never 0. */
export type MetricValues = { readonly [id in MetricId]?: number };

/** The limit of connections, for a metric that is measured against it. */
export function connectionLimitOf(
  id: MetricId,
  app: { readonly connectionLimit?: number | undefined },
): number | undefined {
  return metric(id).group === 'connections' ? app.connectionLimit : undefined;
}
