// The charts of one app in a message about several: each says whose it is, in its title and in its alt text.

import type { ImApp } from '../app.ts';
import { lowerFirst } from '../metrics/format.ts';
import type { ChartModel, Section } from './report.ts';

/** The part of one app in a message about several. A picture is looked at by itself, without the words above it. */
export function withNamedCharts(section: Section, app: Pick<ImApp, 'name'>): Section {
  return { ...section, charts: section.charts.map((chart) => namedChart(chart, app)) };
}

/** `Production chat: connection peak, last 24 hours`: the name first, because a long title is cut at its end. */
function namedChart(chart: ChartModel, { name }: Pick<ImApp, 'name'>): ChartModel {
  return { ...chart, title: continued(name, chart.title), alt: continued(name, chart.alt) };
}

function continued(name: string, text: string): string {
  return text === '' ? name : `${name}: ${lowerFirst(text)}`;
}
