// A monitored application, as every floor knows it: no address, no key.
import type { Duration } from './clock.ts';
import type { Capabilities } from './metrics/capabilities.ts';

/** `app` in the configuration and to users. */
export interface ImApp {
  readonly id: string;
  readonly name: string;
  /** Id of the platform's definition. */
  readonly platform: string;
  readonly capabilities: Capabilities;
  /** IANA zone of its days and of times shown for it. */
  readonly timezone: string;
  readonly pollEvery: Duration;
  readonly connectionLimit?: number;
  /** Slack channel for its own alert, "platform not answering". */
  readonly channel?: string;
  readonly unreachable: { readonly polls: number; readonly critical: Duration };
  /** Where a person can look further. */
  readonly console?: string;
}
