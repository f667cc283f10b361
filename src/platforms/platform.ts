// What every platform promises, whatever its wire format, and how each is reached.
import type { Instant } from '../clock.ts';
import type { DailyStatistics, Point, Snapshot } from '../metrics/sample.ts';
import type { LocalDate } from '../time-zone.ts';

/** Which messages to walk: all, one user's, one group's or one chat room's. */
export type HistoryScope =
  | { readonly of: 'all' }
  | { readonly of: 'user'; readonly name: string }
  | { readonly of: 'group'; readonly id: string }
  | { readonly of: 'room'; readonly id: string };

/** A message without its text. Sender and target are foreign text. */
export interface MessageRecord {
  readonly id: string;
  readonly at: Instant;
  readonly target: 'single' | 'group' | 'room' | 'other';
  readonly type: 'text' | 'image' | 'voice' | 'other';
  readonly from: string;
  /** `a` Android, `i` iOS … as the platform spells it. */
  readonly client: string;
}

/** A page of a walk, without repeats. A walk has at least one page, which may be empty. */
export interface HistoryPage {
  readonly messages: readonly MessageRecord[];
  /** How many the platform says there are in all; undefined where it does not say or the walk needs several requests of it. */
  readonly total: number | undefined;
  /** True on the last page when the walk had to stop before the end; `reason` then says why. */
  readonly partial: boolean;
  readonly reason?: string;
}

/**
 * Of so many days, asked for in one call, a platform gives all that it has; of more, the older ones may be without what
 * costs a request or more a day.
 */
export const daysInDetail = 7;

/** Daily rows by date. A date without a row is unknown. `notes` say where the numbers come from when that matters. */
export interface DailyAnswer {
  readonly days: readonly DailyStatistics[];
  readonly notes: readonly string[];
}

/**
 * One application on one platform. Every method rejects with `PlatformError` only.
 * `snapshot` works for all; `daily`, `hours` and `history` are there where the platform has them.
 */
export interface Platform {
  snapshot(signal?: AbortSignal): Promise<Snapshot>;
  /** Days `from` to `to`, both included, in the app's zone; longer spans than the platform allows are split. */
  daily?(from: LocalDate, to: LocalDate, signal?: AbortSignal): Promise<DailyAnswer>;
  /** Messages per hour of today so far; the hour that runs is marked by being the last. */
  hours?(signal?: AbortSignal): Promise<readonly Point[]>;
  /** Messages of the last month and of this one so far, by the first instant of the month. */
  months?(signal?: AbortSignal): Promise<readonly Point[]>;
  history?(scope: HistoryScope, from: Instant, to: Instant, signal?: AbortSignal): AsyncIterable<HistoryPage>;
}

export interface ImkitAccess {
  readonly platform: 'imkit';
  /** Base address, with or without a last slash. */
  readonly url: string;
  /** Sent as the header `IM-API-KEY`. */
  readonly apiKey: string;
}

export interface JMessageAccess {
  readonly platform: 'jmessage';
  /** Base address with the version, for example `https://report.im.jpush.cn/v2`. */
  readonly url: string;
  /** User name of HTTP Basic authentication. */
  readonly appKey: string;
  /** Password of HTTP Basic authentication. */
  readonly masterSecret: string;
}

export type PlatformAccess = ImkitAccess | JMessageAccess;
