// What a digest says where nothing stands out: only what the measured numbers of the period can bear.
import { reportsDays } from '../metrics/available.ts';
import { capitalise, listWords } from '../metrics/format.ts';
import type { Comparisons, DigestPeriod } from './digest-period.ts';
import { hasPast, isBeyond } from './highlights.ts';
import { sliceCoverage, slotsIn } from './measured.ts';
import type { Readings } from './readings.ts';
import type { IncidentReading } from './recap.ts';
import { limitsOf } from './standing.ts';

/** `Nothing changed: …` of all apps, or which of them were as usual and which have nothing to be set against. */
export function quietWords(
  digest: {
    readonly of: DigestPeriod;
    readonly apps: readonly Readings[];
    readonly incidents: readonly IncidentReading[];
  },
  comparisons: Comparisons,
): string {
  const { of } = digest;
  const apps = digest.apps.filter(({ app }) => of.period !== 'hour' || !reportsDays(app.platform));
  if (apps.length === 0) return 'No app of this digest is measured by the hour.';
  const usual = apps.filter((readings) => isMeasured(readings, of) && hasPast(readings, of, comparisons));
  const fresh = apps.filter((readings) => !usual.includes(readings));
  const isCalm = isWithinLimits({ ...digest, apps });
  const tooFew = `there are too few earlier ${comparisons.history.kind}s.`;
  if (usual.length === 0) return `Nothing to compare with yet: ${tooFew}${isCalm ? ' No limit was near.' : ''}`;
  const asUsual = `every number was as usual${fresh.length === 0 ? '' : ` on ${namesOf(usual)}`}.`;
  const first = isCalm ? `Nothing changed: no limit was near, and ${asUsual}` : capitalise(asUsual);
  return fresh.length === 0 ? first : `${first} Nothing to compare with yet on ${namesOf(fresh)}: ${tooFew}`;
}

function namesOf(apps: readonly Readings[]): string {
  return listWords(apps.map(({ app }) => app.name));
}

function isMeasured(readings: Readings, of: DigestPeriod): boolean {
  return sliceCoverage(readings, of).measured > 0;
}

/**
 * True when no limit can have been near: every app was measured, none of its hours or days lies beyond a rule, and no
 * incident falls into the period. Numbers near the limits of connections and memory stand out by themselves.
 */
function isWithinLimits({ of, apps, incidents }: Parameters<typeof quietWords>[0]): boolean {
  if (incidents.length > 0) return false;
  return apps.every((readings) => isMeasured(readings, of) && !isCrossed(readings, of));
}

function isCrossed(readings: Readings, of: DigestPeriod): boolean {
  return limitsOf(readings).some((limit) =>
    slotsIn(readings, limit.metric, of).values.some((value) => isBeyond(limit, value)),
  );
}
