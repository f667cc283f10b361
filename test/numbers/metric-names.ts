// What the words of a message mean: which metric, and how the values of a longer time become its one number.
import type { Statistic } from './imkit-sums.ts';

interface Named {
  /** As figures and columns are titled; of two metrics with one title the one that a view is about decides. */
  readonly title: string;
  /** What is counted, for a sentence: one, many. */
  readonly counted?: readonly [string, string];
  readonly statistic: Statistic;
}

export const names: Readonly<Record<string, Named>> = {
  'users.active': { title: 'Active users', counted: ['active user', 'active users'], statistic: 'high' },
  'users.total': { title: 'Registered users', counted: ['registered user', 'registered users'], statistic: 'last' },
  'users.new': { title: 'New users', counted: ['new user', 'new users'], statistic: 'sum' },
  'users.senders': {
    title: 'Users who sent a message',
    counted: ['user who sent a message', 'users who sent a message'],
    statistic: 'high',
  },
  'users.sender_ratio': { title: 'Senders among active users', statistic: 'mean' },
  'messages.sent': { title: 'Messages', counted: ['message', 'messages'], statistic: 'sum' },
  'messages.single': {
    title: 'Single-chat messages',
    counted: ['single-chat message', 'single-chat messages'],
    statistic: 'sum',
  },
  'messages.group': { title: 'Group messages', counted: ['group message', 'group messages'], statistic: 'sum' },
  'messages.single.text': {
    title: 'Single-chat text messages',
    counted: ['single-chat text message', 'single-chat text messages'],
    statistic: 'sum',
  },
  'messages.single.image': {
    title: 'Single-chat image messages',
    counted: ['single-chat image message', 'single-chat image messages'],
    statistic: 'sum',
  },
  'messages.single.voice': {
    title: 'Single-chat voice messages',
    counted: ['single-chat voice message', 'single-chat voice messages'],
    statistic: 'sum',
  },
  'messages.single.other': {
    title: 'Other single-chat messages',
    counted: ['other single-chat message', 'other single-chat messages'],
    statistic: 'sum',
  },
  'messages.group.text': {
    title: 'Group text messages',
    counted: ['group text message', 'group text messages'],
    statistic: 'sum',
  },
  'messages.group.image': {
    title: 'Group image messages',
    counted: ['group image message', 'group image messages'],
    statistic: 'sum',
  },
  'messages.group.voice': {
    title: 'Group voice messages',
    counted: ['group voice message', 'group voice messages'],
    statistic: 'sum',
  },
  'messages.group.other': {
    title: 'Other group messages',
    counted: ['other group message', 'other group messages'],
    statistic: 'sum',
  },
  'messages.per_user': {
    title: 'Messages per active user',
    counted: ['message per active user', 'messages per active user'],
    statistic: 'mean',
  },
  'groups.active': { title: 'Active groups', counted: ['active group', 'active groups'], statistic: 'high' },
  'groups.total': { title: 'Groups', counted: ['group', 'groups'], statistic: 'last' },
  'groups.new': { title: 'New groups', counted: ['new group', 'new groups'], statistic: 'sum' },
  'rooms.active': { title: 'Active rooms', counted: ['active room', 'active rooms'], statistic: 'high' },
  'rooms.total': { title: 'Rooms', counted: ['room', 'rooms'], statistic: 'last' },
  'rooms.active_ratio': { title: 'Active rooms among all', statistic: 'mean' },
  'connections.peak': { title: 'Connection peak', counted: ['connection peak', 'connection peaks'], statistic: 'high' },
  'connections.current': { title: 'Connections', counted: ['connection', 'connections'], statistic: 'mean' },
  'memory.free': { title: 'Free memory', statistic: 'last' },
  'memory.total': { title: 'Memory', statistic: 'last' },
  'memory.free_ratio': { title: 'Free memory', statistic: 'last' },
};

/** Titles that stand for a metric beside its own. */
const otherTitles: Readonly<Record<string, Measure>> = {
  'Connections now': { metric: 'connections.current', statistic: 'last' },
  Users: { metric: 'users.active', statistic: 'high' },
};

export interface Measure {
  readonly metric: string;
  readonly statistic: Statistic;
}

const suffixes: readonly (readonly [RegExp, Statistic])[] = [
  [/, (?:busiest|highest) (?:hour|day)$|, highest$/, 'high'],
  [/, lowest(?: hour| day)?$/, 'low'],
  [/, on average$|, average$/, 'mean'],
  [/, in all$/, 'sum'],
];

/** The metric of a title, and the statistic that it names or that is usual. `about`: the metric of the view. */
export function measureOf(title: string, about: string | undefined): Measure | undefined {
  const suffix = suffixes.find(([pattern]) => pattern.test(title));
  const bare = suffix === undefined ? title : title.replace(suffix[0], '');
  const same = Object.entries(names).filter(([, named]) => named.title.toLowerCase() === bare.toLowerCase());
  const [metric] = same.find(([id]) => id === about) ?? same.at(-1) ?? [];
  if (metric === undefined) return otherTitles[bare];
  return { metric, statistic: suffix?.[1] ?? names[metric]?.statistic ?? 'sum' };
}

/** By what is counted, in the singular and the plural. */
export const countedMetric: ReadonlyMap<string, string> = new Map(
  Object.entries(names).flatMap(([id, { counted = [] }]) => counted.map((word): [string, string] => [word, id])),
);

/** The longest first, so that `messages` does not stand for `group messages`. */
export const countedPattern = [...countedMetric.keys()].sort((a, b) => b.length - a.length).join('|');
