// The type of the configuration, which is frozen; other parts get only what they need of it.
import type { ImApp } from '../app.ts';
import type { PrivateCharts, RendererId } from '../charts/index.ts';
import type { Duration } from '../clock.ts';
import type { PlatformAccess } from '../platforms/platform.ts';
import type { LiveValues } from '../service-types.ts';

export interface SlackConfig {
  readonly botToken: string;
  /** Socket Mode when it is there, else HTTP with `signingSecret`. */
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly port: number;
  readonly host?: string;
  /** Always ends with a slash. */
  readonly apiUrl?: string;
  readonly fallbackChannel?: string;
  /** How charts of private answers are drawn, where that was chosen. */
  readonly privateCharts?: PrivateCharts;
}

export interface AppConfig extends ImApp {
  readonly access: PlatformAccess;
  /** Former ids, whose history is that of this app. */
  readonly was: readonly string[];
}

/** Beside what may change while the bot runs, what is read once at the start. */
export interface Config extends Omit<LiveValues<AppConfig>, 'fallbackChannel'> {
  readonly slack: SlackConfig;
  readonly store:
    | { readonly kind: 'sqlite'; readonly path: string }
    | { readonly kind: 'postgres'; readonly url: string };
  readonly charts: readonly RendererId[];
  readonly quickchart: { readonly url: string };
  readonly http: { readonly port: number; readonly host: string };
  /** `keys`: of further services, by the names that rules use. */
  readonly pagerduty?: {
    readonly routingKey: string;
    readonly keys: Readonly<Record<string, string>>;
    readonly url: string;
  };
  /** What is called while all is well; `url` is a secret. */
  readonly heartbeat?: { readonly url: string; readonly every: Duration };
  /** Settings that work and should be changed, a sentence each, for the log at start. */
  readonly warnings: readonly string[];
  /** Every secret value in it, for the log filter. */
  readonly secrets: readonly string[];
}
