// A report as plain data: one type for the summary, the subcommands and the digest, without any formatting for Slack.
import { z } from 'zod';

/** The status of an app or a report: one coloured circle in line 1; `unknown` is grey. */
export const Standing = z.enum(['good', 'warning', 'critical', 'unknown']);
export type Standing = z.infer<typeof Standing>;

/** A headline number: `title` over `value`, then an optional detail ("of 2,000 (95 %)") and change ("▲ up 12 % on yesterday"). */
export const Figure = z.object({
  title: z.string(),
  value: z.string(),
  detail: z.string().optional(),
  change: z.string().optional(),
});
export type Figure = z.infer<typeof Figure>;

export const Table = z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.string())) });
export type Table = z.infer<typeof Table>;

/**
 * A chart before any renderer: categories, values and limit lines. An undefined (stored: null) value is a gap and stays one.
 * `kind` names a file of `charts/`. `alt` gives low, high and the newest value with their times, for readers without the picture.
 */
export const ChartModel = z.object({
  kind: z.enum(['line', 'bar', 'stacked']),
  title: z.string(),
  unit: z.enum(['count', 'bytes', 'ratio']),
  labels: z.array(z.string()),
  series: z.array(
    z.object({
      name: z.string(),
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
  limits: z.array(z.object({ label: z.string(), value: z.number() })),
  alt: z.string(),
});
export type ChartModel = z.infer<typeof ChartModel>;

/** A drawn chart on its way to Slack. `alt` tells in words what it shows. */
export interface PictureUpload {
  readonly png: Uint8Array;
  readonly title: string;
  readonly alt: string;
}

/** A section of a report. Text from a platform is not escaped here; the renderer escapes everything. */
export const Section = z.object({
  title: z.string().optional(),
  figures: z.array(Figure),
  table: Table.optional(),
  lines: z.array(z.string()),
  charts: z.array(ChartModel),
});
export type Section = z.infer<typeof Section>;

/** A whole report. `headline` is line 1 without a circle; `context` is window and zone; `notes` are gaps, sources, open alerts. */
export const Report = z.object({
  standing: Standing.optional(),
  headline: z.string(),
  context: z.string().optional(),
  /** Epoch ms of the newest number in it. */
  asOf: z.number().optional(),
  /** IANA zone in which `asOf` is written where the reader's own is not known. */
  zone: z.string(),
  stale: z.boolean(),
  sections: z.array(Section),
  notes: z.array(z.string()),
});
export type Report = z.infer<typeof Report>;
