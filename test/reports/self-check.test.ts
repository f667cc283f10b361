// What the bot says about itself: each trouble once when it has lasted, its end once when that has lasted, nothing of what passes.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Instant, minute, second } from '../../src/clock.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import {
  checkAgain,
  type SelfCheck,
  type Trouble,
  type TroubleKind,
  troubleKinds,
} from '../../src/reports/self-check.ts';

const seen = (...kinds: readonly TroubleKind[]) => new Map(kinds.map((kind) => [kind, verbatim(kind)]));

/** The news of looks that are 15 s apart, with the number of the look. */
function watch(looks: readonly (readonly TroubleKind[])[]): readonly string[] {
  let troubles: readonly Trouble[] = [];
  return looks.flatMap((kinds, index) => {
    const check: SelfCheck = checkAgain(troubles, seen(...kinds), index * 15 * second);
    troubles = check.troubles;
    return check.news.map(({ type, trouble }) => `${index} ${trouble.kind} ${type}`);
  });
}

const times = (count: number, ...kinds: readonly TroubleKind[]) => Array.from({ length: count }, () => kinds);

it.each([
  ['unsaved', 1, 4],
  ['file', 0, 0],
  ['deaf', 12, 4],
  ['refused', 4, 0],
] as const)('%s is said after %i looks, and its end after %i more', (kind, begin, end) => {
  expect(watch([...times(20, kind), ...times(20)])).toEqual([`${begin} ${kind} begun`, `${20 + end} ${kind} ended`]);
  expect(watch([...times(begin, kind), ...times(20)])).toEqual([]);
});

it('says nothing more of what ends and comes back again and again, and its end from when it was over', () => {
  const flapping = Array.from({ length: 100 }, (_one, index) => (index % 3 === 0 ? [] : (['unsaved'] as const)));
  expect(watch([...times(4, 'unsaved'), ...flapping])).toEqual(['1 unsaved begun']);
  let troubles: readonly Trouble[] = checkAgain([], seen('file'), 0).troubles;
  troubles = checkAgain(troubles, seen(), minute).troubles;
  expect(troubles).toEqual([]);
});

it('says a begin and an end by turns, whatever is seen and whatever the clock does', () => {
  const look = fc.record({ at: fc.integer({ min: 0, max: 100 * minute }), kinds: fc.subarray([...troubleKinds]) });
  fc.assert(
    fc.property(fc.array(look, { maxLength: 40 }), (looks) => {
      let troubles: readonly Trouble[] = [];
      const last = new Map<TroubleKind, string>();
      for (const { at, kinds } of looks) {
        const check = checkAgain(troubles, seen(...kinds), at);
        troubles = check.troubles;
        for (const { type, trouble, at: since } of check.news) {
          expect(type).toBe(last.get(trouble.kind) === 'begun' ? 'ended' : 'begun');
          expect(since satisfies Instant).toBeLessThanOrEqual(at);
          last.set(trouble.kind, type);
        }
      }
    }),
  );
});
