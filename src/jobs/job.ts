// What the jobs are given and what they offer: their contract with `bot.ts`.
import type { AlertChart } from '../alerting/notification.ts';
import type { Clock, Duration } from '../clock.ts';
import type { HistoryService } from '../history-service.ts';
import type { Logger } from '../logger.ts';
import type { AlertCourse } from '../metrics/forecast.ts';
import type { Wording } from '../metrics/phrase.ts';
import type { Platforms } from '../platforms/platform.ts';
import type { ChartFacts } from '../reports/report.ts';
import type {
  AlertService,
  ChangedNames,
  DigestService,
  LiveValues,
  MaintenanceService,
  Problems,
  TunableConfig,
  TuningService,
} from '../service-types.ts';
import type { Pager, Sender } from '../store/outbox.ts';
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
  readonly live: TunableConfig;
  readonly platforms: Platforms;
  readonly problems: Problems;
  readonly sender: Pick<Sender, 'test'>;
  readonly fetch: typeof globalThis.fetch;
  /** The address, which is a secret, that is called while all is well. */
  readonly heartbeat: { readonly url: string; readonly every: Duration } | undefined;
  /** Undefined where none is configured. What it is sent goes through the outbox. */
  readonly pager?: Pager | undefined;
  /** True where what Slack sends can arrive. */
  readonly hears: () => boolean;
  /** For the words of alerts in a digest. */
  readonly wording: Wording;
  /** Rows were added to the outbox: the delivery looks at once. */
  readonly wake: () => void;
  /** The picture of an alert; undefined where nothing was measured. */
  readonly alertChart: (wanted: AlertChart, course?: AlertCourse) => Promise<ChartFacts | undefined>;
  /** The address of a message; rejects with `DeliveryError`. */
  readonly permalink: (channel: string, ts: string) => Promise<string>;
}

/** Tells of a configuration that is wrong while the old one goes on, and of its mending. */
export interface ConfigNotice {
  /** `mistakes` are sentences without a secret. Rejects with `StoreError`. */
  refused(mistakes: readonly string[]): Promise<void>;
  /** A configuration was taken; `refusal`: but for the tokens of Slack, and why. Rejects with `StoreError`. */
  taken(refusal: string | undefined): Promise<void>;
  /** The tokens that were not taken were tried again; `refusal`: again in vain, and why. Rejects with `StoreError`. */
  tokensTried(refusal: string | undefined): Promise<void>;
}

/** The jobs of one bot. */
export interface Jobs {
  /** Applies the restart and removed rules to the alerts, releases the leases of the previous process, starts every job. */
  start(): Promise<void>;
  /** Brings what is stored to another configuration, in the transaction in which `take` makes that, with what was changed in Slack, the one that holds. `names`: in what it differs. */
  adopt<Values extends LiveValues>(next: Values, take: (values: Values) => void, names?: ChangedNames): Promise<void>;
  /** Ends every job; at most 8 s. */
  stop(): Promise<void>;
  /** Polls an app at once where its polls fail. */
  retry(app: string): void;
  /** True while Slack refuses the bot's token. */
  isRefused(): boolean;
  readonly alerts: AlertService;
  readonly maintenance: MaintenanceService;
  readonly tuning: TuningService;
  readonly digests: DigestService;
  readonly histories: HistoryService;
  readonly configNotice: ConfigNotice;
}
