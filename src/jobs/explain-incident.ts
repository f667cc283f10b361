// Explains a past incident: when it was so, who was told, its picture, what happened, and the earlier ones of its rule.
import { earlierWithin, incidentReport } from '../alerting/incident-report.ts';
import { type AlertChart, alertPhrasesOf } from '../alerting/notification.ts';
import { comparesHours } from '../alerting/rule.ts';
import type { Incident } from '../alerting/state.ts';
import type { whyPhrases } from '../alerting/why-phrases.ts';
import type { ImApp } from '../app.ts';
import { type Duration, day, hour, type Instant, minute } from '../clock.ts';
import { isMetricId } from '../metrics/catalog.ts';
import type { AlertExplanation } from '../service-types.ts';
import { findApp } from '../store/app-names.ts';
import { rootOfIncident } from '../store/outbox.ts';
import type { RuleAtMoment } from './advance-alert.ts';
import { drawnChart, type ExplainDeps, linesOf, section } from './explain-alert.ts';

const phrase = alertPhrasesOf<typeof whyPhrases>();

/** How far back an incident is looked for: as long as incidents are kept by default. */
export const longestPast: Duration = 400 * day;

/** More happens to hardly any incident. */
const mostEvents = 40;

/** The newest incident of a rule, or the one of that id; undefined when there is none. */
export async function explainIncident(target: string, deps: ExplainDeps): Promise<AlertExplanation | undefined> {
  const { clock, store, ruleIndex } = deps;
  const now = clock.now();
  const incident = (await store.alerts.incidents(now - longestPast, now)).find(
    ({ id, rule }) => id === target || rule === target,
  );
  if (incident === undefined) return undefined;
  const { id, rule, openedAt } = incident;
  const app = await findApp(incident.app, deps);
  const { name, timezone: zone } = app;
  const events = await store.alerts.events(id);
  const before = await store.alerts.incidents(openedAt - earlierWithin, openedAt);
  const past = before.filter((one) => one.rule === rule);
  const watchedSince = await store.samples.oldest(incident.app);
  const parts = incidentReport({ incident, events, now, names: { app: name, zone }, past, watchedSince });
  const own = ruleIndex.rules.get(rule);
  const byHour = own !== undefined && comparesHours(own);
  const charts = await drawnChart(chartOf(incident, now, byHour), await endOf(incident, app, deps), deps);
  const root = await rootOfIncident(incident, store.outbox);
  return {
    report: {
      headline: parts.headline,
      context: ruleIndex.rules.has(rule)
        ? phrase('why.rule', { rule, app: name, zone })
        : phrase('why.ruleGone', { zone }),
      zone,
      stale: false,
      sections: [
        { figures: [], lines: [...parts.summary], charts },
        section(phrase('why.events', { isOpen: true }), linesOf(events, zone, now, mostEvents)),
        section(phrase('why.past', {}), parts.earlier),
      ].filter(({ lines }) => lines.length > 0),
      notes: [],
    },
    incident: id,
    message: root && { channel: root.channel, ts: root.ts },
  };
}

/** How its rule stood when the incident ended; undefined where the rule is gone. */
async function endOf(
  { rule: id, app, closedAt, details }: Incident,
  { timezone: zone }: Pick<ImApp, 'timezone'>,
  { clock, ruleIndex, store }: ExplainDeps,
): Promise<RuleAtMoment | undefined> {
  const rule = ruleIndex.rules.get(id);
  const now = closedAt ?? clock.now();
  if (rule?.metric === undefined || details?.metric !== rule.metric) return undefined;
  const samples = await store.samples.read(app, rule.metric, 'fiveMinutes', now - rule.maxGap - 5 * minute, now + 1);
  const accepted = (await store.alerts.get(id))?.state.accepted;
  const isKnownThen = accepted !== undefined && accepted.at <= now;
  return { rule, zone, now, shown: samples.at(-1)?.last, ...(isKnownThen ? { accepted } : {}) };
}

/** An hour before it began to a little after it ended; of counted hours a day before. */
function chartOf(
  { app, openedAt, closedAt, details }: Incident,
  now: Instant,
  byHour: boolean,
): AlertChart | undefined {
  const { metric, beganAt = openedAt, limits = [] } = details ?? {};
  if (metric === undefined || !isMetricId(metric)) return undefined;
  const to = Math.min(now, (closedAt ?? now) + 10 * minute);
  return { app, metric, from: beganAt - (byHour ? day : hour), to, limits, ...(byHour ? { byHour } : {}) };
}
