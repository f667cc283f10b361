// What people type, and the question that each of it means: English and Chinese, polite, shuffled, misspelt; and what must not be understood.
import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { type DateReader, loadDateReader } from '../../../src/metrics/dates-in-words.ts';
import type { Vocabulary } from '../../../src/slack/command/subcommand.ts';
import { commandOf, knownApp } from '../../../src/slack/command/tokens.ts';
import { readCommand } from '../../../src/slack/command/understand.ts';
import { subcommands } from '../../../src/slack/subcommands/index.ts';
import { englishWording } from '../../../src/wording.ts';
import { misunderstood, phrases, suggestedPhrases } from './phrases.ts';

const vocabulary: Vocabulary = {
  subcommands,
  apps: [
    knownApp({ id: 'prod', name: 'Production chat', byDay: false }),
    knownApp({ id: 'china', name: 'China', byDay: true }),
    knownApp({ id: 'hk', name: '香港聊天', byDay: false }),
  ],
  digests: ['daily', 'weekly'],
  alerts: ['memory-low', 'connections-high'],
  // A Sunday.
  now: Date.parse('2026-11-22T10:00:00Z'),
  zone: 'Asia/Taipei',
};

let dates: DateReader;
beforeAll(async () => {
  dates = await loadDateReader();
});

/** As the bot reads it: again with the reader of dates where a word may be one. */
function read(text: string): ReturnType<typeof readCommand>['outcome'] {
  const first = readCommand(text, vocabulary);
  return first.mayHoldDate ? readCommand(text, vocabulary, dates).outcome : first.outcome;
}

/** The question as a command; with a bar and the sentence where something was left out; or the mistake. */
function meaning(text: string): string {
  const outcome = read(text);
  if (outcome instanceof UserError) return `refused: ${outcome.message}`;
  const { query, leftOut } = outcome;
  return [commandOf(query), ...(leftOut === undefined ? [] : [englishWording.text(leftOut)])].join(' | ');
}

describe('a phrase', () => {
  it.each(phrases)('"%s" means "%s"', (phrase, command) => {
    expect(meaning(phrase)).toBe(command);
  });

  it('is one of at least 150, a third of them Chinese', () => {
    expect(phrases.length).toBeGreaterThanOrEqual(150);
    expect(phrases.filter(([phrase]) => /\p{Script=Han}/u.test(phrase)).length).toBeGreaterThan(phrases.length / 4);
    expect(new Set(phrases.map(([phrase]) => phrase)).size).toBe(phrases.length);
  });
});

describe('a misspelt phrase', () => {
  it.each(suggestedPhrases)('"%s" offers "%s"', (phrase, command) => {
    const outcome = read(phrase);
    expect(outcome instanceof UserError ? outcome.command : outcome.suggestion).toBe(command);
  });
});

describe('a phrase that must not be understood', () => {
  it.each(misunderstood)('"%s" is refused: %s', (phrase, reason) => {
    expect(meaning(phrase)).toMatch(/^refused: /);
    expect(meaning(phrase)).toContain(reason);
  });

  it('is one of at least 40', () => {
    expect(new Set(misunderstood.map(([phrase]) => phrase)).size).toBeGreaterThanOrEqual(40);
  });
});

it('no phrase takes longer than 5 ms', () => {
  const all = [...phrases, ...suggestedPhrases, ...misunderstood].map(([phrase]) => phrase);
  for (const phrase of all) read(phrase);
  // The best of a few, because the machine does other things meanwhile.
  const times = all.map((phrase) => ({ phrase, ms: Math.min(...[1, 2, 3, 4, 5].map(() => timeOf(phrase))) }));
  expect(times.filter(({ ms }) => ms > 5)).toEqual([]);
});

function timeOf(phrase: string): number {
  const started = performance.now();
  read(phrase);
  return performance.now() - started;
}

describe('every metric and every view', () => {
  it('can be asked for in Chinese, simplified and traditional, and in English', () => {
    for (const { id, words = [] } of subcommands) {
      expect(words.filter((word) => /\p{Script=Han}/u.test(word)).length, id).toBeGreaterThanOrEqual(2);
      expect(words.filter((word) => !/\p{Script=Han}/u.test(word)).length, id).toBeGreaterThanOrEqual(1);
    }
  });

  it('has words that mean nothing else', () => {
    const words = subcommands.flatMap(({ words: some = [] }) => some);
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
    for (const { id, words: some = [] } of subcommands) {
      for (const word of some) {
        const outcome = read(word);
        if (!(outcome instanceof UserError)) expect(outcome.query.subcommand, word).toBe(id);
      }
    }
  });
});
