// The right numbers of an app on JMessage over any dates, from what its statistics said, as intervals of what is right.
import { exactly, hull, type Interval, plus, type Statistic } from './imkit-sums.ts';
import { type DayTotals, dateOf, type JmessageTruth, startOf } from './jmessage-truth.ts';
import { addDays, datesOf, type Window } from './local-time.ts';
import { hasRow, rowUntil } from './platform-servers.ts';

const second = 1_000;
const hour = 3_600 * second;

const types = ['text', 'image', 'voice', 'other'] as const;
const chats = ['single', 'group'] as const;

const read: Readonly<Record<string, (totals: DayTotals) => number>> = {
  'users.active': ({ users }) => users.active,
  'users.total': ({ users }) => users.total,
  'users.new': ({ users }) => users.new,
  'users.senders': ({ users }) => users.senders,
  'groups.active': ({ groups }) => groups.active,
  'groups.total': ({ groups }) => groups.total,
  'groups.new': ({ groups }) => groups.new,
  'messages.sent': (totals) => sentIn(totals, 'single') + sentIn(totals, 'group'),
  'messages.single': (totals) => sentIn(totals, 'single'),
  'messages.group': (totals) => sentIn(totals, 'group'),
  ...Object.fromEntries(
    chats.flatMap((chat) =>
      types.map((type) => [`messages.${chat}.${type}`, ({ messages }: DayTotals) => messages[chat][type]]),
    ),
  ),
};

function sentIn({ messages }: DayTotals, chat: (typeof chats)[number]): number {
  return types.reduce((sum, type) => sum + messages[chat][type], 0);
}

/** The part and the base of what is made of two of them. */
const quotients: Readonly<Record<string, readonly [string, string]>> = {
  'users.sender_ratio': ['users.senders', 'users.active'],
  'messages.per_user': ['messages.sent', 'users.active'],
};

export const jmessageMetrics = [...Object.keys(read), ...Object.keys(quotients)];

export interface JmessageSums {
  value(metric: string, statistic: Statistic, window: Window): Interval | undefined;
  coverage(window: Window): { readonly measured: Interval; readonly of: Interval };
  both(
    metric: string,
    statistic: Statistic,
    windows: readonly [Window, Window],
  ): readonly [Interval, Interval] | undefined;
  /** Dates that are known in both windows. */
  common(metric: string, windows: readonly [Window, Window]): Interval;
  /** Messages of an hour of a date, where the platform was asked for it in time. */
  hour(metric: string, date: string, clock: number): Interval | undefined;
  /** The hours of a date that are over: how many are known, of how many, and the most messages in one. */
  hours(
    metric: string,
    date: string,
  ): { readonly known: number; readonly of: number; readonly high: Interval | undefined };
}

interface Asked {
  readonly now: number;
  /** The oldest date that was ever fetched. */
  readonly since: string;
  /** A day that still runs is none of the days. */
  readonly isOfEnded?: boolean;
  /** When the platform was asked for the hours of the day that ran then. */
  readonly hoursAsked: readonly number[];
}

export function createJmessageSums(
  truth: JmessageTruth,
  { now, since, isOfEnded = false, hoursAsked }: Asked,
): JmessageSums {
  const today = dateOf(now);
  const isLeft = (date: string): boolean => date < since || date > today || (isOfEnded && date === today);
  const isKnown = (date: string): boolean => !isLeft(date) && hasRow(truth, date, now);
  const ofDate = (metric: string, date: string): Interval | undefined => {
    const parts = quotients[metric];
    if (parts !== undefined) return quotientOf(parts, date);
    const value = read[metric];
    if (value === undefined || isLeft(date)) return undefined;
    const isToday = date === today;
    // Of today the platform counts its messages by the hour, whatever its row says.
    if (isToday && metric === 'messages.sent') return exactly(value(truth.day(date, now)));
    if (isToday && truth.todayRow === 'zero') return { lo: 0, hi: value(truth.day(date, now)) };
    return isKnown(date) ? exactly(value(truth.day(date, rowUntil(truth, date, now)))) : undefined;
  };
  /** An hour of a day that is over is kept where it was over when it was asked for; the one that runs is known as it was asked for just now. */
  const hourOf = (metric: string, date: string, clock: number): Interval | undefined => {
    const asked = hoursAsked.findLast((at) => dateOf(at) === date);
    const end = startOf(date) + (clock + 1) * hour;
    if (asked === undefined || end - hour > asked || (end > asked && asked < now - second)) return undefined;
    const { single, group } = truth.hour(date, clock, asked);
    const counted = { 'messages.sent': single + group, 'messages.single': single, 'messages.group': group }[metric];
    return counted === undefined ? undefined : exactly(counted);
  };
  /** A row of today that is zero for now says nothing of its parts. */
  const quotientOf = ([part, base]: readonly [string, string], date: string): Interval | undefined => {
    if (date === today && truth.todayRow !== 'so far') return undefined;
    const [a, b] = [ofDate(part, date), ofDate(base, date)];
    return a === undefined || b === undefined || b.lo <= 0 ? undefined : { lo: a.lo / b.hi, hi: a.hi / b.lo };
  };
  const combine = (metric: string, statistic: Statistic, dates: readonly string[]): Interval | undefined => {
    const values = dates.flatMap((date) => ofDate(metric, date) ?? []);
    if (values.length === 0) return undefined;
    if (statistic === 'sum') return values.reduce(plus);
    if (statistic === 'last') return values.at(-1);
    if (statistic === 'mean') {
      const sum = values.reduce(plus);
      return { lo: sum.lo / values.length, hi: sum.hi / values.length };
    }
    return extremeOf(metric, statistic, dates);
  };
  /** A day that is not over is no lowest one; it may be the highest. */
  const extremeOf = (metric: string, statistic: 'high' | 'low', dates: readonly string[]): Interval | undefined => {
    const of = statistic === 'high' ? Math.max : Math.min;
    const found = (some: readonly string[]): Interval | undefined => {
      const values = some.flatMap((date) => ofDate(metric, date) ?? []);
      return values.length === 0
        ? undefined
        : { lo: of(...values.map(({ lo }) => lo)), hi: of(...values.map(({ hi }) => hi)) };
    };
    const ended = found(dates.filter((date) => date !== today));
    if (ended === undefined || statistic === 'low') return ended ?? found(dates);
    return hull([ended, ...[found(dates)].filter((one) => one !== undefined)]);
  };
  return {
    value: (metric, statistic, window) => combine(metric, statistic, datesOf(window)),
    coverage: (window) => {
      const dates = datesOf(window);
      const measured = dates.filter(isKnown).length;
      const endsToday = dates.at(-1) === today && !isOfEnded;
      const isTodayLess = endsToday && dates.length > 1;
      // The day that is not over may be counted or not.
      const whole = dates.filter((date) => date !== today && isKnown(date)).length;
      return {
        measured: { lo: Math.min(whole, measured), hi: Math.max(measured, whole + (endsToday ? 1 : 0)) },
        of: { lo: dates.length - (isTodayLess ? 1 : 0), hi: dates.length },
      };
    },
    both: (metric, statistic, [window, before]) => {
      const [mine, theirs] = [datesOf(window), datesOf(before)];
      if (statistic === 'last') {
        const [a, b] = [combine(metric, 'last', mine), combine(metric, 'last', theirs)];
        return a === undefined || b === undefined ? undefined : [a, b];
      }
      // Of several days the one that is not over is compared with none.
      const isOver = (date: string): boolean => mine.length < 2 || date !== today;
      const isCommon = (index: number): boolean =>
        [mine[index], theirs[index]].every(
          (date) => date !== undefined && isOver(date) && ofDate(metric, date) !== undefined,
        );
      const common = mine.map((_, index) => index).filter(isCommon);
      const kept = (dates: readonly string[]): string[] => common.flatMap((index) => dates[index] ?? []);
      const of = (dates: readonly string[]): Interval | undefined => {
        const own = statistic === 'sum' ? [] : [combine(metric, statistic, dates)];
        return hull([combine(metric, statistic, kept(dates)), ...own].filter((one) => one !== undefined));
      };
      const [a, b] = [of(mine), of(theirs)];
      return common.length === 0 || a === undefined || b === undefined ? undefined : [a, b];
    },
    common: (metric, [window, before]) => {
      const [mine, theirs] = [datesOf(window), datesOf(before)];
      const known = mine.filter((date, index) => {
        const other = theirs[index];
        return other !== undefined && ofDate(metric, date) !== undefined && ofDate(metric, other) !== undefined;
      });
      const whole = known.filter((date) => date !== today).length;
      return { lo: whole, hi: known.length };
    },
    hour: hourOf,
    hours: (metric, date) => {
      const clocks = Array.from({ length: 24 }, (_, clock) => clock);
      const over = clocks.filter((clock) => startOf(date) + (clock + 1) * hour <= now);
      const known = over.flatMap((clock) => hourOf(metric, date, clock) ?? []);
      const high = known.length === 0 ? undefined : exactly(Math.max(...known.map(({ hi }) => hi)));
      return { known: known.length, of: over.length, high };
    },
  };
}

/** The oldest date that a first fetch at this time gets. */
export const oldestFetched = (at: number): string => addDays(dateOf(at), -59);
