import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRanking } from '../../src/metrics/ranking.ts';

/** The same by counting everything. */
function counted(names: readonly string[], top: number) {
  const counts = Map.groupBy(names, (name) => name);
  const all = [...counts].map(([name, some]) => ({ name, count: some.length }));
  const order = (a: { name: string; count: number }, b: { name: string; count: number }) =>
    b.count - a.count || (a.name < b.name ? -1 : 1);
  return { different: counts.size, isAbout: false, top: all.sort(order).slice(0, top) };
}

describe('a ranking of names', () => {
  it('is exact while the names are not too many', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'abcdefghijklmnop')), fc.integer({ min: 1, max: 12 }), (names, top) => {
        const ranking = createRanking();
        for (const name of names) ranking.add(name);
        expect(ranking.result(top)).toEqual(counted(names, top));
      }),
    );
  });

  it('is exact to 200,000 different names, and within 5 % for a million', { timeout: 60_000 }, () => {
    const ranking = createRanking();
    for (let user = 0; user < 200_000; user += 1) ranking.add(`user${user}`);
    expect(ranking.result(1)).toMatchObject({ different: 200_000, isAbout: false });
    for (let user = 0; user < 1_000_000; user += 1) {
      ranking.add(`user${user}`);
      if (user % 3 === 0) ranking.add('busy');
    }
    const { different, isAbout, top } = ranking.result(10);
    expect(isAbout).toBe(true);
    expect(Math.abs(different - 1_000_001) / 1_000_001).toBeLessThan(0.05);
    expect(top[0]).toEqual({ name: 'busy', count: 333_334 });
  });

  it('keeps the busy names when rare ones are without number', () => {
    const ranking = createRanking(100);
    for (let round = 0; round < 2_000; round += 1) {
      ranking.add(`rare${round}`);
      for (let busy = 0; busy < 10; busy += 1) if (round % (busy + 1) === 0) ranking.add(`busy${busy}`);
    }
    const { top } = ranking.result(5);
    expect(top.map(({ name }) => name)).toEqual(['busy0', 'busy1', 'busy2', 'busy3', 'busy4']);
  });
});
