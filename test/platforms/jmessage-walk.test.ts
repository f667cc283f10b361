import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlatformError } from '../../src/errors.ts';
import type { MetricValues } from '../../src/metrics/catalog.ts';
import type { Http } from '../../src/platforms/http.ts';
import { walkHistory } from '../../src/platforms/jmessage/history.ts';
import { createRecentMessages } from '../../src/platforms/jmessage/history-messages.ts';
import { createMessageCounter } from '../../src/platforms/jmessage/message-counts.ts';
import { parseInstant } from '../../src/time-zone.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const now = Date.parse('2026-11-22T04:00:00Z');
const hour = 3_600_000;
const start = now - 9 * 24 * hour;
const zone = 'Asia/Shanghai';

interface World {
  /** Times of all messages, oldest first. */
  readonly times: readonly number[];
  readonly pageSize: number;
  /** Which of the requests with a cursor find it expired. */
  readonly expires: ReadonlySet<number>;
}

/** A history as the platform keeps it, without a network. A cursor is the index of the next message. */
function historyOf({ times, pageSize, expires }: World): Http {
  let cursors = 0;
  return {
    endpoint: { name: 'China', hints: {}, codes: {}, secrets: [] },
    getJson: async (_path, schema, { query = {} } = {}) => {
      const at = (name: string): number => parseInstant(String(query[name]), 'yyyy-MM-dd HH:mm:ss', zone) ?? Number.NaN;
      const [first, last] =
        query['cursor'] === undefined
          ? [at('begin_time'), at('end_time')]
          : String(query['cursor']).split('/').map(Number);
      if (query['cursor'] !== undefined && expires.has(cursors++))
        throw new PlatformError('bad-request', 'Expired.', { status: 400 });
      const found = times.flatMap((time, id) =>
        time >= (first ?? 0) && time < (last ?? 0) + 1_000 ? [{ time, id }] : [],
      );
      const skip = query['cursor'] === undefined ? 0 : Number(String(query['cursor']).split('/')[2]);
      const page = found.slice(skip, skip + pageSize);
      return schema.parse({
        cursor: `${first}/${last}/${skip + pageSize}`,
        messages: page.map(({ time, id }) => ({ msgid: id, msg_ctime: time, from_id: 'a', target_type: 'single' })),
      });
    },
  };
}

describe('a walk through any history', () => {
  const world = fc.record({
    // Bursts and pauses, never two in one second: a second is the finest that can be asked for.
    times: fc
      .array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1_000, max: 90_000 })), { maxLength: 60 })
      .map((gaps) =>
        gaps.map((_gap, index) => start + 7 + 1_000 * gaps.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0)),
      )
      .map((times) => times.filter((time) => time < now)),
    remembered: fc.integer({ min: 1, max: 70 }),
    pageSize: fc.integer({ min: 1, max: 9 }),
    expires: fc.array(fc.nat(40), { maxLength: 6 }).map((turns) => new Set(turns)),
  });

  it('gives every message once and in order, or says that it is partial, however often cursors expire', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const clock = createFakeClock(now);
        const recent = createRecentMessages(given.remembered);
        const ids: number[] = [];
        let partial = false;
        for await (const page of walkHistory({
          http: historyOf(given),
          clock,
          zone,
          scope: { of: 'all' },
          recent,
          from: now - 10 * 24 * hour,
          to: now,
        })) {
          ids.push(...page.messages.map((message) => Number(message.id.split(':')[0])));
          partial ||= page.partial;
        }
        const all = given.times.map((_time, id) => id);
        expect(ids).toEqual(partial ? all.slice(0, ids.length) : all);
        if (given.expires.size <= 3) expect(partial).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a day that is counted in pieces', () => {
  it('is unknown, and not asked for, where its beginning is kept no more: the rest would be taken for the whole', async () => {
    const http = historyOf({ times: [now - 60 * 24 * hour + hour], pageSize: 9, expires: new Set() });
    let asked = 0;
    const getJson: Http['getJson'] = (...question) => {
      asked += 1;
      return http.getJson(...question);
    };
    const counter = createMessageCounter({ http: { ...http, getJson }, clock: createFakeClock(now), zone });
    for (const _ of [1, 2]) expect(await counter.day('2026-09-23')).toBeUndefined();
    expect(asked).toBe(0);
  });

  const day = '2026-11-20';
  const midnight = Date.parse('2026-11-19T16:00:00Z');
  const world = fc.record({
    times: fc
      .array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 60, max: 2_000 })), { maxLength: 200 })
      .map((gaps) => {
        let at = midnight - 600_000;
        return gaps.map((gap) => (at += 1_000 * gap));
      }),
    pageSize: fc.integer({ min: 1, max: 9 }),
    expires: fc.array(fc.nat(60), { maxLength: 4 }).map((turns) => new Set(turns)),
    /** Pages of a call beyond those of the minute that is read again. */
    more: fc.integer({ min: 2, max: 30 }),
  });

  it('has every message once, however few pages a call may read', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const maxPages = Math.ceil(62 / given.pageSize) + given.more;
        const counter = createMessageCounter({ http: historyOf(given), clock: createFakeClock(now), zone, maxPages });
        let values: MetricValues | undefined;
        for (let call = 0; values === undefined && call <= given.times.length; call += 1)
          values = await counter.day(day);
        const inDay = given.times.filter((time) => time >= midnight && time < midnight + 24 * hour);
        expect(values?.['messages.sent']).toBe(inDay.length);
      }),
      { numRuns: 200 },
    );
  });
});
