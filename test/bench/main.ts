// `npm run bench`: measures what the design has bars for, each beside a peer of the same run, prints a table, and exits with 1 when a bar is missed.
// `npm run bench -- chart start` measures only these.
import { cpus, loadavg } from 'node:os';
import { ms, pace, pageCost } from './figures.ts';
import type { Line, Row } from './row.ts';
import { acknowledge } from './rows/acknowledge.ts';
import { alert } from './rows/alert.ts';
import { chart } from './rows/chart.ts';
import { list } from './rows/list.ts';
import { poll } from './rows/poll.ts';
import { start } from './rows/start.ts';
import { summary } from './rows/summary.ts';
import { trend } from './rows/trend.ts';
import { drawTable } from './table.ts';

const rows: readonly Row[] = [start, acknowledge, summary, alert, chart, list, trend, poll];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !rows.some((row) => row.name === name));
if (unknown.length > 0) {
  process.stderr.write(`There is no row "${unknown[0]}". There are: ${rows.map((row) => row.name).join(' ')}\n`);
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const load = (): string => (loadavg()[0] ?? 0).toFixed(1);
const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

print(
  `Node ${process.version}, ${cpus().length} cores, load ${load()}, pace ${ms(pace())} (a fixed loop of 5e7 steps),
a new page of memory ${pageCost().toFixed(1)} µs. Ratios count; single figures depend on the machine and on what else it does.
`,
);
const lines: Line[] = [];
const measured: Row[] = [];
const failures: string[] = [];
for (const row of rows.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const [before, started] = [load(), performance.now()];
  try {
    lines.push(...(await row.run()));
    measured.push(row);
    print(`${row.name}: ${((performance.now() - started) / 1_000).toFixed(0)} s, load ${before} to ${load()}`);
  } catch (error) {
    failures.push(row.name);
    print(
      `${row.name} could not be measured: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
}
print(`\n${drawTable(lines)}\n`);
for (const row of measured) print(`${row.name}: ${row.about}\n`);
const missed = lines.filter((line) => line.verdict === 'broken');
if (missed.length + failures.length === 0) {
  print('Every bar holds.');
  process.exit(0);
}
for (const { what, ours, ratio, bar } of missed)
  print(`Missed: ${what} is ${ratio === undefined ? ours : `${ratio.toFixed(2)} x`}, the bar is ${bar}.`);
for (const name of failures) print(`Not measured: ${name}.`);
process.exit(1);
