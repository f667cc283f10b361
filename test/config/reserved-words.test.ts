// The words of the command cannot be ids: whatever the parser understands without a configuration is refused as one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import type { Vocabulary } from '../../src/slack/command/subcommand.ts';
import { fittingWords } from '../../src/slack/command/understand.ts';
import { subcommands } from '../../src/slack/subcommands/index.ts';
import { problemsOf, secrets } from './files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imstats-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const vocabulary: Vocabulary = { subcommands, apps: [], digests: [], alerts: [], now: 0, zone: 'UTC' };

/** Metrics have a dot, which no id has. */
const words = fittingWords(undefined, vocabulary).filter((word) => /^[a-z][a-z0-9-]*$/.test(word));

/** What a configuration in which an app, a rule and a digest have this id is refused for. */
function problemsWith(id: string): string {
  const app = `  - { id: "${id}", platform: imkit, url: "https://chat.example.com", apiKey: k1234567, channel: C0ONCALL }`;
  const rule = `  - { id: "${id}", app: "${id}", metric: memory.free, below: 1GB, channel: C0ONCALL }`;
  const digest = `  - { id: "${id}", channel: C0ONCALL, schedule: "0 9 * * *" }`;
  const text = `slack: { botToken: xoxb-1, appToken: xapp-1 }\napps:\n${app}\nalerts:\n${rule}\ndigests:\n${digest}\n`;
  writeFileSync(join(folder, 'imstats.yml'), text);
  return problemsOf(() => loadConfig({ folder, environment: secrets })).join('\n');
}

describe('an id', () => {
  it.each([...words, 'history', 'export', 'user', 'group', 'room', '24h', '2026-04-01'])('cannot be "%s"', (word) => {
    const problems = problemsWith(word);
    for (const place of ['apps[0].id', 'alerts[0].id', 'digests[0].id'])
      expect(problems).toContain(`${place}: "${word}" is a word of the /imstats command`);
  });

  it('can be any other word', () => {
    expect(words).toEqual(expect.arrayContaining(['summary', 'users', 'help', 'public', 'preview', 'today']));
    expect(problemsWith('production')).not.toContain('is a word of');
  });
});
