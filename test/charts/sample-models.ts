// Chart models that the tests of the charts share.
import type { ChartModel } from '../../src/reports/word-report.ts';

export const gibibyte = 2 ** 30;

/** `00:00` … `23:00`. */
export const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`);

/** A day's wave: whole numbers, no two neighbours alike. */
export function wave(length: number, middle = 1_200, height = 600): number[] {
  return Array.from({ length }, (_, index) =>
    Math.round(middle + height * Math.sin((index / length) * 2 * Math.PI) + (index % 3)),
  );
}

/** The words of the renderers. */
export const chartWords = {
  soFar: 'so far',
  nothingMeasured: 'Nothing was measured in this window.',
  unnamed: 'unnamed',
  untitled: 'Chart',
};

/** The connection peak of a day; the parts that a test is about replace these. */
export function chartModel(parts: Partial<ChartModel> = {}): ChartModel {
  return {
    kind: 'line',
    title: 'Connection peak, last 24 h',
    unit: 'count',
    labels: hours,
    series: [{ name: 'Connection peak', role: 'main', values: wave(24) }],
    limits: [],
    alt: 'Connection peak',
    shortTitle: 'Connection peak',
    each: 'moment',
    isPartial: false,
    locale: 'en-US',
    words: chartWords,
    ...parts,
  };
}

/** A model of one series with these values, labelled by their position. */
export function oneSeries(values: readonly (number | undefined)[], parts: Partial<ChartModel> = {}): ChartModel {
  return chartModel({
    labels: values.map((_, index) => `p${index}`),
    series: [{ name: 'Values', role: 'main', values: [...values] }],
    ...parts,
  });
}
