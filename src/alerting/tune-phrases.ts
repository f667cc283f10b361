// The English of limits that are tried on the past and changed: what they would have done, and what became of a change.
import type { Duration, Instant } from '../clock.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import type { PhraseSet, Wording } from '../metrics/phrase.ts';
import { userToken } from './notification.ts';
import type { Level } from './rule.ts';

interface TriedPart {
  readonly from: Instant;
  readonly to: Instant;
  readonly count: number;
  readonly brief: number;
}
interface Tried {
  /** `held`: those that hold now. */
  readonly limits: 'asked' | 'held';
  readonly exact?: TriedPart | undefined;
  readonly stepped?: (TriedPart & { readonly step: Duration }) | undefined;
}

const openings = (count: number, { quantity }: Wording): string =>
  count === 0 ? 'no opening' : quantity(count, { one: 'opening', other: 'openings' });

/** `, 2 of them for less than 5 min`. */
function briefWords({ count, brief }: TriedPart): string {
  if (brief === 0) return '';
  if (brief < count) return `, ${brief} of them for less than 5 min`;
  return count === 1 ? ', for less than 5 min' : ', each for less than 5 min';
}

/** `With these limits: 3 openings in the last 14 days, 2 of them for less than 5 min; before that about 5 in 76 days, tried in steps of 5 min.` */
function triedWords({ limits, exact, stepped }: Tried, wording: Wording): string {
  const { duration, count } = wording;
  const last =
    exact && `${openings(exact.count, wording)} in the last ${duration(exact.to - exact.from)}${briefWords(exact)}`;
  const about = stepped && (stepped.count === 0 ? 'none' : `about ${count(stepped.count)}`);
  const before =
    stepped &&
    `${last === undefined ? `${openings(stepped.count, wording)}` : `before that ${about}`} in ${duration(stepped.to - stepped.from)}, tried in steps of ${duration(stepped.step)}`;
  const parts = [last, before].filter((part) => part !== undefined);
  return `${limits === 'asked' ? 'With these limits' : 'With the present ones'}: ${parts.join('; ')}.`;
}

interface Suggested {
  readonly metric: MetricId;
  readonly direction: 'below' | 'above';
  readonly trigger: number;
  readonly openings: number;
  readonly span: Duration;
  readonly caught: number;
  readonly cared: number;
  readonly isBoth: boolean;
}

/** `Under 12 % it would have opened 5 times in 90 days, at most once a week, and caught all 3 incidents that were acknowledged or noted.` */
function suggestedWords(one: Suggested, wording: Wording): string {
  const { direction, trigger, openings: count, span, caught, cared, isBoth } = one;
  const limit = `${direction === 'below' ? 'Under' : 'Over'} ${wording.value(trigger, metric(one.metric).unit)}`;
  const opened = `${limit} there would have been ${openings(count, wording)} in ${wording.duration(span)}`;
  const incidents = wording.quantity(cared, { one: 'incident', other: 'incidents' });
  const worth = `${incidents} that somebody acknowledged or noted`;
  if (!isBoth)
    return `${opened}: more than one a week, because a stricter limit would miss some of the ${worth}; both cannot hold.`;
  const catches =
    cared === 0
      ? 'nobody has acknowledged or noted an incident that it would have to catch'
      : `it catches ${caught} of ${worth}`;
  return `${opened}, at most one a week; ${catches}.`;
}

export const tunePhrases = {
  'tune.tried': triedWords,
  'tune.really': ({ count, span }: { readonly count: number; readonly span: Duration }, { quantity, duration }) =>
    count === 0
      ? `It did not really open in these ${duration(span)}.`
      : `It really opened ${count === 1 ? 'once' : quantity(count, { one: 'time', other: 'times' })} in these ${duration(span)}.`,
  'suggest.headline': ({ rule, app, isFound }: { rule: string; app: string; isFound: boolean }) =>
    isFound ? `Limits for ${rule} on ${app} that fit its past` : `No limits can be suggested for ${rule} on ${app}`,
  'suggest.tooShort': ({ rule, days, of }: { rule: string; days: number; of: number }, { quantity }) =>
    `${rule} was measured on ${quantity(days, { one: 'day', other: 'days' })}; it takes ${of} to suggest limits.`,
  'suggest.ofWhole': ({ metric: id, whole }: { metric: MetricId; whole: number }, wording) =>
    `A warning at 80 % and critical at 90 % of the limit of ${wording.value(whole, metric(id).unit)} connections, cleared a tenth below.`,
  'suggest.byPast': suggestedWords,
  'suggest.noCritical': ({ rule }: { readonly rule: string }) =>
    `The critical limit of ${rule} would be milder than this warning, so it is left out; set another one in the form.`,
  'tune.noPast': () => 'Nothing is stored yet to try it on.',
  'tune.gone': ({ rule }: { readonly rule: string }) =>
    `There is no rule ${rule} with limits that can be changed here; nothing was saved.`,
  'tune.changedMeanwhile': ({ rule, by }: { readonly rule: string; readonly by?: string | undefined }) =>
    `${rule} was changed meanwhile${by === undefined ? '' : ` by ${userToken(by)}`}; nothing was saved. Open it again to see how it is now.`,
  'tune.wrong': ({ rule }: { readonly rule: string }) =>
    `The file was changed meanwhile, and these settings do not fit ${rule} any more; nothing was saved. Open it again.`,
  'tune.same': ({ rule }: { readonly rule: string }) => `${rule} has these settings already; nothing was changed.`,
  'tune.asInFile': ({ rule }: { readonly rule: string }) => `${rule} is as the file has it.`,
  'tune.headline': ({ rule, app, by }: { readonly rule: string; readonly app: string; readonly by: string }) =>
    `${userToken(by)} changed the limits of ${rule} on ${app}`,
  'tune.holds': () => 'It holds from now on, until it is changed again or its rule is changed in the file.',
  /** Of a picture: with the limit that held before, where it differs. */
  'tune.limit': (
    { metric: id, value, level, isNow }: { metric: MetricId; value: number; level: Level; isNow: boolean },
    wording,
  ) => `${isNow ? '' : 'until now '}${level} ${wording.value(value, metric(id).unit)}`,
} satisfies PhraseSet;
