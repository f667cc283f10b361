// A report as facts: one type for the summary, the subcommands and the digest. It is stored as it is and worded when it is drawn.
import { z } from 'zod';
import { Phrase } from '../metrics/phrase.ts';

/** The status of an app or a report: one coloured circle in line 1; `unknown` is grey. */
export const Standing = z.enum(['good', 'warning', 'critical', 'unknown']);
export type Standing = z.infer<typeof Standing>;

/** A headline number: `title` over `value`, then an optional detail ("of 2,000 (95 %)") and change ("▲ up 12 % on yesterday"). */
export const Figure = z.object({
  /** Id of the metric whose value it is; absent for an extreme or an earlier value of it. */
  metric: z.string().optional(),
  title: Phrase,
  value: Phrase,
  detail: Phrase.optional(),
  change: Phrase.optional(),
});
export type Figure = z.infer<typeof Figure>;

/** `numeric`: all its columns but the first hold numbers. */
export const Table = z.object({
  columns: z.array(Phrase),
  rows: z.array(z.array(Phrase)),
  numeric: z.boolean().default(false),
});
export type Table = z.infer<typeof Table>;

/**
 * A chart before any wording and any renderer: values over times, and limit lines. An undefined (stored: null) value is a gap and stays
 * one. `kind` names a kind of `charts/`.
 */
export const ChartFacts = z.object({
  kind: z.enum(['line', 'bar', 'stacked']),
  title: Phrase,
  unit: z.enum(['count', 'bytes', 'ratio']),
  /** Where each point begins. */
  times: z.array(z.number()),
  zone: z.string(),
  /** What a point covers: a moment, a clock hour or a day. */
  each: z.enum(['moment', 'hour', 'day']),
  /** Set where the last point is of the current period. */
  now: z.number().optional(),
  /** The name of the app, where the message is about several. */
  app: z.string().optional(),
  series: z.array(
    z.object({
      name: Phrase,
      values: z.array(
        z
          .number()
          .nullish()
          .transform((value) => value ?? undefined),
      ),
      /** `previous` is drawn thin and dashed behind the main one. */
      role: z.enum(['main', 'previous']).default('main'),
    }),
  ),
  limits: z.array(z.object({ label: Phrase, value: z.number() })),
  /** Of a chart from before charts had times: its labels and its alt text as they were stored. */
  stored: z.object({ labels: z.array(z.string()), alt: z.string() }).optional(),
});
export type ChartFacts = z.infer<typeof ChartFacts>;

/** A drawn chart on its way to Slack. `alt` tells in words what it shows. */
export interface PictureUpload {
  readonly png: Uint8Array;
  readonly title: string;
  readonly alt: string;
}

/** A section of a report. Phrase from a platform is not escaped here; the renderer escapes everything. */
export const Section = z.object({
  title: Phrase.optional(),
  figures: z.array(Figure),
  table: Table.optional(),
  lines: z.array(Phrase),
  charts: z.array(ChartFacts),
});
export type Section = z.infer<typeof Section>;

/** A whole report. `headline` is line 1 without a circle; `context` is window and zone; `notes` are gaps, sources, open alerts. */
export const Report = z.object({
  standing: Standing.optional(),
  headline: Phrase,
  context: Phrase.optional(),
  /** Epoch ms of the newest number in it. */
  asOf: z.number().optional(),
  /** IANA zone in which `asOf` is written where the reader's own is not known. */
  zone: z.string(),
  stale: z.boolean(),
  sections: z.array(Section),
  notes: z.array(Phrase),
});
export type Report = z.infer<typeof Report>;
