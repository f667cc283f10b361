// What happened on a made-up JMessage app, day by day and hour by hour, and what its statistics say of it at any moment.
import { noise } from '../../src/demo/platforms/load-curve.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** China has no daylight saving, so that days can be counted. */
const offset = 8 * hour;

export const messageTypes = ['text', 'image', 'voice', 'other'] as const;
export type MessageType = (typeof messageTypes)[number];
export type Chat = 'single' | 'group';

/** How the statistics treat the day that is not over. */
export type TodayRow = 'so far' | 'zero' | 'absent';

export interface DayTotals {
  readonly users: { readonly active: number; readonly total: number; readonly new: number; readonly senders: number };
  readonly groups: { readonly active: number; readonly total: number; readonly new: number };
  readonly messages: Readonly<Record<Chat, Readonly<Record<MessageType, number>>>>;
}

export interface JmessageTruth {
  /** The totals of a date, up to `until` where it is not over by then. */
  day(date: string, until: number): DayTotals;
  /** Messages of an hour of a date, up to `until`. */
  hour(date: string, hour: number, until: number): Readonly<Record<Chat, number>>;
  /** Dates of which the statistics have no row. */
  readonly missing: ReadonlySet<string>;
  readonly todayRow: TodayRow;
}

export const dateOf = (at: number): string => new Date(at + offset).toISOString().slice(0, 10);
const starts = new Map<string, number>();
export function startOf(date: string): number {
  const found = starts.get(date) ?? Date.parse(`${date}T00:00:00Z`) - offset;
  starts.set(date, found);
  return found;
}

export function createJmessageTruth(
  seed: number,
  { missing = [], todayRow = 'so far' }: { readonly missing?: readonly string[]; readonly todayRow?: TodayRow } = {},
): JmessageTruth {
  const counts = new Map<string, readonly number[]>();
  /** Messages of each hour of a date, of each of the eight kinds. */
  const countsOf = (date: string): readonly number[] => {
    const found =
      counts.get(date) ?? Array.from({ length: 24 * 8 }, (_, place) => countIn(date, place >> 3, place & 7));
    counts.set(date, found);
    return found;
  };
  const countIn = (date: string, clock: number, what: number): number => {
    const index = startOf(date) / day;
    const busy = 0.2 + Math.max(0, Math.sin(((clock - 5) / 24) * Math.PI * 1.6)) * (0.7 + 0.6 * noise(seed, 1, index));
    const size = (what < 4 ? 18 : 11) * (1 - 0.2 * (what % 4));
    return Math.round(busy * size * (0.6 + 0.8 * noise(seed, 2, index, clock, what)));
  };
  const inHour = (date: string, clock: number, what: number, until: number): number => {
    const begun = until - startOf(date);
    const share = begun >= day ? 1 : Math.min(1, Math.max(0, (begun - clock * hour) / hour));
    return Math.floor((countsOf(date)[clock * 8 + what] ?? 0) * share);
  };
  const sent = (date: string, chat: Chat, type: MessageType, until: number): number => {
    const what = messageTypes.indexOf(type) + (chat === 'group' ? 4 : 0);
    let sum = 0;
    for (let clock = 0; clock < 24; clock += 1) sum += inHour(date, clock, what, until);
    return sum;
  };
  const typesOf = (date: string, chat: Chat, until: number): Readonly<Record<MessageType, number>> => ({
    text: sent(date, chat, 'text', until),
    image: sent(date, chat, 'image', until),
    voice: sent(date, chat, 'voice', until),
    other: sent(date, chat, 'other', until),
  });
  const whole = new Map<string, DayTotals>();
  const totalsOf = (date: string, until: number): DayTotals => {
    const index = Math.round(startOf(date) / day);
    const share = Math.min(1, Math.max(0, (until - startOf(date)) / day));
    const upTo = (whole: number): number => Math.floor(whole * share);
    const of = (key: number, least: number, more: number): number => Math.round(least + more * noise(seed, key, index));
    return {
      users: {
        active: upTo(of(3, 700, 500)),
        total: 21_000 + 13 * (index - 20_000),
        new: upTo(of(4, 6, 14)),
        senders: upTo(of(5, 300, 200)),
      },
      groups: { active: upTo(of(6, 60, 40)), total: 900 + 2 * (index - 20_000), new: upTo(of(7, 2, 9)) },
      messages: { single: typesOf(date, 'single', until), group: typesOf(date, 'group', until) },
    };
  };
  return {
    missing: new Set(missing),
    todayRow,
    day: (date, until) => {
      if (until < startOf(date) + day) return totalsOf(date, until);
      const found = whole.get(date) ?? totalsOf(date, until);
      whole.set(date, found);
      return found;
    },
    hour: (date, clock, until) => {
      const of = (first: number): number =>
        [0, 1, 2, 3].reduce((sum, type) => sum + inHour(date, clock, first + type, until), 0);
      return { single: of(0), group: of(4) };
    },
  };
}
