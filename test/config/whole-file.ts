// A configuration that has every setting, and its text with the place of each of them.

const channel = 'C0ONCALL';

/** Every setting of every section once, and a rule of each kind. */
export const wholeFile = {
  slack: {
    ...{ botToken: 'xoxb-1', appToken: 'xapp-1', signingSecret: 'secret', port: 3000, host: '127.0.0.1' },
    ...{ apiUrl: 'https://slack.com/api', fallbackChannel: 'C0OPS', privateCharts: 'slack' },
  },
  timezone: 'Asia/Taipei',
  store: 'sqlite:imstats.db',
  charts: ['image', 'slack', 'text'],
  quickchart: { url: 'https://quickchart.io' },
  http: { port: 9464, host: '127.0.0.1' },
  apps: [
    {
      ...{ id: 'production', platform: 'imkit', url: 'https://chat.example.com', apiKey: 'key', channel },
      ...{ name: 'Chat', timezone: 'UTC', pollEvery: '30s', connectionLimit: 2000, was: ['elder'] },
      ...{ unreachable: { polls: 3, critical: '15m' }, console: 'https://dashboard.example.com' },
    },
    { id: 'china', platform: 'jmessage', appKey: 'key', masterSecret: 'secret', url: 'https://im.example.com' },
  ],
  digests: [
    { id: 'daily', channel, schedule: '0 9 * * *', timezone: 'UTC', period: 'day', apps: ['production', 'china'] },
  ],
  alerts: [
    {
      ...{ id: 'low', app: 'production', kind: 'threshold', metric: 'memory.free_ratio', below: '15%', clearAt: '20%' },
      ...{ for: '5m', keepFiring: '10m', channel: [channel, 'C0OPS'], chart: '3h', pagerduty: 'network' },
      ...{ critical: { below: '8%', clearAt: '18%', for: '2m', channel: 'C0PAGED' }, mention: ['S0ONCALL'] },
      ...{ repeat: ['30m', '1h'], escalate: { after: '30m', mention: ['U0LEAD'] }, summary: 'Low' },
      runbook: 'https://runbooks.example.com',
    },
    {
      ...{ id: 'fall', app: 'production', kind: 'drop', metric: 'connections.current', drop: '40%', within: '5m' },
      ...{ belowUsual: '50%', clearAt: '20%', atLeast: 20, channel },
    },
    {
      ...{ id: 'ahead', app: 'production', kind: 'forecast', metric: 'memory.free_ratio', reaches: '5%', within: '8h' },
      ...{ clearAt: '48h', critical: { within: '2h', clearAt: '24h', onlyBelow: '15%', for: '5m' }, channel },
    },
    {
      ...{ id: 'odd', app: 'china', kind: 'baseline', metric: 'messages.sent', unusual: 'both', spreads: 4 },
      ...{ margin: '25%', critical: { spreads: 8, for: '5m' }, channel },
    },
  ],
  maintenance: [
    { id: 'sunday', schedule: '0 2 * * 0', timezone: 'UTC', duration: '2h', apps: ['china'], alerts: ['low'] },
  ],
  access: { run: ['U0BOB'], manage: ['U0ADMIN'] },
  retention: { raw: '14d', fiveMinutes: '90d', hours: '400d' },
  pagerduty: { routingKey: 'key', keys: { network: 'key' }, url: 'https://events.pagerduty.com' },
};

export type Path = readonly (string | number)[];

export const words = (path: Path): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');

/** The text of a file, each value on a line of its own; `places` are `line:column` of the values, `keys` those of their names. */
export function written(value: unknown): {
  readonly text: string;
  readonly places: ReadonlyMap<string, string>;
  readonly keys: ReadonlyMap<string, string>;
} {
  const places = new Map<string, string>();
  const keys = new Map<string, string>();
  const lines = [''];
  const here = (): string => `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
  const put = (text: string): void => {
    lines[lines.length - 1] += text;
  };
  const write = (one: unknown, path: Path): void => {
    places.set(words(path), here());
    if (typeof one !== 'object' || one === null) {
      put(JSON.stringify(one));
      return;
    }
    const isList = Array.isArray(one);
    put(isList ? '[' : '{');
    for (const [name, inner] of Object.entries(one)) {
      const at = [...path, isList ? Number(name) : name];
      lines.push(' '.repeat(path.length + 1));
      keys.set(words(at), here());
      if (!isList) put(`${name}: `);
      write(inner, at);
      put(',');
    }
    lines.push(`${' '.repeat(path.length + 1)}${isList ? ']' : '}'}`);
  };
  write(value, []);
  return { text: `${lines.join('\n')}\n`, places, keys };
}
