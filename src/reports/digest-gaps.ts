// What is missing in an app's part of a digest, in words: silence, unmeasured hours, a day that is late, a first day.
import { reportsDays } from '../metrics/capabilities.ts';
import { metric } from '../metrics/catalog.ts';
import { capitalise, formatMoment, formatTime, formatValue, listWords } from '../metrics/format.ts';
import { coverageWords, isWellMeasured } from '../metrics/series.ts';
import { localDate } from '../time-zone.ts';
import { dayFacts } from './day-summary.ts';
import type { DigestPeriod } from './digest-period.ts';
import { digestMetrics, titleOf } from './digest-rows.ts';
import { sliceCoverage, sliceValue } from './measured.ts';
import { sentence, silenceWords } from './notes.ts';
import type { Readings } from './readings.ts';
import type { Section } from './report.ts';
import { isSilent } from './standing.ts';
import { calmFacts } from './summary.ts';

/** The whole period is missing though there are earlier ones. */
export function missingWords(readings: Readings, of: DigestPeriod): string {
  if (!reportsDays(readings.app.platform)) return `Nothing was measured in this period (${of.words}).`;
  return `${capitalise(of.words)} is not there yet: the platform reports a day some hours after it ends.`;
}

/** Since when the platform is silent, why, and what it said last. */
export function failureLines(readings: Readings): string[] {
  const { poll, latest, now, zone } = readings;
  if (!isSilent(readings)) return [];
  const facts = reportsDays(readings.app.platform) ? dayFacts(readings) : calmFacts(latest?.values ?? {});
  const at = latest === undefined || reportsDays(readings.app.platform) ? '' : ` ${formatMoment(latest.at, zone, now)}`;
  const last = facts.length === 0 ? [] : [`The last numbers${at}: ${listWords(facts)}.`];
  return [`${silenceWords(readings)}.`, ...(poll?.reason === undefined ? [] : [sentence(poll.reason)]), ...last];
}

/** How much was measured, where that is too little to compare with. */
export function gapLines(readings: Readings, of: DigestPeriod): string[] {
  const coverage = sliceCoverage(readings, of);
  if (isWellMeasured(coverage)) return [];
  const unit = reportsDays(readings.app.platform) ? 'day' : 'hour';
  return [`${coverageWords(coverage, unit)}: sums are of what was measured, and nothing is compared with them.`];
}

/** What is known since the period ended, where there is nothing from before: the first day of an app. */
export function soFar(readings: Readings, of: DigestPeriod, before: readonly string[]): Omit<Section, 'title'> {
  const { now, app, latest, zone } = readings;
  const today = localDate(now, app.timezone);
  const slice = { span: { from: of.span.to, to: now }, dates: { from: today, to: today } };
  const ids = digestMetrics(readings);
  const hours = ids.map((id) => ({ id, value: sliceValue(readings, id, slice).value })).filter(isKnown);
  const values = hours.length > 0 ? hours : ids.map((id) => ({ id, value: latest?.values[id] })).filter(isKnown);
  const nothing = `Nothing was measured in this period (${of.words})`;
  if (values.length === 0)
    return { figures: [], lines: [...before, `${nothing}, and no number is known since then.`], charts: [] };
  const column =
    hours.length > 0 ? `so far, to ${formatTime(now, zone)}` : `now, at ${formatTime(latest?.at ?? now, zone)}`;
  const rows = values.map(({ id, value }) => [
    titleOf(readings, id, hours.length > 0 ? slice : undefined),
    formatValue(value, metric(id).unit),
  ]);
  return {
    figures: [],
    table: { columns: ['', column], rows },
    lines: [...before, `${nothing}: this is what is measured so far.`],
    charts: [],
  };
}

function isKnown(one: { value: number | undefined }): boolean {
  return one.value !== undefined;
}
