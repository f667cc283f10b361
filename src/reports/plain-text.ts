// A report as sentences, for notifications and screen readers: everything it shows, in the same order, without pictures.
import type { Instant } from '../clock.ts';
import { capitalise } from '../metrics/format.ts';
import { phrasesOf, type Wording } from '../metrics/phrase.ts';
import { sentence, type statusPhrases } from './status-phrases.ts';
import type { WordedFigure, WordedReport, WordedSection, WordedTable } from './word-report.ts';

/** Longest text; Slack advises at most 4,000 characters. */
export const longestText = 3_500;

/** How text and moments are written: plain by default; others escape text, or write moments in the zone of the reader. */
export interface Writing {
  readonly text: (words: string) => string;
  readonly moment: (at: Instant, zone: string) => string;
}

const plainly = ({ instant }: Wording): Writing => ({
  text: (words) => words,
  moment: (at, zone) => `${instant(at, zone, 'd LLL yyyy HH:mm:ss')}, ${zone}`,
});

const say = phrasesOf<typeof statusPhrases>();

/** Levels of detail, from the whole report to the titles of its sections, which for several apps are line 1 of each. */
const details = ['all', 'without pictures', 'first rows', 'two rows', 'lines only', 'titles only'] as const;

/** The whole report, one part a line. What does not fit is left out from the longest parts first, and that is said. */
export function reportText(report: WordedReport, writing: Writing = plainly(report.wording)): string {
  const { asOf: at, stale: isStale, zone, wording } = report;
  const hasMore = wording.text(say('report.hasMore'));
  const write = (line: string): string => writing.text(sentence(line));
  const asOf =
    at === undefined ? [] : [wording.text(say('report.asOfLine', { moment: writing.moment(at, zone), isStale }))];
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

/** Ends at the last whole word that fits. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const room = longest - 2;
  const space = text.lastIndexOf(' ', room);
  const end = space > room / 2 ? space : room;
  // Half of a surrogate pair at the end would not be a character.
  return `${text.slice(0, end).replace(/[\uD800-\uDBFF]$/, '')} …`;
}

function sectionText(part: WordedSection, detail: (typeof details)[number]): string[] {
  if (detail === 'titles only') return part.title === undefined ? [] : [part.title];
  const title = part.title === undefined ? [] : [`${part.title}:`];
  const { changes, rows: cells = part.table?.rows ?? [] } = part.spoken ?? {};
  const figures =
    detail === 'lines only'
      ? []
      : part.figures.map((figure, index) => figureText(figure, changes === undefined ? figure.change : changes[index]));
  const rows = part.table === undefined || detail === 'lines only' ? [] : tableText(part.table.columns, cells);
  const pictures = detail === 'all' ? part.charts.map((chart) => chart.alt) : [];
  const lines = detail === 'lines only' ? part.lines.slice(0, 3) : part.lines;
  const most = detail === 'first rows' ? 5 : detail === 'two rows' ? 2 : rows.length;
  return [...title, ...figures, ...rows.slice(0, most), ...lines, ...pictures];
}

/** `Active users: 412, up 12 % vs yesterday`. */
function figureText({ title, value, detail }: WordedFigure, change: string | undefined): string {
  const number = detail === undefined ? value : `${value} ${detail}`;
  return `${title}: ${number}${change === undefined ? '' : `, ${change}`}`;
}

/** One sentence a row: `Messages: Sunday 41,203, Saturday 34,918 (+18 %)`. An empty cell is left out, such as bars that are spoken. */
function tableText(columns: WordedTable['columns'], rows: WordedTable['rows']): string[] {
  return rows.map(([name = '', ...cells]) => {
    const facts = cells.flatMap((cell, index) => (cell === '' ? [] : [`${columns[index + 1] ?? ''} ${cell}`.trim()]));
    return `${name}: ${facts.join(', ')}`;
  });
}
