import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { lastRange, rangeOf } from '../../src/metrics/range.ts';
import { availableGroups, defaultRangeWord, explainMissing, explainRange } from '../../src/reports/range-status.ts';
import { taipei, zone } from '../support/readings.ts';
import { china, prod } from '../support/sample-app.ts';

const now = taipei('2026-11-23T10:00:12');

describe('what a platform cannot give', () => {
  test.each([
    [
      'memory',
      china,
      'JMessage does not report memory, so I have no such number for China.',
      'It has users, messages and groups.\nTry: /imstats users china',
    ],
    [
      'memory.free_ratio',
      china,
      'JMessage does not report memory.free_ratio (free memory), so I have no such number for China.',
      'It has users, messages and groups.\nTry: /imstats users china',
    ],
    [
      'groups',
      prod,
      'IMKit does not report groups, so I have no such number for Production chat.',
      'It has users, messages, rooms, connections and memory.\nTry: /imstats users prod',
    ],
    [
      'users.new',
      prod,
      'IMKit does not report users.new (new users), so I have no such number for Production chat.',
      'Of users it has users.active.\nTry: /imstats users prod',
    ],
  ] as const)('%s is explained with what there is instead', (wanted, app, message, hint) => {
    const error = explainMissing(wanted, app);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ message, hint });
  });

  test.each([
    ['memory', prod],
    ['memory.free_ratio', prod],
    ['groups', china],
    ['messages.group.text', china],
  ] as const)('%s is there and needs no explanation', (wanted, app) => {
    expect(explainMissing(wanted, app)).toBeUndefined();
  });

  test('the parts are in the order of display', () => {
    expect(availableGroups(prod)).toEqual(['users', 'messages', 'rooms', 'connections', 'memory']);
  });
});

describe('a range that a platform of days cannot serve', () => {
  test('hours are refused with two ranges that work', () => {
    expect(explainRange(rangeOf('24h', { now, zone }), 'users', china)).toMatchObject({
      message: 'JMessage reports whole days, so China has no "24h".',
      hint: 'Try: /imstats users china 7d\nToday so far: /imstats users china today',
    });
    expect(explainRange(rangeOf('24h', { now, zone }), undefined, china)?.hint).toBe(
      'Try: /imstats china 7d\nToday so far: /imstats china today',
    );
    expect(explainRange(rangeOf('6h', { now, zone }), 'users.new', china)?.hint).toContain(
      '/imstats trend users.new china 7d',
    );
  });

  test('hours of several days lead to as many days', () => {
    expect(explainRange(lastRange('60h', { now, zone }), 'users', china)?.command).toBe('users china 3d');
  });

  test('hours of the summary lead to the summary of days', () => {
    expect(explainRange(rangeOf('24h', { now, zone }), undefined, china)?.hint).toBe(
      'Try: /imstats china 7d\nToday so far: /imstats china today',
    );
  });

  test('days are served, and a platform of moments serves both', () => {
    expect(explainRange(rangeOf('7d', { now, zone }), 'users', china)).toBeUndefined();
    expect(explainRange(rangeOf('today', { now, zone }), 'users', china)).toBeUndefined();
    expect(explainRange(rangeOf('1h', { now, zone }), 'users', prod)).toBeUndefined();
  });

  test('a part of an hour is refused where each number is of an hour, with the hours that hold it', () => {
    const part = lastRange('90m', { now, zone });
    expect(explainRange(part, 'messages', prod)).toMatchObject({
      message: 'IMKit reports messages by the hour, so Production chat has no "90m".',
      command: 'messages prod 2h',
    });
    expect(explainRange(part, 'connections.peak', prod)?.command).toBe('trend connections.peak prod 2h');
    expect(explainRange(part, 'memory', prod)).toBeUndefined();
    expect(explainRange(lastRange('120m', { now, zone }), 'messages', prod)).toBeUndefined();
  });

  test('the range that nobody asked for fits the platform', () => {
    expect([defaultRangeWord(undefined, prod), defaultRangeWord('users', china)]).toEqual(['24h', '7d']);
  });
});
