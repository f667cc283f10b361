// Configuration: defaults, every kind of mistake with its place, variables, secrets.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { problemsOf, secrets, smallest } from './files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imstats-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(text: string, environment: Record<string, string> = secrets) {
  writeFileSync(join(folder, 'imstats.yml'), text);
  return loadConfig({ folder, environment });
}

describe('a good file', () => {
  it('gets every default when it says only what it must', () => {
    const config = load(smallest);

    expect(config).toMatchObject({
      timezone: 'UTC',
      store: { kind: 'sqlite', path: join(folder, 'data/imstats.db') },
      charts: ['image', 'slack', 'text'],
      http: { port: 9464, host: '127.0.0.1' },
      access: { run: 'everyone', manage: [] },
      retention: { raw: 14 * 86_400_000, fiveMinutes: 90 * 86_400_000, hours: 400 * 86_400_000 },
    });
    expect(config.apps[0]).toMatchObject({
      id: 'prod',
      name: 'prod',
      timezone: 'UTC',
      pollEvery: 60_000,
      unreachable: { polls: 3, critical: 900_000 },
      access: { url: 'https://chat.example.com' },
    });
  });

  it('may say how private answers are drawn, in ways that are known', () => {
    const chosen = (way: string) => smallest.replace(' }', `, privateCharts: ${way} }`);
    expect(load(chosen('image')).slack.privateCharts).toBe('image');
    expect(load(smallest).slack.privateCharts).toBeUndefined();
    expect(problemsOf(() => load(chosen('quickchart'))).join()).toContain('slack, image or text');
  });

  it('has the built-in alert of each app that has a channel', () => {
    expect(load(smallest).rules.map(({ kind, app, channel }) => ({ kind, app, channel }))).toEqual([
      { kind: 'unreachable', app: 'prod', channel: 'C0ONCALL' },
    ]);
  });

  it('cannot be changed after it was read', () => {
    const config = load(smallest);

    expect(Object.isFrozen(config.apps[0]?.unreachable)).toBe(true);
    expect(Object.isFrozen(config.rules[0]?.levels)).toBe(true);
  });

  it('is what imstats.example.yml is', () => {
    const config = loadConfig({
      file: resolve(import.meta.dirname, '../../imstats.example.yml'),
      folder,
      environment: secrets,
    });

    expect(config.apps.map(({ id }) => id)).toEqual(['prod', 'china']);
    expect(config.apps[1]).toMatchObject({
      timezone: 'Asia/Shanghai',
      access: { url: 'https://report.im.jpush.cn/v2' },
    });
    expect(config.digests[0]).toMatchObject({
      cron: '0 9 * * *',
      timezone: 'Asia/Taipei',
      period: 'day',
      apps: ['prod', 'china'],
    });
    const repeat = [1_800_000, 3_600_000, 7_200_000, 14_400_000];
    const memory = config.rules.find(({ id }) => id === 'memory-low');
    expect(memory).toMatchObject({
      metric: 'memory.free_ratio',
      direction: 'below',
      levels: {
        warning: { trigger: 0.15, clear: 0.2, holdFor: 300_000 },
        critical: { trigger: 0.08, clear: 0.12, holdFor: 120_000 },
      },
      keepFiring: 600_000,
      mention: ['S0ONCALL'],
      repeat: { warning: repeat, critical: repeat },
    });
    expect(config.warnings).toEqual([]);
  });

  it('takes ${NAME} from the environment first and from .env beside the file second', () => {
    writeFileSync(
      join(folder, '.env'),
      'IM_API_KEY=from-dot-env\nSLACK_BOT_TOKEN=xoxb-from-dot-env\nSLACK_APP_TOKEN=xapp-x\n',
    );
    const config = load(smallest, { SLACK_BOT_TOKEN: 'xoxb-from-environment' });

    expect(config.slack.botToken).toBe('xoxb-from-environment');
    expect(config.apps[0]?.access).toMatchObject({ apiKey: 'from-dot-env' });
  });

  it('adds the last slash to another Slack address, whether it was written or not', () => {
    for (const written of ['http://127.0.0.1:9/api', 'http://127.0.0.1:9/api/']) {
      expect(load(smallest.replace('appToken', `apiUrl: "${written}", appToken`)).slack.apiUrl).toBe(
        'http://127.0.0.1:9/api/',
      );
    }
  });

  it('warns of a key that travels unencrypted, except on this machine', () => {
    expect(load(smallest.replace('https://chat.example.com/', 'http://chat.example.com')).warnings[0]).toMatch(
      /app prod .*unencrypted/,
    );
    expect(load(smallest.replace('https://chat.example.com/', 'http://127.0.0.1:3100')).warnings).toEqual([]);
  });

  it('says that a channel under manage lets nobody manage', () => {
    expect(load(`${smallest}\naccess:\n  manage: [U0ADMIN, G0NIGHT]\n`).warnings).toEqual([
      'access.manage: G0NIGHT is a channel and lets nobody manage; list people (U…) or user groups (S…).',
    ]);
  });

  it('knows its secrets, for the log filter', () => {
    expect(load(smallest).secrets).toEqual(
      expect.arrayContaining([secrets.SLACK_BOT_TOKEN, secrets.SLACK_APP_TOKEN, secrets.IM_API_KEY]),
    );
  });
});

describe('a wrong file', () => {
  const app = '  - { id: prod, platform: imkit, url: "https://chat.example.com", apiKey: k1234567 }';
  const head = 'slack: { botToken: xoxb-1, appToken: xapp-1 }\napps:\n';
  const rule = (keys: string) => `${head}${app}\nalerts:\n  - { id: low, app: prod, channel: C0ONCALL, ${keys} }\n`;

  it.each([
    [
      'an unknown key',
      `${head}${app}\ndigest: []\n`,
      'imstats.yml:4:1 digest: is not known here; did you mean digests?',
    ],
    [
      'an unknown key inside',
      `${head}${app.replace('apiKey', 'apikey')}\n`,
      'imstats.yml:3:67 apps[0].apikey: is not known here; did you mean apiKey?',
    ],
    ['a missing key', `${head}${app}\ntimezone:\n`, undefined],
    [
      'a wrong zone',
      `timezone: Asia/Taipeh\n${head}${app}\n`,
      'imstats.yml:1:11 timezone: "Asia/Taipeh" does not fit; write an IANA time zone such as Asia/Taipei',
    ],
    [
      'a poll that is too short',
      `${head}${app.replace(' }', ', pollEvery: 500ms }')}\n`,
      'imstats.yml:3:96 apps[0].pollEvery: "500ms" does not fit; write a duration of 1s or more, such as 60s',
    ],
    [
      'no tokens to listen with',
      `slack: { botToken: xoxb-1 }\napps:\n${app}\n`,
      'imstats.yml:1:8 slack: needs appToken (Socket Mode, no address of your own needed) or signingSecret (HTTP); both stand on the page of your Slack app',
    ],
    [
      'swapped tokens',
      `slack: { botToken: xapp-1, appToken: xapp-2 }\napps:\n${app}\n`,
      'imstats.yml:1:20 slack.botToken: holds an app-level token; that one belongs in slack.appToken, and the token that begins with xoxb- here',
    ],
    [
      'an unknown platform',
      `${head}${app.replace('imkit', 'sendbird')}\n`,
      'imstats.yml:3:27 apps[0].platform: must be imkit or jmessage',
    ],
    [
      'an id used twice',
      `${head}${app}\n${app}\n`,
      'imstats.yml:4:11 apps[1].id: the id "prod" is there twice; every id is used once',
    ],
    [
      'an id that is a word of the command',
      `${head}${app.replace('prod', 'memory')}\n`,
      'imstats.yml:3:11 apps[0].id: "memory" is a word of the /imstats command; choose another id',
    ],
    [
      'a variable that is not set',
      `${head}${app.replace('k1234567', '"${NOT_SET}"')}\n`,
      'imstats.yml:3:75 apps[0].apiKey: the environment variable NOT_SET is not set; set it, or write it into .env beside the file',
    ],
    [
      'an unknown app in an alert',
      `${head}${app}\nalerts:\n  - { id: low, app: prd, metric: memory.free, below: 1GB, channel: C0ONCALL }\n`,
      'imstats.yml:5:21 alerts[0].app: there is no app "prd"; did you mean prod?',
    ],
    [
      'an unknown app in a digest',
      `${head}${app}\ndigests:\n  - { id: daily, channel: C0OPS, schedule: "0 9 * * *", apps: [china] }\n`,
      'imstats.yml:5:64 digests[0].apps[0]: there is no app "china"; known are prod',
    ],
    [
      'a cron string with four fields',
      `${head}${app}\ndigests:\n  - { id: daily, channel: C0OPS, schedule: "0 9 * *" }\n`,
      'imstats.yml:5:44 digests[0].schedule: "0 9 * *" has 4 fields; write five, for example "0 9 * * *" for 09:00 each day',
    ],
    [
      'a channel by its name',
      `${head}${app}\ndigests:\n  - { id: daily, channel: "#ops", schedule: "0 9 * * *" }\n`,
      'imstats.yml:5:27 digests[0].channel: "#ops" does not fit; write the id of a Slack channel, such as C0123456789 (in Slack: channel details, at the bottom)',
    ],
    ['a tab', 'slack:\n\tbotToken: x\n', /imstats\.yml:2:1: (a tab|the indentation|this is not valid)/],
    [
      'a name twice',
      `${head}${app}\ntimezone: UTC\ntimezone: UTC\n`,
      'imstats.yml:5:1 timezone: is there twice; remove one of the two',
    ],
    ['a list where a section belongs', 'slack: [a]\napps: []\n', /slack: must hold names and values/],
  ])('says the place and what to write for %s', (_name, text, expected) => {
    const problems = problemsOf(() => load(text));

    if (expected === undefined) expect(problems).toHaveLength(1);
    else if (expected instanceof RegExp) expect(problems.join('\n')).toMatch(expected);
    else expect(problems).toEqual([expected]);
  });

  it.each([
    ['an unknown metric', rule('metric: memory.fre, below: 15%'), /alerts\[0\]\.metric: .*memory\.free/],
    ['a share for a count', rule('metric: connections.peak, above: 15%'), /alerts\[0\]\.above: /],
    [
      'a clear value on the wrong side',
      rule('metric: memory.free_ratio, below: 15%, clearAt: 10%'),
      /alerts\[0\]\.clearAt: /,
    ],
    [
      'a critical level that is milder',
      rule('metric: memory.free_ratio, below: 15%, critical: { below: 30% }'),
      /alerts\[0\]\.critical/,
    ],
    ['neither below nor above', rule('metric: memory.free_ratio'), /alerts\[0\].*below.*above/],
    [
      'an unknown key of a rule',
      rule('metric: memory.free_ratio, below: 15%, clearsAt: 20%'),
      /imstats\.yml:5:\d+ alerts\[0\]\.clearsAt: .*clearAt/,
    ],
  ])('says what is wrong with a rule: %s', (_name, text, expected) => {
    expect(problemsOf(() => load(text)).join('\n')).toMatch(expected);
  });

  it('reports every problem at once', () => {
    const problems = problemsOf(() =>
      load(
        'slack: { botToken: "" }\ntimezone: Nowhere\napps:\n  - { id: A!, platform: imkit, url: ftp://x, apiKey: "a b" }\nhttp: { port: 99999 }\n',
      ),
    );

    expect(problems.map((problem) => problem.split(' ')[1])).toEqual(
      expect.arrayContaining([
        'slack.botToken:',
        'timezone:',
        'apps[0].id:',
        'apps[0].url:',
        'apps[0].apiKey:',
        'http.port:',
      ]),
    );
  });

  it('never shows the value of a secret, wherever it was written', () => {
    const long = 'canary-key-3'.repeat(8);
    expect(
      problemsOf(() => load(`timezone: "\${LONG}"\n${smallest}`, { ...secrets, LONG: long })).join(),
    ).not.toContain('canary');
    for (const text of [
      'store: "mysql://imstats:canary-key-3@db.example.com:5432/a-long-name-of-a-database"',
      'store: "mysql://me:canary-key-3@h/d"',
    ])
      expect(problemsOf(() => load(`${text}\n${smallest}`)).join()).not.toContain('canary');
    const url = smallest.replace('https://chat.example.com/', 'https://admin:canary-pw@chat.example.com/');
    expect(problemsOf(() => load(url)).join()).toMatch(/url: "https:\/\/…@chat/);
    const texts = [
      smallest.replace('appToken', 'apToken'),
      smallest.replace('id: prod', 'id: "${IM_API_KEY} x"'),
      smallest.replace('timezone', 'x').replace('slack:', 'timezone: "${SLACK_BOT_TOKEN}"\nslack:'),
      smallest.replace('"${IM_API_KEY}"', '"canary-key-3 with space"'),
      `store: "postgres//u:canary-key-3@h"\n${smallest}`,
    ];
    for (const text of texts) {
      const shown = problemsOf(() => load(text)).join('\n');
      expect(shown).not.toBe('');
      for (const value of Object.values(secrets)) expect(shown).not.toContain(value);
    }
  });

  it('does not start another bot when the file is there and cannot be read', () => {
    mkdirSync(join(folder, 'imstats.yml'));
    const environment = { ...secrets, IMKIT_URL: 'https://chat.example.com' };
    expect(problemsOf(() => loadConfig({ folder, environment }))).toEqual([
      `${join(folder, 'imstats.yml')}: is a folder; name the file in it`,
    ]);
  });

  it('takes --config before IMSTATS_CONFIG, and that before imstats.yml', () => {
    const named = (zone: string): string => {
      writeFileSync(join(folder, `${zone}.yml`), `timezone: ${zone}\n${smallest}`);
      return `${zone}.yml`;
    };
    writeFileSync(join(folder, 'imstats.yml'), smallest);
    mkdirSync(join(folder, 'Asia'));
    const environment = { ...secrets, IMSTATS_CONFIG: named('Asia/Tokyo') };
    expect(loadConfig({ folder, environment: secrets }).timezone).toBe('UTC');
    expect(loadConfig({ folder, environment }).timezone).toBe('Asia/Tokyo');
    expect(loadConfig({ folder, environment, file: named('Asia/Seoul') }).timezone).toBe('Asia/Seoul');
  });

  it('says which file could not be read', () => {
    expect(problemsOf(() => loadConfig({ file: 'other.yml', folder, environment: {} }))).toEqual([
      'other.yml: cannot be read; check that the file is there and may be read',
    ]);
  });
});

describe('the environment alone', () => {
  const slack = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };

  it('configures one IMKit app', () => {
    const config = loadConfig({
      folder,
      environment: { ...slack, IMKIT_URL: 'https://chat.example.com', IM_API_KEY: 'k' },
    });

    expect(config.apps).toMatchObject([
      { id: 'app', platform: 'imkit', access: { url: 'https://chat.example.com', apiKey: 'k' } },
    ]);
  });

  it('holds how Slack is reached over HTTP, and the zone', () => {
    const { slack: found, timezone } = loadConfig({
      folder,
      environment: {
        SLACK_BOT_TOKEN: 'xoxb-1',
        SLACK_SIGNING_SECRET: 's',
        PORT: '8080',
        SLACK_API_URL: 'http://127.0.0.1:9/api',
        IMSTATS_TIMEZONE: 'Asia/Taipei',
        IMKIT_URL: 'https://chat.example.com',
        IM_API_KEY: 'k',
      },
    });
    expect(found).toMatchObject({ signingSecret: 's', port: 8_080, apiUrl: 'http://127.0.0.1:9/api/' });
    expect(timezone).toBe('Asia/Taipei');
  });

  it('configures one JMessage app', () => {
    const config = loadConfig({
      folder,
      environment: { ...slack, JMESSAGE_APP_KEY: 'a', JMESSAGE_MASTER_SECRET: 'm' },
    });

    expect(config.apps).toMatchObject([
      { platform: 'jmessage', timezone: 'Asia/Shanghai', access: { appKey: 'a', masterSecret: 'm' } },
    ]);
  });

  it('names the variable that is missing', () => {
    expect(
      problemsOf(() => loadConfig({ folder, environment: { ...slack, IMKIT_URL: 'https://chat.example.com' } })),
    ).toEqual(["IM_API_KEY: is missing; write the platform key that IMKit's dashboard shows once"]);
  });

  it('says how to begin when there is nothing at all', () => {
    expect(problemsOf(() => loadConfig({ folder, environment: {} }))[0]).toMatch(
      /copy imstats\.example\.yml to imstats\.yml, or set IMKIT_URL and IM_API_KEY/,
    );
  });
});
