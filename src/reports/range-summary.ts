// The summary of a range: the main figure of each group of metrics, then the other figures, with two charts.
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { unitOf } from '../metrics/capabilities.ts';
import type { MetricGroup } from '../metrics/catalog.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { distinctPhrases, type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Range } from '../metrics/range.ts';
import type { Coverage } from '../metrics/series.ts';
import type { figurePhrases } from './figure-phrases.ts';
import { metricGroupNeeds, metricGroupReport } from './metric-group.ts';
import { isSingleValue, partlyKnown, tooShortParts } from './range-figures.ts';
import { rangeNumbers } from './range-numbers.ts';
import { colouringAlert, rangeConcerns, unmeasuredLines } from './range-status.ts';
import { joinNeeds, type Needs, type Readings } from './readings.ts';
import type { Figure, Report } from './report.ts';
import { mainMetric, mainMetricOf, metricsOf } from './slices.ts';
import { byStatus, standardNotes, worstStatus } from './status.ts';

const say = phrasesOf<typeof figurePhrases & typeof metricPhrases>();

/** The readings for one group of metrics of the app. */
export interface MetricGroupReadings {
  readonly part: MetricGroup;
  readonly readings: Readings;
}

/** A group with its own report. */
interface PartAnswer extends MetricGroupReadings {
  readonly report: Report;
}

/** What the groups of one app read over a range, without duplicates. */
export function rangeSummaryNeeds(
  app: ImApp,
  parts: readonly MetricGroup[],
  scope: { readonly range: Range; readonly now: Instant },
): Needs {
  return joinNeeds(parts.map((part) => metricGroupNeeds(app, part, scope)));
}

/** The report on one app over a range. Groups that were not measured affect the status only when no group was. Undefined for no groups. */
export function rangeSummary(parts: readonly MetricGroupReadings[], range: Range): Report | undefined {
  const answers = parts.map(
    (one): PartAnswer => ({ ...one, report: metricGroupReport(one.readings, one.part, range) }),
  );
  const [first] = answers;
  if (first === undefined) return undefined;
  const missing = answers.filter(({ report }) => report.standing === 'unknown').map(({ report }) => report.headline);
  const reasons = parts.flatMap(({ part, readings }) =>
    unmeasuredLines(readings, mainMetricOf(readings.app, part), range),
  );
  const known = answers.map(({ report }) => report.standing).filter((standing) => standing !== 'unknown');
  return {
    ...first.report,
    standing: worstStatus(known) ?? 'unknown',
    headline: concernHeadline(answers, range) ?? withinLimitsHeadline(answers, range),
    sections: [
      {
        figures: figuresOf(answers),
        lines: [...(known.length === 0 ? [] : missing), ...distinctPhrases(reasons)],
        charts: answers.flatMap(({ report }) => report.sections.flatMap(({ charts }) => charts)).slice(0, 2),
      },
      ...valuesOf(answers),
    ],
    notes: standardNotes(first.readings, coverageOf(answers, range)),
  };
}

/** How much was measured of the group that was measured best: a field that a platform leaves out is no gap of the others. */
function coverageOf(answers: readonly PartAnswer[], range: Range): { of: Coverage; unit: 'hour' | 'day' } | undefined {
  const all = answers.map(({ part, readings }) => {
    const main = mainMetricOf(readings.app, part);
    return { of: rangeNumbers(readings, main, range).coverage, unit: unitOf(readings.app, main) };
  });
  const share = ({ of: { measured, of } }: { of: Coverage }): number => (of === 0 ? 0 : measured / of);
  return all.sort((a, b) => share(b) - share(a))[0];
}

/** The values of the group that line 1 begins with. */
function valuesOf(answers: readonly PartAnswer[]): Report['sections'] {
  const report = (answers.find(({ part }) => part === 'messages') ?? answers[0])?.report;
  return report?.sections.slice(1) ?? [];
}

/** Line 1 of the group whose number is nearest to its limit. */
function concernHeadline(answers: readonly PartAnswer[], range: Range): Phrase | undefined {
  const concerns = answers.flatMap(({ part, readings, report }) =>
    rangeConcerns(readings, metricsOf(readings, part), range).map(({ standing }) => ({ standing, report })),
  );
  const [worst] = concerns.sort((a, b) => byStatus(a.standing, b.standing));
  return worst?.report.headline;
}

/** `Production chat: 220,411 messages in the last 7 days, up to 437 active users an hour`. */
function withinLimitsHeadline(answers: readonly PartAnswer[], range: Range): Phrase {
  const short = answers.flatMap(({ part, readings }) => {
    const parts = tooShortParts(readings, mainMetricOf(readings.app, part), range);
    return parts === undefined ? [] : [{ part, parts }];
  });
  const main = short.find(({ part }) => part === 'users') ?? short[0];
  if (main !== undefined)
    return say('figure.headline', { app: answers[0]?.readings.app.name ?? '', parts: main.parts });
  const facts = (['messages', 'users'] as const).flatMap((part) => {
    const readings = answers.find((one) => one.part === part)?.readings;
    // Both are of what the range is named by.
    const value = readings === undefined ? undefined : rangeNumbers(readings, mainMetric[part], range).named.value;
    return readings === undefined || value === undefined ? [] : [{ part, readings, value }];
  });
  const [first] = facts;
  const measured = answers.find(({ report }) => report.standing !== 'unknown');
  if (first === undefined && measured !== undefined) return measured.report.headline;
  const numbers = facts.map(({ part, readings, value: count }, index) => {
    const counted = say('metric.counted', { id: mainMetric[part], count });
    const words = part === 'users' ? usersUpTo(counted, readings, range) : counted;
    return index === 0 ? say('figure.over', { words, range: range.name }) : words;
  });
  const parts =
    first === undefined
      ? [say('figure.nothing', { range: range.name })]
      : [...numbers, ...partlyKnown(first.readings, mainMetric[first.part], range)];
  const known = measured?.readings;
  // No metric is passed: no number is near a limit here.
  const alert = known === undefined ? undefined : colouringAlert(known, [], range);
  const app = answers[0]?.readings.app.name ?? '';
  return say('figure.headline', { app, parts, ...(alert === undefined ? {} : { alert }) });
}

function usersUpTo(words: Phrase, { app }: Readings, range: Range): Phrase {
  const unit = unitOf(app, 'users.active');
  return isSingleValue(range, unit) ? words : say('group.upTo', { words, unit });
}

/** The first figure of each group, all of memory, then the rest, which is cut in a message about several apps. */
function figuresOf(answers: readonly PartAnswer[]): Figure[] {
  const figures = answers.map(({ part, report }) => {
    const own = report.sections.flatMap((section) => section.figures);
    const heads = part === 'memory' ? own.length : 1;
    return { heads: own.slice(0, heads), rest: own.slice(heads) };
  });
  return [...figures.flatMap(({ heads }) => heads), ...figures.flatMap(({ rest }) => rest)];
}
