// The configuration file of the demo: short durations, so that an alert can be watched from its opening to its end.
import type { Instant } from '../clock.ts';
import { formatInstant } from '../time-zone.ts';

export const demoZone = 'Asia/Taipei';

/** The users and channels of the sample workspace that the file names. */
export const demoIds = { ops: 'C0IMOPS', onCall: 'C0ONCALL', engineers: 'S0ONCALL', manager: 'U0ADMIN' } as const;

/** The ids of the two apps, and the zone of the second one's days. */
export const demoApps = { chat: 'prod', messages: 'china', messagesZone: 'Asia/Shanghai' } as const;

/** What a person can change in the file while the bot runs. */
export interface DemoSettings {
  /** The limit of the warning on free memory, in per cent. */
  readonly memoryLimit: 15 | 45;
  /** Whether a second app of the same platform is watched. */
  readonly hasStaging: boolean;
  /** When the daily digest is due. */
  readonly dailyAt: Instant;
  /** When a digest of the last hour is due each hour; undefined where there is none. */
  readonly hourlyAt: Instant | undefined;
}

/** Of the second app: its platform is that of the first one. */
const staging = `  - id: staging
    name: Staging chat
    platform: imkit
    url: \${IMKIT_URL}
    apiKey: \${IM_API_KEY}
    pollEvery: 1s
    channel: ${demoIds.onCall}
`;

const hourly = (at: Instant): string => `  - id: hourly
    channel: ${demoIds.ops}
    schedule: "${formatInstant(at, demoZone, 'm')} * * * *"
    period: hour
`;

/** A whole imstats.yml. */
export const demoConfig = ({ memoryLimit, hasStaging, dailyAt, hourlyAt }: DemoSettings): string => `slack:
  botToken: \${SLACK_BOT_TOKEN}
  appToken: \${SLACK_APP_TOKEN}
  apiUrl: \${SLACK_API_URL}
  fallbackChannel: ${demoIds.ops}
timezone: ${demoZone}
store: sqlite:imstats.db
http: { port: 0 }
apps:
  - id: ${demoApps.chat}
    name: Production chat
    platform: imkit
    url: \${IMKIT_URL}
    apiKey: \${IM_API_KEY}
    pollEvery: 1s
    connectionLimit: 2000
    channel: ${demoIds.onCall}
    unreachable: { polls: 3, critical: 60s }
    console: https://dashboard.example.com
  - id: ${demoApps.messages}
    name: China
    platform: jmessage
    url: \${JMESSAGE_URL}
    appKey: \${JMESSAGE_APP_KEY}
    masterSecret: \${JMESSAGE_MASTER_SECRET}
    pollEvery: 5s
    timezone: ${demoApps.messagesZone}
    channel: ${demoIds.onCall}
    unreachable: { polls: 3, critical: 60s }
${hasStaging ? staging : ''}digests:
  - id: daily
    channel: ${demoIds.ops}
    schedule: "${formatInstant(dailyAt, demoZone, 'm H')} * * *"
    period: day
${hourlyAt === undefined ? '' : hourly(hourlyAt)}alerts:
  - id: memory-low
    app: ${demoApps.chat}
    metric: memory.free_ratio
    below: ${memoryLimit}%
    clearAt: ${memoryLimit + 5}%
    for: 0s
    keepFiring: 0s
    critical: { below: 8%, clearAt: 12%, for: 0s }
    channel: ${demoIds.onCall}
    mention: [${demoIds.engineers}]
    repeat: [30m, 1h, 2h, 4h]
    runbook: https://runbooks.example.com/memory
    summary: Free memory of the chat host is low
  - id: connections-high
    app: ${demoApps.chat}
    metric: connections.current
    above: 1800
    clearAt: 1600
    for: 2s
    keepFiring: 1s
    channel: ${demoIds.onCall}
access:
  run: everyone
  manage: [${demoIds.engineers}, ${demoIds.manager}]
`;

/** The file as it is at the start: a digest is due in the minute of `now`, so that the demo begins with one. */
export function firstSettings(now: Instant): DemoSettings {
  return { memoryLimit: 15, hasStaging: false, dailyAt: now, hourlyAt: undefined };
}
