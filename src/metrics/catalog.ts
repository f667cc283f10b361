// Every metric imstats knows: its id, name, unit and how its hours add up to a day.

/** How the values of shorter windows give the value of a longer one. */
export type Combine = 'sum' | 'max' | 'min' | 'mean' | 'last';

export type Unit = 'count' | 'bytes' | 'ratio';

/** The part of the application that a metric belongs to; also the views of `/imstats`. */
export type MetricGroup = 'users' | 'messages' | 'groups' | 'rooms' | 'connections' | 'memory';

export interface Metric {
  readonly title: string;
  readonly unit: Unit;
  readonly group: MetricGroup;
  /** How hourly values give a daily one. Distinct counts cannot be added, so the busiest hour stands for the day. */
  readonly combine: Combine;
  /** Which direction means trouble, where one does. */
  readonly worse?: 'low' | 'high';
}

const count = (part: MetricGroup, title: string, combine: Combine): Metric => ({
  title,
  unit: 'count',
  group: part,
  combine,
});

/** Ids, units and vendor fields as in the design; the order is the order of display. */
export const metrics = {
  'users.active': count('users', 'Active users', 'max'),
  'users.total': count('users', 'Registered users', 'last'),
  'users.new': count('users', 'New users', 'sum'),
  'users.senders': count('users', 'Users who sent a message', 'max'),
  'messages.sent': count('messages', 'Messages', 'sum'),
  'messages.single': count('messages', 'Single-chat messages', 'sum'),
  'messages.group': count('messages', 'Group messages', 'sum'),
  'messages.single.text': count('messages', 'Single-chat text messages', 'sum'),
  'messages.single.image': count('messages', 'Single-chat image messages', 'sum'),
  'messages.single.voice': count('messages', 'Single-chat voice messages', 'sum'),
  'messages.single.other': count('messages', 'Other single-chat messages', 'sum'),
  'messages.group.text': count('messages', 'Group text messages', 'sum'),
  'messages.group.image': count('messages', 'Group image messages', 'sum'),
  'messages.group.voice': count('messages', 'Group voice messages', 'sum'),
  'messages.group.other': count('messages', 'Other group messages', 'sum'),
  'groups.active': count('groups', 'Active groups', 'max'),
  'groups.total': count('groups', 'Groups', 'last'),
  'groups.new': count('groups', 'New groups', 'sum'),
  'rooms.active': count('rooms', 'Active rooms', 'max'),
  'rooms.total': count('rooms', 'Rooms', 'last'),
  'connections.peak': { title: 'Connection peak', unit: 'count', group: 'connections', combine: 'max', worse: 'high' },
  'connections.current': {
    title: 'Connections now',
    unit: 'count',
    group: 'connections',
    combine: 'mean',
    worse: 'high',
  },
  'memory.free': { title: 'Free memory', unit: 'bytes', group: 'memory', combine: 'min', worse: 'low' },
  'memory.total': { title: 'Memory', unit: 'bytes', group: 'memory', combine: 'last' },
  'memory.free_ratio': { title: 'Free memory', unit: 'ratio', group: 'memory', combine: 'min', worse: 'low' },
} as const satisfies Record<string, Metric>;

export type MetricId = keyof typeof metrics;

export const metricIds = Object.keys(metrics) as MetricId[]; // the keys of a literal are its ids

/** The description of a metric, with its optional fields visible to the type checker. */
export function metric(id: MetricId): Metric {
  return metrics[id];
}

/** The title for what is not of this moment: `Connections` for `Connections now`. */
export function titleOverTime(id: MetricId): string {
  return metrics[id].title.replace(/ now$/, '');
}

export function isMetricId(text: string): text is MetricId {
  return Object.hasOwn(metrics, text);
}

/** What was measured at one moment. A metric that is not there is unknown, never 0. */
export type MetricValues = { readonly [id in MetricId]?: number };
