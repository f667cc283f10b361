// What the Slack part of the bot is given: its connection, the applications, the store, the clock and whom it may ask.
import type { Rule } from '../alerting/rule.ts';
import type { ImApp } from '../app.ts';
import type { Renderer } from '../charts/index.ts';
import type { Clock, Duration } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Platform } from '../platforms/platform.ts';
import type { AlertService, DigestService, Problem } from '../service-types.ts';
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
  readonly digests: DigestService;
  /** Absent where nothing alerts: its views are then not offered. */
  readonly alerts?: AlertService;
  /** Newest first. */
  readonly problems: () => readonly Problem[];
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
