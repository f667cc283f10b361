// A report as facts: one type for the summary, the subcommands and the digest. It is stored as it is and worded when it is drawn.
// Fields of a later version are kept where they are read and written back, which is why each schema is loose and its type is not.
import { z } from 'zod';
import { Phrase } from '../metrics/phrase.ts';

/** The status of an app or a report: one coloured circle in line 1; `unknown` is grey. */
export const Standing = z.enum(['good', 'warning', 'critical', 'unknown']);
export type Standing = z.infer<typeof Standing>;

const figureFields = z.object({
  /** Id of the metric whose value it is; absent for an extreme or an earlier value of it. */
  metric: z.string().optional(),
  title: Phrase,
  value: Phrase,
  detail: Phrase.optional(),
  change: Phrase.optional(),
});

/** A headline number: `title` over `value`, then an optional detail ("of 2,000 (95 %)") and change ("up 12 % vs yesterday"). */
export type Figure = z.infer<typeof figureFields>;

const tableFields = z.object({
  columns: z.array(Phrase),
  rows: z.array(z.array(Phrase)),
  /** All its columns but the first hold numbers. */
  numeric: z.boolean().default(false),
});
export type Table = z.infer<typeof tableFields>;

const values = z.array(
  z
    .number()
    .nullish()
    .transform((value) => value ?? undefined),
);

const valueInTime = z.object({ value: z.number(), from: z.number(), to: z.number() });

/** The series that a curve is drawn from, whole: what its alt text says. `total` is of all points or of those before today. */
const wholeFields = z.object({
  low: valueInTime,
  high: valueInTime,
  last: valueInTime,
  total: z.number().optional(),
  withoutToday: z.boolean().optional(),
});
export type CurveWhole = z.infer<typeof wholeFields>;

const seriesFields = z.object({
  name: Phrase,
  values,
  /** The lowest and the highest sample of each point, where a point stands for several. */
  lows: values.optional(),
  highs: values.optional(),
  /** Absent where nothing is known beside the points. */
  whole: wholeFields.loose().optional(),
  /**
   * `previous` is drawn thin and dashed behind the main one; `usual` is the band of its lows and highs; `ahead` goes on from the main one
   * at times that are not measured yet.
   */
  role: z.enum(['main', 'previous', 'usual', 'ahead']).default('main'),
});
type SeriesFacts = z.infer<typeof seriesFields>;

const limitFields = z.object({ label: Phrase, value: z.number() });
type LimitFacts = z.infer<typeof limitFields>;

const series: z.ZodType<SeriesFacts> = seriesFields.loose();
const limit: z.ZodType<LimitFacts> = limitFields.loose();

const chartFields = z.object({
  kind: z.enum(['line', 'bar', 'stacked']),
  title: Phrase,
  unit: z.enum(['count', 'bytes', 'ratio', 'mean']),
  /** Where each point begins. */
  times: z.array(z.number()),
  zone: z.string(),
  /** What a point covers: a moment, a clock hour or a day. */
  each: z.enum(['moment', 'hour', 'day']),
  /** True where a point stands for that hour of each of several days, so that its date says nothing. */
  isOfEachDay: z.boolean().optional(),
  /** Set where the last point is of the current period. */
  now: z.number().optional(),
  /** The points that are of less time than the others, because the window cuts them or because their time is not over. */
  partial: z.array(z.number()).optional(),
  /** The name of the app. */
  app: z.string().optional(),
  /** The name of the app, where the whole message is about it. */
  subject: z.string().optional(),
  /** The id of the app of either; absent in charts that earlier versions stored. */
  appId: z.string().optional(),
  /** How neighbouring points are joined where there is no room for all of them; absent: as `joinOf` says. */
  join: z.enum(['sum', 'low', 'high']).optional(),
  series: z.array(series),
  limits: z.array(limit),
  /** Of a chart from before charts had times: its labels and its alt text as they were stored. */
  stored: z.object({ labels: z.array(z.string()), alt: z.string() }).optional(),
});

/**
 * A chart before any wording and any renderer: values over times, and limit lines. An undefined (stored: null) value is a gap and stays
 * one. `kind` names a kind of `charts/`.
 */
export type ChartFacts = z.infer<typeof chartFields>;
export const ChartFacts: z.ZodType<ChartFacts> = chartFields.loose();

/** A drawn chart on its way to Slack. `alt` tells in words what it shows. */
export interface PictureUpload {
  readonly png: Uint8Array;
  readonly title: string;
  readonly alt: string;
}

const figure: z.ZodType<Figure> = figureFields.loose();
const table: z.ZodType<Table> = tableFields.loose();

const sectionFields = z.object({
  title: Phrase.optional(),
  figures: z.array(figure),
  table: table.optional(),
  lines: z.array(Phrase),
  charts: z.array(ChartFacts),
});

/** A section of a report. Text from a platform is not escaped here; the renderer escapes everything. */
export type Section = z.infer<typeof sectionFields>;
const section: z.ZodType<Section> = sectionFields.loose();

const reportFields = z.object({
  standing: Standing.optional(),
  headline: Phrase,
  context: Phrase.optional(),
  /** Epoch ms of the newest number in it. */
  asOf: z.number().optional(),
  /** IANA zone in which `asOf` is written where the reader's own is not known. */
  zone: z.string(),
  stale: z.boolean(),
  sections: z.array(section),
  notes: z.array(Phrase),
});

/** A whole report. `headline` is line 1 without a circle; `context` is window and zone; `notes` are gaps, sources, open alerts. */
export type Report = z.infer<typeof reportFields>;
export const Report: z.ZodType<Report> = reportFields.loose();
