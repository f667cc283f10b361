// The alerts of a period in one line: how many opened and closed, how long a limit was crossed, the longest of them.
import { type Duration, hour, type Instant, minute } from '../clock.ts';
import { formatDuration, formatQuantity } from '../metrics/format.ts';
import type { Span } from '../metrics/range.ts';
import { formatInstant, localDate } from '../time-zone.ts';

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

/** What the alerts of a period come to. */
export interface RecapReading {
  readonly opened: number;
  readonly resolved: number;
  /** Open at the end of the period. */
  readonly open: number;
  /** Time of the period in which at least one was open, in ms. */
  readonly over: Duration;
  /** The one that was open longest within the period; undefined where none was open. */
  readonly longest: { readonly incident: IncidentReading } | undefined;
}

/** `Alerts: 2 opened, 2 resolved, 41 minutes over a limit. Longest: free memory, Production chat, 03:04 to 03:45.` */
export function recapWords(
  { opened, resolved, open, over, longest }: RecapReading,
  span: Span,
  frame: { readonly now: Instant; readonly zone: string },
): string {
  if (longest === undefined) return 'Alerts: none.';
  const counts = [`${opened} opened`, `${resolved} resolved`, ...(open > 0 ? [`${open} still open at the end`] : [])];
  return `Alerts: ${counts.join(', ')}, ${lengthWords(over)} over a limit. ${longestWords(longest.incident, span, frame)}`;
}

/** Minutes in words up to two hours, then hours. */
function lengthWords(length: Duration): string {
  if (length < minute) return 'less than a minute';
  return length < 2 * hour ? formatQuantity(Math.round(length / minute), 'minute') : formatDuration(length);
}

function longestWords(longest: IncidentReading, span: Span, frame: { now: Instant; zone: string }): string {
  const end = longest.closedAt ?? frame.now;
  const isOneDay = localDate(span.from, frame.zone) === localDate(longest.openedAt, frame.zone) && end < span.to;
  const tokens = isOneDay && span.to - span.from <= 25 * hour ? 'HH:mm' : 'ccc d LLL HH:mm';
  const from = formatInstant(longest.openedAt, frame.zone, tokens);
  const to =
    longest.closedAt === undefined ? 'and still open' : `to ${formatInstant(longest.closedAt, frame.zone, tokens)}`;
  return `Longest: ${longest.what}, ${longest.app}, ${from} ${to}.`;
}
