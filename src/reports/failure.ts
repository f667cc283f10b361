// A platform that does not answer: what is wrong, what to do, and the last numbers with their age.
import { formatAge, formatTime, lowerFirst } from '../metrics/format.ts';
import { formatInstant, localDate } from '../time-zone.ts';
import { sentence, staleNotes } from './notes.ts';
import type { Readings } from './readings.ts';
import type { Report } from './report.ts';
import { asOf } from './standing.ts';
import { summaryReport } from './summary.ts';

/** What went wrong, as the error of the platform says it: full sentences without secrets. */
export interface Failure {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** The failure in front of the summary of what is known, which is marked stale. */
export function failureReport(failure: Failure, readings: Readings): Report {
  const { app } = readings;
  const known = summaryReport(readings);
  const old = staleNotes(readings);
  const at = known.sections.length === 0 ? undefined : asOf(readings);
  const named = failure.message.includes(app.name)
    ? failure.message
    : `${app.name} did not answer: ${lowerFirst(failure.message)}`;
  const last =
    at === undefined
      ? 'There are no numbers from before.'
      : `Last numbers are from ${clockWords(at, readings)} (${formatAge(at, readings.now)}).`;
  const hint = failure.hint === undefined ? [] : [sentence(failure.hint)];
  return {
    standing: 'unknown',
    headline: named.trim().replace(/\.$/, ''),
    ...(known.context === undefined ? {} : { context: known.context }),
    ...(at === undefined ? {} : { asOf: at }),
    zone: known.zone,
    stale: at !== undefined,
    sections: [{ figures: [], lines: [...hint, last], charts: [] }, ...known.sections],
    notes: known.notes.filter((note) => !old.includes(note)),
  };
}

function clockWords(at: number, { now, zone }: Readings): string {
  const time = formatTime(at, zone);
  return localDate(at, zone) === localDate(now, zone) ? time : `${formatInstant(at, zone, 'ccc d LLL')}, ${time}`;
}
