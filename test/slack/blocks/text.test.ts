// Foreign text can mention nobody, link nowhere and format nothing; dates, links and mentions of our own work.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { english } from '../../../src/metrics/format.ts';
import {
  dateText,
  escapeMarkup,
  lengthOf,
  link,
  mention,
  mentionAll,
  oneLine,
  plain,
  truncate,
  unescapeMarkup,
  withPeople,
} from '../../../src/slack/blocks/block.ts';

describe('foreign text', () => {
  it.each<[string, string, string]>([
    ['a channel-wide mention', '<!channel> hi', '&lt;!channel&gt; hi'],
    ['a user mention', '<@U0CEO>', '&lt;@\u200BU0CEO&gt;'],
    ['a bare mention', 'wake @here and @everyone', 'wake @\u200Bhere and @\u200Beveryone'],
    ['a channel name', 'see #general', 'see #\u200Bgeneral'],
    ['a link with another label', '<https://evil.example|bank>', '&lt;https://evil.example|bank&gt;'],
    ['bold', '*bold*', '∗bold∗'],
    ['code and struck text', '`a` ~b~', 'ˋaˋ ∼b∼'],
    ['italics', '_a_ of user_1_x', 'ˍaˍ of user_1_x'],
    ['an emoji name', ':fire: 10:00:12', ':\u200Bfire: 10:00:12'],
    ['line breaks', 'one\n\n*two*\r\tthree', 'one ∗two∗ three'],
    ['a turned direction', 'abc\u202Edcba\u2066x', 'abcdcbax'],
    ['an entity', '&lt;!here&gt;', '&amp;lt;!here&amp;gt;'],
    ['Chinese and emoji', '生產聊天 🔴', '生產聊天 🔴'],
    ['right to left', 'مرحبا', 'مرحبا'],
  ])('%s', (_name, given, shown) => {
    expect(plain(given)).toBe(shown);
  });

  it('never leaves a sequence that Slack acts on', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom('<!here>', '@channel', '<@U1>')),
        (text) => {
          expect(plain(text)).not.toMatch(/[<>\n*`~]|@(here|channel|everyone)|&(?!(amp|lt|gt);)/);
        },
      ),
    );
  });

  it('names a person only where alerting wrote the token', () => {
    expect(withPeople('acknowledged by {user:U0BOB} <!here>')).toBe('acknowledged by <@U0BOB> &lt;!here&gt;');
    expect(plain('{user:U0BOB}')).toBe('{user:U0BOB}');
  });
});

describe('our own notation', () => {
  it('mentions users, groups and here, and nothing else', () => {
    expect(mention('U0ADMIN')).toBe('<@U0ADMIN>');
    expect(mention('S0ONCALL')).toBe('<!subteam^S0ONCALL>');
    expect(mention('here')).toBe('<!here>');
    expect(mentionAll(['channel', 'everyone', '<!here>', 'U0A'])).toBe('<@U0A>');
  });

  it('links to http and https only, and keeps the label its own', () => {
    expect(link('https://a.example/x?b=1&c=2', 'Runbook')).toBe('<https://a.example/x?b=1&amp;c=2|Runbook>');
    expect(link('https://a.example/x|y>z', 'Run*book')).toBe('<https://a.example/x%7Cy%3Ez|Run∗book>');
    expect(link('javascript:alert(1)', 'x')).toBeUndefined();
    expect(link('https://', 'x')).toBeUndefined();
  });

  it('gives a date in the reader’s zone with the zone of the app as the fallback', () => {
    expect(dateText(Date.parse('2026-11-22T02:00:12Z'), 'Asia/Taipei', english)).toBe(
      '<!date^1795312812^{date_short_pretty} {time}|22 Nov 10:00 Asia/Taipei>',
    );
  });
});

describe('lengths', () => {
  it('counts and cuts by code points, never through a character or an escape', () => {
    expect(lengthOf('🔴🔴')).toBe(2);
    expect(truncate('🔴🔴🔴', 2)).toBe('🔴…');
    expect(truncate('ab&lt;cd', 5)).toBe('ab…');
    expect(truncate('short', 5)).toBe('short');
  });

  it('holds for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (text, max) => {
        const cut = truncate(escapeMarkup(text), max);
        expect(lengthOf(cut)).toBeLessThanOrEqual(max);
        expect(cut).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
      }),
    );
  });

  it('escapes and undoes it', () => {
    fc.assert(fc.property(fc.string(), (text) => unescapeMarkup(escapeMarkup(text)) === text));
  });

  it('keeps a cell on one line', () => {
    expect(oneLine(' a\n b\u0000c ')).toBe('a b c');
  });
});
