import { describe, expect, test } from 'vitest';
import { isMetricId, metric, metricIds } from '../../src/metrics/catalog.ts';

describe('the catalog', () => {
  test('an id begins with its part, except that messages may be split further', () => {
    expect(metricIds.filter((id) => id.split('.')[0] !== metric(id).group)).toEqual([]);
  });

  test.each([
    ['users.active', true],
    ['memory.free_ratio', true],
    ['toString', false],
    ['__proto__', false],
    ['users', false],
    ['', false],
  ])('"%s" is a metric: %s', (text, is) => {
    expect(isMetricId(text)).toBe(is);
  });

  test('distinct counts are never summed: the busiest hour or day stands for a longer time', () => {
    const distinct = metricIds.filter((id) => /\.(active|senders)$/.test(id));
    expect(distinct.map((id) => metric(id).combine)).toEqual(distinct.map(() => 'max'));
  });

  test('what grows by happening is summed, what is a state is not', () => {
    expect(metric('messages.sent').combine).toBe('sum');
    expect(metric('users.new').combine).toBe('sum');
    expect(metric('users.total').combine).toBe('last');
    expect(metric('memory.free_ratio').combine).toBe('min');
  });
});
