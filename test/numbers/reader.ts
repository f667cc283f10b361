// What reads a sentence: its scope, the subject that its words go on with, and the form of a claim.
import type { Claim, Unattributed } from './claims.ts';
import type { Interval, Statistic } from './imkit-sums.ts';
import { addDays, daysWindow, hour, type LocalTime, type Window } from './local-time.ts';
import type { Measure } from './metric-names.ts';
import { type Compared, readWindow } from './range-words.ts';

/** The right numbers of one app. */
export interface AppSums {
  readonly limit: number | undefined;
  /** Its numbers are of whole days. */
  readonly isDaily: boolean;
  value(metric: string, statistic: Statistic, window: Window): Interval | undefined;
  /** The readings of an hour or a day of a longer window. */
  slot(metric: string, statistic: Statistic, window: Window): Interval[];
  /** Highest and lowest of the means of its hours, for a metric of moments. */
  hours(metric: string, statistic: Statistic, window: Window): Interval | undefined;
  /** The hours of a day that the platform counts itself, those that are over; undefined where it counts none. */
  countedHours?(
    metric: string,
    window: Window,
  ): { readonly known: number; readonly of: number; readonly high: Interval | undefined } | undefined;
  both(
    metric: string,
    statistic: Statistic,
    windows: readonly [Window, Window],
  ): readonly [Interval, Interval] | undefined;
  /** How many hours or days were measured in both windows. */
  common(metric: string, windows: readonly [Window, Window]): Interval;
  coverage(metric: string, window: Window): { readonly measured: Interval; readonly of: Interval };
}

/** What a sentence is read in: whose numbers they are, and what its frame says. */
export interface Scope {
  readonly sums: AppSums;
  readonly time: LocalTime;
  /** Of numbers that name no window of their own. */
  readonly window: Window;
  /** The metric that the view is about. */
  readonly metric: string;
  /** An earlier window by the name that a message gives it, such as `last Sunday`. */
  readonly named?: ((words: string) => Window | undefined) | undefined;
  /** Changes are of the value of a day, because months differ in length. */
  readonly isPerDay?: boolean;
  /** Of which window a note says how much was measured, where it is another. */
  readonly covered?: Window | undefined;
  /** In a message about several apps, the one whose numbers are of days. */
  readonly ofDays?: Scope | undefined;
  /** And the one whose numbers are of hours. */
  readonly ofHours?: Scope | undefined;
  /** Earlier windows of the same kind, of which the middle value is usual. */
  readonly earlier?: readonly Window[];
  /** From the end of the window of the message until now. */
  readonly since?: Window | undefined;
  /** The numbers of an app that a sentence names. */
  readonly ofApp?: ((name: string) => Pick<Scope, 'sums' | 'time'> | undefined) | undefined;
}

/** What the number before a change or a share was about. */
export interface Subject extends Measure {
  readonly window: Window;
}

export interface Reading {
  readonly claims: Claim[];
  readonly unattributed: Unattributed[];
}

/** A sentence while it is read; its words may turn to another window or app. */
export interface Reader extends Omit<Scope, 'window' | 'sums' | 'time'>, Reading {
  sums: AppSums;
  time: LocalTime;
  window: Window;
  subject: Subject | undefined;
  /** What the last change was of. */
  compared: Compared | undefined;
  readonly text: string;
}

export interface Form {
  readonly pattern: RegExp;
  readonly read: (groups: Readonly<Record<string, string | undefined>>, reader: Reader, shown: string) => void;
}

export const number = (name: string): string => `(?<${name}>[\\d,]*\\d(?:\\.\\d+)?)`;
const sticky = (source: string): RegExp => new RegExp(source, 'yu');
export const form = (source: string, read: Form['read']): Form => ({ pattern: sticky(source), read });
export const neutral = (source: string): Form => form(source, () => {});

export const statisticWords: Readonly<Record<string, Statistic>> = {
  'in the busiest hour': 'high',
  'on the busiest day': 'high',
  'at the peak': 'high',
  'at the highest': 'high',
  'at the lowest': 'low',
  'on average': 'mean',
  now: 'last',
};
export const statisticPattern = Object.keys(statisticWords).join('|');

export function claimValue(
  reader: Pick<Scope, 'sums' | 'time'> & Reading,
  subject: Subject,
  number: { value: number; half: number },
  shown: string,
): void {
  const { metric, statistic, window } = subject;
  const right = [reader.sums.value(metric, statistic, window)].filter((one) => one !== undefined);
  reader.claims.push({ shown, ...number, right, about: aboutOf(subject, reader.time) });
}

export function aboutOf({ metric, statistic, window }: Subject, { zone }: LocalTime): string {
  const name =
    window.dates === undefined ? `${window.from} to ${window.to}` : `${window.dates.from} to ${window.dates.to}`;
  return `${metric} ${statistic} of ${name} ${zone}`;
}

/** The window of a number of now: the hour that ends now, and of an app of days the newest one. */
export function nowOf({ time, sums }: Pick<Scope, 'time' | 'sums'>): Window {
  return sums.isDaily ? daysWindow(addDays(time.today, -3), time.today, time) : { from: time.now - hour, to: time.now };
}

export function windowIn(words: string | undefined, reader: Pick<Scope, 'time' | 'window'>): Window {
  const found = words === undefined ? undefined : readWindow(words, reader.time);
  return found === undefined || isAlike(found, reader.window) ? reader.window : found;
}

/** A length is written to the minute. */
function isAlike(a: Window, b: Window): boolean {
  const isOfDays = a.dates !== undefined || b.dates !== undefined;
  return !isOfDays && a.to === b.to && Math.abs(a.from - b.from) < 60_000;
}
