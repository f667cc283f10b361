import { describe, expect, it } from 'vitest';
import { createGate } from '../../src/charts/gate.ts';

describe('the gate', () => {
  it('lets no more than its places work at once, in the order they came', async () => {
    const gate = createGate(2);
    const started: number[] = [];
    let working = 0;
    let most = 0;
    const finish: (() => void)[] = [];
    const all = [0, 1, 2, 3, 4].map((id) =>
      gate(async () => {
        started.push(id);
        working += 1;
        most = Math.max(most, working);
        await new Promise<void>((resolve) => finish.push(resolve));
        working -= 1;
        return id;
      }),
    );
    for (let turn = 0; turn < 5; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      finish.shift()?.();
    }
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4]);
    expect(started).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
  });

  it('frees the place of work that failed', async () => {
    const gate = createGate(1);
    await expect(gate(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(gate(async () => 'next')).resolves.toBe('next');
  });
});
