// A suggested limit: it opens at most once a week and catches what people cared about, or says that both cannot hold.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PastCourse } from '../../src/alerting/limits-trial.ts';
import { measuredDays, suggestLimit } from '../../src/alerting/suggest-limits.ts';
import { day, hour, minute } from '../../src/clock.ts';
import '../support/properties.ts';
import { ruleWith, start } from './sample-rules.ts';

/** Three weeks of samples every 30 min, with a dip to these values at noon of each day. */
function pastWith(dips: readonly number[], usual: number): PastCourse {
  const samples = dips.flatMap((dip, index) =>
    Array.from({ length: 48 }, (_, half) => ({
      at: start + index * day + half * 30 * minute,
      value: half === 24 ? dip : usual,
    })),
  );
  return { steps: [], step: 5 * minute, samples, now: start + dips.length * day };
}

const limits = { warning: { trigger: 0.15, clear: 0.2, holdFor: 0 } };

it('opens at most once a week and catches all that people cared about, or catches them and says so', async () => {
  const dips = fc.array(fc.integer({ min: 2, max: 40 }), { minLength: 7, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(dips, fc.boolean(), fc.infiniteStream(fc.boolean()), async (percents, isBelow, isCared) => {
      const values = percents.map((percent) => (isBelow ? percent / 100 : 1 - percent / 100));
      const past = pastWith(values, isBelow ? 0.6 : 0.4);
      const cared = values.flatMap((extreme, index) =>
        isCared.next().value === true && index % 5 === 0 ? [{ openedAt: start + index * day, extreme }] : [],
      );
      const rule = ruleWith({
        direction: isBelow ? 'below' : 'above',
        levels: limits,
        keepFiring: 0,
        maxGap: 2 * hour,
      });
      const found = await suggestLimit(rule, { past, cared, unit: 'ratio' }, async () => {});
      if (found === undefined) throw new Error('nothing is suggested');
      expect(found.caught).toBe(cared.length);
      if (found.isBoth) expect(found.openings).toBeLessThanOrEqual(Math.max(1, Math.floor(values.length / 7)));
      const room = Math.abs(found.clear - found.trigger) / found.trigger;
      expect(room).toBeGreaterThan(0.099);
      expect(room).toBeLessThan(0.251);
    }),
    { numRuns: 60 },
  );
});

it('counts the days on which something was measured, whatever their number of values', () => {
  const past = pastWith(Array(9).fill(0.2), 0.6);
  expect(measuredDays(past)).toBe(9 + 1); // from 19:00 UTC on, and so into one day more
  expect(measuredDays({ ...past, samples: past.samples.slice(0, 3) })).toBe(1);
});
