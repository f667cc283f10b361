// Reads every number of an answer: its line 1, frame, figures, tables, lines, notes and pictures.
import type { Answer } from './asked-bot.ts';
import { type ChartScope, readChart } from './chart-points.ts';
import { readNumber } from './claims.ts';
import type { Interval, Statistic } from './imkit-sums.ts';
import { addDays, clockAt, daysWindow, hour, readDates, type Window } from './local-time.ts';
import { type Measure, measureOf, names } from './metric-names.ts';
import { readCompared } from './range-words.ts';
import { claimValue, type Reading } from './reader.ts';
import { readSentence } from './sentences.ts';
import { claimShare } from './value-forms.ts';
import { readValuesTable } from './values-table.ts';

type Block = Answer['blocks'][number];

/** A table with its first row apart, as texts. */
export interface ReadTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What one kind of message has of its own. */
export interface MessageScope extends ChartScope {
  /** The table, where it is not one of messages by type. */
  readonly readTable?: (table: ReadTable, scope: MessageScope, reading: Reading) => void;
  /** The scope below a line that is the name of an app. */
  readonly titled?: (line: string) => MessageScope | undefined;
  /** The scope of a chart or a sentence that names one of several apps. */
  readonly scopeOf?: (text: string) => MessageScope | undefined;
}

export function readAnswer({ blocks, charts }: Answer, scope: MessageScope): Reading {
  const reading: Reading = { claims: [], unattributed: [] };
  // What stands below the name of an app is of that app.
  let current = scope;
  for (const block of blocks) {
    if (block.type === 'table') readTable(tableOf(block), current, reading);
    for (const field of textsOf(block['fields'])) readFigure(field, current, reading);
    const said = [...textsOf([block['text']]), ...textsOf(block['elements'])].filter(() => block.type !== 'actions');
    const tables = said.flatMap(writtenTable);
    for (const table of tables) readTable(table, current, reading);
    for (const line of said.flatMap((text) => (text.startsWith('```') ? [] : clean(text).split('\n')))) {
      current = scope.titled?.(line) ?? current;
      add(reading, readSentence(line, scope.scopeOf?.(line) ?? current));
    }
  }
  for (const chart of charts) add(reading, readChart(chart, scope.scopeOf?.(chart.title) ?? scope));
  return reading;
}

function add(all: Reading, more: Reading): void {
  all.claims.push(...more.claims);
  all.unattributed.push(...more.unattributed);
}

function textsOf(parts: unknown): string[] {
  if (!Array.isArray(parts)) return [];
  return parts.flatMap((part: { readonly text?: unknown } | undefined) =>
    typeof part?.text === 'string' ? [part.text] : [],
  );
}

/** Without what only the eye reads, and with escapes undone. */
export const clean = (text: string): string =>
  text
    .replaceAll(/[▲▼] ?(?=[+−])/gu, '')
    .replaceAll(/▲ ?(?:up )?/gu, 'up ')
    .replaceAll(/▼ ?(?:down )?/gu, 'down ')
    .replaceAll(/[*\u200B]|[🟢🟠🔴⚪•] ?/gu, '')
    .replaceAll('&gt;', '>')
    .replaceAll(/[\u00A0\u202F]/g, ' ')
    .replaceAll('&lt;', '<')
    .trim();

function tableOf(block: Block): ReadTable {
  const rows = Array.isArray(block['rows']) ? block['rows'].map((row: readonly unknown[]) => row.map(cellText)) : [];
  return { columns: rows[0] ?? [], rows: rows.slice(1) };
}

/** A table as aligned text, where a message has several. */
function writtenTable(text: string): ReadTable[] {
  if (!text.startsWith('```')) return [];
  const lines = text.split('\n').filter((line) => !line.startsWith('```'));
  const cells = lines.map((line) =>
    (line.startsWith('  ') ? ['', ...line.trim().split(/\s{2,}/)] : line.split(/\s{2,}/)).map(clean),
  );
  return [{ columns: cells[0] ?? [], rows: cells.slice(1) }];
}

function cellText(cell: unknown): string {
  if (typeof cell !== 'object' || cell === null) return '';
  const { text, elements } = cell as { text?: unknown; elements?: unknown }; // a cell is one of two open shapes
  if (typeof text === 'string') return clean(text);
  return Array.isArray(elements) ? elements.map(cellText).join('') : '';
}

function readTable(table: ReadTable, scope: MessageScope, reading: Reading): void {
  if (table.columns[0]?.startsWith('Messages by type') !== true) {
    if (scope.readTable !== undefined) scope.readTable(table, scope, reading);
    else if (!readValuesTable(table, scope, reading))
      reading.unattributed.push({ shown: `table ${table.columns.join(' | ')}` });
    return;
  }
  add(
    reading,
    readSentence(`${table.columns[0].replace('Messages by type, ', '')} known`, {
      ...scope,
      metric: 'messages.single.text',
    }),
  );
  for (const [type = '', ...cells] of table.rows) {
    cells.forEach((cell, index) => {
      const chat = table.columns[index + 1] === 'Groups' ? 'group' : 'single';
      const metric = `messages.${chat}.${type.toLowerCase()}`;
      if (/\d/.test(cell))
        claimValue(
          { ...scope, ...reading },
          { metric, statistic: 'sum', window: scope.window },
          readNumber(cell),
          `${type} | ${table.columns[index + 1]}: ${cell}`,
        );
    });
  }
}

interface Titled extends Measure {
  readonly window: Window;
  /** Of hours of a metric of moments: the extreme of their means is as right. */
  readonly isOfHours?: boolean;
}

/** What the title of a figure says that its number is. */
function titled(title: string, detail: string, scope: MessageScope): Titled | undefined {
  const { window: frame, metric, time } = scope;
  // A number of another time says so behind it.
  const window = /^in the last hour\b/.test(detail) ? { from: time.now - hour, to: time.now } : frame;
  const [, side] = /^(Lowest|Highest)(?: hour| day)?$/.exec(title) ?? [];
  if (side !== undefined) return { metric, statistic: side === 'Lowest' ? 'low' : 'high', window, isOfHours: true };
  const words = title.replace(', the whole day', '');
  const day = words === title ? undefined : readDates(words, time);
  if (day !== undefined) return { metric, statistic: usual(metric), window: daysWindow(day.from, day.to, time) };
  const lower = words.charAt(0).toLowerCase() + words.slice(1);
  const named = scope.named?.(lower);
  const before = named ?? readCompared(lower, window, time)?.before;
  const isWholeDay = title.endsWith(', the whole day');
  if (before !== undefined && (named !== undefined || /^(The |Yesterday|Last )/.test(title)))
    return { metric, statistic: usual(metric), window: isWholeDay ? wholeDays(before) : before };
  const found = measureOf(title, metric);
  return found && { ...found, window };
}

/** Of a trend: what stands for a longer time. */
const usual = (metric: string): Statistic =>
  /^memory\.free/.test(metric) ? 'low' : (names[metric]?.statistic ?? 'sum');

function wholeDays(window: Window): Window {
  const { dates } = window;
  return dates === undefined ? window : { ...window, to: window.from + 24 * 3_600_000 };
}

/** `Active users`, `*412* of 2,000 (21 %) at 14:00`, `up 12 % on yesterday`. */
function readFigure(field: string, scope: MessageScope, reading: Reading): void {
  const [title = '', valueLine = '', ...changes] = clean(field).split('\n');
  const found = /^([\d,]*\d(?:\.\d+)?)(?: of ([\d,.]+)(?= [KMGT]iB))?(?: (%|[KMGT]?i?B)(?!\w))?(.*)$/.exec(valueLine);
  const about = titled(title, found?.[4]?.trim() ?? '', scope);
  if (about === undefined || found === null) {
    if (/\d/.test(valueLine)) reading.unattributed.push({ shown: `figure ${title} | ${valueLine}` });
    return;
  }
  const [, value = '', whole, unit, rest = ''] = found;
  const shown = `${title} | ${valueLine}`;
  const isSize = unit !== undefined && unit !== '%' && about.metric === 'memory.free_ratio';
  const subject = { ...about, metric: isSize ? 'memory.free' : about.metric };
  // A part and its whole are shown with one digit behind the point, in one unit.
  const number =
    whole === undefined || unit === undefined
      ? readNumber(value, unit)
      : { ...readNumber(value, unit), half: 0.05 * 2 ** 30 };
  claimValue({ ...scope, ...reading }, subject, number, shown);
  const last = reading.claims.at(-1);
  const hours = about.isOfHours === true ? scope.sums.hours(about.metric, about.statistic, about.window) : undefined;
  const now = about.statistic === 'last' ? newestOf(subject.metric, scope) : undefined;
  const more = [hours, now, withToday(subject, rest, scope)].filter((one) => one !== undefined);
  if (last !== undefined) reading.claims[reading.claims.length - 1] = { ...last, right: [...last.right, ...more] };
  if (whole !== undefined) claimWhole(readNumber(whole, unit).value, { subject, shown, unit }, scope, reading);
  readDetail(rest.trim(), { subject, shown, unit }, scope, reading);
  for (const line of changes) add(reading, readSentence(line, scope, subject));
}

/** The newest number, which a message of days before today may show beside them as it is now. */
function newestOf(metric: string, { sums, time, window }: MessageScope): Interval | undefined {
  const isBeforeToday = window.dates !== undefined && addDays(window.dates.to, 1) === time.today;
  const now = sums.isDaily ? daysWindow(time.today, time.today, time) : { from: time.now - hour, to: time.now };
  return isBeforeToday ? sums.value(metric, 'last', now) : undefined;
}

/** An extreme that is said to be of today is of the days with today so far. */
function withToday(
  { metric, statistic, window }: Titled,
  detail: string,
  { sums, time }: MessageScope,
): Interval | undefined {
  const { dates } = window;
  const isOfToday = / (?:now|today)\b/.test(` ${detail}`) || detail.includes(clockAt(time.now, time.zone, 'ccc d LLL'));
  if (dates === undefined || addDays(dates.to, 1) !== time.today || !isOfToday) return undefined;
  return sums.value(metric, statistic, daysWindow(dates.from, time.today, time));
}

interface Shown {
  readonly subject: Titled;
  readonly shown: string;
  readonly unit: string | undefined;
}

/** The limit of connections, all rooms, all memory. */
function claimWhole(value: number, { subject, shown, unit }: Shown, scope: MessageScope, reading: Reading): void {
  const { limit } = scope.sums;
  const isLimit = subject.metric.startsWith('connections');
  const total = subject.metric === 'rooms.active' ? 'rooms.total' : 'memory.total';
  const found = isLimit
    ? limit === undefined
      ? undefined
      : { lo: limit, hi: limit }
    : scope.sums.value(total, 'last', subject.window);
  const half = unit === undefined ? 0.5 : 0.05 * 2 ** 30;
  reading.claims.push({
    shown,
    value,
    half,
    right: found === undefined ? [] : [found],
    about: isLimit ? 'the limit' : total,
  });
}

/** `(95 %)`, `(1.6 GiB) today, 03:00 to 04:00`, `of 2,000 (95 %), 20:00 to 21:00`. */
function readDetail(detail: string, of: Shown, scope: MessageScope, reading: Reading): void {
  const { subject, shown } = of;
  const [limited, limit, share] = /^of ([\d,]+) \(([\d,.]+) %\)/.exec(detail) ?? [];
  if (limited !== undefined) {
    claimWhole(readNumber(limit ?? '').value, of, scope, reading);
    claimShare({ ...scope, ...reading, subject }, share ?? '', shown, withToday(subject, detail, scope));
    readRest(detail.slice(limited.length), of, scope, reading);
    return;
  }
  const [all, total] = /^of ([\d,]+)/.exec(detail) ?? [];
  if (all !== undefined) {
    claimWhole(readNumber(total ?? '').value, of, scope, reading);
    readRest(detail.slice(all.length), of, scope, reading);
    return;
  }
  const [bracketed, part, unit] = /^\(([\d,.]+) (%|[KMGT]?i?B)\)/.exec(detail) ?? [];
  if (bracketed === undefined || part === undefined) {
    readRest(detail, of, scope, reading);
    return;
  }
  const metric = unit === '%' ? 'memory.free_ratio' : 'memory.free';
  claimValue({ ...scope, ...reading }, { ...subject, metric }, readNumber(part, unit), shown);
  const now = subject.statistic === 'last' ? newestOf(metric, scope) : undefined;
  const more = [now, withToday({ ...subject, metric }, detail, scope)].filter((one) => one !== undefined);
  const last = reading.claims.at(-1);
  if (last !== undefined) reading.claims[reading.claims.length - 1] = { ...last, right: [...last.right, ...more] };
  readRest(detail.slice(bracketed.length), of, scope, reading);
}

function readRest(text: string, { subject }: Shown, scope: MessageScope, reading: Reading): void {
  add(reading, readSentence(text, scope, subject));
}
