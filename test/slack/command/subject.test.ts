// One user, group or room in the words of a command: the name stays as it was typed, whatever else it means.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import type { Vocabulary } from '../../../src/slack/command/subcommand.ts';
import { commandOf, knownApp } from '../../../src/slack/command/tokens.ts';
import { readCommand } from '../../../src/slack/command/understand.ts';
import { subcommands } from '../../../src/slack/subcommands/index.ts';

const vocabulary: Vocabulary = {
  subcommands,
  apps: [
    knownApp({ id: 'prod', name: 'Production chat', byDay: false }),
    knownApp({ id: 'china', name: 'China', byDay: true }),
  ],
  digests: ['daily'],
  alerts: ['memory-low'],
  now: Date.parse('2026-11-22T10:00:00Z'),
  zone: 'Asia/Taipei',
};

function meaning(text: string): string {
  const { outcome } = readCommand(text, vocabulary);
  return outcome instanceof UserError ? `refused: ${outcome.message}` : commandOf(outcome.query);
}

describe('the history of', () => {
  it.each([
    ['history', 'history'],
    ['history china last week', 'history china last-week'],
    ['message history yesterday', 'history yesterday'],
    ['history user caiyh', 'history user caiyh'],
    ['history user yesterday', 'history user yesterday'],
    ['history user prod china 7d', 'history user prod china 7d'],
    ['china history of the user Wang.Fang for 3d', 'history user Wang.Fang china 3d'],
    ['history user: caiyh?', 'history user caiyh'],
    ['history group 10055201 public', 'history group 10055201 public'],
    ['history chat room 7', 'history room 7'],
    ['history chatroom 7', 'history room 7'],
    ['history user "wang fang" 7d', 'history user "wang fang" 7d'],
    ['history user “wang fang”', 'history user "wang fang"'],
    ['history user <http://wang.fang.cn|wang.fang.cn>', 'history user wang.fang.cn'],
    ['history user a&amp;b', 'history user a&b'],
    ['history user a/b%20c', 'history user a/b%20c'],
    ['历史 用户 caiyh 昨天', 'history user caiyh yesterday'],
    ['历史 群10055201 7d', 'history group 10055201 7d'],
    ['消息历史 昨天', 'history yesterday'],
    ['history user', 'history user ""'],
    ['user caiyh', 'refused: I don\'t know "user caiyh".'],
    ['messages group 7', 'messages'],
  ])('"%s" is "%s"', (text, command) => {
    expect(meaning(text)).toBe(command);
  });

  it('any name is asked for by that name, again from its command', () => {
    const anyName = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((name) => /^[^\s"“”「」<>&|]+$/u.test(name) && !/[?!,;。？！，；:：]/u.test(name));
    fc.assert(
      fc.property(anyName, fc.constantFrom('', ' 7d', ' china yesterday'), (name, rest) => {
        const { outcome } = readCommand(`history user ${name}${rest}`, vocabulary);
        if (outcome instanceof UserError) throw outcome;
        expect(outcome.query.subject).toEqual({ of: 'user', name });
        const again = readCommand(commandOf(outcome.query), vocabulary).outcome;
        expect(again).toMatchObject({ query: outcome.query });
      }),
    );
  });
});
