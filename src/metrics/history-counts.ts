// Counts the messages of a history as they pass: by kind of chat and type, client, hour and day; and the people, which are never stored.
import { type Instant, minute } from '../clock.ts';
import { type LocalDate, localDate, minuteOfDay } from '../time-zone.ts';
import {
  type HistoryScope,
  type MessageClient,
  type MessageRecord,
  type MessageTarget,
  type MessageType,
  messageTargets,
} from './message-history.ts';
import { createRanking, type RankingResult } from './ranking.ts';

export type MessageKind = `${MessageTarget}.${MessageType}`;

/** Counts in which there is nothing of a person. What is absent is 0: every message of the day was counted. */
export interface DayCounts {
  readonly kinds: Readonly<Partial<Record<MessageKind, number>>>;
  readonly clients: Readonly<Partial<Record<MessageClient, number>>>;
  /** By the 24 hours on the wall clock. */
  readonly hours: readonly number[];
}

/** The counts of a local date. */
export interface DatedCounts extends DayCounts {
  readonly date: LocalDate;
}

/** Who wrote and where. It is held as long as the count of one question lasts. */
export interface PeopleCounts {
  readonly senders: RankingResult;
  readonly groups: RankingResult;
}

/** What a user sent and was sent. */
export interface SentAndReceived {
  readonly sent: number;
  readonly received: number;
}

export interface HistoryTally {
  /** Messages of one page, in the order in which they came. */
  add(messages: readonly MessageRecord[]): void;
  total(): number;
  /** The time of the newest message within the span; undefined before the first one. */
  reached(): Instant | undefined;
  /** By date, oldest first; a date without a message is absent. */
  days(): readonly DatedCounts[];
  people(top: number): PeopleCounts;
  /** Of a user; undefined of any other scope. */
  sentAndReceived(): SentAndReceived | undefined;
}

/** What is counted, and in which zone its days and hours are. */
export interface TallyOf {
  readonly scope: HistoryScope;
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
  readonly zone: string;
}

/** The counts of a date while they grow. */
interface GrowingDay {
  readonly kinds: Partial<Record<MessageKind, number>>;
  readonly clients: Partial<Record<MessageClient, number>>;
  readonly hours: number[];
}

const emptyDay = (): GrowingDay => ({ kinds: {}, clients: {}, hours: Array.from({ length: 24 }, () => 0) });

/** An empty tally. `people` is shared by the tallies of one question. */
export function createHistoryTally(of: TallyOf, people: PeopleTally = createPeopleTally()): HistoryTally {
  const { from, to, zone, scope } = of;
  const days = new Map<LocalDate, GrowingDay>();
  let last: Instant | undefined;
  let total = 0;
  let sent = 0;
  /** One far outside has the wrong clock of its sender: it counts where it stands among the others. */
  const placeOf = ({ at }: MessageRecord): Instant => {
    if (at < from || at >= to) return last ?? from;
    last = Math.max(last ?? at, at);
    return at;
  };
  const slotOf = createSlots(zone, (date) => {
    const day = days.get(date) ?? emptyDay();
    days.set(date, day);
    return day;
  });
  const addOne = (message: MessageRecord): void => {
    const { day, hour } = slotOf(placeOf(message));
    const kind: MessageKind = `${message.target}.${message.type}`;
    day.kinds[kind] = (day.kinds[kind] ?? 0) + 1;
    day.clients[message.client] = (day.clients[message.client] ?? 0) + 1;
    day.hours[hour] = (day.hours[hour] ?? 0) + 1;
    total += 1;
    if (scope.of === 'user' && message.from === scope.name) sent += 1;
    people.add(message);
  };
  return {
    add: (messages) => {
      for (const message of messages) addOne(message);
    },
    total: () => total,
    reached: () => last,
    days: () => [...days].map(([date, day]) => ({ date, ...day })).sort(byDate),
    people: people.result,
    sentAndReceived: () => (scope.of === 'user' ? { sent, received: total - sent } : undefined),
  };
}

/** An hour on the wall clock of a date. */
interface Slot {
  readonly day: GrowingDay;
  readonly hour: number;
  readonly from: Instant;
  readonly to: Instant;
}

/** The slot of a time. Messages come in order, so it is mostly that of the one before, and looking up a date takes long. */
function createSlots(zone: string, dayOf: (date: LocalDate) => GrowingDay): (at: Instant) => Slot {
  let known: Slot | undefined;
  return (at) => {
    if (known !== undefined && at >= known.from && at < known.to) return known;
    const wall = minuteOfDay(at, zone);
    const from = Math.floor(at / minute) * minute;
    // Clocks are changed at full hours of the wall clock.
    known = {
      day: dayOf(localDate(at, zone)),
      hour: Math.floor(wall / 60),
      from,
      to: from + (60 - (wall % 60)) * minute,
    };
    return known;
  };
}

export interface PeopleTally {
  add(message: MessageRecord): void;
  result(top: number): PeopleCounts;
}

export function createPeopleTally(limit?: number): PeopleTally {
  const senders = createRanking(limit);
  const groups = createRanking(limit);
  return {
    add: ({ from, to, target }) => {
      if (from !== '') senders.add(from);
      if (target === 'group' && to !== '') groups.add(to);
    },
    result: (top) => ({ senders: senders.result(top), groups: groups.result(top) }),
  };
}

const byDate = (one: DatedCounts, other: DatedCounts): number => (one.date < other.date ? -1 : 1);

/** Counts of a date that come from two sources, as where a date was read in two parts, are added. */
export function joinDays(...parts: readonly (readonly DatedCounts[])[]): readonly DatedCounts[] {
  const joined = Map.groupBy(parts.flat(), ({ date }) => date);
  return [...joined].map(([date, some]) => ({ date, ...sumOfDays(some) })).sort(byDate);
}

/** The days with those among the dates on which there was no message. */
export function withEveryDay(days: readonly DatedCounts[], dates: readonly LocalDate[]): readonly DatedCounts[] {
  const known = new Set(days.map(({ date }) => date));
  const empty = dates.filter((date) => !known.has(date)).map((date) => ({ date, ...emptyDay() }));
  return [...days, ...empty].sort(byDate);
}

export function sumOfDays(days: readonly DayCounts[]): DayCounts {
  const sum = emptyDay();
  for (const { kinds, clients, hours } of days) {
    addInto(sum.kinds, kinds);
    addInto(sum.clients, clients);
    for (const [hour, count] of hours.entries()) sum.hours[hour] = (sum.hours[hour] ?? 0) + count;
  }
  return sum;
}

function addInto<Key extends string>(sum: Partial<Record<Key, number>>, part: Partial<Record<Key, number>>): void {
  const entries = Object.entries(part) as [Key, number][]; // the keys of the same record
  for (const [key, count] of entries) sum[key] = (sum[key] ?? 0) + count;
}

/** All messages, those of a kind of chat, or those of a type. */
export function countKinds(
  { kinds }: Pick<DayCounts, 'kinds'>,
  of: { readonly target?: MessageTarget; readonly type?: MessageType } = {},
): number {
  let count = 0;
  for (const target of messageTargets) {
    if (of.target !== undefined && of.target !== target) continue;
    for (const [kind, some] of Object.entries(kinds)) {
      const isMeant = of.type === undefined ? kind.startsWith(`${target}.`) : kind === `${target}.${of.type}`;
      if (isMeant) count += some;
    }
  }
  return count;
}

/** The hour of the day with most messages, the first of equals; undefined where there are none. */
export function busiestHour({
  hours,
}: Pick<DayCounts, 'hours'>): { readonly hour: number; readonly count: number } | undefined {
  const count = Math.max(0, ...hours);
  return count === 0 ? undefined : { hour: hours.indexOf(count), count };
}
