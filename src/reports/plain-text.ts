// A report as sentences, for notifications and screen readers: everything it shows, in the same order, without pictures.
import type { Instant } from '../clock.ts';
import { capitalise } from '../metrics/format.ts';
import { formatInstant } from '../time-zone.ts';
import type { Figure, Report, Section, Table } from './report.ts';
import { sentence } from './status.ts';

/** Longest text; Slack advises at most 4,000 characters. */
export const longestText = 3_500;

/** How text and moments are written: plain by default; others escape text, or write moments in the zone of the reader. */
export interface Writing {
  readonly text: (words: string) => string;
  readonly moment: (at: Instant, zone: string) => string;
}

const plain: Writing = {
  text: (words) => words,
  moment: (at, zone) => `${formatInstant(at, zone, 'd LLL yyyy HH:mm:ss')}, ${zone}`,
};

/** Levels of detail, from the whole report to the titles of its sections, which for several apps are line 1 of each. */
const details = ['all', 'without pictures', 'first rows', 'lines only', 'titles only'] as const;

/** The whole report, one part a line. What does not fit is left out from the longest parts first, and that is said. */
export function reportText(report: Report, writing: Writing = plain): string {
  const write = (line: string): string => writing.text(sentence(line));
  const asOf =
    report.asOf === undefined
      ? []
      : [`As of ${writing.moment(report.asOf, report.zone)}${report.stale ? ', stale' : ''}.`];
  const head = [
    write(report.headline),
    ...(report.context === undefined ? [] : [write(capitalise(report.context))]),
    ...asOf,
  ];
  const notes = report.notes.length === 0 ? [] : [report.notes.map(write).join(' ')];
  for (const detail of details) {
    const body = report.sections.flatMap((part) => sectionText(part, detail)).map(write);
    const rest = detail === 'all' || detail === 'without pictures' ? [] : [hasMore];
    const text = [...head, ...body, ...notes, ...rest].join('\n');
    if (text.length <= longestText) return text;
  }
  const titles = report.sections.flatMap((part) => sectionText(part, 'titles only')).map(write);
  return `${cut([...head, ...titles, ...notes].join('\n'), longestText - hasMore.length - 1)}\n${hasMore}`;
}

const hasMore = 'The message has more.';

/** Ends at the last whole word that fits. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const room = longest - 2;
  const space = text.lastIndexOf(' ', room);
  const end = space > room / 2 ? space : room;
  // Half of a surrogate pair at the end would not be a character.
  return `${text.slice(0, end).replace(/[\uD800-\uDBFF]$/, '')} …`;
}

function sectionText(part: Section, detail: (typeof details)[number]): string[] {
  if (detail === 'titles only') return part.title === undefined ? [] : [part.title];
  const title = part.title === undefined ? [] : [`${part.title}:`];
  const figures = detail === 'lines only' ? [] : part.figures.map(figureText);
  const rows = part.table === undefined || detail === 'lines only' ? [] : tableText(part.table);
  const pictures = detail === 'all' ? part.charts.map((chart) => chart.alt) : [];
  const lines = detail === 'lines only' ? part.lines.slice(0, 3) : part.lines;
  return [...title, ...figures, ...(detail === 'first rows' ? rows.slice(0, 5) : rows), ...lines, ...pictures];
}

/** `Active users: 412, up 12 % on yesterday`. Arrows are left out for screen readers; the word beside it says the same. */
function figureText({ title, value, detail, change }: Figure): string {
  const number = detail === undefined ? value : `${value} ${detail}`;
  return `${title}: ${number}${change === undefined ? '' : `, ${withoutArrow(change)}`}`;
}

/** One sentence a row: `Messages: Sunday 41,203, Saturday 34,918 (+18 %)`. Sparklines are left out. */
function tableText({ columns, rows }: Table): string[] {
  return rows.map((row) => {
    const [name = '', ...cells] = row;
    const facts = cells.flatMap((cell, index) =>
      cell === '' || isSparkline(cell) ? [] : [`${columns[index + 1] ?? ''} ${withoutArrow(cell)}`.trim()],
    );
    return `${name}: ${facts.join(', ')}`;
  });
}

function isSparkline(cell: string): boolean {
  return /^[▁▂▃▄▅▆▇█·]+$/.test(cell);
}

function withoutArrow(text: string): string {
  return text.replaceAll(/[▲▼] /g, '');
}
