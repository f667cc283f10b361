// What the jobs are given and what they offer: their contract with `bot.ts`.
import type { MaintenanceWindow } from '../alerting/maintenance.ts';
import type { Rule } from '../alerting/rule.ts';
import type { ImApp } from '../app.ts';
import type { Clock, Duration } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Platform } from '../platforms/platform.ts';
import type { AlertService, DigestSchedule, DigestService, Problems } from '../service-types.ts';
import type { Store } from '../store/store.ts';
import type { Telemetry } from '../telemetry.ts';

/** All that the jobs use from outside. */
export interface JobsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Names this process in leases; different for every start of the process. */
  readonly owner: string;
  readonly store: Store;
  readonly apps: readonly ImApp[];
  /** By app id. */
  readonly platforms: ReadonlyMap<string, Platform>;
  /** The rules of the configuration and the built-in one of each app. */
  readonly rules: readonly Rule[];
  readonly maintenance: readonly MaintenanceWindow[];
  readonly schedules: readonly DigestSchedule[];
  readonly retention: { readonly raw: Duration; readonly fiveMinutes: Duration; readonly hours: Duration };
  /** IANA zone of the bot, for what belongs to no app. */
  readonly timezone: string;
  /** Where a message goes that its own channel refuses for good. */
  readonly fallbackChannel: string | undefined;
  readonly problems: Problems;
  /** Rows were added to the outbox: the delivery looks at once. */
  readonly wake: () => void;
}

/** The jobs of one bot. */
export interface Jobs {
  /** Applies the restart and removed rules to the alerts, releases the leases of the previous process, starts every job. */
  start(): Promise<void>;
  /** Ends every job; at most 8 s. */
  stop(): Promise<void>;
  readonly alerts: AlertService;
  readonly digests: DigestService;
}
