// Every metric that imstats knows: its names, its unit, how its hours give a day, and where reports show it.

/** How the values of shorter windows give the value of a longer one. */
export type Combine = 'sum' | 'max' | 'min' | 'mean' | 'last';

export type Unit = 'count' | 'bytes' | 'ratio';

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

/** The metric of this id or of a word that people type for it; undefined when there is none. */
export function metricNamed(text: string): MetricId | undefined {
  return isMetricId(text) ? text : metricIds.find((id) => metric(id).words?.includes(text));
}

export function isMetricId(text: string): text is MetricId {
  return Object.hasOwn(metrics, text);
}

/** What was measured at one moment. A metric that is not there is unknown, never 0. */
export type MetricValues = { readonly [id in MetricId]?: number };
