// What every platform promises, whatever its wire format, and how one is defined.
import { z } from 'zod';
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Capabilities, ReportsBy } from '../metrics/capabilities.ts';
import type { MetricId } from '../metrics/catalog.ts';
import type { HistoryScope, MessageRecord } from '../metrics/message-history.ts';
import type { Phrase, PhraseSet } from '../metrics/phrase.ts';
import type { DailyStatistics, HourlyStatistics, Point, Snapshot } from '../metrics/sample.ts';
import type { LocalDate } from '../time-zone.ts';
import type { HttpDependencies } from './http.ts';

/** How long a reading of the history takes, as far as the platform has said. */
export interface HistoryLength {
  /** Calls that were made, and calls that there are in all as it looks now; undefined where the platform has not said how many messages there are. */
  readonly calls: number;
  readonly of: number | undefined;
  /** Messages that there are in all as it looks now; undefined where the platform has not said it. */
  readonly messages: number | undefined;
  /** So many calls are made in a minute at most; undefined where they are not slowed down. */
  readonly perMinute: number | undefined;
}

/** A page of the history, without duplicates. There is at least one page, which may be empty. */
export interface HistoryPage {
  readonly messages: readonly MessageRecord[];
  /** Total number that the platform reports; undefined where it reports none or where the span needs several queries. */
  readonly total: number | undefined;
  readonly length: HistoryLength;
  /** True on the last page when reading had to stop before the end; `reasons` explain it. */
  readonly partial: boolean;
  readonly reasons?: readonly Phrase[];
}

/**
 * A call for at most this many days returns all values that the platform has; of a longer span, the older days may lack values
 * that cost a request or more per day.
 */
export const daysInDetail = 7;

/** Daily rows by date. A date without a row is unknown. `notes` name the source of the numbers where it matters. */
export interface DailyAnswer {
  readonly days: readonly DailyStatistics[];
  readonly notes: readonly Phrase[];
}

/**
 * One application on one platform. Every method rejects with `PlatformError` only.
 * `snapshot` works for all; `daily`, `hours` and `history` are there where the platform has them.
 */
export interface Platform {
  snapshot(signal?: AbortSignal): Promise<Snapshot>;
  /** Days `from` to `to`, both included, in the app's zone; longer spans than the platform allows are split. */
  daily?(from: LocalDate, to: LocalDate, signal?: AbortSignal): Promise<DailyAnswer>;
  /** The known hours of today so far, oldest first; the current one is not over. */
  hours?(signal?: AbortSignal): Promise<readonly HourlyStatistics[]>;
  /** Messages of the last month and of this one so far, by the first instant of the month. */
  months?(signal?: AbortSignal): Promise<readonly Point[]>;
  /** Pages of the message history from `from` up to but not including `to`, slowly: one call at a time, and only a part of what the account may make. */
  history?(scope: HistoryScope, from: Instant, to: Instant, signal?: AbortSignal): AsyncIterable<HistoryPage>;
}

/** The platforms of the apps that are watched now. */
export interface Platforms {
  /** By app id; undefined for an app that is not watched. */
  get(app: string): Platform | undefined;
}

/** What a platform is opened with, beside the address and keys of the app. */
export interface PlatformOptions extends HttpDependencies {
  readonly app: ImApp;
  readonly logger: Logger;
  /** Pages of a list that one call may read, where the platform has pages. */
  readonly maxPages?: number | undefined;
}

/** The fields that only apps of one platform have, as they were read from the configuration. */
export type PlatformAccess = Readonly<Record<string, unknown>>;

type AccessOf<Fields extends z.ZodRawShape> = z.output<z.ZodObject<Fields>>;

/** All that imstats knows of a platform. Nothing outside its folder and the list in `index.ts` knows its id. */
interface PlatformParts<Fields extends z.ZodRawShape> {
  /** `platform:` of an app in the configuration. */
  readonly id: string;
  /** As its vendor writes it. */
  readonly name: string;
  /** Its own fields of an app. A field must accept what it has read. `url` is by convention the address that is called. */
  readonly config: Fields;
  /** The fields whose values are in no log and no error. */
  readonly secrets: readonly (keyof Fields & string)[];
  /** Values made of the secrets that are as secret, such as a header. */
  readonly derivedSecrets?: (access: AccessOf<Fields>) => readonly string[];
  /** Environment variables of its fields, for a start without a file. */
  readonly environment: Readonly<Partial<Record<keyof Fields & string, string>>>;
  /** Every metric that it can give, in the order of display. */
  readonly metrics: readonly MetricId[];
  readonly reportsBy: ReportsBy;
  /** The metrics that `hours` gives. */
  readonly hourly?: readonly MetricId[];
  /** The English of its own phrases: reasons, advice and remarks. */
  readonly phrases?: PhraseSet;
  /** For so many days it still answers, today included; absent where it keeps no past. */
  readonly daysKept?: number;
  /** True where the messages themselves can be counted. */
  readonly hasMessageHistory?: true;
  /** IANA zone of its days where an app names none; absent: the zone of the configuration. */
  readonly timezone?: string;
  /** Opens one app. One `Platform` for as long as the app is watched: it remembers refusals and counts. */
  readonly open: (options: PlatformOptions & { readonly access: AccessOf<Fields> }) => Platform;
}

/** A platform as others see it, whatever its fields are. */
export interface PlatformDefinition {
  readonly id: string;
  readonly config: z.ZodRawShape;
  readonly secrets: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly capabilities: Capabilities;
  readonly timezone: string | undefined;
  readonly phrases: PhraseSet;
  /** Every value of an app's access that must not be shown. */
  secretsOf(access: PlatformAccess): readonly string[];
  open(options: PlatformOptions & { readonly access: PlatformAccess }): Platform;
}

/** Defines a platform. The result is one entry of the list in `index.ts`. */
export function definePlatform<Fields extends z.ZodRawShape>(parts: PlatformParts<Fields>): PlatformDefinition {
  const { id, config, secrets, environment, timezone, daysKept, hourly } = parts;
  // The list of platforms knows no fields, so the access is read once more where it is used, by its own schema.
  const schema = z.object(config);
  return {
    id,
    config,
    secrets,
    environment,
    timezone,
    phrases: parts.phrases ?? {},
    capabilities: {
      platformName: parts.name,
      reportsBy: parts.reportsBy,
      metrics: parts.metrics,
      ...(daysKept === undefined ? {} : { daysKept }),
      ...(parts.hasMessageHistory === undefined ? {} : { hasMessageHistory: true }),
      ...(hourly === undefined ? {} : { hourly }),
    },
    secretsOf: (access) => [
      ...secrets.map((name) => access[name]).filter((value) => typeof value === 'string'),
      ...(parts.derivedSecrets?.(schema.parse(access)) ?? []),
    ],
    open: ({ access, ...options }) => parts.open({ ...options, access: schema.parse(access) }),
  };
}
