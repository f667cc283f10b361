// What the Slack part of the bot is given: its connection, the applications, the store, the clock and whom it may ask.
import type { Rule } from '../alerting/rule.ts';
import type { ImApp } from '../app.ts';
import type { Renderer } from '../charts/renderer.ts';
import type { Period } from '../civil.ts';
import type { Clock, Duration, Instant } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Platform } from '../platforms/platform.ts';
import type { Report } from '../reports/report.ts';
import type { Store } from '../store/store.ts';
import type { Telemetry } from '../telemetry.ts';

/** How Slack is reached: Socket Mode when `appToken` is there, else HTTP with `signingSecret`. */
export interface SlackConnection {
  readonly botToken: string;
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly port: number;
  readonly host?: string;
  /** Base address of the Web API, with or without a last slash; Slack's own when absent. */
  readonly apiUrl?: string;
}

/** Who may ask and who may change things: user ids U…, user-group ids S…, channel ids C…. */
export interface AccessRules {
  readonly run: 'everyone' | readonly string[];
  readonly manage: readonly string[];
}

/** A scheduled digest, as far as people are told about it. */
export interface DigestInfo {
  readonly id: string;
  readonly channel: string;
  readonly cron: string;
  readonly timezone: string;
  readonly period: Period;
  /** App ids. */
  readonly apps: readonly string[];
}

/** What the digest job lets people do. An unknown schedule gives undefined. */
export interface DigestActions {
  /** Sends the digest of the last whole period beside the scheduled one; `already`: it was asked for within the last minute. */
  now(schedule: string): Promise<{ readonly state: 'queued' | 'already'; readonly channel: string } | undefined>;
  /** The digest of the last whole period, unsent. */
  preview(schedule: string): Promise<Report | undefined>;
  nextRuns(): readonly { readonly schedule: DigestInfo; readonly at: Instant }[];
}

export type AlertVerb = 'acknowledge' | 'silence' | 'unsilence';

/** An alert in one sentence. */
export interface AlertLine {
  readonly rule: string;
  readonly app: { readonly id: string; readonly name: string };
  readonly condition: 'inactive' | 'pending' | 'firing' | 'recovering';
  readonly level: 'warning' | 'critical' | undefined;
  readonly incident: string | undefined;
  /** Value, limit, since when, who acknowledged, until when it is silenced. */
  readonly words: string;
}

/** What alerting lets people ask and do. */
export interface AlertActions {
  /** Open ones first, then pending, then silenced. */
  list(): Promise<readonly AlertLine[]>;
  /** How a rule stands and why; undefined when there is no such rule. */
  why(rule: string): Promise<Report | undefined>;
  act(request: {
    /** Id of a rule or of an incident. */
    readonly target: string;
    readonly action: AlertVerb;
    /** Slack user id. */
    readonly actor: string;
    /** End of a silence; undefined for the default. */
    readonly until: Instant | undefined;
  }): Promise<{ readonly state: 'done' | 'not-open' | 'unknown'; readonly words: string }>;
}

/** Something that went wrong for good, for the view `health`. */
export interface Trouble {
  readonly about: string;
  readonly words: string;
  readonly at: Instant;
}

export interface SlackDeps {
  readonly slack: SlackConnection;
  readonly access: AccessRules;
  readonly apps: readonly ImApp[];
  /** By app id. */
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly rules: readonly Rule[];
  readonly store: Store;
  /** In order of preference. */
  readonly renderers: readonly Renderer[];
  readonly digests: DigestActions;
  /** Absent where nothing alerts: its views are then not offered. */
  readonly alerts?: AlertActions;
  /** Newest first. */
  readonly troubles: () => readonly Trouble[];
  /** How long numbers of moments are kept; those of days stay for ever. */
  readonly kept: Duration;
  /** Zone of answers that concern no single app. */
  readonly timezone: string;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  /** A short random id, for the line "Something broke, id …". */
  readonly newId: () => string;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** Never written anywhere. */
  readonly secrets: readonly string[];
}
