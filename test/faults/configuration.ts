// Configuration files for the fault tests, as text: what a person would write.

export const places = { alerts: 'C0ONCALL', digests: 'C0IMOPS', fallback: 'C0OPS' } as const;

/** Free memory in two levels, short enough to be watched from beginning to end. */
export const memoryRule = `  - id: memory-low
    app: prod
    metric: memory.free_ratio
    below: 15%
    clearAt: 20%
    for: 0s
    keepFiring: 20s
    critical: { below: 8%, clearAt: 12%, for: 0s }
    channel: ${places.alerts}
    mention: [S0ONCALL]
    summary: Free memory of the chat host is low
`;

export const dailyDigest = `  - id: daily
    channel: ${places.digests}
    schedule: "0 9 * * *"
`;

/** What a test may change; lists are the text below `alerts:` and so on. */
export interface Written {
  readonly pollEvery?: string;
  readonly unreachable?: string;
  readonly timezone?: string;
  readonly charts?: string;
  /** Default: the IMKit app `prod`. */
  readonly apps?: string;
  readonly alerts?: string;
  readonly digests?: string;
  /** Default: that of the environment. */
  readonly botToken?: string;
  readonly signingSecret?: string;
  /** How Slack reaches the bot. */
  readonly entrance?: 'http' | 'socket';
  /** More sections, at the end. */
  readonly more?: string;
}

/** A JMessage app, for `apps`. */
export function chinaApp(pollEvery: string): string {
  return (
    `  - id: china
    name: China
    platform: jmessage
    url: $` +
    `{JMESSAGE_URL}
    appKey: $` +
    `{JMESSAGE_APP_KEY}
    masterSecret: $` +
    `{JMESSAGE_MASTER_SECRET}
    timezone: Asia/Shanghai
    pollEvery: ${pollEvery}
`
  );
}

/** An imstats.yml with one app, of IMKit where nothing else is given; its secrets and addresses come from the environment. */
export function configuration(written: Written = {}): string {
  const { pollEvery = '10s', unreachable = '{ polls: 3, critical: 15m }', timezone = 'Asia/Taipei' } = written;
  const { alerts = memoryRule, digests = '', charts = '[text]', entrance = 'http', more = '' } = written;
  const { apps = prodApp(pollEvery, unreachable), botToken = '$' + '{SLACK_BOT_TOKEN}' } = written;
  const { signingSecret = '$' + '{SLACK_SIGNING_SECRET}' } = written;
  const list = (name: string, items: string): string => (items === '' ? '' : `${name}:\n${items}`);
  const way =
    entrance === 'http'
      ? `  signingSecret: ${signingSecret}\n  host: 127.0.0.1\n  port: 0`
      : '  appToken: $' + '{SLACK_APP_TOKEN}';
  return (
    `slack:
  botToken: ${botToken}
${way}
  apiUrl: $` +
    `{SLACK_API_URL}
  fallbackChannel: ${places.fallback}
timezone: ${timezone}
store: sqlite:imstats.db
charts: ${charts}
http: { port: 0 }
${list('apps', apps)}${list('digests', digests)}${list('alerts', alerts)}${more}`
  );
}

function prodApp(pollEvery: string, unreachable: string): string {
  return (
    `  - id: prod
    name: Production chat
    platform: imkit
    url: $` +
    `{IMKIT_URL}
    apiKey: $` +
    `{IM_API_KEY}
    pollEvery: ${pollEvery}
    channel: ${places.alerts}
    unreachable: ${unreachable}
`
  );
}
