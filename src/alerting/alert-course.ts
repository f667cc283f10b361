// What a picture of an alert shows beside the measured line: the usual as a band, the course that is foreseen, and values as lines.
import { z } from 'zod';
import { type Duration, hour, type Instant, minute } from '../clock.ts';
import type { Forecast } from '../metrics/forecast.ts';
import { Phrase } from '../metrics/phrase.ts';

const inTime = z.object({ at: z.number(), low: z.number(), high: z.number() });

/** Facts as they were decided, because the store knows more when it is drawn. Times are epoch ms, values in the unit of the metric. */
export const AlertCourse = z.object({
  /** Where the usual begins and ends, in order of time; between two points it is straight. */
  usual: z.object({ name: Phrase, points: z.array(inTime) }).optional(),
  /** From the newest value on to the limit, with the range in which a half of the slopes put it. */
  ahead: z.object({ name: Phrase, points: z.array(inTime.extend({ value: z.number() })) }).optional(),
  lines: z.array(z.object({ label: Phrase, value: z.number() })).optional(),
});
export type AlertCourse = z.infer<typeof AlertCourse>;

type Span = { readonly from: Instant; readonly to: Instant };

/** The usual from hour to hour; none where one of them is not known. */
export function usualOver(
  { from, to }: Span,
  usualAt: (at: Instant) => { readonly low: number; readonly high: number } | undefined,
): NonNullable<AlertCourse['usual']>['points'] {
  const points: NonNullable<AlertCourse['usual']>['points'] = [];
  for (let at = (Math.floor(from / hour) - 0.5) * hour; at < to + hour; at += hour) {
    const usual = usualAt(at);
    if (usual === undefined) return [];
    points.push({ at, ...usual });
  }
  return points;
}

const aheadSteps = 24;
/** A limit is drawn no farther away than so many times the measured span. */
const mostAhead = 3;

/** The line of a forecast until it is at the limit, on top of what is usual where it is a line of differences from that. */
export function aheadOf(
  foreseen: Extract<Forecast, { state: 'reaches' }>,
  {
    newest,
    span,
    limit,
    usual,
  }: { newest: Instant; span: Duration; limit: number; usual?: (at: Instant) => number | undefined },
): NonNullable<AlertCourse['ahead']>['points'] {
  const { line, after, soonest } = foreseen;
  if (after > mostAhead * span) return [];
  const rises = line.slope > 0;
  const within = (value: number): number => (rises ? Math.min(limit, value) : Math.max(limit, value));
  const steps = Math.max(2, Math.min(aheadSteps, Math.ceil(after / (5 * minute))));
  return Array.from({ length: steps + 1 }, (_, index) => {
    const later = (after * index) / steps;
    const base = line.value + (usual?.(newest + later) ?? 0);
    const ends = [line.low, line.high].map((slope) => within(base + slope * later));
    const value = index === steps ? limit : within(base + line.slope * later);
    return { at: newest + later, value, low: Math.min(...ends, value), high: Math.max(...ends, value) };
  }).filter(({ at }) => at <= newest + Math.max(after, soonest));
}
