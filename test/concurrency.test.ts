import { describe, expect, it } from 'vitest';
import { mapYielding } from '../src/concurrency.ts';

describe('a list that is worked off in turns', () => {
  it('is in order, and lets what came meanwhile run between two items', async () => {
    const seen: string[] = [];
    const made = mapYielding(['a', 'b', 'c'], (item) => {
      seen.push(item);
      setImmediate(() => seen.push(`after ${item}`));
      return item.toUpperCase();
    });
    expect(await made).toEqual(['A', 'B', 'C']);
    expect(seen).toEqual(['a', 'after a', 'b', 'after b', 'c']);
  });

  it('begins no item before the one before has ended', async () => {
    const seen: string[] = [];
    await mapYielding(['a', 'b'], async (item) => {
      seen.push(`${item} begins`);
      await Promise.resolve();
      seen.push(`${item} ends`);
    });
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('fails with the item that fails, and does no more', async () => {
    const seen: number[] = [];
    const made = mapYielding([1, 2, 3], (item) => {
      seen.push(item);
      if (item === 2) throw new Error('no');
    });
    await expect(made).rejects.toThrow('no');
    expect(seen).toEqual([1, 2]);
  });
});
