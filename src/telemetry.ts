// The metrics of imstats itself, for /metrics. The only file that imports prom-client.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

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

/** A new set on its own registry, so that two bots in one process do not share it. `withProcess` adds CPU, memory and event-loop figures. */
export function createTelemetry(options: { withProcess?: boolean } = {}): Telemetry {
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
    ...requestMetrics(registers),
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
