// The subcommand `alerts`: what is open, about to open or silenced, and the incidents of a range.

import type { changePhrases } from '../../alerting/change-phrases.ts';
import { incidentLine } from '../../alerting/incident-report.ts';
import type { Rule } from '../../alerting/rule.ts';
import type { Incident } from '../../alerting/state.ts';
import { UserError } from '../../errors.ts';
import { metric } from '../../metrics/catalog.ts';
import type { metricPhrases } from '../../metrics/metric-phrases.ts';
import { isRange, parseRange } from '../../metrics/parse-range.ts';
import { type Phrase, phrasesOf, type Wording } from '../../metrics/phrase.ts';
import type { rangePhrases } from '../../metrics/range-phrases.ts';
import { rangeContext } from '../../reports/figures.ts';
import type { Report } from '../../reports/report.ts';
import type { AlertExplanation } from '../../service-types.ts';
import { findApp } from '../../store/app-names.ts';
import { rootOfIncident } from '../../store/outbox.ts';
import { alertButtons } from '../blocks/alert.ts';
import { drawAlertList } from '../blocks/alert-list.ts';
import { actions, type Block, context, link, plainText, truncate } from '../blocks/block.ts';
import type { alertBlockPhrases } from '../blocks/block-phrases.ts';
import { incidentButtons } from '../blocks/incident.ts';
import { tuneButton } from '../blocks/tune-form.ts';
import type { commandPhrases } from '../command/command-phrases.ts';
import { alertsOf, fittingMetric } from '../command/meant-alert.ts';
import { suggested } from '../command/parse.ts';
import type { Query, Reply, Subcommand, SubcommandContext, SubcommandDeps } from '../command/subcommand.ts';
import { type Identity, messageAddress } from '../identity.ts';
import { maintenanceLines, withMaintenance } from './maintenance.ts';

const say = phrasesOf<
  typeof alertBlockPhrases & typeof changePhrases & typeof commandPhrases & typeof metricPhrases & typeof rangePhrases
>();

/** True where something alerts; elsewhere these subcommands are not offered. */
export function hasAlerts(deps: SubcommandDeps): boolean {
  return deps.alerts !== undefined;
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
  answer: async (query, asked) => {
    const { deps, identity } = asked;
    if (query.range !== undefined) return pastIncidents(query, asked);
    const rules = fittingMetric(
      deps.live.rules.filter(({ app }) => query.app === undefined || app === query.app),
      query.metric,
    ).map(({ id }) => id);
    const lines = await alertsOf(deps).list();
    const isAll = query.app === undefined && query.metric === undefined;
    const fitting = lines.filter(({ rule }) => isAll || rules.includes(rule));
    const threads = new Map(
      fitting.flatMap(({ rule, message }) => {
        const address = message === undefined ? undefined : messageAddress(message, identity);
        return address === undefined ? [] : [[rule, address] as const];
      }),
    );
    const drawn = drawAlertList(fitting, { rules, wording: deps.wording, threads });
    const tuned = deps.live.rules.filter(({ id }) => rules.includes(id)).flatMap((rule) => tunedLine(rule, deps));
    return {
      kind: 'message',
      drawn: withMaintenance(drawn, [...(await maintenanceLines(deps)), ...tuned], deps.wording),
    };
  },
};

/** That a rule is not as the file has it. */
function tunedLine({ id, app, tuned }: Rule, { live }: SubcommandDeps): readonly Phrase[] {
  const zone = live.apps.find((one) => one.id === app)?.timezone ?? live.timezone;
  return tuned === undefined ? [] : [say('rule.tunedNamed', { rule: id, ...tuned, zone })];
}

/** What stands below an explanation: where its message is, and what can be done. */
export function explanationTail(
  { view, incident, message, tunable }: AlertExplanation,
  { identity, wording }: { readonly identity: Identity | undefined; readonly wording: Wording },
): readonly Block[] {
  const address = message === undefined ? undefined : messageAddress(message, identity);
  const thread = address === undefined ? undefined : link(address, wording.text(say('thread.open')));
  const tuned = tunable === undefined ? [] : [tuneButton(tunable, wording)];
  const buttons = [...(view === undefined ? [] : alertButtons(view, wording)), ...tuned];
  return [
    ...(thread === undefined ? [] : [context(thread)]),
    ...(buttons.length === 0 ? [] : [actions(buttons)]),
    ...(incident === undefined ? [] : [incidentButtons(incident, wording)]),
  ];
}

const mostIncidents = 30;

/** The incidents of a range: when each condition began and ended, when it was told, its worst value, who had it. */
async function pastIncidents(query: Query, { deps, identity }: SubcommandContext): Promise<Reply> {
  const { clock, live, store, wording } = deps;
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
  const listed = incidents.slice(0, mostIncidents);
  const lines = await Promise.all(listed.map((one) => lineOf(one, { deps, identity, zone })));
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
  const tail = listed.length === 0 ? [] : [actions([incidentMenu(listed, { now: clock.now(), zone, wording })])];
  return { kind: 'report', report, buttons: 'all', people: 'named', tail };
}

interface ListedIn {
  readonly deps: SubcommandDeps;
  readonly identity: Identity | undefined;
  readonly zone: string;
}

async function lineOf(incident: Incident, { deps, identity, zone }: ListedIn): Promise<Phrase> {
  const { store, clock, live } = deps;
  const [root, events] = await Promise.all([rootOfIncident(incident, store.outbox), store.alerts.events(incident.id)]);
  const { name: app } = await findApp(incident.app, { live, store });
  const address = root === undefined ? undefined : messageAddress(root, identity);
  const worst = incident.details?.worst ?? extremeOf(incident, deps);
  const known = worst === undefined ? incident : { ...incident, worst };
  return incidentLine({
    incident: known,
    events,
    now: clock.now(),
    names: { app, zone },
    address,
  });
}

/** The worst value of an incident that an earlier version stored without its words. */
function extremeOf({ rule: id, extreme: value }: Incident, { live }: SubcommandDeps): Phrase | undefined {
  const measured = live.rules.find((one) => one.id === id)?.metric;
  if (value === undefined || measured === undefined) return undefined;
  return say('incidents.worst', { value: say('metric.value', { value, unit: metric(measured).unit }) });
}

/** Slack's limits of the label and of the value of an option. */
const longestLabel = 75;
const longestValue = 150;

/** Tells one of them whole. */
function incidentMenu(
  incidents: readonly Incident[],
  { now, zone, wording }: { readonly now: number; readonly zone: string; readonly wording: Wording },
): Block {
  const options = incidents
    .filter(({ id }) => id.length <= longestValue)
    .map(({ id, rule, openedAt }) => ({
      text: plainText(truncate(wording.text(say('incidents.option', { rule, at: openedAt, now, zone })), longestLabel)),
      value: id,
    }));
  return {
    type: 'static_select',
    action_id: 'why',
    placeholder: plainText(wording.text(say('incidents.menu'))),
    options,
  };
}
