// The table of an answer: each row is an hour or a day of the range, each cell its number with the change on its place in the period before.
import { readNumber } from './claims.ts';
import { type Statistic, slotsOf } from './imkit-sums.ts';
import {
  addDays,
  clockAt,
  daysBefore,
  daysFrom,
  daysWindow,
  hour,
  readDates,
  timeAt,
  type Window,
} from './local-time.ts';
import type { MessageScope, ReadTable } from './messages.ts';
import { type Measure, measureOf } from './metric-names.ts';
import { readCompared } from './range-words.ts';
import { aboutOf, type Reading } from './reader.ts';
import { readSentence } from './sentences.ts';

const statistics: Readonly<Record<string, Statistic>> = { Lowest: 'low', Highest: 'high', 'On average': 'mean' };

/** False for a table that is none of values. */
export function readValuesTable({ columns, rows }: ReadTable, scope: MessageScope, reading: Reading): boolean {
  const [first = '', ...heads] = columns;
  const measures = heads.map((head) => measureIn(first, head, scope.metric));
  if (measures.some((measure) => measure === undefined)) return false;
  for (const [name = '', ...cells] of rows) {
    const window = rowWindow(name, scope);
    for (const [index, cell] of cells.entries()) {
      const measure = measures[index];
      const found = /^([\d,]*\d(?:\.\d+)?)(?: (%|[KMGT]?i?B)(?!\w))?(.*)$/.exec(cell);
      if (found === null) continue;
      const [, value = '', unit, rest = ''] = found;
      const shown = `${name} | ${heads[index]}: ${cell}`;
      if (window === undefined || measure === undefined) reading.unattributed.push({ shown });
      else {
        const right = scope.sums.slot(measure.metric, measure.statistic, window);
        const about = aboutOf({ ...measure, window }, scope.time);
        reading.claims.push({ shown, ...readNumber(value, unit), right, about });
        const row = { ...scope, named: (words: string) => before(words, window, scope) };
        const more = readSentence(rest, row, { ...measure, window });
        reading.claims.push(...more.claims);
        reading.unattributed.push(...more.unattributed);
      }
    }
  }
  return true;
}

/** Either the first column names the rows and the others the metrics, or the first the metric and the others its extremes. */
function measureIn(first: string, head: string, about: string): Measure | undefined {
  const statistic = statistics[head];
  if (statistic === undefined) return first === 'Hour' || first === 'Day' ? measureOf(head, about) : undefined;
  const measure = measureOf(first, about);
  return measure && { metric: measure.metric, statistic };
}

/** `Sat 28 Nov`, `Sun 29 Nov so far`, `14:27 to 15:27`, `Sat 28 Nov, 23:27 to 00:27`. */
function rowWindow(name: string, { time, window }: MessageScope): Window | undefined {
  const [, day, start, end] =
    /^(?:([A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2}), )?(\d{2}:\d{2}) to (\d{2}:\d{2})/.exec(name) ?? [];
  if (start === undefined || end === undefined) {
    const dates = readDates(name.replace(/ so far$/, ''), time);
    return dates && daysWindow(dates.from, dates.to, time);
  }
  const clock = (at: number): string => timeAt(at, time.zone);
  const slot = slotsOf(window, time.zone).find(
    ({ from, to }) =>
      clock(from) === start &&
      clock(to) === end.replace('24:00', '00:00') &&
      (day === undefined || clockAt(from, time.zone, 'ccc d LLL') === day),
  );
  return slot === undefined ? clockRow({ day, start, end }, { time, window }) : { from: slot.from, to: slot.to };
}

/** A row between two times of the clock: the newest such in the window. */
function clockRow(
  { day, start, end }: { readonly day: string | undefined; readonly start: string; readonly end: string },
  { time, window }: Pick<MessageScope, 'time' | 'window'>,
): Window | undefined {
  for (let to = Math.floor(window.to / 60_000) * 60_000; to > window.from; to -= 60_000) {
    if (timeAt(to, time.zone) !== end.replace('24:00', '00:00')) continue;
    for (let from = to - 60_000; from >= Math.max(window.from - 60_000, to - hour); from -= 60_000)
      if (timeAt(from, time.zone) === start && (day === undefined || clockAt(from, time.zone, 'ccc d LLL') === day))
        // What was asked for just now is in the minute that runs.
        return { from, to: time.now - to < 60_000 ? time.now : to };
  }
  return undefined;
}

/** The place of a row in the earlier period that its change names. */
function before(words: string, row: Window, { window, time, named }: MessageScope): Window | undefined {
  const own = named?.(words);
  const compared = own === undefined ? readCompared(words, window, time) : { window, before: own };
  if (compared === undefined) return undefined;
  const { window: whole, before: earlier } = compared;
  if (whole.dates === undefined || earlier.dates === undefined) {
    const shift = whole.from - earlier.from;
    return { from: row.from - shift, to: row.to - shift };
  }
  const days = daysFrom(earlier.dates.from, whole.dates.from);
  if (row.dates !== undefined) return daysWindow(addDays(row.dates.from, -days), addDays(row.dates.to, -days), time);
  const from = daysBefore(row.from, days, time.zone);
  return { from, to: from + (row.to - row.from) };
}
