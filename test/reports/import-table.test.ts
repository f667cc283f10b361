// The table of an export read back: every row that cannot be placed is refused with why.
import { describe, expect, it } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import type { CsvCell } from '../../src/csv.ts';
import { exportedMetrics, headOf } from '../../src/reports/export-table.ts';
import { createRowOrder, readColumns, readRow } from '../../src/reports/import-table.ts';
import { china, prod } from '../support/sample-app.ts';

const now = Date.UTC(2026, 10, 22, 8);
const apps = [prod, china];
const head = headOf(exportedMetrics(apps, undefined)).map(String);

/** A row of `prod` with some cells by the names of their columns. */
function row(cells: Readonly<Record<string, string | number>>): CsvCell[] {
  const all: Readonly<Record<string, string | number>> = { resolution: 'sample', app: 'prod', ...cells };
  return head.map((name) => all[name]);
}

const messages = (value: number, low = value, high = value, samples = 1) => ({
  'messages.sent value': value,
  'messages.sent low': low,
  'messages.sent high': high,
  'messages.sent samples': samples,
});

const at = (time: number): string => new Date(time).toISOString();

/** What is wrong with the rows, each with its line. */
function wrongOf(rows: readonly (readonly CsvCell[])[]): string[] {
  const columns = readColumns(head, apps);
  if ('wrong' in columns) throw new Error(columns.wrong);
  const order = createRowOrder();
  return rows.flatMap((cells, index) => {
    const line = index + 2;
    const read = readRow({ cells: cells.map((cell) => String(cell ?? '')) }, { columns, apps, now });
    const wrong = 'wrong' in read ? read : order.check(read, line);
    return wrong === undefined ? [] : [`line ${line}: ${wrong.wrong}`];
  });
}

describe('a row', () => {
  const wrong: readonly [string, () => readonly CsvCell[][], RegExp][] = [
    [
      'an app that is not there',
      () => [row({ time: at(now), app: 'chian', ...messages(1) })],
      /line 2: there is no app "chian"/,
    ],
    [
      'a time without an offset',
      () => [row({ time: '2026-11-20 09:00:00', ...messages(1) })],
      /line 2: "2026-11-20 09:00:00" is no time/,
    ],
    ['a day that does not exist', () => [row({ time: '2026-02-30T09:00:00Z', ...messages(1) })], /is no time/],
    ['a time to come', () => [row({ time: at(now + minute), ...messages(1) })], /line 2: .* has not come yet/],
    [
      'an unknown resolution',
      () => [row({ time: at(now), resolution: '10m', ...messages(1) })],
      /"10m" is no resolution; there are "sample", "5m"/,
    ],
    [
      'a slot that begins anywhere',
      () => [row({ time: at(now - minute), resolution: '5m', ...messages(1) })],
      /a slot of 5m does not begin at this time/,
    ],
    [
      'a day that begins anywhere',
      () => [row({ time: at(now - day), resolution: '1d', app: 'china', 'messages.sent value': 1 })],
      /a day begins at midnight in Asia\/Shanghai/,
    ],
    [
      'a day with a low',
      () => [row({ time: '2026-11-20T00:00:00+08:00', resolution: '1d', app: 'china', ...messages(1) })],
      /a day has values only/,
    ],
    [
      'a value that is no number',
      () => [row({ time: at(now), ...messages(1), 'messages.sent value': '1,5' })],
      /messages\.sent value is "1,5", which is no number/,
    ],
    ['a negative value', () => [row({ time: at(now), ...messages(-1) })], /no metric is below 0/],
    [
      'a value above its high',
      () => [row({ time: at(now - hour), resolution: '1h', ...messages(9, 1, 8, 2) })],
      /must lie between its low and its high/,
    ],
    [
      'no count of samples',
      () => [row({ time: at(now - hour), resolution: '1h', ...messages(9), 'messages.sent samples': '' })],
      /one of its other cells is empty/,
    ],
    [
      'half a sample',
      () => [row({ time: at(now - hour), resolution: '1h', ...messages(9, 9, 9, 0.5) })],
      /samples is 0.5/,
    ],
    ['a low without a value', () => [row({ time: at(now), 'messages.sent low': 1 })], /messages\.sent has no value/],
    ['no number', () => [row({ time: at(now) })], /it has no number/],
    ['a sample that spans', () => [row({ time: at(now), ...messages(5, 4, 6, 3) })], /a sample has one value/],
    [
      'a metric that the platform has not',
      () => [
        row({
          time: at(now),
          ...messages(1),
          'groups.new value': 1,
          'groups.new low': 1,
          'groups.new high': 1,
          'groups.new samples': 1,
        }),
      ],
      /the platform of prod, reports no groups\.new/,
    ],
    ['too few cells', () => [row({ time: at(now), ...messages(1) }).slice(1)], /cells instead of/],
    [
      'the same time twice',
      () => [row({ time: at(now), ...messages(1) }), row({ time: at(now), ...messages(2) })],
      /line 3: it begins before what line 2 holds of prod has ended/,
    ],
    [
      'a sample in an hour that is told',
      () => [
        row({ time: at(now - hour), resolution: '1h', ...messages(1) }),
        row({ time: at(now - minute), ...messages(2) }),
      ],
      /line 3: it begins before/,
    ],
    [
      'rows out of order',
      () => [row({ time: at(now), ...messages(1) }), row({ time: at(now - hour), ...messages(2) })],
      /rows must be in order of time/,
    ],
  ];

  it.each(wrong)('is refused for %s, with why', (_name, rows, why) => {
    const found = wrongOf(rows());
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(why);
  });

  it('is a slot or a day of its app, and says nothing of what is unknown', () => {
    const rows = [
      row({ time: at(now - 2 * hour), resolution: '1h', ...messages(5, 4, 6, 60) }),
      row({ time: at(now - hour), resolution: '5m', ...messages(5, 4, 6, 5) }),
      row({ time: at(now), ...messages(5) }),
      row({ time: '2026-11-20T00:00:00+08:00', resolution: '1d partial', app: 'china', 'messages.sent value': 0 }),
    ];
    expect(wrongOf(rows)).toEqual([]);
  });
});

describe('a head', () => {
  it.each([
    ['a history of messages', ['time', 'kind', 'platform', 'messages'], 'has no columns "time" and "resolution"'],
    [
      'a metric that does not exist',
      ['time', 'resolution', 'app', 'cpu value'],
      'there is no metric for the column "cpu value"',
    ],
    ['a column that is not known', ['time', 'resolution', 'app', 'notes'], 'there is no metric for the column "notes"'],
    ['a column twice', ['time', 'time', 'resolution'], 'the column "time" is there twice'],
    [
      'no app',
      ['time', 'resolution', 'messages.sent value'],
      'there is no column "app", and the configuration has 2 apps',
    ],
    [
      'a metric without all of its columns',
      ['time', 'resolution', 'app', 'messages.sent value'],
      'of messages.sent there must be the columns',
    ],
    ['no metric', ['time', 'resolution', 'app'], 'there is no column of a metric'],
  ])('is refused for a head with %s', (_name, names, why) => {
    expect(readColumns(names, apps)).toEqual({ wrong: expect.stringContaining(why) });
  });

  it('needs no app where there is one only', () => {
    const names = ['time', 'resolution', ...head.slice(4)];
    expect(readColumns(names, [prod])).toMatchObject({ app: undefined });
    expect(readColumns(names, apps)).toHaveProperty('wrong');
  });
});
