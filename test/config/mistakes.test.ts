// What people get wrong in a configuration: told all at once, in words, and never as a stack trace.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { problemsOf, secrets, smallest } from './files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imstats-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(text: string) {
  writeFileSync(join(folder, 'imstats.yml'), text);
  return loadConfig({ folder, environment: secrets });
}

describe('a mistake', () => {
  it.each([
    ['apps: &a [*a]', /imstats\.yml:1:11 apps\[0\]: \*a stands for a part that it is in itself/],
    [`a: ${'['.repeat(200)}${']'.repeat(200)}`, /nested too deeply/],
    [`${'- '.repeat(20_000)}x`, /nested too deeply/],
  ])('that has no end or no bottom is told: %.20s', (text, words) => {
    expect(problemsOf(() => load(text)).join('\n')).toMatch(words);
  });

  it.each([
    ['appToken', '"${UNSET}"'],
    ['appToken', 'xoxb-1'],
    ['signingSecret', '"${UNSET}"'],
  ])('in what Slack is reached with is told once: %s: %s', (name, value) => {
    const text = smallest.replace(/^slack:.*$/m, `slack: { botToken: xoxb-1, ${name}: ${value} }`);
    expect(problemsOf(() => load(text)).map((problem) => problem.split(' ')[1])).toEqual([`slack.${name}:`]);
  });

  it('of a metric named by its group is answered with those of the group', () => {
    const rule = 'alerts:\n  - { id: low, app: prod, metric: memory, below: 15%, channel: C0ONCALL }\n';
    expect(problemsOf(() => load(`${smallest}${rule}`)).join()).toMatch(
      /there is no metric "memory"; did you mean memory\.free, memory\.total or memory\.free_ratio\?/,
    );
  });

  it('reports what does not fit together beside what is wrong by itself', () => {
    const text = `
timezone: Nowhere
slack: { botToken: "\${UNSET}", appToken: xapp-1 }
apps:
  - { id: prod, platform: imkit, url: "https://chat.example.com", apiKey: "\${UNSET}" }
  - { id: prod, platform: imkit, url: "https://chat.example.com", apiKey: k, chanel: C0ONCALL }
digests:
  - { id: daily, channel: general, schedule: "0 9 * *", apps: [prod, prdo] }
alerts:
  - { id: low, app: prod, metric: memory.fre, below: 15%, channel: C0ONCALL }
  - { id: high, app: nowhere, metric: memory.free, below: 1GB, channel: C0ONCALL }
`;
    const where = problemsOf(() => load(text)).map((problem) => problem.split(' ')[1]);
    expect(where.sort()).toEqual([
      'alerts[0].metric:',
      'alerts[1].app:',
      'apps[0].apiKey:',
      'apps[1].chanel:',
      'apps[1].id:',
      'digests[0].apps[1]:',
      'digests[0].channel:',
      'digests[0].schedule:',
      'slack.botToken:',
      'timezone:',
    ]);
  });

  it.each([
    [
      'an address of a database that is none',
      `store: "postgres://u:p@h:notaport/db"\n${smallest}`,
      /store: .*sqlite:PATH/,
    ],
    ['an alias of nothing', `timezone: *zone\n${smallest}`, /imstats\.yml:1:11 timezone: \*zone stands for nothing/],
    ['a curly quote in a key', smallest.replace('"${IM_API_KEY}"', '“key”'), /apiKey: holds a letter that no key has/],
    ['a key that is a number', smallest.replace('"${IM_API_KEY}"', '1234567890'), /apiKey: .*put it in quotes/],
    ['a variable with a hyphen', smallest.replace('IM_API_KEY', 'IM-API-KEY'), /apiKey: .*letters, digits and _/],
    ['a variable with a default', smallest.replace('IM_API_KEY', 'IM_API_KEY:-x'), /apiKey: .*letters, digits and _/],
    ['a variable that does not end', smallest.replace('"${IM_API_KEY}"', '"${IM_API_KEY"'), /apiKey: /],
  ])('says what is wrong instead of breaking: %s', (_name, text, expected) => {
    const problems = problemsOf(() => load(text));
    expect(problems.join('\n')).toMatch(expected);
  });

  it('takes $${ as it is written', () => {
    expect(load(smallest.replace('id: prod', () => 'id: prod, name: "a $${b} c"')).apps[0]?.name).toBe('a ${b} c');
  });

  const another = '  - { id: other, platform: imkit, url: "https://other.example.com", apiKey: k }\n';
  const daily = (id: string): string => `digests:\n  - { id: ${id}, channel: C0ONCALL, schedule: "0 9 * * *" }\n`;
  it.each([
    ['an app called like a view', smallest.replace('id: prod', 'id: memory'), /apps\[0\]\.id: "memory" is a word/],
    ['an app called like a date', smallest.replace('id: prod', 'id: 2026-11-22'), /apps\[0\]\.id: .*is a word/],
    [
      'an app named like a word',
      smallest.replace('id: prod', 'id: prod, name: Public'),
      /apps\[0\]\.name: "Public" is a word/,
    ],
    [
      'an app named like the id of another',
      smallest.replace('id: prod', 'id: prod, name: Other') + another,
      /called "Other" too/,
    ],
    [
      'two apps of one name',
      `${smallest.replace('id: prod', 'id: prod, name: Chat')}${another.replace('id: other', 'id: other, name: chat')}`,
      /called "chat" too/,
    ],
    ['a digest called like a word', smallest + daily('now'), /digests\[0\]\.id: "now" is a word/],
    ['a digest of no app', smallest + daily('daily, apps: []'), /digests\[0\]\.apps: names no app/],
    [
      'a digest that names an app twice',
      smallest + daily('daily, apps: [prod, prod]'),
      /apps\[1\]: "prod" is named twice/,
    ],
  ])('refuses names that nobody could ask for: %s', (_name, text, expected) => {
    expect(problemsOf(() => load(text)).join('\n')).toMatch(expected);
  });
});
