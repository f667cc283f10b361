import { describe, expect, test } from 'vitest';
import { pointsTitle } from '../../src/reports/chart.ts';
import { englishWording } from '../../src/wording.ts';
import { china, prod } from '../support/sample-app.ts';

describe('the title of a chart says what a point stands for', () => {
  test.each([
    ['messages.sent', 'hour', 'Messages per hour'],
    ['messages.sent', 'day', 'Messages per day'],
    ['users.active', 'hour', 'Active users per hour'],
    ['users.active', 'day', 'Active users, busiest hour by day'],
    ['connections.peak', 'day', 'Connection peak per day'],
    ['connections.current', 'moment', 'Connections now'],
    ['connections.current', 'hour', 'Connections, highest by hour'],
    ['connections.current', 'day', 'Connections, on average by day'],
    ['memory.free_ratio', 'moment', 'Free memory'],
    ['memory.free_ratio', 'hour', 'Free memory, lowest by hour'],
    ['rooms.total', 'day', 'Rooms by day'],
  ] as const)('%s, each %s: %s', (id, each, title) => {
    expect(englishWording.text(pointsTitle(prod, id, each))).toBe(title);
  });

  test.each([
    ['users.active', 'Active users per day'],
    ['groups.total', 'Groups by day'],
    ['users.new', 'New users per day'],
  ] as const)('%s of a platform that counts days: %s', (id, title) => {
    expect(englishWording.text(pointsTitle(china, id, 'day'))).toBe(title);
  });
});
