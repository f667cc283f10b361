// How a configuration and its `.env` are written: encodings, anchors and merges, variables and files of secrets.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDotEnv } from '../../src/config/dot-env.ts';
import { loadConfig } from '../../src/config/load.ts';
import { problemsOf, secrets, smallest } from './files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imstats-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(content: string | Buffer) {
  writeFileSync(join(folder, 'imstats.yml'), content);
  return loadConfig({ folder, environment: secrets });
}

describe('a .env file', () => {
  it.each([
    ['K=ab#cd', 'ab#cd'],
    ['K=ab #cd', 'ab'],
    ['K=ab\t# cd', 'ab'],
    ['K=#cd', ''],
    ['K=a b c ', 'a b c'],
    ['K="ab #cd" # comment', 'ab #cd'],
    ["K='ab #cd'# comment", 'ab #cd'],
    ['export K=ab', 'ab'],
    ['  K = ab', 'ab'],
    ['K: ab', 'ab'],
    ['K=', ''],
    ['K="a\\nb\\t\\"c\\" \\\\ \\$d"', 'a\nb\t"c" \\ $d'],
    ["K='a\\nb'", 'a\\nb'],
    ["K='Let\\'s go'", "Let's go"],
    ['K="first\nsecond"', 'first\nsecond'],
    ["K='first\r\nsecond'\r\nL=x", 'first\nsecond'],
    ['K=a=b"c', 'a=b"c'],
    ['K=${OTHER}', '${OTHER}'],
  ])('gives what Docker Compose reads: %j', (text, value) => {
    expect(parseDotEnv(`# before\n\n${text}\nlast=1\n`, '.env')).toMatchObject({
      variables: { K: value, last: '1' },
      problems: [],
    });
  });

  it.each([
    ['K="ab', '.env:2 K: a closing quote is missing'],
    ['K="ab"cd', '.env:2 K: something follows the closing quote'],
    ['two words', '.env:2: this line is no NAME=value'],
  ])('is told its mistakes with their line, and nothing of a value: %j', (text, told) => {
    writeFileSync(join(folder, '.env'), `A=1\n${text}\n`);
    const problems = problemsOf(() => load(smallest));
    expect(problems).toEqual([expect.stringContaining(told)]);
    expect(problems.join()).not.toContain('ab');
  });

  it('may begin with a byte-order mark', () => {
    writeFileSync(join(folder, '.env'), '\ufeffIM_API_KEY=from-file\n');
    writeFileSync(join(folder, 'imstats.yml'), smallest);
    const { IM_API_KEY: _none, ...environment } = secrets;
    expect(loadConfig({ folder, environment }).apps[0]?.access).toMatchObject({ apiKey: 'from-file' });
  });
});

describe('the bytes of a configuration', () => {
  it('may begin with a byte-order mark, which moves no column', () => {
    expect(load(`\ufeff${smallest}`).apps).toHaveLength(1);
    expect(problemsOf(() => load(`\ufefftimezone: Nowhere\n${smallest}`))[0]).toMatch(/^imstats\.yml:1:11 timezone/);
  });

  it.each([
    ['UTF-16 LE', Buffer.from(`\ufeff${smallest}`, 'utf16le'), /saved as UTF-16; save it as UTF-8/],
    ['UTF-16 BE', Buffer.from(`\ufeff${smallest}`, 'utf16le').swap16(), /saved as UTF-16; save it as UTF-8/],
    ['UTF-16 without a mark', Buffer.from(smallest, 'utf16le'), /saved as UTF-16; save it as UTF-8/],
    ['Latin-1', Buffer.from('a: 1\nb: \xe9\n', 'latin1'), /imstats\.yml:2: holds letters that are not UTF-8/],
    ['too many of them', Buffer.alloc(1_000_001, 0x23), /longer than 1,000,000 bytes/],
  ])('are told for what they are: %s', (_name, bytes, told) => {
    expect(problemsOf(() => load(bytes))).toEqual([expect.stringMatching(told)]);
  });
});

const twoApps = (first: string, second: string): string => `
slack: { botToken: xoxb-1, appToken: xapp-1 }
apps:
  - ${first}
  - ${second}
`;

describe('YAML', () => {
  it('may merge another section, whose values give way to the own ones', () => {
    const text = twoApps(
      '&base { id: a, platform: imkit, url: "https://a.example.com", apiKey: k, pollEvery: 30s }',
      '{ <<: *base, id: b, url: "https://b.example.com" }',
    );
    expect(load(text).apps.map(({ id, pollEvery, access }) => [id, pollEvery, access['url']])).toEqual([
      ['a', 30_000, 'https://a.example.com'],
      ['b', 30_000, 'https://b.example.com'],
    ]);
  });

  it('tells a wrong value of an anchor once, where the anchor is', () => {
    const text = twoApps(
      '&base { id: a, platform: imkit, url: "https://a.example.com", apiKey: k, pollEvery: soon }',
      '{ <<: *base, id: b }',
    );
    expect(problemsOf(() => load(text))).toEqual([expect.stringMatching(/^imstats\.yml:4:\d+ apps\[0\]\.pollEvery: /)]);
  });

  it('tells a merge of no section', () => {
    const text = twoApps('{ id: a, platform: imkit, url: "https://a.example.com", apiKey: k }', '{ <<: a }');
    expect(problemsOf(() => load(text)).join('\n')).toMatch(/apps\[1\]: <<: takes the names of another section/);
  });

  it('takes any number of harmless aliases, and refuses those that multiply', () => {
    const app = (id: number): string =>
      `  - { id: a${id}, platform: imkit, url: "https://a.example.com", apiKey: k, timezone: *zone }\n`;
    const many = Array.from({ length: 200 }, (_one, id) => app(id)).join('');
    expect(
      load(`timezone: &zone UTC\nslack: { botToken: xoxb-1, appToken: xapp-1 }\napps:\n${many}`).apps,
    ).toHaveLength(200);
    const levels = Array.from({ length: 9 }, (_one, level) => {
      const items = level === 0 ? 'x' : `*l${level - 1}`;
      return `  - &l${level} [${Array(9).fill(items).join(', ')}]`;
    });
    expect(problemsOf(() => load(`charts:\n${levels.join('\n')}\n${smallest}`)).join('\n')).toMatch(
      /aliases \(\*name\) make more than 50,000 values/,
    );
  });

  it.each([
    ['two documents', `${smallest}---\ntimezone: UTC\n`, [/^imstats\.yml:5:1: a second document begins here/]],
    [
      'a no-break space before a name',
      `slack:\n\u00a0 botToken: x\n\u00a0 appToken: y\n`,
      [/^imstats\.yml:2:1: a no-break/, /^imstats\.yml:3:1: a no-break/],
    ],
    ['tabs', `slack:\n\tbotToken: x\n\tappToken: y\n`, [/^imstats\.yml:2:1: a tab/, /^imstats\.yml:3:1: a tab/]],
    [
      'a no-break space after a colon',
      `timezone:\u00a0UTC\n${smallest}`,
      [/^imstats\.yml:1:\d+: this line holds a no-break space/],
    ],
  ])('that cannot be read is told by its cause alone: %s', (_name, text, told) => {
    expect(problemsOf(() => load(text))).toEqual(told.map((one) => expect.stringMatching(one)));
  });

  it('that holds a name twice is read on', () => {
    expect(problemsOf(() => load(`timezone: UTC\ntimezone: UTC\nretention: { raw: 1s }\n${smallest}`))).toEqual([
      expect.stringMatching(/^imstats\.yml:2:1 timezone: is there twice/),
      expect.stringMatching(/^imstats\.yml:3:19 retention\.raw: /),
    ]);
  });
});

describe('a file for one secret', () => {
  const named = (name: string): string => smallest.replace('${IM_API_KEY}', `\${file:${name}}`);

  it('gives its text without one newline at its end, from its own place or the folder of the configuration', () => {
    writeFileSync(join(folder, 'key'), 'canary-file-key\n');
    for (const name of ['key', join(folder, 'key')]) {
      const config = load(named(name));
      expect(config.apps[0]?.access).toMatchObject({ apiKey: 'canary-file-key' });
      expect(config.secrets).toContain('canary-file-key');
    }
  });

  it.each([
    ['absent', undefined, /takes its value from key: the file is not there/],
    ['empty', '\n', /the file is empty/],
    ['a whole disk', 'x'.repeat(64_001), /the file is longer than 64,000 bytes/],
    ['two lines', 'canary one\ncanary two\n', /holds white space/],
  ])('that is %s is told without anything of it', (_name, content, told) => {
    if (content !== undefined) writeFileSync(join(folder, 'key'), content);
    const problems = problemsOf(() => load(named('key')));
    expect(problems).toEqual([expect.stringMatching(told)]);
    expect(problems[0]).toMatch(/^imstats\.yml:4:\d+ apps\[0\]\.apiKey: /);
    expect(problems.join()).not.toContain('canary');
  });
});
