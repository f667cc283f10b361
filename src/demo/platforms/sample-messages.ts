// The messages of a simulated JMessage app, one by one and added up by day: a pure function of time and a seed.
import { day, type Instant, minute } from '../../clock.ts';
import { dayIndex, dayStart, load, noise } from './load-curve.ts';

const kinds = ['text', 'image', 'voice', 'custom'] as const;

export interface SampleMessage {
  readonly id: number;
  readonly at: Instant;
  readonly target: 'single' | 'group' | 'chatroom';
  readonly targetId: string;
  readonly type: (typeof kinds)[number];
  readonly from: string;
  readonly client: string;
}

/** Running totals of one local day. `at(moment)` has everything up to that moment's minute. */
interface DayTotals {
  at(moment: Instant): PartialDay;
}

export interface PartialDay {
  readonly single: Readonly<Record<SampleMessage['type'], number>>;
  readonly group: Readonly<Record<SampleMessage['type'], number>>;
  readonly senders: number;
  readonly activeUsers: number;
  readonly activeGroups: number;
  readonly newUsers: number;
  readonly newGroups: number;
  readonly totalUsers: number;
  readonly totalGroups: number;
}

export interface SampleMessages {
  /** How many messages a minute has; `index` counts minutes since 1970. */
  countOf(index: number): number;
  /** The messages of a minute in order of time. */
  messagesOf(index: number): readonly SampleMessage[];
  /** Totals of the local day with the given number. */
  day(index: number): DayTotals;
}

export function createSampleMessages(seed: number): SampleMessages {
  const days = new Map<number, DayTotals>();
  const countOf = (index: number): number => Math.floor(7 * load(seed, index * minute) + noise(seed + 11, index));
  const messagesOf = (index: number): readonly SampleMessage[] => {
    const count = countOf(index);
    return Array.from({ length: count }, (_, place) => messageAt(seed, { index, place, count }));
  };
  return {
    countOf,
    messagesOf,
    day: (index) => {
      const known = days.get(index) ?? totalsOfDay({ seed, index, countOf });
      days.set(index, known);
      for (const oldest of days.keys()) if (days.size > 100) days.delete(oldest);
      return known;
    },
  };
}

interface MessagePosition {
  readonly index: number;
  readonly place: number;
  readonly count: number;
}

/** The fields of a message that are counted, without the names of users and groups. */
function countedFieldsAt(seed: number, { index, place }: MessagePosition) {
  const aim = noise(seed + 12, index, place);
  const target: SampleMessage['target'] = aim < 0.68 ? 'single' : aim < 0.98 ? 'group' : 'chatroom';
  const chance = noise(seed + 13, index, place);
  const kind = chance < 0.82 ? 0 : chance < 0.93 ? 1 : chance < 0.97 ? 2 : 3;
  return {
    target,
    type: kinds[kind],
    // Squares make some users and groups far busier than others.
    to: Math.floor(noise(seed + 15, index, place) ** 2 * sizes[target]),
    from: Math.floor(noise(seed + 16, index, place) ** 2 * 900),
  };
}

const sizes: Readonly<Record<SampleMessage['target'], number>> = { single: 900, group: 48, chatroom: 3 };

function messageAt(seed: number, where: MessagePosition): SampleMessage {
  const { index, place, count } = where;
  const { target, type, to, from } = countedFieldsAt(seed, where);
  const roll = (key: number): number => noise(seed + key, index, place);
  return {
    id: index * 64 + place,
    at: index * minute + Math.floor(((place + roll(14)) / count) * minute),
    target,
    targetId: target === 'single' ? userName(to) : String(10_055_200 + to),
    type,
    from: userName(from),
    client: roll(17) < 0.55 ? 'a' : roll(17) < 0.9 ? 'i' : 'j',
  };
}

const names = ['caiyh', 'linmei', 'wang.fang', 'zhao_lei', 'chen-wei', 'huang', 'liu.yang', 'sun_li', 'zhou', 'wu.xin'];

function userName(index: number): string {
  return `${names[index % names.length]}${String(Math.floor(index / names.length)).padStart(2, '0')}`;
}

interface DayInput {
  readonly seed: number;
  readonly index: number;
  readonly countOf: (index: number) => number;
}

/** Adds up every minute of the day once; after that any moment of it is a look-up. */
function totalsOfDay({ seed, index, countOf }: DayInput): DayTotals {
  const start = dayStart(index);
  const counts = { single: tableOfKinds(), group: tableOfKinds() };
  const [senders, activeGroups]: [number[], number[]] = [[0], [0]];
  const [seenSenders, seenGroups]: [Set<number>, Set<number>] = [new Set(), new Set()];
  for (let step = 0; step < day / minute; step += 1) {
    for (const table of Object.values(counts)) for (const row of Object.values(table)) row.push(row.at(-1) ?? 0);
    const now = start / minute + step;
    const count = countOf(now);
    for (let place = 0; place < count; place += 1) {
      const message = countedFieldsAt(seed, { index: now, place, count });
      if (message.target === 'chatroom') continue;
      const row = counts[message.target][message.type];
      row[step + 1] = (row[step + 1] ?? 0) + 1;
      seenSenders.add(message.from);
      if (message.target === 'group') seenGroups.add(message.to);
    }
    senders.push(seenSenders.size);
    activeGroups.push(seenGroups.size);
  }
  const growth = growthOf(seed, index);
  return {
    at: (moment) => {
      const step = Math.max(0, Math.min(Math.floor((moment - start) / minute), day / minute));
      const share = step / (day / minute);
      const sent = senders[step] ?? 0;
      return {
        single: pick(counts.single, step),
        group: pick(counts.group, step),
        senders: sent,
        activeUsers: Math.round(sent * 1.6),
        activeGroups: activeGroups[step] ?? 0,
        newUsers: Math.floor(growth.newUsers * share),
        newGroups: Math.floor(growth.newGroups * share),
        totalUsers: growth.usersBefore + Math.floor(growth.newUsers * share),
        totalGroups: growth.groupsBefore + Math.floor(growth.newGroups * share),
      };
    },
  };
}

type KindTable = Record<SampleMessage['type'], number[]>;

function tableOfKinds(): KindTable {
  return { text: [0], image: [0], voice: [0], custom: [0] };
}

function pick(table: KindTable, step: number): Record<SampleMessage['type'], number> {
  const of = (kind: SampleMessage['type']): number => table[kind][step] ?? 0;
  return { text: of('text'), image: of('image'), voice: of('voice'), custom: of('custom') };
}

/** The app opened on the local day 20,000, in October 2024; earlier users and groups are its initial stock. */
const firstDay = 20_000;

function growthOf(
  seed: number,
  index: number,
): { newUsers: number; newGroups: number; usersBefore: number; groupsBefore: number } {
  const newUsers = (of: number): number =>
    Math.floor(9 + 8 * load(seed, dayStart(of) + day * 0.85) * noise(seed + 21, of) * 2);
  const newGroups = (of: number): number => Math.floor(noise(seed + 22, of) * 3);
  let [usersBefore, groupsBefore] = [61_000, 40];
  for (let past = firstDay; past < index; past += 1) {
    usersBefore += newUsers(past);
    groupsBefore += newGroups(past);
  }
  return { newUsers: newUsers(index), newGroups: newGroups(index), usersBefore, groupsBefore };
}

/** The local day of a moment, with its totals up to then. */
export function totalsAt(messages: SampleMessages, moment: Instant): PartialDay {
  return messages.day(dayIndex(moment)).at(moment);
}
