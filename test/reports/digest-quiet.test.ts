import { expect, test } from 'vitest';
import { day, hour } from '../../src/clock.ts';
import type { MetricValues } from '../../src/metrics/catalog.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { IncidentReading } from '../../src/reports/digest.ts';
import { digestNeeds, digestPeriod } from '../../src/reports/digest-period.ts';
import type { Limit } from '../../src/reports/readings.ts';
import { digestOf } from '../support/digest.ts';
import { type Past, readingsFor, taipei, zone } from '../support/readings.ts';
import { china, prod } from '../support/sample-app.ts';

const now = taipei('2026-11-23T09:00:03');
const sunday = taipei('2026-11-22T00:00:00');

const calm: Past = (id) =>
  ({ 'messages.sent': 1_400, 'users.active': 412, 'connections.peak': 1_200, 'memory.free_ratio': 0.375 })[
    id as string
  ];
const since =
  (start: number): Past =>
  (id, at) =>
    at < start ? undefined : calm(id, at);

interface Given {
  readonly past?: Past;
  readonly limits?: readonly Limit[];
  /** `none`: the application in China is not in the digest. */
  readonly china?: 'none' | ((date: string) => MetricValues | undefined);
  readonly incidents?: readonly IncidentReading[];
  readonly period?: 'hour' | 'day';
}

/** What the digest says has changed. */
function changed({ past = calm, limits = [], incidents = [], period = 'day', ...given }: Given): readonly string[] {
  const of = digestPeriod(period, now, zone);
  const days = given.china ?? (() => ({ 'users.active': 8_000 }));
  const first = readingsFor(digestNeeds(prod, of, now), { app: prod, now, past, limits, zone });
  const apps = [
    first,
    ...(days === 'none' ? [] : [readingsFor(digestNeeds(china, of, now), { app: china, now, day: days, zone })]),
  ];
  return digestOf({ of, now, mode: 'scheduled', apps, incidents, skipped: [] }).sections[0]?.lines ?? [];
}

const above = (metric: Limit['metric'], value: number): Limit => ({
  metric,
  level: 'warning',
  direction: 'above',
  value,
});

test('an app on its first day beside one with a past is not called as usual', () => {
  expect(changed({ past: since(taipei('2026-11-23T06:00:00')) })).toEqual([
    'Every number was as usual on China. Nothing to compare with yet on Production chat: there are too few earlier Sundays.',
  ]);
});

test('two apps without a past have nothing to compare with, and no limit that was not measured is called far', () => {
  const young = { past: since(sunday), china: () => undefined };
  expect(changed(young)).toEqual(['Nothing to compare with yet: there are too few earlier Sundays.']);
  expect(changed({ ...young, china: 'none' })).toEqual([
    'Nothing to compare with yet: there are too few earlier Sundays. No limit was near.',
  ]);
});

test('an app of days has no say in a digest of an hour', () => {
  expect(changed({ period: 'hour', china: () => undefined })).toEqual([
    'Nothing changed: no limit was near, and every number was as usual.',
  ]);
});

test('nothing is claimed of limits when an incident lies in the period', () => {
  const incident = {
    what: verbatim('no answer'),
    app: 'China',
    level: 'warning',
    condition: 'silence',
    openedAt: sunday + hour,
    closedAt: sunday + day,
  } as const;
  expect(changed({ incidents: [incident] })).toEqual(['Every number was as usual.']);
});

test('a rule that was crossed far below the limit of the platform is named', () => {
  expect(changed({ limits: [above('connections.peak', 1_100)] })).toEqual([
    '• Production chat: connection peak 1,200 between 00:00 and 01:00, over 1,100',
  ]);
});

test('nothing is claimed of limits when single hours were beyond a rule', () => {
  expect(changed({ limits: [above('messages.sent', 1_300)] })).toEqual(['Every number was as usual.']);
  expect(changed({ limits: [above('messages.sent', 1_500)] })).toEqual([
    'Nothing changed: no limit was near, and every number was as usual.',
  ]);
});
