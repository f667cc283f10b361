// The summary of a range: what each part of an app says of it, with two charts.
import type { Part } from '../metrics/catalog.ts';
import type { Range } from '../metrics/window.ts';
import { mainMetric } from './measured.ts';
import { partReport } from './part.ts';
import { rangePhrase } from './range-words.ts';
import type { Readings } from './readings.ts';
import type { Report } from './report.ts';
import { worstStanding } from './standing.ts';
import { unmeasuredLines } from './unmeasured.ts';

/** What was gathered for one part of the app. */
export interface PartReadings {
  readonly part: Part;
  readonly readings: Readings;
}

/** One app over a range. A part that was not measured says so, and colours it only where no part was. Undefined for no parts. */
export function rangeSummary(parts: readonly PartReadings[], range: Range): Report | undefined {
  const reports = parts.map(({ part, readings }) => partReport(readings, part, range));
  const [first] = reports;
  const app = parts[0]?.readings.app;
  if (first === undefined || app === undefined) return undefined;
  const sections = reports.flatMap((report) => report.sections);
  const reasons = parts.flatMap(({ part, readings }) => unmeasuredLines(readings, mainMetric[part], range));
  const known = reports.map((report) => report.standing).filter((standing) => standing !== 'unknown');
  return {
    ...first,
    standing: worstStanding(known) ?? 'unknown',
    headline: `${app.name} ${rangePhrase(range)}`,
    sections: [
      {
        figures: sections.flatMap((part) => part.figures),
        lines: [...reports.map((report) => report.headline), ...new Set(reasons)],
        charts: sections.flatMap((part) => part.charts).slice(0, 2),
      },
    ],
  };
}
