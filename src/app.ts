// A monitored application, without its address and keys.
import type { Duration } from './clock.ts';
import type { Capabilities } from './metrics/capabilities.ts';

/** `app` in the configuration and to users. */
export interface ImApp {
  readonly id: string;
  readonly name: string;
  /** Former ids, whose history is that of this app. */
  readonly was?: readonly string[];
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
  /** Address of a page with more about the app. */
  readonly console?: string;
}
