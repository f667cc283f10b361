// What the jobs are given and what they offer: the contracts between the jobs, `bot.ts` and Slack.

import type { MaintenanceWindow } from '../alerting/maintenance.ts';
import type { Rule } from '../alerting/rule.ts';
import type { AlertView } from '../alerting/view.ts';
import type { ImApp } from '../app.ts';
import type { Renderer } from '../charts/renderer.ts';
import type { Period } from '../civil.ts';
import type { Clock, Duration, Instant } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Platform } from '../platforms/platform.ts';
import type { Report } from '../reports/report.ts';
import type { Message, ShownPicture } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { Telemetry } from '../telemetry.ts';

/** Something that runs in the background from `start` until `stop`. */
export interface Job {
  readonly name: string;
  start(): void;
  /** Begins nothing new and resolves when what runs has ended, or after a cap of 8 s. Never rejects. */
  stop(): Promise<void>;
}

/** A digest of the configuration. `apps` are app ids; `cron` is five fields in `timezone`. */
export interface DigestSchedule {
  readonly id: string;
  readonly channel: string;
  readonly cron: string;
  readonly timezone: string;
  readonly period: Period;
  readonly apps: readonly string[];
}

/** What can be drawn in Slack: the root of an incident, a line in a thread, a digest. */
export type SlackMessage = Extract<Message, { kind: 'alert' | 'line' | 'report' }>;

/** A message on its way. `key` goes into its metadata; `note` is a line of our own below it ("possible repeat"). */
export interface Outgoing {
  readonly key: string;
  readonly channel: string;
  readonly message: SlackMessage;
  /** What stands in the places of its charts, in their order; empty while nothing does. */
  readonly pictures: readonly ShownPicture[];
  /** `plain` is text alone, for when Slack refused the blocks. */
  readonly form: 'full' | 'plain';
  readonly note: string | undefined;
}

/** Slack as a place to deliver to. Every method rejects with `DeliveryError` only. */
export interface Sender {
  /** A new root; resolves with its `ts`. */
  post(outgoing: Outgoing): Promise<string>;
  /** The root as it is now. */
  update(outgoing: Outgoing, ts: string): Promise<void>;
  /** A reply in the thread of `threadTs`, also shown in the channel with `broadcast`; resolves with its `ts`. */
  reply(outgoing: Outgoing, place: { readonly threadTs: string; readonly broadcast: boolean }): Promise<string>;
  /** The `ts` of the message with this key in its metadata, undefined when it is not there. Outcome `refused` when the bot may not read the channel. */
  find(wanted: {
    readonly channel: string;
    readonly key: string;
    readonly threadTs: string | undefined;
    readonly since: Instant;
  }): Promise<string | undefined>;
  /** Uploads a picture, private until a message shows it; resolves with its Slack file id. */
  upload(picture: Picture): Promise<string>;
}

/** Where incidents are handed over to a pager. Rejects with `DeliveryError` only. */
export interface Pager {
  send(action: 'trigger' | 'acknowledge' | 'resolve', view: AlertView): Promise<void>;
}

/** A drawn chart. `alt` says in words what it shows. */
export interface Picture {
  readonly png: Uint8Array;
  readonly title: string;
  readonly alt: string;
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

/** What a person can do with an alert. */
export type AlertAction = 'acknowledge' | 'silence' | 'unsilence';

/** An alert as a list shows it. */
export interface AlertLine {
  readonly rule: string;
  readonly app: { readonly id: string; readonly name: string };
  readonly condition: 'inactive' | 'pending' | 'firing' | 'recovering';
  readonly level: 'warning' | 'critical' | undefined;
  readonly incident: string | undefined;
  /** One sentence on how it stands: value, limit, since when, who acknowledged, until when it is silenced. */
  readonly words: string;
}

/** What became of a person's action: `done` with the sentence to show, or why not. */
export interface ActResult {
  readonly state: 'done' | 'not-open' | 'unknown';
  readonly words: string;
}

/** What Slack asks of the alerts. Rules and incidents are named by id. */
export interface AlertsApi {
  /** Open ones first, then pending, then silenced. */
  list(): Promise<readonly AlertLine[]>;
  /** The numbers, limits and history behind an alert; undefined when there is no such rule. */
  why(rule: string): Promise<Report | undefined>;
  act(request: {
    /** Id of a rule or of an incident. */
    readonly target: string;
    readonly action: AlertAction;
    /** Slack user id. */
    readonly actor: string;
    /** End of a silence; undefined for the default. */
    readonly until: Instant | undefined;
  }): Promise<ActResult>;
}

/** What became of `digest now`. `already`: it was asked for within the last minute. */
export interface DigestNow {
  readonly state: 'queued' | 'already';
  readonly channel: string;
}

/** What Slack asks of the digests. Schedules are named by id; an unknown one gives undefined. */
export interface DigestsApi {
  now(schedule: string): Promise<DigestNow | undefined>;
  preview(schedule: string): Promise<Report | undefined>;
  nextRuns(): readonly { readonly schedule: DigestSchedule; readonly at: Instant }[];
}

/** What went wrong for good and should be seen in `/imstats health`. */
export interface Trouble {
  /** What it is about: a channel, a schedule, a job. */
  readonly about: string;
  /** A sentence without secrets. */
  readonly words: string;
  readonly at: Instant;
}

/** The jobs of one bot. */
export interface Jobs {
  /** Tells the alerts of the restart and of rules that are gone, takes over what a predecessor had leased, starts every job. */
  start(): Promise<void>;
  /** Ends every job; at most 8 s. */
  stop(): Promise<void>;
  readonly alerts: AlertsApi;
  readonly digests: DigestsApi;
  /** Newest first, at most 20. */
  troubles(): readonly Trouble[];
}
