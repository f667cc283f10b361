// The schema of the configuration file; references between its parts are checked in build.ts.
import { z } from 'zod';
import { accessEntry, channel, durationBetween } from '../alerting/rule-fields.ts';
import { day, hour, minute, second } from '../clock.ts';
import {
  address,
  choice,
  closed,
  eitherOr,
  field,
  identifier,
  line,
  link,
  list,
  secret,
  whole,
  zone,
} from '../config-field.ts';
import { platforms } from '../platforms/index.ts';
import type { PlatformAccess, PlatformDefinition } from '../platforms/platform.ts';

const year = 366 * day;

const slack = closed({
  botToken: secret("the bot's token; it begins with xoxb-", (text) =>
    text.startsWith('xapp-')
      ? 'holds an app-level token; that one belongs in slack.appToken, and the token that begins with xoxb- here'
      : undefined,
  ),
  appToken: secret('the app-level token; it begins with xapp-', (text) =>
    text.startsWith('xoxb-')
      ? 'holds a bot token; that one belongs in slack.botToken, and the token that begins with xapp- here'
      : undefined,
  ).optional(),
  signingSecret: secret('the signing secret from the page "Basic Information" of the Slack app').optional(),
  port: whole('a port from 0 to 65535', 0, 65_535).default(3_000),
  host: line('an address to listen on, such as 127.0.0.1').optional(),
  apiUrl: address('an address such as https://slack.com/api').optional(),
  fallbackChannel: channel.optional(),
  privateCharts: choice('slack, image or text', ['slack', 'image', 'text']).optional(),
});

const appBase = {
  id: identifier,
  name: line('a name that people know, up to 60 characters', 60).optional(),
  timezone: zone.optional(),
  pollEvery: durationBetween('a duration of 1s or more, such as 60s', second, day).default(minute),
  connectionLimit: whole('a whole number of connections, such as 2000', 1, Number.MAX_SAFE_INTEGER).optional(),
  channel: channel.optional(),
  unreachable: closed({
    polls: whole('a number of polls from 1 to 1000', 1, 1_000).default(3),
    critical: durationBetween('a duration such as 15m', 0, 30 * day).default(15 * minute),
  }).prefault({}),
  console: link.optional(),
  was: list(identifier, 'former ids of this app')
    .max(20, { error: () => 'has more than 20' })
    .default([]),
};

/** The fields of any app with those of its platform. */
function appOn(platform: PlatformDefinition) {
  return closed(withMore({ ...appBase, platform: z.literal(platform.id) }, platform.config)).transform((app) => ({
    ...app,
    definition: platform,
    access: pick(app, Object.keys(platform.config)),
  }));
}

/** `shape` with fields that the type checker does not know, because they differ by platform. */
function withMore<Shape extends z.ZodRawShape>(shape: Shape, more: z.ZodRawShape): Shape {
  return { ...shape, ...more };
}

function pick(values: Readonly<Record<string, unknown>>, names: readonly string[]): PlatformAccess {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}

const [firstPlatform, ...otherPlatforms] = platforms;
const appOnAny = z.discriminatedUnion('platform', [appOn(firstPlatform), ...otherPlatforms.map(appOn)], {
  error: ({ input }) =>
    typeof input !== 'object' || input === null || Array.isArray(input)
      ? 'must hold names and values, one a line'
      : `must be ${platforms.map(({ id }) => id).join(' or ')}`,
});

/** The fields of an app whose platform is not known, for what is wrong with them all the same. */
export const appOnNone = closed({
  ...appBase,
  platform: z.unknown().optional(),
  ...Object.fromEntries(
    platforms.flatMap(({ config }) => Object.entries(config).map(([name, type]) => [name, z.optional(type)])),
  ),
});

const digest = closed({
  id: identifier,
  channel,
  schedule: line('five cron fields in quotes, such as "0 9 * * *"'),
  timezone: zone.optional(),
  period: choice('hour, day, week or month', ['hour', 'day', 'week', 'month']).default('day'),
  apps: list(identifier, 'app ids').min(1, 'names no app; leave it out for all of them').optional(),
});

const maintenance = closed({
  id: identifier,
  schedule: line('five cron fields in quotes for its begin, such as "0 2 * * 0"'),
  timezone: zone.optional(),
  duration: durationBetween('a duration of up to 7 days, such as 2h', minute, 7 * day),
  apps: list(identifier, 'app ids').default([]),
  alerts: list(identifier, 'alert ids').default([]),
});

const renderer = choice('image, slack, quickchart or text', ['image', 'slack', 'quickchart', 'text']);

const sqliteOrPostgres = field(
  'sqlite:PATH or postgres://user:password@host/database',
  (text) => (/^sqlite:.+/.test(text) || (/^postgres(ql)?:\/\/./.test(text) && URL.canParse(text)) ? text : undefined),
  undefined,
  { types: ['string'], pattern: 'sqlite:.+|postgres(ql)?://.+' },
);

const everyone = choice('everyone, or a list of ids such as [U0ADMIN, C0OPS]', ['everyone']);

const everyoneOrList = eitherOr(everyone, list(accessEntry, 'ids'));

/** Every section with its defaults. `alerts` are passed on unread: each kind of rule has its own fields. */
export const File = closed({
  slack,
  timezone: zone.default('UTC'),
  store: sqliteOrPostgres.default('sqlite:data/imstats.db'),
  charts: list(renderer, 'image, slack, quickchart, text')
    .min(1, 'names no way to draw; write [image, slack, text]')
    .default(['image', 'slack', 'text']),
  quickchart: closed({ url: address('the address of a QuickChart server').default('https://quickchart.io') }).prefault(
    {},
  ),
  http: closed({
    port: whole('a port from 0 to 65535', 0, 65_535).default(9_464),
    host: line('an address to listen on, such as 127.0.0.1').default('127.0.0.1'),
  }).prefault({}),
  heartbeat: closed({
    url: secret('the address that is called while all is well', (text) =>
      URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
        ? undefined
        : 'must be an address that begins with https://',
    ),
    every: durationBetween('a duration from 10s to 1h, such as 1m', 10 * second, hour).default(minute),
  }).optional(),
  apps: list(appOnAny, 'apps').min(1, 'names no app; write at least one'),
  digests: list(digest, 'digests').default([]),
  alerts: list(
    z.looseObject({ id: identifier, app: identifier }, { error: () => 'must hold names and values, one a line' }),
    'alerts',
  ).default([]),
  maintenance: list(maintenance, 'maintenance windows').default([]),
  access: closed({
    run: everyoneOrList.default('everyone'),
    manage: list(accessEntry, 'ids such as [U0ADMIN, S0ONCALL]').default([]),
  }).prefault({}),
  retention: closed({
    raw: durationBetween('a duration from 1h to 366d', hour, year).default(14 * day),
    fiveMinutes: durationBetween('a duration from 1d to 3660d', day, 10 * year).default(90 * day),
    hours: durationBetween('a duration from 35d to 36600d', 35 * day, 100 * year).default(400 * day),
  }).prefault({}),
  pagerduty: closed({
    routingKey: secret('the integration key of a PagerDuty service (Events API v2)'),
    keys: z
      .record(identifier, secret('the integration key of a PagerDuty service (Events API v2)'), {
        error: () => 'must be names with integration keys, one a line',
      })
      .default({}),
    url: address('an address such as https://events.pagerduty.com').default('https://events.pagerduty.com'),
  }).optional(),
});
export type File = z.infer<typeof File>;
