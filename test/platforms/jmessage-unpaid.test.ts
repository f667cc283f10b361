import { describe, expect, it } from 'vitest';
import { startSamplePlatforms } from '../../src/demo/platforms/sample-platforms.ts';
import type { Phrase } from '../../src/metrics/phrase.ts';
import { jmessage } from '../../src/platforms/jmessage/index.ts';
import { formatInstant } from '../../src/time-zone.ts';
import { englishWording } from '../../src/wording.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { allRefused, daily, open, type Replies, refused } from './jmessage-server.ts';
import { borrowed, testApp } from './server.ts';

const inEnglish = (notes: readonly Phrase[]): string[] => notes.map(englishWording.text);

describe('an app without the paid statistics', () => {
  const noon = Date.parse('2026-11-22T04:00:00Z');
  const sent = (id: number, at: number, from: string, changes = {}) => ({
    msgid: id,
    msg_ctime: at,
    from_id: from,
    target_type: 'single',
    msg_type: 'text',
    ...changes,
  });

  it.each([
    ['403', 403, 2003],
    ['404', 404, 0],
    ['405', 405, 0],
    ['400 with the code for it', 400, 2003],
  ])('is known by %s, said so, and not asked again within an hour', async (_what, status, code) => {
    const replies = { users: refused(status, code), groups: refused(status, code), messages: refused(status, code) };
    const { platform, server: asked, clock, lines } = await open(replies);
    const { notes } = await platform.snapshot();
    expect(inEnglish(notes).join(' ')).toContain('counted from the message history');
    const statistics = () => asked.requests.filter((request) => request.includes('statistic')).length;
    await platform.snapshot();
    expect(statistics()).toBe(3);
    expect(lines).toHaveLength(3);
    clock.jump(clock.now() + 61 * 60_000);
    await platform.snapshot();
    expect(statistics()).toBe(6);
    expect(lines).toHaveLength(3);
  });

  it('has its messages counted by kind, hour and sender, chat rooms left out', async () => {
    const messages = [
      sent(1, noon - 3_600_000, 'a'),
      sent(2, noon - 2_000, 'a', { msg_type: 'image' }),
      sent(3, noon - 1_500, 'b', { target_type: 'group', msg_type: 'voice' }),
      sent(4, noon - 1_000, 'c', { target_type: 'chatroom' }),
    ];
    const { platform } = await open({ ...allRefused(403), history: () => ({ body: { messages } }) });
    const { values } = await platform.snapshot();
    expect(values).toEqual({
      'users.senders': 2,
      'messages.sent': 3,
      'messages.single': 2,
      'messages.group': 1,
      'messages.single.text': 1,
      'messages.single.image': 1,
      'messages.single.voice': 0,
      'messages.single.other': 0,
      'messages.group.text': 0,
      'messages.group.image': 0,
      'messages.group.voice': 1,
      'messages.group.other': 0,
    });
    const hours = (await platform.hours?.()) ?? [];
    expect(hours.slice(-2).map(({ values }) => values)).toEqual([
      { 'messages.sent': 3, 'messages.single': 2, 'messages.group': 1 },
      { 'messages.sent': 0, 'messages.single': 0, 'messages.group': 0 },
    ]);
  });

  it('is counted on from the last message, not from midnight again, and no message twice', async () => {
    let messages = [sent(1, noon - 3 * 3_600_000, 'a'), sent(2, noon - 1_000, 'b')];
    const {
      platform,
      server: asked,
      clock,
    } = await open({ ...allRefused(403), history: () => ({ body: { messages } }) });
    await platform.snapshot();
    clock.jump(noon + 60_000);
    messages = [sent(2, noon - 1_000, 'b'), sent(3, noon + 30_000, 'c')];
    const { values } = await platform.snapshot();
    expect(values).toMatchObject({ 'messages.sent': 3, 'users.senders': 3 });
    expect(asked.requests.at(-1)).toContain('begin_time=2026-11-22%2011%3A58%3A58');
  });

  /** Five messages, ten minutes apart, one on each page. */
  const onePerPage = (first: number): Replies => {
    const all = Array.from({ length: 5 }, (_, index) => sent(index, first + index * 600_000, 'a'));
    const history = (query: URLSearchParams) => {
      const begin = Date.parse(`${query.get('begin_time')?.replace(' ', 'T')}+08:00`);
      const from = query.get('cursor') === null ? begin : Number(query.get('cursor'));
      const next = all.find((message) => message.msg_ctime >= from);
      return { body: { messages: next === undefined ? [] : [next], cursor: String((next?.msg_ctime ?? 0) + 1) } };
    };
    return { ...allRefused(403), history };
  };

  it('has a past day with more than may be read at once counted on by each call, and every message once', async () => {
    const { platform, server: asked } = await open(onePerPage(noon - 50 * 3_600_000));
    const counts: (number | undefined)[] = [];
    for (let call = 0; call < 3; call += 1) {
      const { days, notes } = await daily(platform, '2026-11-20', '2026-11-20');
      counts.push(days[0]?.values['messages.sent']);
      const isUnfinished = inEnglish(notes).join(' ').includes('Not all messages of 2026-11-20 are counted yet');
      expect(isUnfinished).toBe(counts[call] === undefined);
    }
    expect(counts).toEqual([undefined, undefined, 5]);
    const before = asked.requests.length;
    await daily(platform, '2026-11-20', '2026-11-20');
    expect(asked.requests.length).toBe(before);
  });

  it('has a day that is just over counted from its beginning each time, because late messages still come in', async () => {
    const clock = createFakeClock('2026-11-21T16:30:00Z');
    const { platform, server: asked } = await open(onePerPage(noon - 24 * 3_600_000), clock);
    for (const _ of [1, 2]) await daily(platform, '2026-11-21', '2026-11-21');
    const begun = asked.requests.filter((request) => request.includes('begin_time='));
    expect(new Set(begun.map((request) => /begin_time=([^&]+)/.exec(request)?.[1])).size).toBe(1);
    expect(begun).toHaveLength(2);
  });

  it('has an unknown number while there is more than may be read at once, and catches up with the next polls', async () => {
    const { platform } = await open(onePerPage(noon - 5 * 3_600_000));
    const polls = [await platform.snapshot(), await platform.snapshot(), await platform.snapshot()];
    expect(polls.map((snapshot) => snapshot.values['messages.sent'])).toEqual([undefined, undefined, 5]);
    expect(inEnglish(polls[0]?.notes ?? []).join(' ')).toContain('Not all messages of 2026-11-22');
  });

  it('is told apart from statistics that the vendor has switched off', async () => {
    const { platform } = await open(allRefused(410));
    const { notes } = await daily(platform, '2026-11-20', '2026-11-21');
    expect(inEnglish(notes)).toEqual([expect.stringContaining('has switched its statistics off')]);
  });

  it('has the day that runs counted on, though a clock that is ahead dates a message to the evening', async () => {
    let sentSoFar = 10;
    const early = {
      create_time: (noon + 5 * 3_600_000) / 1_000,
      from_id: 'x',
      target_type: 'single',
      msg_type: 'text',
    };
    const { platform, clock } = await open({
      ...allRefused(403),
      history: (query) => {
        const all = Array.from({ length: sentSoFar }, (_, id) => sent(id, noon - 600_000 + id * 60_000, 'a'));
        const at = query.get('begin_time') ?? '';
        const messages = all.filter(
          ({ msg_ctime }) => formatInstant(msg_ctime, 'Asia/Shanghai', 'yyyy-MM-dd HH:mm:ss') >= at,
        );
        return { body: { messages: [...messages, { ...early, msgid: 999 }] } };
      },
    });
    const count = async () => (await platform.snapshot()).values['messages.sent'];
    expect(await count()).toBe(11);
    sentSoFar = 30;
    clock.jump(noon + 20 * 60_000);
    expect(await count()).toBe(31);
  });

  it('has past days counted once, and only the last seven of a longer span', async () => {
    const { platform, server: asked } = await open({
      ...allRefused(403),
      history: () => ({ body: { messages: [sent(1, noon - 86_400_000, 'a')] } }),
    });
    const { days, notes } = await daily(platform, '2026-10-01', '2026-11-21');
    expect(days.map((day) => day.date)).toEqual([
      '2026-11-15',
      '2026-11-16',
      '2026-11-17',
      '2026-11-18',
      '2026-11-19',
      '2026-11-20',
      '2026-11-21',
    ]);
    expect(days.every((day) => day.complete)).toBe(true);
    expect(inEnglish(notes).join(' ')).toContain('only the last 7 are counted at once.');
    const before = asked.requests.length;
    await daily(platform, '2026-11-15', '2026-11-21');
    expect(asked.requests.length).toBe(before);
  });

  it('gets the same numbers by counting as the statistics would give', async () => {
    const clock = createFakeClock('2026-11-22T10:00:00Z');
    const sample = await startSamplePlatforms({ clock });
    const access = sample.jmessage;
    const openOne = () => jmessage.open({ ...borrowed(clock), app: testApp(jmessage), access });
    const stated = await daily(openOne(), '2026-11-20', '2026-11-21');
    sample.controls.setFault('jmessage', 'not-entitled');
    const counted = await daily(openOne(), '2026-11-20', '2026-11-21');
    await sample.stop();
    expect(counted.days).toHaveLength(2);
    for (const [index, day] of counted.days.entries()) expect(stated.days[index]?.values).toMatchObject(day.values);
  });
});
