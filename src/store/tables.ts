// The tables as kysely sees them: camelCase here, snake_case in the database and in raw SQL. Times are epoch ms, yes and no are 1 and 0, an absent value is null.
import type { ColumnType, Generated } from 'kysely';
import type { SettingChange } from '../alerting/setting-change.ts';
import type { Incident } from '../alerting/state.ts';
import type { Duration, Instant } from '../clock.ts';
import type { Tier } from '../metrics/range.ts';
import type { LocalDate } from '../time-zone.ts';
import type { OutboxOperation, OutboxRow, OutboxState } from './outbox.ts';
import type { DigestRunState, HistoryQuestion } from './store.ts';

/** Numeric codes of metric ids, for packed readings and roll-ups. */
interface MetricTable {
  code: Generated<number>;
  id: string;
}

/** One poll of an app: all its readings, packed by `sample-encoding.ts`. `imported` is 1 where this bot did not measure it. */
interface SampleTable {
  app: string;
  at: Instant;
  readings: Uint8Array;
  imported: Generated<number | null>;
}

/** A run of 24 buckets of one tier with all metrics of an app, packed by `roll-up-encoding.ts`. `imported` has a bit for each imported one. */
interface RollupTable {
  app: string;
  tier: Exclude<Tier, 'raw'>;
  start: Instant;
  buckets: Uint8Array;
  imported: Generated<number | null>;
}

/** `final` and `partial` are JSON: metric id to value. `complete` is 1 once a complete answer was seen, `imported` for an imported day. */
export interface DailyTable {
  app: string;
  date: LocalDate;
  zone: string;
  complete: number;
  final: string;
  partial: string;
  imported: Generated<number | null>;
}

/** An hour that a platform counted. `readings` is JSON: metric id to value. `derived` is 1 where it was made of the total of its day. */
export interface HourlyTable {
  app: string;
  at: Instant;
  derived: number;
  readings: string;
}

/** `reason` is JSON of `Phrase`. */
interface PollTable {
  app: string;
  lastTriedAt: Instant;
  lastGoodAt: Instant | null;
  failures: number;
  reason: string | null;
}

export interface AppTable {
  id: string;
  name: string;
  timezone: string;
  platform: string;
  pollEvery: Duration;
  connectionLimit: number | null;
  console: string | null;
}

/** `state` is JSON of `AlertState`. */
export interface AlertTable {
  rule: string;
  app: string;
  rev: number;
  state: string;
}

/** `details` is JSON of `IncidentDetails`. */
export interface IncidentTable {
  id: string;
  rule: string;
  app: string;
  level: Incident['level'];
  openedAt: Instant;
  closedAt: Instant | null;
  reason: string | null;
  extreme: number | null;
  acknowledgedBy: string | null;
  details: string | null;
}

/** `words` is JSON of `Phrase`. */
export interface IncidentEventTable {
  incident: string;
  seq: number;
  at: Instant;
  kind: string;
  words: string;
  actor: string | null;
}

/** `endsAt` is when it ended, or is to end. `period` is JSON of `MaintenancePeriod`. */
interface MaintenanceTable {
  id: string;
  begunAt: Instant;
  endsAt: Instant;
  period: string;
}

/**
 * `unfinished` is 1 while `state` is pending, sending or unknown. `doubtfulSince` is since when the outcome of a try is unknown; null
 * while no outcome is. `waitingSince` is when the row was added or last leased: when the clock is set back to before that, the row does
 * not wait for `notBefore`. `message` is JSON of `Message`.
 */
export interface OutboxTable {
  id: Generated<number>;
  key: string;
  stream: string;
  lane: OutboxRow['lane'];
  seq: number;
  channel: string;
  operation: OutboxOperation;
  broadcast: number;
  message: string;
  causedAt: Instant | null;
  createdAt: ColumnType<Instant, Instant, never>;
  state: OutboxState;
  unfinished: number;
  doubtfulSince: Instant | null;
  notBefore: Instant;
  waitingSince: Instant;
  attempts: number;
  firstTriedAt: Instant | null;
  ts: string | null;
  error: string | null;
  errorCode: string | null;
  leaseOwner: string | null;
  leaseUntil: Instant | null;
}

/** `pictures` is a JSON array of `ShownPicture`, `shown` JSON of `Message`, `details` JSON of `RootDetails`. */
interface RootTable {
  stream: string;
  channel: string;
  ts: string;
  pictures: string;
  shown: string | null;
  details: string | null;
  savedAt: Instant;
}

/** `reason` is JSON of `Phrase`. */
export interface DigestRunTable {
  schedule: string;
  period: string;
  dueAt: Instant;
  state: DigestRunState;
  reason: string | null;
  finishedAt: Instant | null;
  leaseOwner: string | null;
  leaseUntil: Instant | null;
}

/** `counts` is JSON of `DayCounts`. */
interface HistoryDayTable {
  app: string;
  date: LocalDate;
  zone: string;
  counts: string;
}

interface HistoryQuestionTable {
  id: Generated<number>;
  at: Instant;
  actor: string;
  app: string;
  scope: HistoryQuestion['scope'];
  subject: string | null;
}

/** `override` is JSON of `RuleOverride`. */
interface RuleOverrideTable {
  rule: string;
  override: string;
}

/** `what`, `before` and `after` are JSON of `Phrase`; `origin` is where it was changed. */
interface SettingChangeTable {
  id: string;
  at: Instant;
  actor: string | null;
  origin: SettingChange['from'];
  subject: string;
  what: string;
  before: string | null;
  after: string | null;
}

/** Unreadable rows of other tables, kept for a person to look at. */
interface UnreadableTable {
  id: Generated<number>;
  foundAt: Instant;
  source: string;
  key: string;
  content: string;
}

export interface Tables {
  metric: MetricTable;
  sample: SampleTable;
  rollup: RollupTable;
  daily: DailyTable;
  hourly: HourlyTable;
  poll: PollTable;
  app: AppTable;
  alert: AlertTable;
  incident: IncidentTable;
  incidentEvent: IncidentEventTable;
  maintenance: MaintenanceTable;
  outbox: OutboxTable;
  root: RootTable;
  digestRun: DigestRunTable;
  historyDay: HistoryDayTable;
  historyQuestion: HistoryQuestionTable;
  ruleOverride: RuleOverrideTable;
  settingChange: SettingChangeTable;
  unreadable: UnreadableTable;
}
