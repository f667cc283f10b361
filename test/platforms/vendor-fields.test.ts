// Holds the parsers, the store and the commands to the table of everything that the vendors document.
import { afterEach, describe, expect, it, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { silentLogger } from '../../src/logger.ts';
import { type MetricId, type MetricValues, metric } from '../../src/metrics/catalog.ts';
import type { HistoryScope } from '../../src/metrics/message-history.ts';
import { imkit } from '../../src/platforms/imkit/index.ts';
import { jmessage } from '../../src/platforms/jmessage/index.ts';
import type { Platform } from '../../src/platforms/platform.ts';
import type { Vocabulary } from '../../src/slack/command/subcommand.ts';
import { knownApp } from '../../src/slack/command/tokens.ts';
import { readCommand } from '../../src/slack/command/understand.ts';
import { subcommands } from '../../src/slack/subcommands/index.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { borrowed, json, startServer, type TestServer, testApp } from './server.ts';
import { type AnswerName, examples, otherNames, timeUnits, type VendorField, vendorFields } from './vendor-fields.ts';

/** Set once the command `history` is there: then it must be what the fields of a message are shown by. */
const isHistoryThere = subcommands.some(({ id }) => id === 'history');

let server: TestServer | undefined;
afterEach(() => server?.stop());

const isImkit = (answer: AnswerName): boolean => answer.startsWith('imkit');
const isHistory = (answer: AnswerName): boolean => answer.includes('history');

/** A time at which the platform still has what the example is of. */
function startOf(answer: AnswerName): string {
  if (isImkit(answer)) return '2026-04-11T10:00:05Z';
  return isHistory(answer) ? '2016-06-25T16:00:00Z' : '2017-03-02T04:00:00Z';
}

/** The platform of an answer, which gives it changed, and the other examples as they are. */
async function open(answer: AnswerName, body: unknown): Promise<Platform> {
  const clock = createFakeClock(startOf(answer));
  const answers: Record<string, unknown> = { ...examples, [answer]: body };
  server = await startServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const statistic = pathname.split('/').at(-1);
    if (pathname.includes('/statistic/'))
      json(response, answers[`jmessage ${statistic} ${searchParams.get('time_unit')}`]);
    else if (pathname.endsWith('/messages')) json(response, searchParams.has('cursor') ? { messages: [] } : body);
    else if (pathname === '/admin/stats') json(response, body, answer === 'imkit error' ? 401 : 200);
    else json(response, {}, 404);
  });
  const tools = borrowed(clock);
  return isImkit(answer)
    ? imkit.open({ ...tools, app: testApp(imkit), access: { url: server.url, apiKey: 'ak_abcdef1234567890' } })
    : jmessage.open({
        ...tools,
        app: testApp(jmessage),
        access: { url: `${server.url}/v2`, appKey: 'a', masterSecret: 'b' },
      });
}

const scopes: Readonly<Record<string, HistoryScope>> = {
  'jmessage history': { of: 'all' },
  'jmessage history of a user': { of: 'user', name: 'caiyh' },
  'jmessage history of a group': { of: 'group', id: '10055201' },
  'jmessage history of a room': { of: 'room', id: '10055201' },
};

/** All that the real parser reads of an answer. */
async function readAll(answer: AnswerName, body: unknown): Promise<unknown> {
  const platform = await open(answer, body);
  try {
    if (isImkit(answer)) return await platform.snapshot().catch(({ kind, message }) => ({ kind, message }));
    if (answer.endsWith('HOUR')) return await platform.hours?.();
    if (answer.endsWith('MONTH')) return await platform.months?.();
    if (answer.endsWith('DAY')) return await platform.daily?.('2017-02-28', '2017-03-01');
    const pages = platform.history?.(scopes[answer] ?? { of: 'all' }, 1466866400000, 1466866500000);
    const found: unknown[] = [];
    for await (const one of pages ?? []) found.push(one);
    return found;
  } finally {
    await server?.stop();
  }
}

/** The values of every metric that was read, of a day or an hour those of its row. */
function valuesIn(read: unknown): MetricValues {
  if (Array.isArray(read)) return Object.assign({}, ...read.map(valuesIn));
  if (typeof read !== 'object' || read === null) return {};
  if ('values' in read) return read.values as MetricValues; // of a snapshot, a day or an hour
  if ('days' in read) return valuesIn(read.days);
  // A month has one number.
  return 'value' in read && typeof read.value === 'number' ? { 'messages.sent': read.value } : {};
}

/** A copy of an answer with another value at a path. */
function changed(body: unknown, [step, ...rest]: readonly string[], to: (value: unknown) => unknown): unknown {
  if (step === undefined) return to(body);
  if (step === '[]') return (body as unknown[]).map((row) => changed(row, rest, to)); // the path is of the example
  const holder = body as Record<string, unknown>;
  return { ...holder, [step]: changed(holder[step], rest, to) };
}

const stepsOf = (field: string): string[] =>
  field
    .replaceAll('[]', '.[]')
    .split('.')
    .filter((step) => step !== '');

function another(value: unknown): unknown {
  if (Array.isArray(value)) return [...value, 'user006'];
  if (typeof value === 'number') return value + 1;
  return typeof value === 'string' ? `${value}x` : { other: 1 };
}

const readWith = ({ answer, field, other }: VendorField): Promise<unknown> =>
  readAll(
    answer,
    changed(examples[answer], stepsOf(field), (value) => other ?? another(value)),
  );

/** Every path of an answer that holds a value. */
function pathsOf(body: unknown, path = ''): string[] {
  if (Array.isArray(body) && typeof body[0] === 'object') return pathsOf(body[0], `${path}[]`);
  const isRecord = typeof body === 'object' && body !== null && !Array.isArray(body) && Object.keys(body).length > 0;
  if (!isRecord) return [path];
  return Object.entries(body).flatMap(([name, value]) => pathsOf(value, path === '' ? name : `${path}.${name}`));
}

const named = (fields: readonly VendorField[]) => fields.map((one) => [`${one.answer}, ${one.field}`, one] as const);

describe('every field of the vendors', () => {
  test.each(Object.keys(examples) as AnswerName[])('of %s stands in the table, and no other', (answer) => {
    const fields = vendorFields.filter((one) => one.answer === answer).map(({ field }) => field);
    expect(fields.toSorted()).toEqual(pathsOf(examples[answer]).toSorted());
  });

  test('gives metrics, or is used for something, or says why not', () => {
    for (const { gives, use, why } of vendorFields)
      expect([gives, use, why].filter((one) => one !== undefined)).toHaveLength(1);
  });

  test('gives every metric that its platform has, but for the connections of now, which another address gives', () => {
    for (const { id, capabilities } of [imkit, jmessage]) {
      const given = vendorFields.filter(({ answer }) => answer.startsWith(id)).flatMap(({ gives = [] }) => gives);
      const missing = capabilities.metrics.filter((one) => !given.includes(one));
      expect(missing).toEqual(id === 'imkit' ? ['connections.current'] : []);
    }
  });
});

describe('a field that gives metrics', () => {
  const giving = vendorFields.filter(({ gives }) => gives !== undefined);

  it.each(named(giving))('%s changes them when it changes', async (_name, field) => {
    const before = valuesIn(await readAll(field.answer, examples[field.answer]));
    const after = valuesIn(await readWith(field));
    for (const id of field.gives ?? []) {
      expect(before[id]).toEqual(expect.any(Number));
      expect(after[id]).not.toBe(before[id]);
    }
  });

  it.each(named(giving.filter(({ kept }) => kept !== 'polls')))(
    '%s is kept',
    async (_name, { answer, gives = [], kept }) => {
      const read = await readAll(answer, examples[answer]);
      const clock = createFakeClock('2017-03-02T04:00:00Z');
      const store = await openSqlite(':memory:', { clock, logger: silentLogger });
      const values = valuesIn(read);
      const at = clock.now();
      const day = { date: '2017-03-01', zone: 'Asia/Shanghai', complete: true, values };
      if (kept === 'samples') await store.samples.record('a', at, values);
      if (kept === 'days') await store.daily.save('a', [day]);
      if (kept === 'hours') await store.hourly.save('a', [{ at, values }]);
      const stored = {
        samples: (await store.samples.latest('a'))?.values,
        days: (await store.daily.read('a', day.date, day.date))[0]?.values,
        hours: (await store.hourly.read('a', at, at + 1))[0]?.values,
      };
      const found: MetricValues = kept === 'samples' || kept === 'days' || kept === 'hours' ? (stored[kept] ?? {}) : {};
      for (const id of gives) expect(found[id]).toBeCloseTo(values[id] ?? Number.NaN, 5);
      await store.close();
    },
  );
});

it.each(named(vendorFields.filter(({ other }) => other !== undefined)))(
  '%s is read: what is made of the answer changes with it',
  async (_name, field) => {
    expect(await readWith(field)).not.toEqual(await readAll(field.answer, examples[field.answer]));
  },
);

it.each(named(vendorFields.filter(({ why }) => why !== undefined)))(
  '%s is not read: whatever it holds, nothing changes',
  async (_name, field) => {
    expect(await readWith(field)).toEqual(await readAll(field.answer, examples[field.answer]));
  },
);

test.each(Object.entries(otherNames))('%s is read as %s', async (legend, field) => {
  const answer: AnswerName = field.endsWith('_users') ? 'jmessage users DAY' : 'jmessage groups DAY';
  const [row] = examples[answer] as Record<string, unknown>[]; // both are lists of rows
  const { [field]: value, ...rest } = row ?? {};
  expect(await readAll(answer, [{ ...rest, [legend]: value }])).toEqual(await readAll(answer, examples[answer]));
});

test.each(timeUnits)('the unit $unit of the statistic $statistic is asked for', async ({ statistic, unit, by }) => {
  const platform = await open('jmessage messages DAY', examples['jmessage messages DAY']);
  await (by === 'daily' ? platform.daily?.('2017-02-28', '2017-03-01') : platform[by]?.());
  expect(server?.requests.some((one) => one.includes(`/statistic/${statistic}?time_unit=${unit}&`))).toBe(true);
});

describe('the command that shows a field', () => {
  const vocabulary: Vocabulary = {
    subcommands,
    apps: [
      knownApp({ id: 'prod', name: 'Production chat', byDay: false }),
      knownApp({ id: 'china', name: 'China', byDay: true }),
    ],
    digests: [],
    alerts: [],
    now: Date.parse('2026-11-22T10:00:00Z'),
    zone: 'Asia/Taipei',
  };
  const shown = vendorFields.filter((one) => one.shown !== undefined && (isHistoryThere || !isHistory(one.answer)));

  test.each(named(shown))(
    'of %s is understood, and is about it',
    (_name, { shown: command = '', gives = [], answer }) => {
      const { outcome } = readCommand(command, vocabulary);
      if (outcome instanceof UserError) throw outcome;
      const { subcommand, metric: asked, app } = outcome.query;
      if (command === 'health' || command === 'history') return expect(subcommand).toBe(command);
      const [first] = gives;
      expect(app).toBe(isImkit(answer) ? 'prod' : 'china');
      if (subcommand === 'trend') return expect(asked).toBe(first);
      return expect(first === undefined ? '' : metric(first satisfies MetricId).group).toBe(subcommand);
    },
  );

  test('stands at every field that is kept', () => {
    expect(vendorFields.filter(({ kept, shown: command }) => kept !== 'nothing' && command === undefined)).toEqual([]);
  });
});
