// What Slack calls of the counts of message histories: what is asked, how far a count is, what it has come to.
import type { ImApp } from './app.ts';
import type { Duration, Instant } from './clock.ts';
import type { HistoryScope } from './metrics/message-history.ts';
import type { HistoryFacts } from './reports/history.ts';

/** What somebody wants to have counted. */
export interface HistoryRequest {
  readonly app: ImApp;
  readonly scope: HistoryScope;
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
  /** Slack user id. */
  readonly actor: string;
  /** True where the names of people or groups are shown of it, or it is of one: that is kept. */
  readonly showsPeople: boolean;
  /** Counts also what takes long. */
  readonly isAgreed: boolean;
  /** Counts also the days that were counted earlier, because of those nobody knows who wrote. */
  readonly isAnew: boolean;
}

/** How far a count is. */
export interface HistoryProgress {
  readonly counted: number;
  /** Messages in all, as it looks now. */
  readonly of: number | undefined;
  /** How long it still takes, as it looks now. */
  readonly left: Duration | undefined;
}

/** What a count has come to. */
export type HistoryResult = Pick<HistoryFacts, 'days' | 'flow' | 'people' | 'end' | 'keptDays'>;

/** A count that runs, or that has ended. */
export interface HistoryCount {
  readonly id: string;
  readonly request: HistoryRequest;
  progress(): HistoryProgress;
  /** It ends with what it has. */
  stop(): void;
  /** Never rejects. */
  readonly ended: Promise<HistoryResult>;
}

/** What became of a request: it is counted; it would take so long that nothing was begun; so many counts run that nothing was begun. */
export type HistoryBegun =
  | { readonly state: 'counting'; readonly count: HistoryCount }
  | { readonly state: 'long'; readonly messages: number | undefined; readonly time: Duration }
  | { readonly state: 'busy'; readonly running: number };

/** What Slack calls of the counts of message histories. */
export interface HistoryService {
  /** Resolves once the first page is there. Rejects with `PlatformError` where the platform does not give it, and with `StoreError`. */
  begin(request: HistoryRequest): Promise<HistoryBegun>;
  /** A count that runs; undefined once it has ended. */
  find(id: string): HistoryCount | undefined;
}
