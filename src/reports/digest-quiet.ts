// What a digest says where nothing stands out: only what the measured numbers of the period can bear.
import { capitalise, listWords } from '../metrics/format.ts';
import type { DigestPart, Quiet } from './digest-part.ts';
import type { Comparisons } from './digest-period.ts';
import type { RecapReading } from './recap.ts';

/** `Nothing changed: …` of all apps, or which of them were as usual and which have nothing to be set against. */
export function quietWords(
  parts: readonly DigestPart[],
  recap: RecapReading,
  kind: Comparisons['history']['kind'],
): string {
  const apps = parts.flatMap(({ app, quiet }) => (quiet === undefined ? [] : [{ name: app.name, ...quiet }]));
  if (apps.length === 0) return 'No app of this digest is measured by the hour.';
  const usual = apps.filter((one) => one.isMeasured && one.hasPast);
  const fresh = apps.filter((one) => !usual.includes(one));
  const isCalm = isWithinLimits(apps, recap);
  const tooFew = `there are too few earlier ${kind}s.`;
  if (usual.length === 0) return `Nothing to compare with yet: ${tooFew}${isCalm ? ' No limit was near.' : ''}`;
  const asUsual = `every number was as usual${fresh.length === 0 ? '' : ` on ${namesOf(usual)}`}.`;
  const first = isCalm ? `Nothing changed: no limit was near, and ${asUsual}` : capitalise(asUsual);
  return fresh.length === 0 ? first : `${first} Nothing to compare with yet on ${namesOf(fresh)}: ${tooFew}`;
}

function namesOf(apps: readonly { readonly name: string }[]): string {
  return listWords(apps.map(({ name }) => name));
}

/**
 * True when no limit can have been near: every app was measured, none of its hours or days lies beyond a rule, and no
 * incident falls into the period. Numbers near the limits of connections and memory stand out by themselves.
 */
function isWithinLimits(apps: readonly Quiet[], recap: RecapReading): boolean {
  return recap.longest === undefined && apps.every((one) => one.isMeasured && !one.isCrossed);
}
