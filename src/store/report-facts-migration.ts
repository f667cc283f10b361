// The migration of reports and reasons from finished sentences to facts: the old words become phrases that are drawn as they are.
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';

/*
 * The old shapes are spelled out here, as far as they hold words: this step must go on reading and writing the shapes of its
 * own version when later ones change them again. Fields that it does not name stay as they are.
 */
const words = z.string();
const WordedFigure = z.looseObject({ title: words, value: words, detail: words.optional(), change: words.optional() });
const WordedTable = z.looseObject({ columns: z.array(words), rows: z.array(z.array(words)) });
const WordedChart = z.looseObject({
  title: words,
  labels: z.array(words),
  series: z.array(z.looseObject({ name: words })),
  limits: z.array(z.looseObject({ label: words })),
  alt: words,
});
const WordedSection = z.looseObject({
  title: words.optional(),
  figures: z.array(WordedFigure),
  table: WordedTable.optional(),
  lines: z.array(words),
  charts: z.array(WordedChart),
});

/** A report as versions up to `0005_alert_facts` stored it. */
export const ReportOfWords = z.looseObject({
  headline: words,
  context: words.optional(),
  zone: z.string(),
  sections: z.array(WordedSection),
  notes: z.array(words),
});
export type ReportOfWords = z.infer<typeof ReportOfWords>;

const ReportMessage = z.looseObject({ kind: z.literal('report'), report: ReportOfWords });

const asIs = (text: string) => ({ kind: 'verbatim', values: { text } });

function mapped(name: string, text: string | undefined): object {
  return text === undefined ? {} : { [name]: asIs(text) };
}

/** Pure. Every old word as it is; a chart keeps its labels and its alt text, because its times were not stored. */
export function reportWithFacts({ headline, context, sections, notes, ...rest }: ReportOfWords) {
  return {
    ...rest,
    headline: asIs(headline),
    ...mapped('context', context),
    sections: sections.map((section) => sectionWithFacts(section, rest.zone)),
    notes: notes.map(asIs),
  };
}

function sectionWithFacts(section: z.infer<typeof WordedSection>, zone: string) {
  const { title, figures, table, lines, charts, ...rest } = section;
  return {
    ...rest,
    ...mapped('title', title),
    figures: figures.map((figure) => ({
      ...figure,
      title: asIs(figure.title),
      value: asIs(figure.value),
      ...mapped('detail', figure.detail),
      ...mapped('change', figure.change),
    })),
    ...(table === undefined ? {} : { table: tableWithFacts(table) }),
    lines: lines.map(asIs),
    charts: charts.map((chart) => chartWithFacts(chart, zone)),
  };
}

/** How the version of then knew a cell of numbers. */
const numeric = /^[\d\s\u2581-\u2588–-]|^not |^unknown/;

function tableWithFacts({ columns, rows, ...rest }: z.infer<typeof WordedTable>) {
  const isNumeric = rows.every((row) => row.slice(1).every((cell) => cell === '' || numeric.test(cell)));
  return { ...rest, columns: columns.map(asIs), rows: rows.map((row) => row.map(asIs)), numeric: isNumeric };
}

function chartWithFacts({ title, labels, series, limits, alt, ...rest }: z.infer<typeof WordedChart>, zone: string) {
  return {
    ...rest,
    title: asIs(title),
    times: [],
    zone,
    each: 'moment',
    series: series.map((one) => ({ ...one, name: asIs(one.name) })),
    limits: limits.map((limit) => ({ ...limit, label: asIs(limit.label) })),
    stored: { labels, alt },
  };
}

/** The one reason that was compared, and not only shown. */
const newSchedule = 'the schedule is new';

/** Pure. */
export function reasonWithFacts(reason: string) {
  return reason === newSchedule ? { kind: 'digest.newSchedule', values: {} } : asIs(reason);
}

/**
 * All or nothing, in the transaction of the migrations. What cannot be read stays as it is: it is given up when it is read
 * next.
 */
export async function storeReportFacts(db: Kysely<unknown>): Promise<void> {
  await rewriteMessages(db);
  const polls = await sql<{ app: string; reason: string }>`
    select app, reason from poll where reason is not null`.execute(db);
  for (const { app, reason } of polls.rows)
    await sql`update poll set reason = ${JSON.stringify(asIs(reason))} where app = ${app}`.execute(db);
  const runs = await sql<{ schedule: string; period: string; reason: string }>`
    select schedule, period, reason from digest_run where reason is not null`.execute(db);
  for (const { schedule, period, reason } of runs.rows) {
    const facts = JSON.stringify(reasonWithFacts(reason));
    await sql`update digest_run set reason = ${facts} where schedule = ${schedule} and period = ${period}`.execute(db);
  }
}

async function rewriteMessages(db: Kysely<unknown>): Promise<void> {
  const rows = await sql<{ id: number; message: string }>`select id, message from outbox`.execute(db);
  for (const { id, message } of rows.rows) {
    const facts = messageWithFacts(message);
    if (facts !== undefined) await sql`update outbox set message = ${facts} where id = ${id}`.execute(db);
  }
  const roots = await sql<{ stream: string; shown: string | null; pictures: string }>`
    select stream, shown, pictures from root`.execute(db);
  for (const { stream, shown, pictures } of roots.rows) {
    const facts = shown === null ? undefined : messageWithFacts(shown);
    if (facts !== undefined) await sql`update root set shown = ${facts} where stream = ${stream}`.execute(db);
    const named = rewritten(Pictures, pictures, (all) => all.map(pictureWithFacts));
    if (named !== undefined) await sql`update root set pictures = ${named} where stream = ${stream}`.execute(db);
  }
}

const Pictures = z.array(z.looseObject({ alt: words.optional() }));

function pictureWithFacts({ alt, ...picture }: z.infer<typeof Pictures>[number]) {
  return { ...picture, ...mapped('alt', alt) };
}

/** Undefined for a message that is no report, or cannot be read. */
function messageWithFacts(text: string): string | undefined {
  return rewritten(ReportMessage, text, (old) => ({ ...old, report: reportWithFacts(old.report) }));
}

/** Undefined for what is not of this shape. */
function rewritten<Old>(schema: z.ZodType<Old>, text: string, rewrite: (old: Old) => unknown): string | undefined {
  try {
    const old = schema.safeParse(JSON.parse(text)).data;
    return old === undefined ? undefined : JSON.stringify(rewrite(old));
  } catch {
    return undefined; // no JSON at all
  }
}
