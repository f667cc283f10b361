// Counts the incidents of a span: opened, resolved, the time in which one was open, and the longest.
import type { Duration, Instant } from '../clock.ts';

/** Times of an incident; `closedAt` is absent while it is open. */
interface Lifetime {
  readonly openedAt: Instant;
  readonly closedAt?: Instant | undefined;
}

export interface Recap<T extends Lifetime> {
  readonly opened: number;
  readonly resolved: number;
  /** Open at the end of the span. */
  readonly open: number;
  /** Time of the span in which at least one alert was open; two at once count once. */
  readonly over: Duration;
  /** The incident that was open longest within the span, and that part of it. */
  readonly longest: { readonly incident: T; readonly from: Instant; readonly to: Instant } | undefined;
}

/** `incidents` in any order; those outside the span are ignored. `to` is exclusive, and the present for a span that has not ended. */
export function recapOf<T extends Lifetime>(incidents: readonly T[], from: Instant, to: Instant): Recap<T> {
  const inside = incidents
    .map((incident) => ({
      incident,
      from: Math.max(from, incident.openedAt),
      to: Math.min(to, incident.closedAt ?? to),
    }))
    .filter((part) => part.to > part.from || (part.incident.openedAt >= from && part.incident.openedAt < to))
    .toSorted((a, b) => a.from - b.from);
  const isIn = (at: Instant | undefined): boolean => at !== undefined && at >= from && at < to;
  return {
    opened: inside.filter(({ incident }) => isIn(incident.openedAt)).length,
    resolved: inside.filter(({ incident }) => isIn(incident.closedAt)).length,
    open: inside.filter(({ incident }) => incident.closedAt === undefined || incident.closedAt >= to).length,
    over: covered(inside),
    longest: inside.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0],
  };
}

/** Length of the union; the parts are in order of their begin. */
function covered(parts: readonly { readonly from: Instant; readonly to: Instant }[]): Duration {
  let total = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const part of parts) {
    total += Math.max(0, part.to - Math.max(part.from, end));
    end = Math.max(end, part.to);
  }
  return total;
}
