// A whole digest from the readings of its apps, for tests that look at one.
import type { Instant } from '../../src/clock.ts';
import { type DigestContents, type IncidentReading, recapOf } from '../../src/reports/digest.ts';
import { digestPart } from '../../src/reports/digest-part.ts';
import type { Readings } from '../../src/reports/readings.ts';
import type { WordedReport } from '../../src/reports/word-report.ts';
import { digestReport } from './worded-reports.ts';

export type DigestOf = Omit<DigestContents, 'parts' | 'recap'> & {
  readonly incidents: readonly IncidentReading[];
  readonly apps: readonly Readings[];
  /** By app id. */
  readonly completeAt?: ReadonlyMap<string, Instant>;
};

export function digestOf({ apps, completeAt, incidents, ...digest }: DigestOf): WordedReport {
  const parts = apps.flatMap(
    (readings) =>
      digestPart(readings, { of: digest.of, now: digest.now, completeAt: completeAt?.get(readings.app.id) }) ?? [],
  );
  return digestReport({ ...digest, parts, recap: recapOf(incidents, digest.of.span) });
}
