// What the jobs are given and what they offer: the contracts between the jobs, `bot.ts` and Slack.
import type { MaintenanceWindow } from '../alerting/maintenance.ts';
import type { Rule } from '../alerting/rule.ts';
import type { ImApp } from '../app.ts';
import type { Renderer } from '../charts/index.ts';
import type { Clock, Duration } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Platform } from '../platforms/platform.ts';
import type { AlertService, DigestSchedule, DigestService, Problem } from '../service-types.ts';
import type { Pager, Sender } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { Telemetry } from '../telemetry.ts';

/** Something that runs in the background from `start` until `stop`. */
export interface Job {
  readonly name: string;
  start(): void;
  /** Begins nothing new and resolves when what runs has ended, or after a cap of 8 s. Never rejects. */
  stop(): Promise<void>;
}

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
  readonly sender: Sender;
  /** In order of preference. */
  readonly renderers: readonly Renderer[];
  /** Undefined: incidents stay in Slack. */
  readonly pager: Pager | undefined;
  /** Where a message goes that its own channel refuses for good. */
  readonly fallbackChannel: string | undefined;
}

/** The jobs of one bot. */
export interface Jobs {
  /** Tells the alerts of the restart and of rules that are gone, takes over what a predecessor had leased, starts every job. */
  start(): Promise<void>;
  /** Ends every job; at most 8 s. */
  stop(): Promise<void>;
  readonly alerts: AlertService;
  readonly digests: DigestService;
  /** Newest first, at most 20. */
  problems(): readonly Problem[];
}
