// What is told of a maintenance that people begin: its message in each channel, the line at its end, and how it is listed.
import { covers, type ListedMaintenance, type MaintenancePeriod, maintenanceOf } from '../alerting/maintenance.ts';
import type { maintenancePhrases } from '../alerting/maintenance-phrases.ts';
import { type AlertView, alertPhrasesOf } from '../alerting/notification.ts';
import type { Rule, RuleIndex } from '../alerting/rule.ts';
import { type Duration, day, type Instant } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';
import { findApp } from '../store/app-names.ts';
import type { NewOutboxRow } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { JobsDeps } from './job.ts';
import { recordMaintenance } from './record-changes.ts';

const phrase = alertPhrasesOf<typeof maintenancePhrases>();

export type MaintenanceDeps = Pick<JobsDeps, 'clock' | 'logger' | 'telemetry' | 'store' | 'live' | 'owner'> & {
  readonly ruleIndex: RuleIndex;
  /** Rows were added to the outbox. */
  readonly wake: () => void;
};

/** What a change of a period is to those who read the channel. */
export type MaintenanceNews = 'begun' | 'over' | 'goesOn';

/** As far as a baseline looks back. */
export const maintenanceKept: Duration = 60 * day;
export const maintenancePrefix = 'maintenance:';

export function coveredBy(
  period: Pick<MaintenancePeriod, 'apps' | 'rules'>,
  { ruleIndex }: Pick<MaintenanceDeps, 'ruleIndex'>,
): Rule[] {
  return [...ruleIndex.rules.values()].filter((rule) => covers(period, rule));
}

export async function subjectsOf(
  { apps, rules }: Pick<MaintenancePeriod, 'apps' | 'rules'>,
  deps: Pick<MaintenanceDeps, 'live' | 'store'>,
): Promise<{ readonly subjects: readonly string[] }> {
  const named = await Promise.all(apps.map(async (id) => (await findApp(id, deps)).name));
  return { subjects: [...named, ...rules] };
}

/** The zone of the only app, or that of the bot. */
function zoneOf(
  { apps, rules }: Pick<MaintenancePeriod, 'apps' | 'rules'>,
  { live, ruleIndex }: MaintenanceDeps,
): string {
  const ids = new Set([...apps, ...rules.flatMap((id) => ruleIndex.rules.get(id)?.app ?? [])]);
  const [only, ...others] = live.apps.filter(({ id }) => ids.has(id));
  return only !== undefined && others.length === 0 ? only.timezone : live.timezone;
}

export async function begunFacts(period: MaintenancePeriod, deps: MaintenanceDeps) {
  const { until, by, reason } = period;
  return { until, by, reason, now: deps.clock.now(), zone: zoneOf(period, deps), ...(await subjectsOf(period, deps)) };
}

export async function overFacts(period: MaintenancePeriod, deps: MaintenanceDeps) {
  const { from, until, ended = { at: until } } = period;
  const how = ended.isUndone === true ? 'undone' : ended.by === undefined ? 'time' : 'person';
  return { ...(await begunFacts(period, deps)), from, at: ended.at, how, endedBy: ended.by } as const;
}

export async function listedWords(listed: ListedMaintenance, deps: MaintenanceDeps): Promise<Phrase> {
  const { id, name, from, until, isNow, by } = listed;
  const reason = id === undefined || name === id ? undefined : name;
  const facts = { from, until, isNow, by, reason, ...(id === undefined ? { name } : {}) };
  const zone = zoneOf({ apps: [...listed.apps], rules: [...listed.rules] }, deps);
  const named = await subjectsOf({ apps: [...listed.apps], rules: [...listed.rules] }, deps);
  return phrase('maintenance.listed', { ...facts, ...named, now: deps.clock.now(), zone });
}

const mostNamed = 10;

/** Saves a period with the messages that tell of it, all in one transaction. */
export async function saveTold(period: MaintenancePeriod, news: MaintenanceNews, deps: MaintenanceDeps): Promise<void> {
  const { store, clock } = deps;
  const now = clock.now();
  const view = await viewOf(period, deps);
  const line = await lineOf(period, news, deps);
  await store.transaction(async (tx) => {
    const stored = (await tx.alerts.maintenance(period.from)).find(({ id }) => id === period.id);
    // Another replica was first.
    if (news === 'over' && stored?.ended !== undefined) return;
    const changed = { ...period, changes: stored === undefined ? 0 : stored.changes + 1 };
    await tx.alerts.saveMaintenance(changed);
    const by = news === 'over' ? period.ended?.by : period.by;
    await recordMaintenance(tx, changed, { at: now, by, what: view.headline });
    for (const { stream, channel } of period.told)
      await addRows(tx, { stream, channel, now, seq: changed.changes, news, view, line });
  });
}

interface Told {
  readonly stream: string;
  readonly channel: string;
  readonly now: Instant;
  readonly seq: number;
  readonly news: MaintenanceNews;
  readonly view: AlertView;
  readonly line: Phrase;
}

async function addRows(tx: Store, { stream, channel, now, seq, news, view, line }: Told): Promise<void> {
  const row = (seq: number, rest: Pick<NewOutboxRow, 'operation' | 'message' | 'broadcast'>): NewOutboxRow => ({
    ...{
      key: `${stream}:${seq}`,
      stream,
      lane: 'slack',
      seq,
      channel,
      causedAt: undefined,
      createdAt: now,
      notBefore: now,
    },
    ...rest,
  });
  const message = { kind: 'alert', view: { ...view, incident: stream } } as const;
  if (news === 'begun') {
    await tx.outbox.add(row(0, { operation: 'post', message, broadcast: false }));
    return;
  }
  const reply = { kind: 'line', text: line, mentions: [], about: 'noted' } as const;
  await tx.outbox.add(row(2 * seq, { operation: 'edit', message, broadcast: false }));
  await tx.outbox.add(row(2 * seq + 1, { operation: 'reply', message: { ...reply, mentions: [] }, broadcast: true }));
}

async function viewOf(period: MaintenancePeriod, deps: MaintenanceDeps): Promise<AlertView> {
  const { ended, from, id } = period;
  const covered = coveredBy(period, deps).map((rule) => rule.id);
  const quiet = { rules: covered.slice(0, mostNamed), more: Math.max(0, covered.length - mostNamed) };
  const over = ended === undefined ? undefined : await overFacts(period, deps);
  const app = period.apps[0] ?? deps.live.apps[0]?.id ?? '';
  return {
    ...{ incident: `${maintenancePrefix}${id}`, rule: id, app: { id: app, name: (await findApp(app, deps)).name } },
    ...{ colour: 'grey', level: 'warning', mentions: [], actions: [], openedAt: from },
    headline:
      over === undefined
        ? phrase('maintenance.begun', await begunFacts(period, deps))
        : phrase('maintenance.over', over),
    lines: over === undefined ? [phrase('maintenance.quiet', quiet)] : [],
    ...(over === undefined ? { maintenance: id } : { closedAt: over.at, story: phrase('maintenance.story', over) }),
  };
}

/** The line below the message; at the end with what still fires, which is told by itself then. */
async function lineOf(period: MaintenancePeriod, news: MaintenanceNews, deps: MaintenanceDeps): Promise<Phrase> {
  if (news !== 'over') return phrase('maintenance.goesOn', await begunFacts(period, deps));
  const { store, live, clock, ruleIndex } = deps;
  const now = clock.now();
  const others = (await store.alerts.maintenance(now - maintenanceKept)).filter(({ id }) => id !== period.id);
  const firing = (await store.alerts.all()).flatMap(({ rule: id, state }) => {
    const rule = ruleIndex.rules.get(id);
    const isTold =
      rule !== undefined && covers(period, rule) && maintenanceOf(rule, live.maintenance, now, others) === undefined;
    return isTold && state.machine.condition === 'firing' ? [id] : [];
  });
  const parts = [
    phrase('maintenance.over', await overFacts(period, deps)),
    phrase('maintenance.still', { rules: firing }),
  ];
  return phrase('maintenance.sentences', { parts });
}
