// Row: a trend over a year that was polled each minute, from roll-ups, against the same from roll-ups in plain SQL.
import { measureInChild } from '../children.ts';
import { median, megabytes, ms, quantile } from '../figures.ts';
import { judge, type Line, type Row } from '../row.ts';

const about = `"trend memory.free_ratio" over 365 days of one app: every read of the store and the whole report with its chart model,
from a store of nine metrics as it is after 400 days of polls each minute (14 days of them raw). The peer is a plain SQLite
table with the same hours, a row for each metric and hour, asked for the lowest, highest and mean of each day, of this year and of the
one before, and nothing else; they take turns, 30 rounds.
The view is "memory" over the same days: three metrics and the period before.
The file is that of one app, times ten: apps share no rows.`;

interface Figures {
  /** Milliseconds of each trend, of each view with its longest hold of the event loop, and of each question in SQL. */
  readonly trend: readonly number[];
  readonly view: readonly number[];
  readonly holds: readonly number[];
  readonly peer: readonly number[];
  /** Bytes of the file. */
  readonly size: number;
}

export const trend: Row = {
  name: 'trend',
  about,
  run: async () =>
    linesOf(await measureInChild<Figures>({ file: new URL('../processes/trend.ts', import.meta.url), asBot: true })),
};

function linesOf(found: Figures): Line[] {
  const [ours, view, peer] = [median(found.trend), median(found.view), median(found.peer)];
  const ten = 10 * found.size;
  return [
    {
      what: 'trend over a year of minutes: p50 / p95',
      ours: `${ms(ours)} / ${ms(quantile(found.trend, 0.95))}`,
      peer: ms(peer),
      ratio: ours / peer,
      bar: '<= 5 x',
      verdict: judge(ours / peer <= 5),
    },
    {
      what: 'view of a part over a year: p50, event loop held at most',
      ours: `${ms(view)}, ${ms(Math.max(...found.holds))}`,
      peer: '',
      bar: 'held under 50 ms',
      verdict: judge(Math.max(...found.holds) < 50),
    },
    {
      what: 'trend, file of 10 apps after a year',
      ours: megabytes(ten),
      peer: '',
      bar: 'under 150 MB',
      verdict: judge(ten < 150e6),
    },
  ];
}
