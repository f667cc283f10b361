// Gathers the tables of a report into one, because Slack takes one table block in a message.
import type { Report, Section } from '../../reports/report.ts';

/**
 * The report with its tables as one, before the first section that had one: a row with the section's title, then its rows.
 * As it was where there is one table or none; undefined where their columns differ.
 */
export function withOneTable(report: Report): Report | undefined {
  const tables = report.sections.flatMap(({ table }) => table ?? []);
  const [first] = tables;
  if (first === undefined || tables.length === 1) return report;
  if (tables.some(({ columns }) => columns.join('\n') !== first.columns.join('\n'))) return undefined;
  const rows = report.sections.flatMap(({ title, table }) =>
    table === undefined ? [] : [...(title === undefined ? [] : [[title]]), ...table.rows],
  );
  const gathered: Section = { figures: [], lines: [], charts: [], table: { columns: first.columns, rows } };
  const at = report.sections.findIndex(({ table }) => table !== undefined);
  const rest = report.sections.map(({ table: _gathered, ...part }): Section => part);
  return { ...report, sections: [...rest.slice(0, at), gathered, ...rest.slice(at)] };
}
