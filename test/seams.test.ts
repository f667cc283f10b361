// The seams hold: a copy of the source with a third platform, a metric, a subcommand and a kind of rule type-checks, starts and uses them.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWard, until, type Ward } from './faults/process.ts';
import { json, startServer } from './platforms/server.ts';
import { packageRoot } from './support/package-root.ts';

const chatkit = `// ChatKit: moments by polling, and days that it counts itself.
import { z } from 'zod';
import { address, secret } from '../../config-field.ts';
import { createHttp } from '../http.ts';
import { definePlatform } from '../platform.ts';

const Live = z.object({ typing: z.number(), sent: z.number() });
const Days = z.array(z.object({ date: z.string(), registered: z.number() }));

export const chatkit = definePlatform({
  id: 'chatkit',
  name: 'ChatKit',
  config: { url: address('the address of the chat'), token: secret('the token of the chat') },
  secrets: ['token'],
  environment: { url: 'CHATKIT_URL', token: 'CHATKIT_TOKEN' },
  metrics: ['users.total', 'users.typing', 'messages.sent'],
  reportsBy: { days: ['users.total'] },
  daysKept: 30,
  open: ({ access, app, ...tools }) => {
    const endpoint = { name: app.name, hints: {}, codes: {}, secrets: [access.token] };
    const headers = { authorization: access.token };
    const http = createHttp({ ...tools, baseUrl: access.url, headers, endpoint });
    return {
      snapshot: async (signal) => {
        const { typing, sent } = await http.getJson('live', Live, { signal });
        const values = { 'users.typing': typing, 'messages.sent': sent };
        return { polledAt: tools.clock.now(), values, notes: [] };
      },
      daily: async (from, to, signal) => {
        const rows = await http.getJson('days', Days, { signal, query: { from, to } });
        const of = { zone: app.timezone, complete: true };
        return { days: rows.map(({ date, registered }) => ({ date, ...of, values: { 'users.total': registered } })), notes: [] };
      },
    };
  },
});
`;

const typing = `  'users.typing': count('users', ['Users typing', 'user typing'], 'max', {
    words: ['typists'],
    positions: { momentFigures: 15, summaryChart: 5, digestMoments: 25, presence: 5 },
  }),
`;

const census = `// The subcommand \`census\`: how many apps there are.
import { verbatim } from '../../metrics/phrase.ts';
import type { Subcommand } from '../command/subcommand.ts';

export const census: Subcommand = {
  id: 'census',
  group: 'bot',
  usage: '',
  gives: 'how many apps are watched',
  examples: ['census'],
  takes: [],
  needs: [],
  answer: async (_query, { deps }) => {
    const headline = verbatim(deps.live.apps.length + ' apps are watched');
    const report = { headline, zone: deps.live.timezone, stale: false, sections: [], notes: [] };
    return { kind: 'report', report, buttons: 'all' };
  },
};
`;

const odd = `// A rule that fires while a number is odd, and its words.
import { closed } from '../../config-field.ts';
import { type PhraseSet, phrasesOf } from '../../metrics/phrase.ts';
import type { RuleKind } from '../rule.ts';
import { threshold } from './threshold.ts';

export const oddPhrases = {
  'odd.now': ({ shown, app }: { shown: number; app: string }, { count }) => count(shown) + ' is odd on ' + app,
} satisfies PhraseSet;

const phrase = phrasesOf<typeof oddPhrases>();

export const odd: RuleKind = {
  kind: 'odd',
  written: {
    schema: () => closed({}),
    build: (_raw, { metric, holdFor = 0 }) => {
      const warning = { trigger: 0.5, clear: 0.5, holdFor };
      return { metric, direction: 'above', levels: { warning }, options: {} };
    },
  },
  needs: () => [],
  measure: (rule, { values }) => {
    const shown = rule.metric === undefined ? undefined : values[rule.metric];
    return shown === undefined ? { state: 'unknown' } : { state: 'measured', value: shown % 2, shown, words: [] };
  },
  worst: () => 'highest',
  phrases: (rule, app) => ({
    ...threshold.phrases(rule, app),
    now: ({ shown }) => phrase('odd.now', { shown, app: app.name }),
  }),
};
`;

/** A copy of the sources in a folder of its own, without what only pictures need. */
function copySources(): string {
  const copy = mkdtempSync(join(tmpdir(), 'imstats-seams-'));
  const isSource = (path: string): boolean => !/\.(woff2?|ttf|otf|png)$/.test(path);
  cpSync(join(packageRoot, 'src'), join(copy, 'src'), { recursive: true, filter: isSource });
  for (const name of ['package.json', 'tsconfig.json', 'manifest.yml'])
    cpSync(join(packageRoot, name), join(copy, name));
  symlinkSync(join(packageRoot, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** One line in a list: the import and the name at its end. */
function enlist(file: string, list: string, plugIn: { readonly name: string; readonly from: string }): void {
  const text = readFileSync(file, 'utf8');
  const array = new RegExp(`^(export const ${list}\\b[^=]*= \\[)([^\\]]*?),?\\s*\\];`, 'm');
  expect(text).toMatch(array);
  const longer = text.replace(array, (_, head: string, names: string) => `${head}${names}, ${plugIn.name}];`);
  writeFileSync(file, longer.replace(/^import /m, `import { ${plugIn.name} } from './${plugIn.from}';\nimport `));
}

/** Adds one of each kind, each as one file (the metric as one entry) and its line in the list; words are a line more. */
function addPlugIns(copy: string): void {
  const below = (...path: string[]): string => join(copy, 'src', ...path);
  mkdirSync(below('platforms/chatkit'));
  writeFileSync(below('platforms/chatkit/index.ts'), chatkit);
  enlist(below('platforms/index.ts'), 'platforms', { name: 'chatkit', from: 'chatkit/index.ts' });
  writeFileSync(below('slack/subcommands/census.ts'), census);
  enlist(below('slack/subcommands/index.ts'), 'subcommands', { name: 'census', from: 'census.ts' });
  writeFileSync(below('alerting/rules/odd.ts'), odd);
  enlist(below('alerting/rules/index.ts'), 'ruleKinds', { name: 'odd', from: 'odd.ts' });
  enlist(below('wording.ts'), 'englishSets', { name: 'oddPhrases', from: 'alerting/rules/odd.ts' });
  const catalog = readFileSync(below('metrics/catalog.ts'), 'utf8');
  const end = /^\} as const satisfies Record<string, Metric>;$/m;
  expect(catalog).toMatch(end);
  writeFileSync(
    below('metrics/catalog.ts'),
    catalog.replace(end, (line) => `${typing}${line}`),
  );
}

const token = 'ck_CANARY1234567890';

let polls = 0;

/** What ChatKit answers: 37 people type now, and 4,321 are registered on each day. */
function answer(path: string, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(path, 'http://chatkit');
  if (pathname === '/live') {
    polls += 1;
    json(response, { typing: 37, sent: 1_200 });
    return;
  }
  const days: { date: string; registered: number }[] = [];
  const to = Date.parse(searchParams.get('to') ?? '');
  for (let at = Date.parse(searchParams.get('from') ?? ''); at <= to; at += 86_400_000)
    days.push({ date: new Date(at).toISOString().slice(0, 10), registered: 4_321 });
  json(response, days);
}

describe('a copy of the source with one more of each', () => {
  const undo: (() => unknown)[] = [];
  let copy: string;
  let url: string;
  beforeAll(async () => {
    copy = copySources();
    undo.push(() => rmSync(copy, { recursive: true, force: true, maxRetries: 3 }));
    addPlugIns(copy);
    const server = await startServer((request, response) => answer(request.url ?? '', response));
    undo.push(server.stop);
    url = server.url;
  });
  afterAll(async () => {
    for (const one of undo.reverse()) await one();
  });

  const openBot = (id = 'kit'): Promise<Ward> => {
    const app = `  - { id: ${id}, name: Third chat, platform: chatkit, url: "${url}", token: ${token}, pollEvery: 1s }\n`;
    const alerts = `  - { id: odd-typing, app: ${id}, kind: odd, metric: users.typing, for: 0s, channel: C0ONCALL }\n`;
    return openWard(undo, { entrance: 'socket', apps: app, alerts });
  };
  const start = (ward: Ward) => ward.start([process.execPath, join(copy, 'src/main.ts'), 'start']);

  it('type-checks', async () => {
    const tsc = join(packageRoot, 'node_modules/typescript/bin/tsc');
    const checked = await promisify(execFile)(process.execPath, [tsc, '--noEmit', '-p', copy]).then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    );
    expect(checked).toBe('');
  });

  it('starts, reads the platform, shows the metric, answers the subcommand and opens the alert', async () => {
    const ward = await openBot();
    const { workspace } = ward;
    const life = start(ward);
    await life.up;
    const opened = await workspace.until(() => workspace.messages('C0ONCALL')[0], 'the alert');
    expect(opened.text).toContain('37 is odd on Third chat');
    const ask = async (text: string): Promise<string> => {
      const asked = await workspace.command({ user: 'U0ALICE', channel: 'C0IMOPS', text });
      return workspace.renderText(await asked.replied());
    };
    expect(await ask('help')).toMatch(/census.*how many apps are watched/s);
    expect(await ask('census')).toContain('1 apps are watched');
    expect(await ask('')).toMatch(/Users typing .*\n37 /);
    expect(await ask('trend typists')).toContain('37 users typing');
    expect(await ask('users 7d')).toContain('4,321 registered users');
    expect(await ask('trend users.total 7d')).toContain('4,321 registered users');
    // A picture has two measured points at least.
    await workspace.until(() => polls > 3, 'some polls');
    expect(await ask('trend typists 1h')).toMatch(/^Users typing, last hour.*\n[▁▂▃▄▅▆▇█·]+$/m);
    expect(JSON.stringify(life.log)).not.toContain(token);
    life.child.kill('SIGTERM');
    expect((await life.ended).code).toBe(0);
  });

  it('refuses an app that is named like the new subcommand', async () => {
    const life = start(await openBot('census'));
    await life.ended;
    await until(() => life.complaint().includes('census'), 5_000, 'the complaint');
    expect(life.complaint()).toContain('"census" is a word of the /imstats command');
  });
});
