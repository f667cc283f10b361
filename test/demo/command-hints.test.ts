// What the composer of the page offers can be asked.
import { expect, it } from 'vitest';
import { commandHints } from '../../src/demo/page/command-hints.ts';
import { parseExact } from '../../src/slack/command/parse.ts';
import { knownApp } from '../../src/slack/command/tokens.ts';
import { subcommands } from '../../src/slack/subcommands/index.ts';

const vocabulary = {
  subcommands,
  apps: [
    knownApp({ id: 'prod', name: 'Production chat', byDay: false }),
    knownApp({ id: 'china', name: 'China', byDay: true }),
  ],
  digests: ['daily'],
  alerts: ['memory-low'],
  now: Date.parse('2026-11-23T01:00:00Z'),
  zone: 'Asia/Taipei',
};

it('names every view once, and every example is a question that the bot understands', () => {
  const hints = commandHints();
  expect(new Set(hints.map(({ text }) => text)).size).toBe(hints.length);
  for (const { id } of subcommands) expect(hints.map(({ text }) => text)).toContain(`/imstats ${id}`.trim());
  const examples = hints.filter(({ gives }) => gives.startsWith('for example'));
  expect(examples.length).toBeGreaterThan(3);
  for (const { text } of examples) {
    expect(parseExact(text.replace('/imstats', ''), vocabulary), text).toBeDefined();
  }
});
