import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HistoryFacts, historyReport } from '../../src/reports/history.ts';
import { reportText } from '../../src/reports/plain-text.ts';
import { wordReport } from '../../src/reports/word-report.ts';
import { englishWording } from '../../src/wording.ts';
import { sampleFacts } from '../support/history-facts.ts';

const read = (facts: HistoryFacts, tops = true): string =>
  reportText(wordReport(historyReport(facts, { tops }), englishWording));

describe('the report on a message history', () => {
  it('of a day', () => {
    expect(read(sampleFacts('yesterday', 3_782, { statistics: 3_151 }))).toMatchInlineSnapshot(`
      "China: 3,782 messages yesterday, most from 00:00 to 01:00.
      Yesterday, Sunday 22 Nov 2026, Asia/Shanghai.
      As of 23 Nov 2026 10:00:00, Asia/Shanghai.
      Single chats: 1,892 50 % of all.
      Groups: 1,260 33 % of all.
      Chat rooms: 630 17 % of all.
      Different senders: 40.
      Busiest hour: 00:00 to 01:00 329 messages, 8.7 % of all.
      Text: Single chats 1,051, Groups 630, Chat rooms 420, All 2,101.
      Image: Single chats 211, Groups 210, Chat rooms 0, All 421.
      Voice: Single chats 210, Groups 210, Chat rooms 0, All 420.
      File: Single chats 210, Groups 0, Chat rooms 210, All 420.
      Custom: Single chats 210, Groups 210, Chat rooms 0, All 420.
      All: Single chats 1,892, Groups 1,260, Chat rooms 630, All 3,782.
      Sent with: Android 1,892 (50 %), iOS 945 (25 %) and web 945 (25 %).
      Messages by time of day, yesterday, Asia/Shanghai. Low 121 in the hour from 23:00, high 329 in the hour from 00:00, in all 3,782, last 121 in the hour from 23:00.
      Who sent most (for managers only):
      1. user20: 162 (4.3 %).
      2. user19: 158 (4.2 %).
      3. user18: 154 (4.1 %).
      4. user17: 150 (4 %).
      5. user16: 146 (3.9 %).
      6. user15: 142 (3.8 %).
      7. user14: 138 (3.6 %).
      8. user13: 134 (3.5 %).
      9. user12: 130 (3.4 %).
      10. user11: 126 (3.3 %).
      Groups with most messages (for managers only):
      1. 10055200: 180 (4.8 %).
      2. 10055201: 180 (4.8 %).
      3. 10055202: 180 (4.8 %).
      4. 10055203: 180 (4.8 %).
      5. 10055204: 180 (4.8 %).
      6. 10055205: 180 (4.8 %).
      7. 10055206: 180 (4.8 %).
      630 of these were sent in chat rooms, which the daily statistics leave out: without them it is 3,152. The daily statistics of JMessage say 3,151 where 3,152 were counted in single chats and groups: they are made apart from the history, and at another time."
    `);
  });
  it('of a week', () => {
    expect(read(sampleFacts('7d', 26_000, { keptDays: 7, people: undefined }))).toMatchInlineSnapshot(`
      "China: 26,000 messages in the last 7 days, most from 00:00 to 01:00.
      16 to 22 Nov 2026, Asia/Shanghai.
      As of 23 Nov 2026 10:00:00, Asia/Shanghai.
      Single chats: 13,001 50 % of all.
      Groups: 8,666 33 % of all.
      Chat rooms: 4,333 17 % of all.
      Busiest hour: 00:00 to 01:00 1,382 messages, 5.3 % of all.
      Text: Single chats 7,223, Groups 4,333, Chat rooms 2,888, All 14,444.
      Image: Single chats 1,445, Groups 1,444, Chat rooms 0, All 2,889.
      Voice: Single chats 1,444, Groups 1,445, Chat rooms 0, All 2,889.
      File: Single chats 1,444, Groups 0, Chat rooms 1,445, All 2,889.
      Custom: Single chats 1,445, Groups 1,444, Chat rooms 0, All 2,889.
      All: Single chats 13,001, Groups 8,666, Chat rooms 4,333, All 26,000.
      Sent with: Android 13,000 (50 %), iOS 6,500 (25 %) and web 6,500 (25 %).
      Messages by time of day, last 7 days, Asia/Shanghai. Low 997 in the hour from 23:00, high 1,382 in the hour from 00:00, in all 26,000, last 997 in the hour from 23:00.
      By day:
      Mon 16 Nov: 5,820 messages.
      Tue 17 Nov: 4,099 messages.
      Wed 18 Nov: 3,631 messages.
      Thu 19 Nov: 3,356 messages.
      Fri 20 Nov: 3,165 messages.
      Sat 21 Nov: 3,022 messages.
      Sun 22 Nov: 2,907 messages.
      4,333 of these were sent in chat rooms, which the daily statistics leave out: without them it is 21,667. Counted earlier and kept. Who sent most is not kept: it takes a new count."
    `);
  });
  it('of a month', () => {
    expect(read(sampleFacts('30d', 90_000), false)).toMatchInlineSnapshot(`
      "China: 90,000 messages in the last 30 days, most from 00:00 to 01:00.
      24 Oct to 22 Nov 2026, Asia/Shanghai.
      As of 23 Nov 2026 10:00:00, Asia/Shanghai.
      Single chats: 45,000 50 % of all.
      Groups: 30,000 33 % of all.
      Chat rooms: 15,000 17 % of all.
      Different senders: 40.
      Busiest hour: 00:00 to 01:00 4,107 messages, 4.6 % of all.
      Text: Single chats 25,000, Groups 15,000, Chat rooms 10,000, All 50,000.
      Image: Single chats 5,000, Groups 5,000, Chat rooms 0, All 10,000.
      Voice: Single chats 5,000, Groups 5,000, Chat rooms 0, All 10,000.
      File: Single chats 5,000, Groups 0, Chat rooms 5,000, All 10,000.
      Custom: Single chats 5,000, Groups 5,000, Chat rooms 0, All 10,000.
      All: Single chats 45,000, Groups 30,000, Chat rooms 15,000, All 90,000.
      Sent with: Android 45,000 (50 %), iOS 22,500 (25 %) and web 22,500 (25 %).
      Messages by time of day, last 30 days, Asia/Shanghai. Low 3,637 in the hour from 23:00, high 4,107 in the hour from 00:00, in all 90,000, last 3,637 in the hour from 23:00.
      Messages per day, last 30 days, Asia/Shanghai. Low 2,316 on 22 Nov, high 6,577 on 24 Oct, in all 90,000, last 2,316 on 22 Nov.
      15,000 of these were sent in chat rooms, which the daily statistics leave out: without them it is 75,000."
    `);
  });
  it('of a user', () => {
    const scope = { of: 'user', name: 'user7' } as const;
    expect(read(sampleFacts('7d', 61, { scope }))).toMatchInlineSnapshot(`
      "User user7 on China: 61 messages in the last 7 days, most from 13:00 to 14:00.
      16 to 22 Nov 2026, Asia/Shanghai.
      As of 23 Nov 2026 10:00:00, Asia/Shanghai.
      Sent: 12 20 % of all.
      Received: 49 80 % of all.
      Single chats: 31 51 % of all.
      Groups: 20 33 % of all.
      Chat rooms: 10 16 % of all.
      Busiest hour: 13:00 to 14:00 5 messages, 8.2 % of all.
      Text: Single chats 18, Groups 10, Chat rooms 6, All 34.
      Image: Single chats 4, Groups 3, Chat rooms 0, All 7.
      Voice: Single chats 3, Groups 4, Chat rooms 0, All 7.
      File: Single chats 3, Groups 0, Chat rooms 4, All 7.
      Custom: Single chats 3, Groups 3, Chat rooms 0, All 6.
      All: Single chats 31, Groups 20, Chat rooms 10, All 61.
      Sent with: Android 31 (51 %), iOS 15 (25 %) and web 15 (25 %).
      Messages by time of day, last 7 days, Asia/Shanghai. Low 0 in the hour from 14:00, high 5 in the hour from 13:00, in all 61, last 3 in the hour from 23:00.
      By day:
      Mon 16 Nov: 14 messages.
      Tue 17 Nov: 10 messages.
      Wed 18 Nov: 8 messages.
      Thu 19 Nov: 8 messages.
      Fri 20 Nov: 8 messages.
      Sat 21 Nov: 7 messages.
      Sun 22 Nov: 6 messages."
    `);
  });
  it('of a group', () => {
    expect(read(sampleFacts('7d', 900, { scope: { of: 'group', id: '10055201' } }))).toMatchInlineSnapshot(`
      "Group 10055201 on China: 900 messages in the last 7 days, most from 00:00 to 01:00.
      16 to 22 Nov 2026, Asia/Shanghai.
      As of 23 Nov 2026 10:00:00, Asia/Shanghai.
      Single chats: 450 50 % of all.
      Groups: 300 33 % of all.
      Chat rooms: 150 17 % of all.
      Different senders: 30.
      Busiest hour: 00:00 to 01:00 47 messages, 5.2 % of all.
      Text: Single chats 250, Groups 150, Chat rooms 100, All 500.
      Image: Single chats 50, Groups 50, Chat rooms 0, All 100.
      Voice: Single chats 50, Groups 50, Chat rooms 0, All 100.
      File: Single chats 50, Groups 0, Chat rooms 50, All 100.
      Custom: Single chats 50, Groups 50, Chat rooms 0, All 100.
      All: Single chats 450, Groups 300, Chat rooms 150, All 900.
      Sent with: Android 450 (50 %), iOS 225 (25 %) and web 225 (25 %).
      Messages by time of day, last 7 days, Asia/Shanghai. Low 33 in the hour from 17:00, high 47 in the hour from 00:00, in all 900, last 36 in the hour from 23:00.
      By day:
      Mon 16 Nov: 202 messages.
      Tue 17 Nov: 142 messages.
      Wed 18 Nov: 126 messages.
      Thu 19 Nov: 116 messages.
      Fri 20 Nov: 109 messages.
      Sat 21 Nov: 105 messages.
      Sun 22 Nov: 100 messages.
      Who sent most (for managers only):
      1. user29: 59 (6.6 %).
      2. user28: 57 (6.3 %).
      3. user27: 55 (6.1 %).
      4. user26: 53 (5.9 %).
      5. user25: 51 (5.7 %).
      6. user24: 49 (5.4 %).
      7. user23: 47 (5.2 %).
      8. user22: 45 (5 %).
      9. user21: 43 (4.8 %).
      10. user20: 41 (4.6 %)."
    `);
  });
  it('of nothing', () => {
    expect(read(sampleFacts('yesterday', 0, { scope: { of: 'room', id: '7' } }))).toMatchInlineSnapshot(`
      "Chat room 7 on China: no messages yesterday.
      Yesterday, Sunday 22 Nov 2026, Asia/Shanghai.
      As of 23 Nov 2026 10:00:00, Asia/Shanghai.
      JMessage has no message in the chat room 7 in this time. It keeps 60 days."
    `);
  });
  it('of today so far', () => {
    expect(read(sampleFacts('today', 1))).toMatchInlineSnapshot(`
      "China: 1 message today so far.
      Today so far, Monday 23 Nov 2026, Asia/Shanghai.
      As of 23 Nov 2026 10:00:00, Asia/Shanghai.
      Different senders: 1.
      Text: Single chats 1.
      Sent with: Android 1.
      Who sent them (for managers only):
      1. user0: 1."
    `);
  });
  it('that was stopped', () => {
    const { from } = sampleFacts('7d', 1);
    const end = { state: 'stopped', until: from + 3.3 * 86_400_000, reasons: [], after: 60_000 } as const;
    expect(read(sampleFacts('7d', 9_000, { end, people: undefined }))).toMatchInlineSnapshot(`
      "China: stopped before the end, 9,000 messages counted until then.
      16 to 22 Nov 2026, Asia/Shanghai.
      As of 23 Nov 2026 10:00:00, Asia/Shanghai.
      Counted up to 19 Nov 07:12; what was sent from then to 23 Nov 00:00 is missing.
      Asked again, it goes on from the first day that is missing.
      Single chats: 4,500 50 % of all.
      Groups: 3,000 33 % of all.
      Chat rooms: 1,500 17 % of all.
      Busiest hour: 00:00 to 01:00 479 messages, 5.3 % of all.
      Text: Single chats 2,500, Groups 1,500, Chat rooms 1,000, All 5,000.
      Image: Single chats 500, Groups 500, Chat rooms 0, All 1,000.
      Voice: Single chats 500, Groups 500, Chat rooms 0, All 1,000.
      File: Single chats 500, Groups 0, Chat rooms 500, All 1,000.
      Custom: Single chats 500, Groups 500, Chat rooms 0, All 1,000.
      All: Single chats 4,500, Groups 3,000, Chat rooms 1,500, All 9,000.
      Sent with: Android 4,500 (50 %), iOS 2,250 (25 %) and web 2,250 (25 %).
      Messages by time of day, last 7 days, Asia/Shanghai. Low 346 in the hour from 22:00, high 479 in the hour from 00:00, in all 9,000, last 346 in the hour from 23:00.
      By day:
      Mon 16 Nov: 2,015 messages.
      Tue 17 Nov: 1,419 messages.
      Wed 18 Nov: 1,257 messages.
      Thu 19 Nov: 1,161 messages.
      Fri 20 Nov: 1,096 messages.
      Sat 21 Nov: 1,046 messages.
      Sun 22 Nov: 1,006 messages.
      1,500 of these were sent in chat rooms, which the daily statistics leave out: without them it is 7,500."
    `);
  });
});

describe('whoever may not see it', () => {
  it('reads no name of a sender or a group', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('today', 'yesterday', '7d', '30d'),
        fc.integer({ min: 0, max: 400 }),
        (word, count) => {
          const facts = sampleFacts(word, count);
          expect(read(facts, false)).not.toMatch(/user\d|100552\d\d/);
          if (count > 0) expect(read(facts, true)).toMatch(/user\d/);
        },
      ),
      { numRuns: 30 },
    );
  });
});

it('says that only sent messages were given, where none was received', () => {
  const scope = { of: 'user', name: 'user0' } as const;
  expect(read(sampleFacts('7d', 1, { scope }))).toContain('JMessage gave only messages that user0 sent');
  expect(read(sampleFacts('7d', 9, { scope }))).not.toContain('only messages');
});

it('draws the hours of a running day to the present one', () => {
  const report = historyReport(sampleFacts('today', 50), { tops: false });
  const [chart] = report.sections.flatMap(({ charts }) => charts);
  expect(chart?.times).toHaveLength(10);
});
