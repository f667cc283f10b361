import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startSamplePlatforms } from '../../src/demo/platforms/sample-platforms.ts';
import type { Phrase } from '../../src/metrics/phrase.ts';
import { jmessage } from '../../src/platforms/jmessage/index.ts';
import { englishWording } from '../../src/wording.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { describePlatform } from './contract.ts';
import { allRefused, daily, open, type Replies, refused } from './jmessage-server.ts';
import { borrowed, testApp } from './server.ts';

const inEnglish = (notes: readonly Phrase[]): string[] => notes.map(englishWording.text);

describePlatform('JMessage', async () => {
  const clock = createFakeClock('2026-11-22T10:00:00Z');
  const sample = await startSamplePlatforms({ clock });
  const access = sample.jmessage;
  return {
    definition: jmessage,
    platform: jmessage.open({ ...borrowed(clock), app: testApp(jmessage), access }),
    clock,
    secrets: [
      access.appKey,
      access.masterSecret,
      Buffer.from(`${access.appKey}:${access.masterSecret}`).toString('base64'),
    ],
    breakDown: () => sample.controls.setFault('jmessage', 'down'),
    stop: sample.stop,
  };
});

/** The rows of the vendor's page, moved to November 2026. */
const users = [
  { active_users: 29, total_users: 66938, send_msg_users: 7, new_users: 2, date: '2026-11-20' },
  { active_users: 29, total_users: 66941, send_msg_users: 10, new_users: 3, date: '2026-11-21' },
  { active_users: 22, total_users: 66943, send_msg_users: 3, new_users: 2, date: '2026-11-22' },
];
const groups = [
  { date: '2026-11-20', active_group: 5, total_group: 5, new_group: 3 },
  { date: '2026-11-22', active_group: 3, total_group: 9, new_group: 0 },
];

function messagesOf(time: string): unknown {
  return {
    send_msg_stat: [{ time, group_send_msg: 89, single_send_msg: 170916 }],
    group_msg_stat: { txt_msg: 80, image_msg: 7, voice_msg: 1, other_msg: 1 },
    single_msg_stat: { txt_msg: 170913, image_msg: 1, voice_msg: 1, other_msg: 1 },
  };
}

const byDay: Replies = {
  users: () => ({ body: users }),
  groups: () => ({ body: groups }),
  messages: (query) => ({ body: messagesOf(query.get('start') ?? '') }),
};

describe('the days of JMessage', () => {
  it('are joined by date; a day that one statistic lacks is not complete, and today never is', async () => {
    const { platform } = await open(byDay);
    const { days, notes } = await daily(platform, '2026-11-20', '2026-11-22');
    expect(notes).toEqual([]);
    expect(days.map((day) => [day.date, day.complete, day.zone])).toEqual([
      ['2026-11-20', true, 'Asia/Shanghai'],
      ['2026-11-21', false, 'Asia/Shanghai'],
      ['2026-11-22', false, 'Asia/Shanghai'],
    ]);
    expect(days[0]?.values).toEqual({
      'users.active': 29,
      'users.total': 66938,
      'users.new': 2,
      'users.senders': 7,
      'users.sender_ratio': 7 / 29,
      'messages.per_user': 171_005 / 29,
      'messages.sent': 171005,
      'messages.single': 170916,
      'messages.group': 89,
      'messages.single.text': 170913,
      'messages.single.image': 1,
      'messages.single.voice': 1,
      'messages.single.other': 1,
      'messages.group.text': 80,
      'messages.group.image': 7,
      'messages.group.voice': 1,
      'messages.group.other': 1,
      'groups.active': 5,
      'groups.total': 5,
      'groups.new': 3,
    });
    expect(days[1]?.values).not.toHaveProperty(['groups.active']);
  });

  it('leave out a day without numbers, and never take a missing number for 0', async () => {
    const { platform } = await open({
      users: () => ({ body: [{ date: '2026-11-20' }, { date: '2026-11-21', active_users: 0, new_users: 'many' }] }),
    });
    const { days } = await daily(platform, '2026-11-19', '2026-11-21');
    expect(days).toMatchObject([{ date: '2026-11-21', values: { 'users.active': 0 } }]);
    expect(days[0]?.values).not.toHaveProperty(['users.new']);
  });

  it('read the other names that the vendor uses, and rows without a sensible date not at all', async () => {
    const { platform } = await open({
      users: () => ({
        body: [{ date: '2026-11-21', active_user: 4, new_user: 1 }, { active_users: 9 }, { date: 'soon' }],
      }),
      groups: () => ({ body: [{ date: '2026-11-21', total_groups: 8, new_groups: 2 }] }),
    });
    const { days } = await daily(platform, '2026-11-21', '2026-11-21');
    const values = { 'users.active': 4, 'users.new': 1, 'groups.total': 8, 'groups.new': 2 };
    expect(days.map((day) => day.values)).toEqual([values]);
  });

  it('ask one day at a time for the types of messages, and drop types that cover more than that day', async () => {
    const { platform, server: asked } = await open({
      messages: (query) => ({
        body:
          query.get('start') === '2026-11-21'
            ? messagesOf('2026-11-21')
            : {
                ...Object(messagesOf('')),
                send_msg_stat: users.map(({ date }) => ({ time: date, group_send_msg: 1, single_send_msg: 2 })),
              },
      }),
    });
    const { days } = await daily(platform, '2026-11-20', '2026-11-21');
    expect(days.map((day) => [day.date, day.values['messages.sent'], day.values['messages.single.text']])).toEqual([
      ['2026-11-20', 3, undefined],
      ['2026-11-21', 171005, 170913],
    ]);
    const asks = asked.requests.filter((request) => request.startsWith('/v2/statistic/messages'));
    expect(asks.sort()).toEqual([
      '/v2/statistic/messages?time_unit=DAY&start=2026-11-20&duration=1',
      '/v2/statistic/messages?time_unit=DAY&start=2026-11-21&duration=1',
    ]);
  });

  it('go back sixty days at most, in one request each, with types for the last seven', async () => {
    const { platform, server: asked } = await open(byDay);
    const { notes } = await daily(platform, '2026-01-01', '2030-01-01');
    expect(inEnglish(notes)).toEqual(['JMessage keeps 60 days: 2026-09-24 is the first that it still has.']);
    expect(asked.requests).toContain('/v2/statistic/users?time_unit=DAY&start=2026-09-24&duration=60');
    expect(asked.requests.filter((request) => request.includes('/messages')).length).toBe(8);
  });

  it('are nothing for a span that lies before or after what there is', async () => {
    const { platform, server: asked } = await open(byDay);
    expect((await daily(platform, '2026-01-01', '2026-01-31')).days).toEqual([]);
    expect((await daily(platform, '2027-01-01', '2027-01-31')).days).toEqual([]);
    expect(asked.requests).toEqual([]);
  });

  it.each([
    ['no rows', []],
    ['rows with nothing but a date', [{ date: '2026-11-20' }, { date: '2026-11-21' }]],
  ])('are complete in an app without groups, whose statistic has %s', async (_what, body) => {
    const { platform } = await open({ ...byDay, groups: () => ({ body }) });
    const { days } = await daily(platform, '2026-11-20', '2026-11-22');
    expect(days.map((day) => [day.date, day.complete])).toEqual([
      ['2026-11-20', true],
      ['2026-11-21', true],
      ['2026-11-22', false],
    ]);
    expect(days.every((day) => day.values['groups.total'] === undefined)).toBe(true);
  });

  it('end an hour after midnight in the zone of the app, since numbers come late', async () => {
    const midnight = Date.parse('2026-11-22T16:00:00Z');
    const { platform, clock } = await open({
      users: () => ({ body: users }),
      groups: () => ({ body: [{ date: '2026-11-22', total_group: 1 }] }),
      messages: byDay.messages ?? refused(500),
    });
    const isComplete = async () => (await daily(platform, '2026-11-22', '2026-11-22')).days[0]?.complete;
    clock.jump(midnight + 59 * 60_000);
    expect(await isComplete()).toBe(false);
    clock.jump(midnight + 60 * 60_000);
    expect(await isComplete()).toBe(true);
  });

  it('do without a statistic that fails, and say so', async () => {
    const { platform } = await open({ ...byDay, groups: () => ({ status: 500, body: 'CANARY' }) });
    const { days, notes } = await daily(platform, '2026-11-20', '2026-11-20');
    expect(days).toMatchObject([{ complete: false, values: { 'users.active': 29, 'messages.group': 89 } }]);
    expect(inEnglish(notes)).toEqual([
      'Groups could not be read. Production chat did not answer: HTTP 500, the server has trouble of its own.',
    ]);
  });

  it.each([
    ['a wrong key', { ...byDay, users: refused(401, 899008) }, { kind: 'auth', status: 401, vendorCode: '899008' }],
    ['a wrong key, told by its code only', { ...byDay, groups: refused(400, 899009) }, { kind: 'auth', status: 400 }],
    [
      'a failure of all',
      { users: refused(500), groups: refused(500), messages: refused(500) },
      { kind: 'unavailable' },
    ],
    ['a refusal of all, history included', { ...allRefused(403), history: refused(403) }, { kind: 'forbidden' }],
  ])('are an error for %s', async (_what, replies: Replies, expected) => {
    const { platform } = await open(replies);
    const error = await daily(platform, '2026-11-20', '2026-11-22').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(expected);
    expect(inspect(error, { depth: 10 })).not.toContain('CANARY');
  });
});

describe('a snapshot of JMessage', () => {
  it('is today so far, from midnight in the zone of the app', async () => {
    // 16:30 UTC is half past midnight of the next day in Shanghai.
    const { platform, server: asked } = await open(byDay, createFakeClock('2026-11-21T16:30:00Z'));
    const snapshot = await platform.snapshot();
    expect(snapshot.window).toEqual({
      from: Date.parse('2026-11-21T16:00:00Z'),
      to: Date.parse('2026-11-21T16:30:00Z'),
    });
    expect(snapshot.values).toMatchObject({ 'users.active': 22, 'messages.sent': 171005, 'groups.total': 9 });
    expect(asked.requests).toContain('/v2/statistic/messages?time_unit=DAY&start=2026-11-22&duration=1');
    expect(asked.requests).toHaveLength(3);
  });

  it('has the totals of yesterday while today has none, and adds up the hours while the day has no row', async () => {
    const { platform } = await open({
      users: () => ({ body: users.slice(0, 2) }),
      groups: () => ({ body: [] }),
      messages: (query) =>
        query.get('time_unit') === 'HOUR'
          ? {
              body: {
                send_msg_stat: [
                  { time: '2026-11-22 09', group_send_msg: 1, single_send_msg: 4 },
                  { time: '2026-11-22 10', group_send_msg: 2, single_send_msg: 3 },
                ],
              },
            }
          : { body: { send_msg_stat: [] } },
    });
    const { values, notes } = await platform.snapshot();
    expect(values).toEqual({ 'users.total': 66941, 'messages.sent': 10 });
    expect(inEnglish(notes).join(' ')).toContain('Totals are those of 2026-11-21.');
  });
});

describe('hours and months of JMessage', () => {
  it.each([
    ['date and hour', (hour: string) => `2026-11-22 ${hour}`],
    ['date and time', (hour: string) => `2026-11-22 ${hour}:00:00`],
    ['the hour alone', (hour: string) => hour],
    ['the time alone', (hour: string) => `${hour}:00`],
  ])('read an hour written as %s; one without a row, or of another day, is unknown', async (_what, write) => {
    const { platform, server: asked } = await open({
      messages: () => ({
        body: {
          send_msg_stat: [
            ...['09', '11'].map((hour) => ({ time: write(hour), group_send_msg: 1, single_send_msg: 2 })),
            { time: write('12') },
            { time: '2026-11-21 23', group_send_msg: 1, single_send_msg: 2 },
          ],
        },
      }),
    });
    const hours = (await platform.hours?.()) ?? [];
    expect(asked.requests).toEqual(['/v2/statistic/messages?time_unit=HOUR&start=2026-11-22%2000&duration=13']);
    const values = { 'messages.sent': 3, 'messages.single': 2, 'messages.group': 1 };
    expect(hours).toEqual([
      { at: Date.parse('2026-11-22T01:00:00Z'), values },
      { at: Date.parse('2026-11-22T03:00:00Z'), values },
    ]);
  });

  it('read the last two months', async () => {
    const { platform, server: asked } = await open({
      messages: () => ({ body: { send_msg_stat: [{ time: '2026-11', group_send_msg: 5, single_send_msg: 6 }] } }),
    });
    expect(await platform.months?.()).toEqual([
      { at: Date.parse('2026-09-30T16:00:00Z'), value: undefined },
      { at: Date.parse('2026-10-31T16:00:00Z'), value: 11 },
    ]);
    expect(asked.requests).toEqual(['/v2/statistic/messages?time_unit=MONTH&start=2026-10&duration=2']);
  });

  it('say what is missing when months are not part of the subscription', async () => {
    const { platform } = await open(allRefused(403));
    await expect(platform.months?.()).rejects.toMatchObject({
      kind: 'not-entitled',
      hint: expect.stringContaining('VIP'),
    });
  });
});
