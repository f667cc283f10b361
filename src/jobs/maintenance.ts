// Maintenance that people begin: stored, told when it begins and ends, ended when its time has come.
import { listMaintenance, type MaintenancePeriod, maintenanceOf } from '../alerting/maintenance.ts';
import type { maintenancePhrases } from '../alerting/maintenance-phrases.ts';
import { alertPhrasesOf } from '../alerting/notification.ts';
import { createHeartbeat, type Duration, type Instant, second } from '../clock.ts';
import { createBackgroundTasks } from '../concurrency.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { ActResult, Job, MaintenanceService } from '../service-types.ts';
import {
  begunFacts,
  coveredBy,
  listedWords,
  type MaintenanceDeps,
  type MaintenanceNews,
  maintenanceKept,
  maintenancePrefix,
  overFacts,
  saveTold,
  subjectsOf,
} from './maintenance-notice.ts';

const phrase = alertPhrasesOf<typeof maintenancePhrases>();

export interface MaintenanceJob extends Job {
  /** Once, before anything is polled. */
  load(): Promise<void>;
  /** What people have begun, the past that a baseline learns from included. */
  periods(): readonly MaintenancePeriod[];
  readonly service: MaintenanceService;
  /** Takes back the begin or the end of a maintenance; undefined for a target that is none. */
  undo(target: string, undo: string, actor: string): Promise<ActResult | undefined>;
  /** The newest begin or end by a person that can still be taken back, as `undo` is told of it. */
  lastOf(actor: string): { readonly at: Instant; readonly target: string; readonly undo: string } | undefined;
}

/** How often the end of one is looked for, and what another replica has begun. */
const interval: Duration = 5 * second;

export function createMaintenanceJob(deps: MaintenanceDeps): MaintenanceJob {
  const { clock, store, live } = deps;
  const running = createBackgroundTasks('maintenance', deps);
  let known: readonly MaintenancePeriod[] = [];
  let last = 0;
  const load = async (): Promise<void> => {
    known = await store.alerts.maintenance(clock.now() - maintenanceKept);
  };
  const changing: Changing = {
    ...deps,
    periods: () => known,
    newId: () => {
      last = Math.max(last + 1, clock.now());
      return `${last.toString(36)}-${deps.owner}`;
    },
    change: async (period, news) => {
      await saveTold(period, news, deps);
      await load();
      deps.wake();
    },
  };
  const tick = async (): Promise<void> => {
    await load();
    const now = clock.now();
    for (const one of known.filter(({ ended, until }) => ended === undefined && until <= now))
      await changing.change({ ...one, ended: { at: one.until } }, 'over');
  };
  const heartbeat = createHeartbeat(clock, interval, () => void running.add(tick));
  return {
    name: 'maintenance',
    load,
    periods: changing.periods,
    start: heartbeat.start,
    stop: async () => {
      heartbeat.stop();
      await running.ended();
    },
    service: {
      list: async () => listMaintenance(live.maintenance, known, clock.now()),
      wordsOf: (listed) => listedWords(listed, deps),
      begin: (request) => begin(request, changing),
      end: (request) => end(request, changing),
    },
    lastOf: (actor) => lastOf(actor, known, clock.now()),
    undo: async (target, undo, actor) =>
      target.startsWith(maintenancePrefix) ? takeBack({ target, undo, actor }, changing) : undefined,
  };
}

/** What people's actions are done with. */
interface Changing extends MaintenanceDeps {
  readonly periods: () => readonly MaintenancePeriod[];
  readonly newId: () => string;
  /** Saves a period, and tells of it. */
  readonly change: (period: MaintenancePeriod, news: MaintenanceNews) => Promise<void>;
}

async function begin(
  { apps, rules, until, actor: by, reason }: Parameters<MaintenanceService['begin']>[0],
  deps: Changing,
): Promise<ActResult> {
  const period = {
    id: deps.newId(),
    from: deps.clock.now(),
    until,
    apps: [...apps],
    rules: [...rules],
    by,
    told: [],
    changes: 0,
  };
  const begun = reason === undefined ? period : { ...period, reason };
  const covered = coveredBy(begun, deps);
  if (covered.length === 0) return refused(phrase('maintenance.noRule', await subjectsOf(begun, deps)));
  const channels = [...new Set(covered.map(({ channel }) => channel))];
  const told = channels.map((channel) => ({ channel, stream: `${maintenancePrefix}${begun.id}:${channel}` }));
  await deps.change({ ...begun, told }, 'begun');
  return done(phrase('maintenance.begun', await begunFacts(begun, deps)), { undo: 'begin', period });
}

async function end(
  { target, actor: by }: Parameters<MaintenanceService['end']>[0],
  deps: Changing,
): Promise<ActResult> {
  const now = deps.clock.now();
  const goesOn = deps.periods().filter(({ from, until, ended }) => from <= now && until > now && ended === undefined);
  const meant = goesOn.filter((one) => isMeant(one, target)).map((one) => ({ ...one, ended: { at: now, by } }));
  const [first, ...others] = meant;
  if (first === undefined) return noneMeant(target, deps);
  for (const one of meant) await deps.change(one, 'over');
  const parts = await Promise.all(meant.map(async (one) => phrase('maintenance.over', await overFacts(one, deps))));
  const undo = others.length === 0 ? { undo: 'end', period: first } : undefined;
  return done(phrase('maintenance.sentences', { parts }), undo);
}

async function takeBack(
  { target, undo, actor: by }: Readonly<Record<'target' | 'undo' | 'actor', string>>,
  deps: Changing,
): Promise<ActResult> {
  const period = deps.periods().find(({ id }) => target === `${maintenancePrefix}${id}`);
  const now = deps.clock.now();
  if (period === undefined || period.until <= now) return refused(phrase('maintenance.notUndone', {}));
  if (undo === 'begin' && period.ended === undefined) {
    const undone = { ...period, ended: { at: now, by, isUndone: true } };
    await deps.change(undone, 'over');
    return done(phrase('maintenance.over', await overFacts(undone, deps)), undefined);
  }
  if (undo === 'end' && period.ended?.by !== undefined && period.ended.isUndone !== true) {
    const again = { ...period, ended: undefined, by };
    await deps.change(again, 'goesOn');
    return done(phrase('maintenance.goesOn', await begunFacts(again, deps)), undefined);
  }
  return refused(phrase('maintenance.notUndone', {}));
}

function lastOf(actor: string, periods: readonly MaintenancePeriod[], now: Instant) {
  return periods
    .filter(({ until, ended }) => until > now && ended?.isUndone !== true)
    .flatMap(({ id, from, by, ended }) => {
      const target = `${maintenancePrefix}${id}`;
      if (ended === undefined) return by === actor ? [{ at: from, target, undo: 'begin' }] : [];
      return ended.by === actor ? [{ at: ended.at, target, undo: 'end' }] : [];
    })
    .sort((one, other) => other.at - one.at)[0];
}

const refused = (words: Phrase): ActResult => ({ state: 'not-open', words });

function done(
  line: Phrase,
  undo: { readonly undo: string; readonly period: Pick<MaintenancePeriod, 'id'> } | undefined,
): ActResult {
  const words = line.kind === 'maintenance.sentences' ? line : phrase('maintenance.sentences', { parts: [line] });
  return {
    state: 'done',
    words,
    ...(undo === undefined ? {} : { undo: undo.undo, target: `${maintenancePrefix}${undo.period.id}` }),
  };
}

type Target = Parameters<MaintenanceService['end']>[0]['target'];

function isMeant(period: MaintenancePeriod, target: Target): boolean {
  if (target.kind === 'period') return period.id === target.id;
  if (target.kind === 'app') return period.apps.includes(target.id);
  if (target.kind === 'rule') return period.rules.includes(target.id);
  return true;
}

/** Why nothing was ended: nothing goes on, or what goes on stands in the configuration. */
async function noneMeant(target: Target, deps: MaintenanceDeps): Promise<ActResult> {
  const { clock, live, ruleIndex } = deps;
  const now = clock.now();
  const named = target.kind === 'app' || target.kind === 'rule' ? target.id : undefined;
  const rule = [...ruleIndex.rules.values()].find(
    ({ id, app }) => named === undefined || id === named || app === named,
  );
  const window = rule && maintenanceOf(rule, live.maintenance, now);
  if (window !== undefined) return refused(phrase('maintenance.ofFile', { ...window, now, zone: live.timezone }));
  const apps = target.kind === 'app' ? [target.id] : [];
  const rules = target.kind === 'rule' ? [target.id] : [];
  if (named === undefined) return refused(phrase('maintenance.none', {}));
  return refused(phrase('maintenance.noneOf', await subjectsOf({ apps, rules }, deps)));
}
