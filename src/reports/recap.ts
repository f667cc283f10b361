// The alerts of a period in one line: how many opened and closed, how long a limit was crossed, the longest of them.
import { formatInstant, localDate } from '../civil.ts';
import { hour, type Instant, minute } from '../clock.ts';
import { formatDuration, formatQuantity } from '../metrics/format.ts';
import type { Span } from '../metrics/window.ts';

/** An incident that was open at some time in the period. */
export interface IncidentReading {
  /** What it is about, as people say it: "free memory". */
  readonly what: string;
  /** Name of the app. */
  readonly app: string;
  readonly openedAt: Instant;
  /** Absent while it is open. */
  readonly closedAt?: Instant | undefined;
}

/** `Alerts: 2 opened, 2 resolved, 41 minutes over a limit. Longest: free memory, Production chat, 03:04 to 03:45.` */
export function recapWords(
  incidents: readonly IncidentReading[],
  span: Span,
  frame: { readonly now: Instant; readonly zone: string },
): string {
  const touched = incidents.filter((one) => one.openedAt < span.to && (one.closedAt ?? frame.now) > span.from);
  if (touched.length === 0) return 'Alerts: none.';
  const within = (at: Instant | undefined): boolean => at !== undefined && at >= span.from && at < span.to;
  const opened = touched.filter((one) => within(one.openedAt)).length;
  const resolved = touched.filter((one) => within(one.closedAt)).length;
  const open = touched.filter((one) => one.closedAt === undefined || one.closedAt >= span.to).length;
  const spans = touched.map((one) => ({
    from: Math.max(one.openedAt, span.from),
    to: Math.min(one.closedAt ?? frame.now, span.to, frame.now),
  }));
  const counts = [`${opened} opened`, `${resolved} resolved`, ...(open > 0 ? [`${open} still open at the end`] : [])];
  return `Alerts: ${counts.join(', ')}, ${lengthWords(unionLength(spans))} over a limit. ${longestWords(touched, span, frame)}`;
}

/** Minutes in words up to two hours, then hours. */
function lengthWords(length: number): string {
  if (length < minute) return 'less than a minute';
  return length < 2 * hour ? formatQuantity(Math.round(length / minute), 'minute') : formatDuration(length);
}

/** Time in which at least one was open: two at once are not counted twice. */
function unionLength(spans: readonly Span[]): number {
  let total = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    total += Math.max(0, span.to - Math.max(span.from, end));
    end = Math.max(end, span.to);
  }
  return total;
}

function longestWords(
  incidents: readonly IncidentReading[],
  span: Span,
  frame: { now: Instant; zone: string },
): string {
  const endOf = (one: IncidentReading): Instant => one.closedAt ?? frame.now;
  const [longest] = [...incidents].sort((a, b) => endOf(b) - b.openedAt - (endOf(a) - a.openedAt));
  if (longest === undefined) return '';
  const isOneDay =
    localDate(span.from, frame.zone) === localDate(longest.openedAt, frame.zone) && endOf(longest) < span.to;
  const tokens = isOneDay && span.to - span.from <= 25 * hour ? 'HH:mm' : 'ccc d LLL HH:mm';
  const from = formatInstant(longest.openedAt, frame.zone, tokens);
  const to =
    longest.closedAt === undefined ? 'and still open' : `to ${formatInstant(longest.closedAt, frame.zone, tokens)}`;
  return `Longest: ${longest.what}, ${longest.app}, ${from} ${to}.`;
}
