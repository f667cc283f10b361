// The subcommand `alerts`: what is open, about to open or silenced, and the incidents of a range.
import type { Rule } from '../../alerting/rule.ts';
import type { Incident } from '../../alerting/state.ts';
import { UserError } from '../../errors.ts';
import { type MetricId, metric } from '../../metrics/catalog.ts';
import type { metricPhrases } from '../../metrics/metric-phrases.ts';
import { isRange, parseRange } from '../../metrics/parse-range.ts';
import { type Phrase, phrasesOf } from '../../metrics/phrase.ts';
import type { rangePhrases } from '../../metrics/range-phrases.ts';
import { rangeContext } from '../../reports/figures.ts';
import type { Report } from '../../reports/report.ts';
import type { AlertService } from '../../service-types.ts';
import { drawAlertList } from '../blocks/alert.ts';
import type { commandPhrases } from '../command/command-phrases.ts';
import { suggested } from '../command/parse.ts';
import type { Query, Reply, Subcommand, SubcommandContext, SubcommandDeps } from '../command/subcommand.ts';

const say = phrasesOf<typeof commandPhrases & typeof metricPhrases & typeof rangePhrases>();

/** True where something alerts; elsewhere these subcommands are not offered. */
export function hasAlerts(deps: SubcommandDeps): boolean {
  return deps.alerts !== undefined;
}

/** The alert service. Raises `UserError` where nothing alerts. */
export function alertsOf(deps: SubcommandDeps): AlertService {
  if (deps.alerts === undefined) throw new UserError('Alerts are not available in this imstats.');
  return deps.alerts;
}

/** The rules on this metric, or else those on its group. */
export function fittingMetric(rules: readonly Rule[], id: MetricId | undefined): readonly Rule[] {
  if (id === undefined) return rules;
  const groupOf = (rule: Rule): string | undefined =>
    rule.metric === undefined ? undefined : metric(rule.metric).group;
  const exact = rules.filter((rule) => rule.metric === id);
  return exact.length === 1 ? exact : rules.filter((rule) => groupOf(rule) === metric(id).group);
}

export const alerts: Subcommand = {
  id: 'alerts',
  words: [
    'alert',
    'alarms',
    'alarm',
    'incidents',
    'incident',
    'firing',
    'open alerts',
    '告警',
    '警报',
    '警報',
    '报警',
    '報警',
    '警告',
  ],
  usage: '[app] [range]',
  group: 'alerts',
  gives: 'what is open, about to open or silenced; with a range past incidents',
  examples: ['alerts', 'alerts 7d'],
  takes: ['app', 'metric', 'range'],
  needs: [],
  isOffered: hasAlerts,
  answer: async (query, context) => {
    const { deps } = context;
    if (query.range !== undefined) return pastIncidents(query, context);
    const rules = fittingMetric(
      deps.live.rules.filter(({ app }) => query.app === undefined || app === query.app),
      query.metric,
    ).map(({ id }) => id);
    const lines = await alertsOf(deps).list();
    const isAll = query.app === undefined && query.metric === undefined;
    const fitting = lines.filter(({ rule }) => isAll || rules.includes(rule));
    return { kind: 'message', drawn: drawAlertList(fitting, { rules, wording: deps.wording }) };
  },
};

const mostIncidents = 30;

/** The incidents of a range: when each opened, how long it lasted and its worst value. */
async function pastIncidents(query: Query, { deps }: SubcommandContext): Promise<Reply> {
  const { clock, live, store } = deps;
  const app = live.apps.find(({ id }) => id === query.app);
  const zone = app?.timezone ?? live.timezone;
  const range = parseRange(query.range ?? '7d', { now: clock.now(), zone });
  if (range === undefined) throw new UserError(`I have no range "${query.range}".`, suggested('alerts 7d'));
  if (!isRange(range)) throw new UserError(range.wrong, suggested(`alerts ${range.nearest}`, range.hint));
  const rules = fittingMetric(live.rules, query.metric).map(({ id }) => id);
  const incidents = (await store.alerts.incidents(range.from, range.to)).filter(
    (one) =>
      (query.app === undefined || one.app === query.app) && (query.metric === undefined || rules.includes(one.rule)),
  );
  const lines = incidents.slice(0, mostIncidents).map((one) => incidentLine(one, { deps, zone }));
  const hidden = incidents.length - mostIncidents;
  const report: Report = {
    headline: say('incidents.count', {
      count: incidents.length,
      app: app?.name,
      range: say('range.in', { range: range.name }),
    }),
    context: rangeContext(range),
    zone,
    stale: false,
    sections: [
      { figures: [], lines: [...lines, ...(hidden > 0 ? [say('incidents.more', { count: hidden })] : [])], charts: [] },
    ],
    notes: [],
  };
  return { kind: 'report', report, buttons: 'all' };
}

function incidentLine(
  { rule: id, app, level, openedAt, closedAt, extreme }: Incident,
  { deps, zone }: { readonly deps: SubcommandDeps; readonly zone: string },
): Phrase {
  const now = deps.clock.now();
  const measured = deps.live.rules.find((one) => one.id === id)?.metric;
  const worst =
    extreme === undefined || measured === undefined
      ? undefined
      : say('metric.value', { value: extreme, unit: metric(measured).unit });
  return say('incidents.line', {
    rule: id,
    app: deps.live.apps.find((one) => one.id === app)?.name ?? app,
    level,
    at: openedAt,
    now,
    zone,
    lasted: (closedAt ?? now) - openedAt,
    isOpen: closedAt === undefined,
    worst,
  });
}
