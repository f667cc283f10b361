// The word that somebody may have meant.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { closestMatch } from '../src/closest-match.ts';

it.each([
  ['memroy', ['messages', 'memory', 'users'], 'memory'],
  ['MEMORY', ['memory'], 'memory'],
  ['clearsAt', ['clearAt', 'channel'], 'clearAt'],
  ['conections', ['connections', 'collections'], 'connections'],
  ['clear', ['clearAt', 'channel'], 'clearAt'],
  ['since', ['silence'], undefined],
  ['active', ['users.active'], undefined],
  ['xyz', ['memory', 'users'], undefined],
  ['a', ['b'], undefined],
  ['usrs', ['users'], 'users'],
  ['prdo', ['prod'], 'prod'],
  ['show', ['now'], undefined],
  ['me', ['1h'], undefined],
  ['', ['memory'], undefined],
])('%j among %j is %j', (word, candidates, expected) => {
  expect(closestMatch(word, candidates)).toBe(expected);
});

it('finds every known word from itself with two neighbouring letters swapped', () => {
  const known = ['summary', 'messages', 'connections', 'acknowledge', 'unsilence'];
  fc.assert(
    fc.property(fc.constantFrom(...known), fc.nat(4), (word, at) => {
      const swapped = word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2);
      return closestMatch(swapped, known) === word;
    }),
  );
});

it('answers quickly for a text of any length', () => {
  expect(closestMatch('x'.repeat(100_000), ['memory'])).toBeUndefined();
});
