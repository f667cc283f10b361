// The metrics of imstats itself, for /metrics. The only file that imports prom-client.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type Clock, type Instant, second } from './clock.ts';

/** The newest numbers of an app. */
interface AppReadings {
  readonly at: Instant;
  /** They are left out from then on. */
  readonly freshUntil: Instant;
  readonly values: Readonly<Record<string, number | undefined>>;
}

/** The bot's own metrics. Label values are constants or ids from the configuration, never external text. */
export interface Telemetry {
  readonly polls: Counter<'app' | 'result'>;
  readonly pollSeconds: Histogram<'app'>;
  readonly commands: Counter<'view' | 'result'>;
  readonly deliveries: Counter<'kind' | 'result'>;
  readonly outboxDepth: Gauge;
  readonly outboxOldestSeconds: Gauge;
  readonly unknownOutcomes: Counter;
  readonly deadLetters: Gauge;
  /** By app id: for the gauges of the numbers themselves. */
  readonly readings: Map<string, AppReadings>;
  readonly heartbeats: Counter<'result'>;
  readonly configVersion: Gauge;
  readonly alerts: Gauge<'state'>;
  readonly rules: Gauge<'state'>;
  /** 1 where it is so, 0 where it is not. */
  readonly storeWritable: Gauge;
  readonly slackConnected: Gauge;
  readonly slackTokenAccepted: Gauge;
  readonly sampleToSlackSeconds: Histogram;
  readonly jobFailures: Counter<'job'>;
  readonly unreadable: Counter<'entrance'>;
  /** The exposition text of Prometheus. */
  text(): Promise<string>;
}

interface TelemetryOptions {
  readonly withProcess?: boolean;
  /** Tells which numbers are fresh; without it all are. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Ids of the apps that are watched; without it all that were polled. */
  readonly apps?: () => readonly string[];
}

/** A new set on its own registry, so that two bots in one process do not share it. `withProcess` adds CPU, memory and event-loop figures. */
export function createTelemetry(options: TelemetryOptions = {}): Telemetry {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]): Gauge<Label> =>
    new Gauge({ name: `imstats_${name}`, help, labelNames, registers });
  if (options.withProcess === true) collectDefaultMetrics({ register: registry, prefix: 'imstats_' });
  return {
    polls: new Counter({
      name: 'imstats_polls_total',
      help: 'Polls of a platform by result',
      labelNames: ['app', 'result'],
      registers,
    }),
    pollSeconds: new Histogram({
      name: 'imstats_poll_seconds',
      help: 'Duration of a poll',
      labelNames: ['app'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    readings: appGauges(registers, options),
    ...requestMetrics(registers),
    heartbeats: heartbeatMetric(registers),
    deliveries: new Counter({
      name: 'imstats_deliveries_total',
      help: 'Outbox rows tried by kind and result',
      labelNames: ['kind', 'result'],
      registers,
    }),
    outboxDepth: gauge('outbox_depth', 'Rows that wait in the outbox'),
    outboxOldestSeconds: gauge('outbox_oldest_seconds', 'Age of the oldest row that waits'),
    unknownOutcomes: new Counter({
      name: 'imstats_unknown_outcomes_total',
      help: 'Deliveries whose outcome was not known at first',
      registers,
    }),
    deadLetters: gauge('dead_letters', 'Rows that nobody could be given'),
    configVersion: gauge('config_version', 'Another number for every change of the configuration while it runs'),
    alerts: gauge('alerts', 'Alerts by state', 'state'),
    rules: gauge('rules', 'Alert rules by whether they can be judged', 'state'),
    storeWritable: gauge('store_writable', '1 while what happens is written into the store'),
    slackConnected: gauge('slack_connected', '1 while what Slack sends can arrive'),
    slackTokenAccepted: gauge('slack_token_accepted', '1 while Slack takes the token of the bot'),
    sampleToSlackSeconds: new Histogram({
      name: 'imstats_sample_to_slack_seconds',
      help: 'From the sample that opened an alert to the answer of Slack',
      buckets: [0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600],
      registers,
    }),
    jobFailures: new Counter({
      name: 'imstats_job_failures_total',
      help: 'Runs of a job that failed',
      labelNames: ['job'],
      registers,
    }),
    text: () => registry.metrics(),
  };
}

/** The numbers of the apps and their age, worked out when they are asked for: what is stale is absent. */
function appGauges(registers: Registry[], { clock, apps }: TelemetryOptions): Map<string, AppReadings> {
  const readings = new Map<string, AppReadings>();
  const now = (): Instant => clock?.now() ?? 0;
  const watched = (): [string, AppReadings][] => {
    const ids = apps?.();
    for (const id of readings.keys()) if (ids?.includes(id) === false) readings.delete(id);
    return [...readings];
  };
  new Gauge({
    name: 'imstats_metric',
    help: 'The newest number of an app by the id of the metric; absent where it is stale or unknown',
    labelNames: ['app', 'metric'],
    registers,
    collect() {
      this.reset();
      for (const [app, { freshUntil, values }] of watched()) {
        if (now() > freshUntil) continue;
        for (const [metric, value] of Object.entries(values)) if (value !== undefined) this.set({ app, metric }, value);
      }
    },
  });
  new Gauge({
    name: 'imstats_poll_age_seconds',
    help: 'Time since the platform of an app answered last',
    labelNames: ['app'],
    registers,
    collect() {
      this.reset();
      for (const [app, { at }] of watched()) this.set({ app }, Math.max(0, now() - at) / second);
    },
  });
  return readings;
}

function heartbeatMetric(registers: Registry[]): Telemetry['heartbeats'] {
  return new Counter({
    name: 'imstats_heartbeats_total',
    help: 'Calls of heartbeat.url by result; held_back while the bot is not well',
    labelNames: ['result'],
    registers,
  });
}

/** What comes from Slack. */
function requestMetrics(registers: Registry[]): Pick<Telemetry, 'commands' | 'unreadable'> {
  return {
    commands: new Counter({
      name: 'imstats_commands_total',
      help: 'Questions asked in Slack by view and result',
      labelNames: ['view', 'result'],
      registers,
    }),
    unreadable: new Counter({
      name: 'imstats_unreadable_requests_total',
      help: 'What Slack sent and could not be read, by the way that it came',
      labelNames: ['entrance'],
      registers,
    }),
  };
}
