// Numbers that are made of two others of the same time.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type MetricValues, metric, metricIds } from '../../src/metrics/catalog.ts';
import { withDerived } from '../../src/metrics/derived-values.ts';

describe('derived values', () => {
  it.each<[string, MetricValues, MetricValues]>([
    ['the active rooms among all', { 'rooms.active': 12, 'rooms.total': 358 }, { 'rooms.active_ratio': 12 / 358 }],
    ['the messages per active user', { 'messages.sent': 2_467, 'users.active': 5 }, { 'messages.per_user': 493.4 }],
    ['more senders than active users', { 'users.senders': 30, 'users.active': 20 }, { 'users.sender_ratio': 1.5 }],
    ['no sender among the active', { 'users.senders': 0, 'users.active': 20 }, { 'users.sender_ratio': 0 }],
    ['a base of 0 is unknown', { 'rooms.active': 0, 'rooms.total': 0, 'messages.sent': 3, 'users.active': 0 }, {}],
    ['a missing part is unknown', { 'rooms.total': 358, 'users.active': 5 }, {}],
  ])('%s', (_what, values, derived) => {
    expect(withDerived(values)).toEqual({ ...values, ...derived });
  });

  it('are made anew of their parts, so that they never contradict them', () => {
    const old = { 'messages.per_user': 9, 'messages.sent': 10, 'users.active': 5 };
    expect(withDerived(old)['messages.per_user']).toBe(2);
    expect(withDerived({ 'messages.per_user': 9, 'users.active': 5 })).not.toHaveProperty(['messages.per_user']);
  });

  it('of any values are finite and not below 0, and change no other value', () => {
    const values = fc.dictionary(fc.constantFrom(...metricIds), fc.nat(1e9));
    fc.assert(
      fc.property(values, (given) => {
        const derived = withDerived(given);
        expect(Object.values(derived).every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
        expect(withDerived(derived)).toEqual(derived);
      }),
    );
  });
});

test('a derived number is never added up over hours or days', () => {
  const ids = metricIds.filter((id) => /_ratio$|per_user$/.test(id));
  expect(ids.map((id) => metric(id).combine)).not.toContain('sum');
});
