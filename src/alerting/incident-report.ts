// What is said of a past incident: its line in a list, and the parts of its report.
import { type Duration, day, type Instant } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { incidentPhrases } from './incident-phrases.ts';
import { alertPhrasesOf } from './notification.ts';
import type { Incident, IncidentEvent } from './state.ts';

const phrase = alertPhrasesOf<typeof incidentPhrases>();

interface IncidentFacts {
  /** `worst`: where the details do not say it. */
  readonly incident: Incident & { readonly worst?: Phrase };
  readonly events: readonly IncidentEvent[];
  readonly now: Instant;
  readonly names: { readonly app: string; readonly zone: string };
  readonly address?: string | undefined;
}

/** What is listed of a past incident. */
export function incidentLine(facts: IncidentFacts): Phrase {
  return phrase('incident.line', valuesOf(facts));
}

function valuesOf({ incident, events, now, names: { app, zone }, address }: IncidentFacts) {
  const { rule, level, openedAt, closedAt, reason, details, acknowledgedBy: by } = incident;
  const notes = countOf(events, 'noted') - countOf(events, 'unnoted');
  const { beyond, beganAt, clearedAt, toldAt, unmeasured, worst = incident.worst } = details ?? {};
  const condition = { beyond, beganAt, clearedAt, toldAt, unmeasured, worst };
  return { ...{ rule, app, level, openedAt, closedAt, reason, by, notes, address, now, zone }, ...condition };
}

const countOf = (events: readonly IncidentEvent[], kind: string): number =>
  events.filter((event) => event.kind === kind).length;

/** How far back earlier incidents of a rule are counted. */
export const earlierWithin: Duration = 30 * day;

const mostEarlier = 5;

/** The parts of a report that stand above and below its picture and its time line. */
export interface IncidentReport {
  readonly headline: Phrase;
  readonly summary: readonly Phrase[];
  readonly earlier: readonly Phrase[];
}

/** `past` are incidents of the rule within `earlierWithin`; `watchedSince`: since when the app is measured. */
export function incidentReport(
  facts: IncidentFacts & { readonly past: readonly Incident[]; readonly watchedSince: Instant | undefined },
): IncidentReport {
  const { incident, events } = facts;
  const told = valuesOf(facts);
  const criticalAt = events.find(({ kind }) => kind === 'escalated')?.at;
  const { acknowledgedBy: by } = incident;
  const actors = new Set(events.flatMap(({ actor }) => actor ?? []));
  const others = [...actors].filter((actor) => actor !== by);
  return {
    headline: phrase('incident.headline', told),
    summary: [phrase('incident.told', { told, criticalAt }), phrase('incident.people', { by, others })],
    earlier: earlierOf(facts),
  };
}

function earlierOf({
  incident: { id, openedAt },
  past,
  watchedSince = openedAt,
  names: { zone },
}: Parameters<typeof incidentReport>[0]): Phrase[] {
  const earlier = past
    .filter((one) => one.id !== id && one.openedAt < openedAt && one.openedAt >= openedAt - earlierWithin)
    .toSorted((a, b) => b.openedAt - a.openedAt);
  // Of less than a day of watching nobody can say how seldom it is.
  const days = Math.min(earlierWithin / day, Math.floor((openedAt - watchedSince) / day));
  if (days < 1 && earlier.length === 0) return [];
  const others = earlier.slice(0, mostEarlier).map((one) => ({
    openedAt: one.openedAt,
    lasted: one.closedAt === undefined ? undefined : one.closedAt - one.openedAt,
  }));
  return [phrase('incident.earlier', { count: earlier.length + 1, days: days < 1 ? undefined : days, others, zone })];
}
