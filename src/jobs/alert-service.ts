// The alert service for Slack: list, explain, and do what a person asks with an alert.
import { actionsOf, isInHand } from '../alerting/alert-message.ts';
import type { messagePhrases } from '../alerting/alert-phrases.ts';
import type { threadPhrases } from '../alerting/history-phrases.ts';
import { type AlertView, alertPhrasesOf } from '../alerting/notification.ts';
import type { refusalPhrases } from '../alerting/refusal-phrases.ts';
import { isSilenced } from '../alerting/response.ts';
import { highestLevel, type Rule } from '../alerting/rule.ts';
import { isNotJudged, isOpen } from '../alerting/state.ts';
import { ruleOfIncident } from '../alerting/transitions.ts';
import { conditionOf } from '../alerting/why.ts';
import type { whyPhrases } from '../alerting/why-phrases.ts';
import type { ImApp } from '../app.ts';
import type { Clock, Instant } from '../clock.ts';
import type { ActResult, AlertExplanation, AlertLine, AlertService } from '../service-types.ts';
import { findApp } from '../store/app-names.ts';
import type { StoredAlert } from '../store/store.ts';
import { actOnSeveral, alertsMeant, type MeantAlert } from './act-on-several.ts';
import { type AlertTimersJob, applyEvent } from './alert-timers.ts';
import { type ExplainDeps, explainAlert, messageOf } from './explain-alert.ts';
import { explainIncident, longestPast } from './explain-incident.ts';
import type { MaintenanceJob } from './maintenance.ts';
import { isNoteUndo, lastUndoable, notePast, noteUndoOf, takeBackNote } from './undo-actions.ts';

const phrase = alertPhrasesOf<
  typeof whyPhrases & typeof messagePhrases & typeof threadPhrases & typeof refusalPhrases
>();

type AlertServiceDeps = ExplainDeps & {
  readonly job: Pick<AlertTimersJob, 'noteChanged'>;
  readonly maintenance: Pick<MaintenanceJob, 'undo' | 'lastOf'>;
};

type Request = Parameters<AlertService['act']>[0];

/** Every method rejects with `StoreError` only. */
export function createAlertService(deps: AlertServiceDeps): AlertService {
  const newActionId = createActionIds(deps.clock);
  const find = (target: string): Rule | undefined =>
    deps.ruleIndex.rules.get(target) ?? deps.ruleIndex.rules.get(ruleOfIncident(target));
  /** What is done together has one time and one name, so that it is undone together. */
  const onSeveral = (meant: readonly MeantAlert[], request: ActRequest): Promise<ActResult> => {
    const one = ({ rule, target, undo = request.undo }: MeantAlert): Promise<ActResult> =>
      act(rule, { ...request, target, undo, id: undo ?? request.id }, deps);
    return actOnSeveral(meant, request, { ...deps, act: one });
  };
  const actOn: AlertService['act'] = async (request) => {
    const { target, undo, actor } = request;
    const taken = undo === undefined ? undefined : await deps.maintenance.undo(target, undo, actor);
    if (taken !== undefined) return taken;
    const asked = { ...request, id: undo ?? newActionId(), at: deps.clock.now() };
    const meant = await alertsMeant(request, deps);
    const rule = meant === undefined ? find(target) : undefined;
    return rule === undefined ? onSeveral(meant ?? [], asked) : act(rule, asked, deps);
  };
  return {
    list: () => list(deps),
    why: (target) => explain(target, deps),
    test: (request) => sendTest(request, deps),
    act: actOn,
    undoLast: async ({ actor, target }) => {
      const last = await lastUndoable({ actor, target }, deps);
      if (last.kind === 'none') return { state: 'not-open', words: last.words };
      const [{ target: first, undo }, ...others] = last.acts;
      if (others.length === 0) return actOn({ target: first, action: 'undo', undo, actor });
      const meant = last.acts.flatMap((one) => {
        const rule = find(one.target);
        return rule === undefined ? [] : [{ ...one, rule }];
      });
      const request = { target: target ?? first, action: 'undo', undo, actor } as const;
      return onSeveral(meant, { ...request, id: undo, at: deps.clock.now() });
    },
  };
}

/** A message of its own, which is over as it begins: nothing of it can stay open. */
async function sendTest(
  { rule: id, actor: by }: Parameters<AlertService['test']>[0],
  deps: AlertServiceDeps,
): Promise<ActResult> {
  const rule = deps.ruleIndex.rules.get(id);
  if (rule === undefined) return { state: 'unknown', words: phrase('why.noAlert', { target: id }) };
  const { name } = await findApp(rule.app, deps);
  const now = deps.clock.now();
  const stream = `test:${id}@${now}`;
  const line = phrase('test.line', { by });
  const view: AlertView = {
    ...{ incident: stream, rule: id, app: { id: rule.app, name }, colour: 'grey', level: highestLevel(rule) },
    ...{ headline: phrase('test.headline', { rule: id, app: name }), lines: [line], mentions: [...rule.mention] },
    ...{ actions: [], openedAt: now, closedAt: now, story: line },
  };
  await deps.store.outbox.add({
    ...{
      key: `${stream}:0`,
      stream,
      lane: 'slack',
      seq: 0,
      channel: rule.channel,
      operation: 'post',
      broadcast: false,
    },
    ...{ message: { kind: 'alert', view }, causedAt: undefined, createdAt: now, notBefore: now },
  });
  deps.wake();
  return { state: 'done', words: phrase('test.sent', { rule: id, channel: rule.channel }) };
}

/** The alert of a rule, or the incident of an id; of the one that is open, how it stands. */
async function explain(target: string, deps: AlertServiceDeps): Promise<AlertExplanation | undefined> {
  const { rules } = deps.ruleIndex;
  const named = rules.get(target);
  if (named !== undefined) return explainAlert(named, deps);
  const rule = rules.get(ruleOfIncident(target));
  const state = rule === undefined ? undefined : (await deps.store.alerts.get(rule.id))?.state;
  const isOpenOne = state !== undefined && isOpen(state) && state.machine.incident === target;
  return rule !== undefined && isOpenOne ? explainAlert(rule, deps) : explainIncident(target, deps);
}

async function list(deps: AlertServiceDeps): Promise<readonly AlertLine[]> {
  const { store, ruleIndex, clock, windows } = deps;
  const now = clock.now();
  const failing = new Set((await store.polls()).filter(({ failures }) => failures > 0).map(({ app }) => app));
  // A platform that does not answer has an alert of its own, and maintenance keeps all of it quiet.
  const isUnjudged = (rule: Rule, { state }: StoredAlert): boolean =>
    isNotJudged(state) && !failing.has(rule.app) && windows?.at(rule, now) === undefined;
  const lines: { readonly rank: number; readonly line: AlertLine }[] = [];
  for (const alert of await store.alerts.all()) {
    const rule = ruleIndex.rules.get(alert.rule);
    const app = rule === undefined ? undefined : ruleIndex.apps.get(rule.app);
    if (rule === undefined || app === undefined) continue;
    const isNotJudged = !isOpen(alert.state) && isUnjudged(rule, alert);
    const rank = rankOf(alert, { now, isNotJudged });
    if (rank === undefined) continue;
    const message = isOpen(alert.state) ? await messageOf(alert.state, store) : undefined;
    lines.push({ rank, line: { ...lineOf(alert, { rule, app, now }, deps), isNotJudged, message } });
  }
  return lines.sort((a, b) => a.rank - b.rank).map(({ line }) => line);
}

/** Open ones first, critical before warning, then pending, then not judged, then silenced or closed for now; undefined for one that is not listed. */
function rankOf(
  { state }: StoredAlert,
  { now, isNotJudged }: { readonly now: Instant; readonly isNotJudged: boolean },
): number | undefined {
  if (isOpen(state)) return state.machine.level === 'critical' ? 0 : 1;
  if (state.machine.condition === 'pending') return 2;
  if (isNotJudged) return 3;
  return isSilenced(state, now) || isHeld(state, now) ? 4 : undefined;
}

/** True where it was closed by hand while it was still beyond its limit. */
const isHeld = ({ machine: { held } }: StoredAlert['state'], now: Instant): boolean =>
  held !== undefined && held.until > now;

function lineOf(
  { state }: StoredAlert,
  { rule, app, now }: { readonly rule: Rule; readonly app: ImApp; readonly now: Instant },
  { windows }: Pick<AlertServiceDeps, 'windows'>,
): AlertLine {
  const maintenance = windows?.at(rule, now);
  return {
    rule: rule.id,
    app: { id: app.id, name: app.name },
    condition: state.machine.condition,
    level: isOpen(state) ? state.machine.level : undefined,
    incident: isOpen(state) ? state.machine.incident : undefined,
    isSilenced: isSilenced(state, now),
    isHeld: isHeld(state, now),
    isHandled: isInHand({ state }),
    actions: !isOpen(state) && isSilenced(state, now) ? ['unsilence'] : actionsOf({ state, rule, now }),
    words: phrase('alert.sentence', { line: conditionOf(state, rule, app, now, { maintenance }) }),
  };
}

/** The time as a short text, later than the one before also where the clock is not. */
function createActionIds(clock: Clock): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, clock.now());
    return last.toString(36);
  };
}

/** `id` names what is done, for `undo`. */
type ActRequest = Request & { readonly id: string; readonly at: Instant };

async function act(rule: Rule, request: ActRequest, deps: AlertServiceDeps): Promise<ActResult> {
  const { actor: who, target, undo: undone, ...asked } = request;
  const { at } = request;
  const alert = await deps.store.alerts.get(rule.id);
  const incident = alert?.state.machine.incident;
  const past = target !== incident && ruleOfIncident(target) === rule.id ? target : undefined;
  if (asked.action === 'undo' && undone !== undefined && isNoteUndo(undone))
    return takeBackNote(rule, { incident: past ?? incident ?? target, undo: undone, actor: who }, deps);
  if (asked.action === 'note' && past !== undefined) return notePast(rule, { ...request, target: past }, deps);
  const openedAt = alert !== undefined && isOpen(alert.state) ? (alert.state.machine.openedAt ?? at) : undefined;
  if (past !== undefined && asked.action !== 'undo' && (openedAt !== undefined || !ofRule.has(asked.action)))
    return ofPast(rule, { incident: past, openedAt }, deps);
  const advanced = await applyEvent(rule, { type: 'user', who, ...asked }, deps);
  if (advanced === undefined) return { state: 'unknown', words: phrase('why.noAlert', { target: rule.id }) };
  deps.job.noteChanged([advanced]);
  const { answer, isRefused, offer: kind, state } = advanced;
  const words = answer ?? phrase('why.asItWas', { rule: rule.id });
  const offer = kind === undefined ? undefined : offerOf(kind, state, { ...request, now: at });
  if (isRefused) return { state: 'not-open', words, offer };
  const noted = asked.action === 'note' ? state.machine.incident : undefined;
  if (noted === undefined)
    return { state: 'done', words, undo: advanced.undo, offer, ...(past && { target: rule.id }) };
  return { state: 'done', words, undo: await noteUndoOf(noted, who, deps), target: noted };
}

/** What is of the rule and not of one incident, as long as none is open. */
const ofRule: ReadonlySet<Request['action']> = new Set(['silence', 'unsilence']);

/** Taken over it is held for as long as was asked; critical is silenced for as long as the warnings. */
function offerOf(
  kind: 'takeOver' | 'silenceCritical',
  { response }: Pick<StoredAlert['state'], 'response'>,
  { until, longer, now }: ActRequest & { readonly now: Instant },
): NonNullable<ActResult['offer']> {
  if (kind === 'silenceCritical') return { kind, until: response.as === 'silenced' ? response.until : now };
  return { kind, until: until ?? (longer === undefined ? undefined : now + longer) };
}

/** Nothing is done with another incident than the one that was meant; the one that is open is offered. */
async function ofPast(
  { id: rule, app }: Rule,
  { incident: id, openedAt }: { readonly incident: string; readonly openedAt: Instant | undefined },
  deps: AlertServiceDeps,
): Promise<ActResult> {
  const now = deps.clock.now();
  const { timezone: zone } = await findApp(app, deps);
  const closedAt = (await deps.store.alerts.incidents(now - longestPast, now)).find((one) => one.id === id)?.closedAt;
  const words = phrase('refused.past', { rule, closedAt, openedAt, now, zone });
  return { state: 'not-open', words, offer: openedAt === undefined ? undefined : { kind: 'current', rule } };
}
