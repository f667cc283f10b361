// The contract of a store, independent of SQL. Times are epoch ms.
import type { MaintenancePeriod } from '../alerting/maintenance.ts';
import type { AlertApp } from '../alerting/rule.ts';
import type { RuleOverride } from '../alerting/rule-override.ts';
import type { SettingChange } from '../alerting/setting-change.ts';
import type { AlertState, Incident, IncidentEvent } from '../alerting/state.ts';
import type { ImApp } from '../app.ts';
import type { Duration, Instant } from '../clock.ts';
import type { MetricId, MetricValues } from '../metrics/catalog.ts';
import type { DatedCounts } from '../metrics/history-counts.ts';
import type { HistoryScope } from '../metrics/message-history.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { Tier } from '../metrics/range.ts';
import type { Bucket, BucketNeed, DailyStatistics, HourlyStatistics, PollHealth } from '../metrics/sample.ts';
import type { StoredSlot, TierSlot } from '../metrics/stored-slot.ts';
import type { LocalDate } from '../time-zone.ts';
import type { NewOutboxRow, OutboxRow, Root } from './outbox.ts';

/**
 * The contract of samples and roll-ups is one for all databases; how they are kept is not. SQLite packs them (`sample-encoding.ts`,
 * `roll-up-encoding.ts`: a year of ten apps in under 150 MB); PostgreSQL has room, and keeps roll-ups as rows of (app, metric, tier,
 * start, min, max, mean, last, samples), so that other programs can read them. Neither ever needs the form of the other: `move`
 * carries a store over through this contract.
 */
export interface Samples {
  /** Saves one poll and its roll-ups. An absent value is not stored. A second call with the same `at` changes nothing. */
  record(app: string, at: Instant, values: MetricValues): Promise<void>;
  /** Saves many polls in one transaction; much faster than one after the other. */
  recordAll(app: string, polls: Iterable<{ readonly at: Instant; readonly values: MetricValues }>): Promise<void>;
  /** Buckets of one metric, oldest first; buckets without a sample are absent. `to` is exclusive. `near` chooses among raw samples. */
  read(
    app: string,
    metric: MetricId,
    tier: Tier,
    from: Instant,
    to: Instant,
    near?: BucketNeed['near'],
  ): Promise<readonly Bucket[]>;
  /** Every metric of the slots of a tier that have a sample, oldest first. `to` is exclusive. */
  slots(app: string, tier: Tier, from: Instant, to: Instant): Promise<readonly StoredSlot[]>;
  /**
   * Fills slots of one or more tiers, in order of time, with what this bot has not measured, and marks them. A slot that holds anything
   * stays as it is; a poll that is recorded later takes the place of what was filled.
   */
  fill(app: string, slots: readonly TierSlot[]): Promise<FillCounts>;
  /** The newest poll of an app. */
  latest(app: string): Promise<{ readonly at: Instant; readonly values: MetricValues } | undefined>;
  /** The oldest instant with a sample of the app. */
  oldest(app: string): Promise<Instant | undefined>;
}

/** How many slots or days were filled, and how many held something already. */
export interface FillCounts {
  readonly filled: number;
  readonly kept: number;
}

export interface Daily {
  /** Fills days of which nothing is stored, and marks them; what is saved of a day later takes their place. */
  fill(app: string, days: readonly DailyStatistics[]): Promise<FillCounts>;
  /** Upserts by app and date, metric by metric. A complete day is never replaced by a partial one. */
  save(app: string, days: readonly DailyStatistics[]): Promise<void>;
  /** Stored days from `from` to `to`, both included, oldest first. */
  read(app: string, from: LocalDate, to: LocalDate): Promise<readonly DailyStatistics[]>;
}

export interface Hourly {
  /** Upserts by app and hour, metric by metric. What was derived never replaces what was counted. */
  save(app: string, hours: readonly HourlyStatistics[]): Promise<void>;
  /** Stored hours that begin from `from` to before `to`, oldest first. */
  read(app: string, from: Instant, to: Instant): Promise<readonly HourlyStatistics[]>;
  /** The same hours of one metric as buckets, so that what learns from hours can learn from these; an hour without it is absent. */
  buckets(app: string, metric: MetricId, from: Instant, to: Instant): Promise<readonly Bucket[]>;
}

/** An app as messages name it, also when it is in the configuration no more. */
export type StoredApp = AlertApp & Pick<ImApp, 'platform' | 'pollEvery'>;

export interface Apps {
  /** Remembers how these apps are named now; others stay as they were. */
  save(apps: readonly StoredApp[]): Promise<void>;
  /** An app as it was saved last. */
  get(id: string): Promise<StoredApp | undefined>;
  /**
   * Gives the numbers, days, polls and incidents of an app to another id, those of the rule `rules.from` to `rules.to`. `nothing`: there
   * are none. `clash`: the other id has some of its own, and nothing is changed.
   */
  rename(names: {
    readonly from: string;
    readonly to: string;
    readonly rules: { readonly from: string; readonly to: string };
  }): Promise<'moved' | 'nothing' | 'clash'>;
}

/** An alert as stored. `rev` grows by one with every save; a save with an old `rev` is refused. */
export interface StoredAlert {
  readonly rule: string;
  readonly app: string;
  readonly rev: number;
  readonly state: AlertState;
}

export interface Alerts {
  all(): Promise<readonly StoredAlert[]>;
  get(rule: string): Promise<StoredAlert | undefined>;
  /** Saves with an optimistic lock on `rev` (the rev that was read; 0 for a new one). False when another writer was first. */
  save(alert: StoredAlert): Promise<boolean>;
  remove(rule: string): Promise<void>;
  saveIncident(incident: Incident): Promise<void>;
  /** Incidents that were open at some time in the span, both ends included, newest first. */
  incidents(from: Instant, to: Instant): Promise<readonly Incident[]>;
  addEvent(event: IncidentEvent): Promise<void>;
  events(incident: string): Promise<readonly IncidentEvent[]>;
  /** What people have begun and has not ended before `since`, in order of its begin. */
  maintenance(since: Instant): Promise<readonly MaintenancePeriod[]>;
  saveMaintenance(period: MaintenancePeriod): Promise<void>;
}

/** What people have set in Slack, and every change of what is set. */
export interface Settings {
  /** The newest override of each rule, also one that has ended, in order of the ids. */
  overrides(): Promise<readonly RuleOverride[]>;
  /** In place of the one that the rule had. */
  saveOverride(override: RuleOverride): Promise<void>;
  /** Keeps a change; one whose id is known is left as it is, and false is returned. */
  addChange(change: SettingChange): Promise<boolean>;
  /** Newest first, `to` excluded, at most `limit`. */
  changes(from: Instant, to: Instant, limit: number): Promise<readonly SettingChange[]>;
}

interface OutboxStatus {
  readonly depth: number;
  readonly oldest: Instant | undefined;
  readonly dead: number;
  readonly unreadable: number;
}

export interface Outbox {
  /** Adds a row; a key that exists already is left as it is and false is returned. */
  add(row: NewOutboxRow): Promise<boolean>;
  /**
   * Takes up to `limit` rows that may be sent now, marking them `sending` for `lease` ms under `owner`: of each stream
   * only the first unfinished row of each lane, rows whose `notBefore` has come, and rows whose lease ran out (these come back as `unknown`).
   * A row of the lane `picture` also waits for every earlier `post` of its stream.
   */
  lease(owner: string, now: Instant, lease: Duration, limit: number): Promise<readonly OutboxRow[]>;
  /**
   * Writes back what became of a row (state, ts, attempts, notBefore, error, errorCode). Only the holder of its lease may, as long
   * as nobody took it over; and the holder of an earlier row of its stream and lane, so that what waits behind can be
   * coalesced into it (settle those first: settling a row gives its lease back).
   */
  settle(row: OutboxRow, owner: string): Promise<boolean>;
  /**
   * Writes `message` and `broadcast` of a row that waits; false when `owner` does not hold an earlier row of its stream and
   * lane. Settle that one afterwards.
   */
  rewrite(row: OutboxRow, owner: string): Promise<boolean>;
  /** Unfinished rows of a stream in order of seq. */
  waiting(stream: string): Promise<readonly OutboxRow[]>;
  /** Releases the leases of a previous process at start-up: their rows become `unknown`; returns the number of rows. */
  release(now: Instant): Promise<number>;
  root(stream: string): Promise<Root | undefined>;
  saveRoot(root: Root): Promise<void>;
  /** Depth, time of the oldest unfinished row, dead rows; `unreadable` counts rows of any table that were set aside. */
  status(): Promise<OutboxStatus>;
}

export type DigestRunState = 'collecting' | 'queued' | 'sent' | 'skipped' | 'failed';

/** One run of one schedule. Its key is the schedule and the start of the period that it covers, in the schedule's zone. */
export interface DigestRun {
  readonly schedule: string;
  readonly period: LocalDate | string;
  readonly dueAt: Instant;
  readonly state: DigestRunState;
  readonly reason?: Phrase;
  readonly finishedAt?: Instant;
}

/** What became of the message of a run. */
export interface DigestEnd {
  readonly state: 'sent' | 'failed';
  readonly reason?: Phrase;
  readonly finishedAt: Instant;
}

export interface Digests {
  /** Inserts the run, or takes it over when it is `collecting` and its lease ran out; renews a lease of the same owner. False when another process holds it or it is done. */
  claim(run: DigestRun, owner: string, now: Instant, lease: Duration): Promise<boolean>;
  /** Changes the state of a run that exists. */
  finish(run: DigestRun): Promise<void>;
  /** Ends the queued run whose message is in this stream of the outbox, and resolves with it; undefined when there is none. */
  finishQueued(stream: string, end: DigestEnd): Promise<DigestRun | undefined>;
  /** Newest first. */
  recent(schedule: string, limit: number): Promise<readonly DigestRun[]>;
}

/** How the store is kept. Empty where all is well. */
export interface StoreCondition {
  /** Set while what is written is kept in memory only, because the file cannot be written. `why` is a sentence. */
  readonly unsaved?: { readonly since: Instant; readonly why: string };
  /** What happened to the file from outside while it was open. */
  readonly file?: 'missing' | 'replaced' | 'truncated';
}

/** Who asked for the counts of one user, group or room, or for who sent most of all. */
export interface HistoryQuestion {
  readonly at: Instant;
  /** Slack user id. */
  readonly actor: string;
  readonly app: string;
  readonly scope: HistoryScope['of'];
  /** The user, group or room that was asked for. */
  readonly subject?: string;
}

export interface Histories {
  /** Upserts the counts of whole days of a whole app, whose days are those of the zone. */
  saveDays(app: string, zone: string, days: readonly DatedCounts[]): Promise<void>;
  /** The stored days of this zone, both ends included, oldest first. */
  days(
    app: string,
    zone: string,
    dates: { readonly from: LocalDate; readonly to: LocalDate },
  ): Promise<readonly DatedCounts[]>;
  addQuestion(question: HistoryQuestion): Promise<void>;
  /** Newest first. */
  questions(limit: number): Promise<readonly HistoryQuestion[]>;
}

/** The persistent state of the bot. Every method rejects with `StoreError` only. */
export interface Store {
  readonly samples: Samples;
  readonly daily: Daily;
  readonly hourly: Hourly;
  readonly apps: Apps;
  readonly alerts: Alerts;
  readonly outbox: Outbox;
  readonly digests: Digests;
  readonly histories: Histories;
  readonly settings: Settings;
  polls(): Promise<readonly PollHealth[]>;
  savePoll(poll: PollHealth): Promise<void>;
  /** Runs `work` in a transaction. `work` must use the store that it is given. Transactions of one process run one after the other. */
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Deletes what is older than the retention, in small batches; returns the number of deleted rows. Daily statistics and counted days are never deleted. */
  prune(
    now: Instant,
    retention: { readonly raw: Duration; readonly fiveMinutes: Duration; readonly hours: Duration },
  ): Promise<number>;
  condition(): StoreCondition;
  close(): Promise<void>;
}
