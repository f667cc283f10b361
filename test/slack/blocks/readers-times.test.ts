// Moments of alerts in the zone of the reader: as Slack's own date in markup, in words elsewhere, and never cut.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertViewOf } from '../../../src/alerting/alert-message.ts';
import type { threadPhrases } from '../../../src/alerting/history-phrases.ts';
import { minute } from '../../../src/clock.ts';
import { phrasesOf, verbatim } from '../../../src/metrics/phrase.ts';
import { wordReport } from '../../../src/reports/word-report.ts';
import { drawAlert, drawOutcome } from '../../../src/slack/blocks/alert.ts';
import { section, truncate, withPeople, withReadersTimes } from '../../../src/slack/blocks/block.ts';
import { drawReport } from '../../../src/slack/blocks/report.ts';
import { englishWording } from '../../../src/wording.ts';
import { app, ruleWith, sample, start, tell } from '../../alerting/sample-rules.ts';

const say = phrasesOf<typeof threadPhrases>();
const zone = 'Asia/Taipei';
const acknowledged = (until: number) =>
  say('thread.acknowledged', { by: 'U0BOB', rule: 'memory-low', until, now: start, zone });

describe('a moment of an alert', () => {
  it.each([
    { name: 'within the day is a time', until: start + 72 * minute, mark: '{time}', words: '04:12' },
    // In another zone that is another day.
    {
      name: 'far off on the same day has its date',
      until: start + 900 * minute,
      mark: '{date_short} {time}',
      words: '18:00',
    },
    {
      name: 'of another day has its date',
      until: start + 1_800 * minute,
      mark: '{date_short} {time}',
      words: '24 Nov 09:00',
    },
  ])('$name', ({ until, mark, words }) => {
    const { blocks, text } = drawOutcome({ words: acknowledged(until) }, 'memory-low', englishWording);
    expect(blocks[0]).toEqual(
      section(`Acknowledged by <@U0BOB> until <!date^${until / 1_000}^${mark}|${words} ${zone}>: memory-low.`),
    );
    // A notification converts nothing: its words name the zone.
    expect(text).toBe(`Acknowledged by <@U0BOB> until ${words} ${zone}: memory-low.`);
  });

  it('stands in the root of an alert, whose text names the zone once and whose labels have words', () => {
    const rule = ruleWith();
    const { state } = tell(
      rule,
      [0, 1, 2, 3, 4, 5].map((at) => sample(at * minute, 0.1)),
    );
    const view = alertViewOf({ state, rule, app, level: 'warning', now: start + 5 * minute, history: [] });
    const { blocks, text } = drawAlert(view, englishWording, { files: ['F1'] });
    expect(JSON.stringify(blocks).match(/<!date\^/g)?.length).toBeGreaterThan(1);
    expect(text).not.toContain('<!date');
    expect(text.match(/Asia\/Taipei/g)).toHaveLength(1);
    const labels = JSON.stringify(blocks.filter(({ type }) => type === 'image' || type === 'actions'));
    expect(labels).not.toMatch(/<!date|\{moment/);
  });

  it('is never cut, whatever the limit', () => {
    const line = withPeople(englishWording.marked.text(acknowledged(start + 72 * minute)));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: line.length + 5 }), (most) => {
        const drawn = withReadersTimes({ blocks: [section(truncate(line, most))], text: truncate(line, most) });
        const all = JSON.stringify(drawn)
          .replaceAll(/<!date\^\d+\^[^|<>]+\|[^<>]+>/g, '')
          .replaceAll('<@U0BOB>', '');
        expect(all).not.toMatch(/[<>]|moment/);
      }),
    );
  });

  it('written by a person or a platform draws no other moment than it says', () => {
    const note = '{moment 1 time; 09:00; Asia/Taipei} {thread https://example.com/archives/C1/p1}';
    const forged = say('thread.noted', { by: 'U0BOB', rule: 'memory-low', note });
    const { blocks, text } = drawOutcome({ words: forged }, 'memory-low', englishWording);
    const report = { headline: verbatim(note), zone, stale: false, sections: [], notes: [verbatim(note)] };
    const drawn = drawReport(wordReport(report, englishWording.marked));
    expect(JSON.stringify([blocks, text, withReadersTimes(drawn)])).not.toMatch(/<!date|<https?:/);
  });
});
