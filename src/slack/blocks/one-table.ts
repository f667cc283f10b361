// Gathers the tables of a report into one, because Slack takes one table block in a message.
import type { Report, Section, Table } from '../../reports/report.ts';

/** What stands where a table has no such column. */
const noCell = '–';

/**
 * The report with its tables as one, before the first section that had one: a row with the section's title, then its rows.
 * It has every column of any of them: an app that is younger than another has less to be set beside. As it was where there
 * is one table or none; undefined where the tables are of different things.
 */
export function withOneTable(report: Report): Report | undefined {
  const tables = report.sections.flatMap(({ table }) => table ?? []);
  if (tables.length < 2) return report;
  const columns = unitedColumns(tables.map((table) => table.columns));
  if (columns === undefined) return undefined;
  const rows = report.sections.flatMap(({ title, table }) =>
    table === undefined ? [] : [...(title === undefined ? [] : [[title]]), ...rowsUnder(columns, table)],
  );
  const gathered: Section = { figures: [], lines: [], charts: [], table: { columns, rows } };
  const at = report.sections.findIndex(({ table }) => table !== undefined);
  const rest = report.sections.map(({ table: _gathered, ...part }): Section => part);
  return { ...report, sections: [...rest.slice(0, at), gathered, ...rest.slice(at)] };
}

/** All columns, each after those that it followed; undefined where the rows are named differently or a name comes twice. */
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

function rowsUnder(columns: readonly string[], table: Table): string[][] {
  const places = columns.map((column) => table.columns.indexOf(column));
  return table.rows.map((row) => places.map((place) => (place === -1 ? noCell : (row[place] ?? ''))));
}
