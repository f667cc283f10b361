// One report out of one per app: line 1 has a number of each app or the worst of them, each app is a section, the worst first.
import type { ImApp } from '../app.ts';
import { formatQuantity, listWords } from '../metrics/format.ts';
import type { Range } from '../metrics/range.ts';
import { formatInstant } from '../time-zone.ts';
import { withNamedCharts } from './named-chart.ts';
import { rangePhrase } from './range-words.ts';
import type { Report, Section } from './report.ts';
import { byStanding, worstStanding } from './standing.ts';

/** What is said of one app. */
export interface AppReport {
  readonly app: Pick<ImApp, 'name'>;
  readonly report: Report;
}

/** What line 1 says: these words, or, where all apps are fine, the number of each with this title. */
export type LineOne = string | { readonly title: string; readonly range: Range };

/** Charts that a report on several apps still shows. */
const maxCharts = 4;

/** Apps that line 1 has room for. */
const maxNamed = 3;

/** The report on several apps; that of a single one is left as it is. */
export function severalReport(
  answers: readonly AppReport[],
  frame: { readonly lineOne: LineOne; readonly zone: string; readonly now: number },
): Report {
  const [only] = answers;
  if (answers.length === 1 && only !== undefined) return only.report;
  const sorted = [...answers].sort((a, b) => byStanding(a.report.standing, b.report.standing));
  const standing = worstStanding(sorted.map(({ report }) => report.standing));
  return {
    ...(standing === undefined ? {} : { standing }),
    headline: headlineOf(sorted, frame.lineOne),
    asOf: frame.now,
    zone: frame.zone,
    stale: false,
    sections: sorted.map(({ app, report }, index) => withNamedCharts(compact(report, index < maxCharts ? 1 : 0), app)),
    notes: [],
  };
}

function headlineOf(answers: readonly AppReport[], lineOne: LineOne): string {
  const [worst] = answers;
  if (worst === undefined) return 'No app is configured';
  if (typeof lineOne === 'string') return lineOne;
  return worst.report.standing === 'good' ? numbersWords(answers, lineOne) : worst.report.headline;
}

/** `Active users in the last 7 days: Production chat 437 in the busiest hour, China 1,405 on the busiest day`. */
function numbersWords(answers: readonly AppReport[], { title, range }: Exclude<LineOne, string>): string {
  const numbers = answers.slice(0, maxNamed).map(({ app, report }) => `${app.name} ${numberOf(report, title)}`);
  const more = answers.length - numbers.length;
  const all = more > 0 ? listWords([...numbers, formatQuantity(more, 'more app')]) : numbers.join(', ');
  return `${title} ${rangePhrase(range)}: ${all}`;
}

/** What the title of a figure adds to that of its metric, in the middle of a sentence. */
const qualifiers: Readonly<Record<string, string>> = {
  'busiest hour': ' in the busiest hour',
  'busiest day': ' on the busiest day',
  lowest: ' at the lowest',
  'on average': ' on average',
};

/** The number with a title, the one of the range where there is also one of now. */
function numberOf(report: Report, title: string): string {
  const figures = report.sections.flatMap((part) => part.figures);
  const found = figures.findLast((one) => one.title === title || one.title.startsWith(`${title}, `));
  return found === undefined
    ? 'not measured'
    : `${found.value}${qualifiers[found.title.slice(title.length + 2)] ?? ''}`;
}

/** A report as one section: its line 1, window, first figures, own lines and one chart. */
function compact(report: Report, charts: number): Section {
  const asOf = report.asOf === undefined ? undefined : `as of ${formatInstant(report.asOf, report.zone, 'HH:mm:ss')}`;
  const frame = [report.context, asOf, report.stale ? 'stale' : undefined]
    .filter((part) => part !== undefined)
    .join(', ');
  return {
    title: report.headline,
    figures: report.sections.flatMap((part) => part.figures).slice(0, 6),
    lines: [frame, ...report.sections.flatMap((part) => part.lines).slice(0, 3), report.notes.join(' ')].filter(
      (line) => line !== '',
    ),
    charts: report.sections.flatMap((part) => part.charts).slice(0, charts),
  };
}
