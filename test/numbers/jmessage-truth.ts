// What happened on a made-up JMessage app, day by day and hour by hour, and what its statistics say of it at any moment.
import { chance } from './random.ts';

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
  const counts = new Map<string, number>();
  const countIn = (date: string, clock: number, what: number): number => {
    const key = `${date} ${clock} ${what}`;
    const found = counts.get(key) ?? countAnew(date, clock, what);
    counts.set(key, found);
    return found;
  };
  const countAnew = (date: string, clock: number, what: number): number => {
    const index = startOf(date) / day;
    const busy = 0.2 + Math.max(0, Math.sin(((clock - 5) / 24) * Math.PI * 1.6)) * (0.7 + 0.6 * chance(seed, 1, index));
    return Math.round(
      busy * (what < 4 ? 18 : 11) * (1 - 0.2 * (what % 4)) * (0.6 + 0.8 * chance(seed, 2, index, clock, what)),
    );
  };
  const inHour = (date: string, clock: number, what: number, until: number): number => {
    const begun = until - startOf(date);
    const share = begun >= day ? 1 : Math.min(1, Math.max(0, (begun - clock * hour) / hour));
    return Math.floor(countIn(date, clock, what) * share);
  };
  const sent = (date: string, chat: Chat, type: MessageType, until: number): number => {
    const what = messageTypes.indexOf(type) + (chat === 'group' ? 4 : 0);
    return Array.from({ length: 24 }, (_, clock) => inHour(date, clock, what, until)).reduce(
      (sum, one) => sum + one,
      0,
    );
  };
  const typesOf = (date: string, chat: Chat, until: number): Readonly<Record<MessageType, number>> => ({
    text: sent(date, chat, 'text', until),
    image: sent(date, chat, 'image', until),
    voice: sent(date, chat, 'voice', until),
    other: sent(date, chat, 'other', until),
  });
  return {
    missing: new Set(missing),
    todayRow,
    day: (date, until) => {
      const index = Math.round(startOf(date) / day);
      const share = Math.min(1, Math.max(0, (until - startOf(date)) / day));
      const upTo = (whole: number): number => Math.floor(whole * share);
      const of = (key: number, least: number, more: number): number =>
        Math.round(least + more * chance(seed, key, index));
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
    },
    hour: (date, clock, until) => {
      const of = (first: number): number =>
        [0, 1, 2, 3].reduce((sum, type) => sum + inHour(date, clock, first + type, until), 0);
      return { single: of(0), group: of(4) };
    },
  };
}
