// The subcommands `trend METRIC`, one metric over a range with the period before, and `metrics`, which lists them.
import type { ImApp } from '../../app.ts';
import { type MetricGroup, type MetricId, metric, metricIds, wordsOf } from '../../metrics/catalog.ts';
import type { metricPhrases } from '../../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf, verbatim } from '../../metrics/phrase.ts';
import type { Section } from '../../reports/report.ts';
import { trendNeeds, trendReport } from '../../reports/trend.ts';
import type { commandPhrases } from '../command/command-phrases.ts';
import type { Query, Reply, Subcommand, SubcommandContext } from '../command/subcommand.ts';
import { appsFor, appsOf, headlineFor, replyForEach, withFailure } from '../command/targets.ts';

const say = phrasesOf<typeof commandPhrases & typeof metricPhrases>();

export const trend: Subcommand = {
  id: 'trend',
  words: ['trends', 'trending', 'over time', 'development', 'evolution', '趋势', '趨勢', '走势', '走勢'],
  usage: '[METRIC] [app] [range]',
  group: 'numbers',
  gives: 'one metric over a range with the period before it; alone the list of metrics',
  examples: ['trend messages.sent 7d', 'trend memory.free_ratio 24h'],
  takes: ['metric', 'app', 'range', 'against'],
  needs: [],
  answer: async (query, context) => {
    const id = query.metric;
    if (id === undefined) return listMetrics(query, context);
    const targets = appsFor(id, query, context.deps);
    const now = context.deps.clock.now();
    return replyForEach(targets, context, {
      headline: headlineFor(id, targets),
      needs: ({ app, range }) => trendNeeds(app, id, { range, now }),
      report: ({ range }, data) => withFailure(trendReport(data.readings, id, range), data),
    });
  },
};

export const metrics: Subcommand = {
  id: 'metrics',
  words: ['metric', 'ids', 'list metrics', 'all metrics', '指标', '指標', '所有指标', '所有指標'],
  usage: '[app]',
  group: 'numbers',
  gives: 'every metric id with what it means',
  examples: ['metrics'],
  takes: ['app'],
  needs: [],
  answer: async (query, context) => listMetrics(query, context),
};

const namesOf = (apps: readonly ImApp[]): string[] => apps.map(({ name }) => name);

/** Every metric by group; those that no app of the query reports in one line. */
function listMetrics(query: Query, { deps }: SubcommandContext): Reply {
  const apps = appsOf(query, deps.live);
  const reports = (id: MetricId): readonly ImApp[] => apps.filter((app) => app.capabilities.metrics.includes(id));
  const given = metricIds.filter((id) => reports(id).length > 0);
  const missing = metricIds.filter((id) => !given.includes(id));
  const whose = apps.length === 1 ? apps[0]?.name : undefined;
  const groups = [...new Set(given.map((id) => metric(id).group))];
  const lineOf = (id: MetricId): Phrase =>
    say('metrics.line', {
      id,
      title: say('metric.title', { id }),
      unit: metric(id).unit,
      isTrailing: metric(id).isTrailing === true,
      apps: reports(id).length === apps.length ? [] : namesOf(reports(id)).slice(0, 5),
      also: wordsOf(id).slice(0, 2),
    });
  const sectionOf = (group: MetricGroup): Section => ({
    title: verbatim(group),
    figures: [],
    lines: given.filter((id) => metric(id).group === group).map(lineOf),
    charts: [],
  });
  const report = {
    headline: say('metrics.count', { count: given.length, whose }),
    zone: deps.live.timezone,
    stale: false,
    sections: groups.map(sectionOf),
    notes: missing.length === 0 ? [] : [say('metrics.missing', { ids: missing, whose })],
  };
  return { kind: 'report', report, buttons: 'none' };
}
