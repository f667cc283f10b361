// The reports as people read them: built as facts, worded in English.
import { chartOf as chartFacts } from '../../src/reports/chart.ts';
import { digestReport as digestFacts } from '../../src/reports/digest.ts';
import { healthReport as healthFacts } from '../../src/reports/health.ts';
import { metricGroupReport as metricGroupFacts } from '../../src/reports/metric-group.ts';
import { rangeSummary as rangeSummaryFacts } from '../../src/reports/range-summary.ts';
import type { Report } from '../../src/reports/report.ts';
import { appsReport as appsFacts, severalAppsReport as severalAppsFacts } from '../../src/reports/several-apps.ts';
import { failureReport as failureFacts, summaryReport as summaryFacts } from '../../src/reports/summary.ts';
import { trendReport as trendFacts } from '../../src/reports/trend.ts';
import { type ChartModel, type WordedReport, wordChart, wordReport } from '../../src/reports/word-report.ts';
import { englishWording } from '../../src/wording.ts';

export const worded = (report: Report): WordedReport => wordReport(report, englishWording);

const asWorded =
  <Input extends unknown[]>(build: (...input: Input) => Report) =>
  (...input: Input): WordedReport =>
    worded(build(...input));

export const summaryReport = asWorded(summaryFacts);
export const failureReport = asWorded(failureFacts);
export const trendReport = asWorded(trendFacts);
export const metricGroupReport = asWorded(metricGroupFacts);
export const appsReport = asWorded(appsFacts);
export const digestReport = asWorded(digestFacts);
export const healthReport = asWorded(healthFacts);
export const severalAppsReport = asWorded(severalAppsFacts);

export function rangeSummary(...input: Parameters<typeof rangeSummaryFacts>): WordedReport | undefined {
  const report = rangeSummaryFacts(...input);
  return report && worded(report);
}

export function chartOf(...input: Parameters<typeof chartFacts>): ChartModel | undefined {
  const facts = chartFacts(...input);
  return facts && wordChart(facts, englishWording);
}
