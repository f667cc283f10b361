// Draws a report as blocks.

import type { AttachedChart, AttachedCharts } from '../../charts/attach-charts.ts';
import type { TextChart } from '../../charts/text-renderer.ts';
import type { Instant } from '../../clock.ts';
import { phrasesOf, type Wording } from '../../metrics/phrase.ts';
import { reportText } from '../../reports/plain-text.ts';
import type { statusPhrases } from '../../reports/status-phrases.ts';
import type { ChartModel, WordedFigure, WordedReport, WordedSection, WordedTable } from '../../reports/word-report.ts';
import {
  type Block,
  charactersOf,
  circleOf,
  context,
  type DrawnMessage,
  dateText,
  fileImage,
  lengthOf,
  linkThreads,
  maxBlocks,
  maxCharacters,
  maxMessageText,
  maxSectionText,
  mrkdwn,
  oneLine,
  plain,
  rewritten,
  section,
  truncate,
  withoutThreads,
} from './block.ts';
import type { alertBlockPhrases } from './block-phrases.ts';
import { tableBlock, tableText } from './table.ts';

const say = phrasesOf<typeof statusPhrases>();
const link = phrasesOf<typeof alertBlockPhrases>();

/** The cell of a table that lacks the column. */
const noCell = '–';

/**
 * The report with its tables joined into one, before the first section that had one: a row with the section's title and
 * the names of the columns again, which leaves no cell empty, then its rows. The header is that of the first section where
 * the first column has no name. It has every column of any of them, because a younger app has fewer periods to compare
 * with. Unchanged where there is one table or none; undefined where the tables have different rows.
 */
export function withOneTable(report: WordedReport): WordedReport | undefined {
  const tables = report.sections.flatMap(({ table }) => table ?? []);
  if (tables.length < 2) return report;
  const columns = unitedColumns(tables.map((table) => table.columns));
  if (columns === undefined) return undefined;
  const parts = report.sections.filter(({ table }) => table !== undefined);
  const [first = ''] = columns[0] === '' ? [parts[0]?.title] : columns;
  const header = [first, ...columns.slice(1)];
  const rows = parts.flatMap(({ title, table }, index) => {
    const isSaid = title === undefined || (index === 0 && title === first);
    return table === undefined ? [] : [...(isSaid ? [] : [[title, ...columns.slice(1)]]), ...rowsUnder(columns, table)];
  });
  const kind = tables.every((table) => table.numeric === true) ? ({ numeric: true } as const) : {};
  const gathered: WordedSection = { figures: [], lines: [], charts: [], table: { columns: header, rows, ...kind } };
  const at = report.sections.findIndex(({ table }) => table !== undefined);
  const rest = report.sections.map(({ table: _gathered, ...part }): WordedSection => part);
  return { ...report, sections: [...rest.slice(0, at), gathered, ...rest.slice(at)] };
}

/** All columns, each after those that it followed; undefined where the first columns differ or a name comes twice. */
function unitedColumns(lists: readonly (readonly string[])[]): string[] | undefined {
  const united = [...(lists[0] ?? [])];
  for (const list of lists) {
    if (list[0] !== united[0] || new Set(list).size < list.length) return undefined;
    let next = 0;
    for (const column of list) {
      const at = united.indexOf(column);
      if (at === -1) united.splice(next, 0, column);
      next = (at === -1 ? next : at) + 1;
    }
  }
  return united;
}

function rowsUnder(columns: readonly string[], table: WordedTable): string[][] {
  const positions = columns.map((column) => table.columns.indexOf(column));
  return table.rows.map((row) => positions.map((place) => (place === -1 ? noCell : (row[place] ?? ''))));
}

/** Options of drawing a report. */
export interface ReportOptions {
  /** In the order of the charts of all sections; undefined shows nothing for a chart. */
  readonly attached?: AttachedCharts;
  /** `text` where Slack refused the table block; of tables that do not fit into one the longest is a block. */
  readonly tables?: 'block' | 'text';
  /** Blocks below everything: buttons, who shared it. Room for them is reserved. */
  readonly tail?: readonly Block[];
}

/** The message of a report. What does not fit is cut and counted: "… 12 more". */
export function drawReport(report: WordedReport, options: ReportOptions = {}): DrawnMessage {
  const tail = [...notes(report.notes), ...(options.tail ?? [])];
  const head = headOf(report);
  const gathered = options.tables === 'text' ? undefined : withOneTable(report);
  const shown = gathered ?? report;
  const asBlock = options.tables === 'text' ? undefined : longestTable(shown);
  const body = shown.sections.flatMap((part, index) => {
    const tables = part.table !== undefined && part.table === asBlock ? 'block' : 'text';
    return sectionBlocks(part, attachedOf(shown, index, options), { tables, wording: report.wording });
  });
  const blocks = [...head, ...fitting(body, [...head, ...tail], report.wording), ...tail];
  const words = report.wording.text(link('thread.open'));
  const linked = (text: string): string => linkThreads(text, words);
  return rewritten({ blocks, text: textOf(report) }, { mrkdwn: linked, label: withoutThreads, text: linked });
}

/** The table with the most rows, which is drawn as a block where Slack takes one of several; the last of equals. */
function longestTable({ sections }: WordedReport): WordedTable | undefined {
  const tables = sections.flatMap(({ table }) => table ?? []);
  const most = Math.max(...tables.map(({ rows }) => rows.length));
  return tables.findLast(({ rows }) => rows.length === most);
}

/** Every chart of a report, in order. */
export function chartsOf(report: WordedReport): readonly ChartModel[] {
  return report.sections.flatMap((part) => part.charts);
}

function attachedOf(report: WordedReport, index: number, options: ReportOptions): AttachedCharts {
  const before = report.sections.slice(0, index).reduce((sum, part) => sum + part.charts.length, 0);
  return report.sections[index]?.charts.map((_, chart) => options.attached?.[before + chart]) ?? [];
}

function asOfText({ asOf, zone, wording }: WordedReport): string | undefined {
  return asOf === undefined ? undefined : wording.text(say('report.asOf', { moment: dateText(asOf, zone, wording) }));
}

function headOf(report: WordedReport): Block[] {
  const headline = truncate(plain(report.headline), 400);
  const stale = report.stale ? `*${report.wording.text(say('report.stale'))}*` : undefined;
  const words = [
    report.context === undefined ? undefined : truncate(plain(report.context), 400),
    asOfText(report),
    stale,
  ];
  const below = words.filter((word) => word !== undefined).join(', ');
  return [section(`${circleOf(report.standing)}*${headline}*`), ...(below === '' ? [] : [context(below)])];
}

function notes(lines: readonly string[]): Block[] {
  const text = truncate(lines.map(plain).join(' ').trim(), 1_500);
  return text === '' ? [] : [context(text)];
}

function sectionBlocks(
  part: WordedSection,
  attached: AttachedCharts,
  { tables, wording }: { readonly tables: 'block' | 'text'; readonly wording: Wording },
): Block[] {
  const title = part.title === undefined ? [] : [`*${truncate(plain(part.title), 200)}*`];
  const opening = part.figures.length > 0 || part.table !== undefined ? title : [];
  return [
    ...opening.map(section),
    ...figureBlocks(part.figures),
    ...(part.table === undefined ? [] : tableBlocks(part.table, tables, wording)),
    ...lineBlocks(opening.length > 0 ? [] : title, part.lines),
    ...part.charts.flatMap((chart, index) => chartBlocks(chart, attached[index])),
  ];
}

function figureBlocks(figures: readonly WordedFigure[]): Block[] {
  const fields = figures.map((figure) => mrkdwn(truncate(figureMarkup(figure), 1_900)));
  const groups = Array.from({ length: Math.ceil(fields.length / 10) }, (_, index) =>
    fields.slice(index * 10, index * 10 + 10),
  );
  return groups.map((group) => ({ type: 'section', fields: group }));
}

function figureMarkup(figure: WordedFigure): string {
  const value = `*${plain(figure.value)}*${figure.detail === undefined ? '' : ` ${plain(figure.detail)}`}`;
  return [plain(figure.title), value, ...(figure.change === undefined ? [] : [plain(figure.change)])].join('\n');
}

/** Most characters of a table block, which leaves room for figures and lines. */
const tableRoom = 6_000;

function tableBlocks(table: WordedTable, tables: 'block' | 'text', { text }: Wording): Block[] {
  if (table.rows.length === 0 || table.columns.length === 0) return [];
  const asText = tables === 'text' ? tableText(table, maxSectionText) : undefined;
  const { drawn, rows } =
    asText === undefined ? tableBlock(table, tableRoom) : { ...asText, drawn: section(asText.drawn) };
  const cut = table.rows.length - rows;
  return [drawn, ...(cut > 0 ? [context(text(say('report.moreRows', { count: cut })))] : [])];
}

/** Joins lines into sections, because a block for each line would soon be too many. */
function lineBlocks(title: readonly string[], lines: readonly string[]): Block[] {
  const texts: string[] = [];
  for (const line of [...title, ...lines.map((text) => truncate(plain(text), 600))]) {
    const last = texts.at(-1);
    if (last !== undefined && lengthOf(last) + lengthOf(line) < maxSectionText / 3)
      texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts.filter((text) => text !== '').map(section);
}

function chartBlocks(chart: ChartModel, place: AttachedChart | undefined): Block[] {
  if (place === undefined) return [];
  if (place.kind === 'file') return [fileImage(place.id, truncate(oneLine(chart.alt), 1_500) || chart.words.untitled)];
  if (place.kind === 'block') return [{ ...place.block }];
  return [section(truncate(textChart(place), maxSectionText))];
}

/** Skylines are code, in which all signs are equally wide; words are not, because code that wraps is a grey brick. */
function textChart({ text, skylines = [] }: TextChart): string {
  return text
    .split('\n')
    .map((line, index) => (skylines.includes(index) ? `\`${plain(line)}\`` : plain(line)))
    .join('\n');
}

/** The first blocks that fit beside `fixed`, and the number of the rest where some do not. */
function fitting(body: readonly Block[], fixed: readonly Block[], wording: Wording): Block[] {
  const room = maxCharacters - charactersOf(fixed);
  const blocks = maxBlocks - fixed.length;
  const whole = body.length <= blocks && charactersOf(body) <= room;
  if (whole) return [...body];
  const kept: Block[] = [];
  let spent = 20;
  for (const block of body) {
    spent += charactersOf(block);
    if (spent > room || kept.length >= blocks - 1) break;
    kept.push(block);
  }
  return [...kept, context(wording.text(say('report.more', { count: body.length - kept.length })))];
}

/** The whole report as text, for notifications and screen readers; line 1 keeps its circle. */
function textOf(report: WordedReport): string {
  const moment = (at: Instant, zone: string): string => dateText(at, zone, report.wording);
  return truncate(`${circleOf(report.standing)}${reportText(report, { text: plain, moment })}`, maxMessageText);
}
