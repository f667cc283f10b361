// What people get wrong: a short, private, helpful answer, and nothing that was known changes.
import { describe, expect, it, vi } from 'vitest';
import { minute } from '../../src/clock.ts';
import { askBadly } from './ask-badly.ts';
import { withWholeBot } from './whole-bot.ts';

// Minutes and hours of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

describe('a person', () => {
  const slips: readonly { words: string; says: readonly RegExp[]; lines?: number }[] = [
    { words: 'memroy', says: [/memroy/, /memory/, /\/imstats/] },
    { words: 'memory prdo', says: [/prdo/, /prod/] },
    { words: 'memory prod 500d', says: [/500d/, /Write 400d or less/, /Try: \/imstats memory prod 400d/] },
    { words: 'messages prod 2026-02-30', says: [/2026-02-30/] },
    { words: 'memory prod 2031-01-01', says: [/2031|future|not measured|nothing/i] },
    // With the list of metrics.
    { words: 'trend nothing.known', says: [/^There is no metric nothing\.known/, /memory\.free_ratio/], lines: 24 },
    { words: 'silence', says: [/silence/, /Try: \/imstats silence/] },
    { words: 'why no-such-rule', says: [/no-such-rule/, /Alerts: /] },
    { words: 'digest now', says: [/Nobody may do this yet|may do this/] },
    { words: '<!channel> `*_~<https://example.com|x>', says: [/\/imstats/] },
    { words: 'x'.repeat(3_000), says: [/\/imstats/] },
  ];

  it('is told which word was not understood, and what to write instead', async () => {
    await withWholeBot({}, async (whole) => {
      await whole.advance(minute);
      for (const { words, says, lines = 14 } of slips) {
        const answer = await askBadly(whole, words);
        for (const part of says) expect(answer).toMatch(part);
        expect(answer.split('\n').length, words.slice(0, 40)).toBeLessThanOrEqual(lines);
      }
      // What a person wrote mentions nobody.
      const said = whole.workspace
        .ephemerals('U0ALICE')
        .map((message) => JSON.stringify([message.text, message.blocks]));
      expect(said.filter((text) => text.includes('<!channel>'))).toEqual([]);
    });
  });
});
