// Which alert a command means (named, the incident of its thread, or the only one that fits), and what is done with it.
import { streamElsewhere } from '../../alerting/places.ts';
import type { Rule } from '../../alerting/rule.ts';
import { allOf, ruleOfIncident } from '../../alerting/transitions.ts';
import { day } from '../../clock.ts';
import { UserError } from '../../errors.ts';
import { type MetricId, metric } from '../../metrics/catalog.ts';
import { listWords } from '../../metrics/format.ts';
import { phrasesOf } from '../../metrics/phrase.ts';
import type { ActResult, AlertAction, AlertLine, AlertService } from '../../service-types.ts';
import { drawOutcome } from '../blocks/alert.ts';
import type { commandPhrases } from './command-phrases.ts';
import { suggested } from './parse.ts';
import type { Query, Reply, Requester, SubcommandContext, SubcommandDeps } from './subcommand.ts';
import { commandOf } from './tokens.ts';

const say = phrasesOf<typeof commandPhrases>();

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

/** What is done with an alert, and which alerts it can be done with where none is named. */
type Verb = AlertAction | 'why' | 'test' | 'tune' | 'suggest' | 'takeover';

/** The rule that a query means; its incident too, where that is the one of the thread and more than its rule is meant. */
export async function alertAsked(query: Query, verb: Verb, context: SubcommandContext): Promise<AlertMeant> {
  return alertMeant(query, verb, context, await threadOf(query, context));
}

interface AlertMeant {
  readonly id: string;
  readonly incident?: string | undefined;
}

async function alertMeant(
  query: Query,
  verb: Verb,
  context: SubcommandContext,
  ofThread: MeantByThread | undefined,
): Promise<AlertMeant> {
  if (ofThread?.kind !== 'incident') return { id: (await ruleAsked(query, verb, context, ofThread?.rules)).id };
  const { incident, isOpen } = ofThread;
  const isOfRule = verb === 'test' || verb === 'tune' || verb === 'suggest' || (isOpen && verb !== 'note');
  return { id: ruleOfIncident(incident), incident: isOfRule ? undefined : incident };
}

/** What the thread means, for words that name nothing else. */
async function threadOf(query: Query, context: SubcommandContext): Promise<MeantByThread | undefined> {
  return isNamed(query) ? undefined : meantByThread(context);
}

const isNamed = ({ alert, app, metric }: Query): boolean => [alert, app, metric].some((part) => part !== undefined);

/** How far back the incident of a thread is looked for, and among how many. */
const [past, mostPast] = [30 * day, 200];

/** The incident in whose thread the question was asked, open or not. */
export async function incidentOfThread(
  asked: Pick<SubcommandContext, 'deps' | 'requester'>,
): Promise<{ readonly incident: string; readonly isOpen: boolean } | undefined> {
  const meant = await meantByThread(asked);
  return meant?.kind === 'incident' ? meant : undefined;
}

/** What is meant in a thread by words that name nothing. */
type MeantByThread =
  | { readonly kind: 'incident'; readonly incident: string; readonly isOpen: boolean; readonly rules?: undefined }
  /** `rules`: those of its alerts. */
  | { readonly kind: 'storm'; readonly storm: string; readonly rules: readonly string[] };

/** The incident in whose thread the question was asked, open or not; in the thread of a storm, the storm. */
async function meantByThread({
  deps,
  requester,
}: Pick<SubcommandContext, 'deps' | 'requester'>): Promise<MeantByThread | undefined> {
  const { store, clock } = deps;
  if (requester.thread === undefined) return undefined;
  const now = clock.now();
  const open = (await alertsOf(deps).list()).flatMap(({ incident = [] }) => incident);
  const earlier = (await store.alerts.incidents(now - past, now)).slice(0, mostPast);
  for (const incident of new Set([...open, ...earlier.map(({ id }) => id)])) {
    if (await isRootOf(incident, requester, store))
      return { kind: 'incident', incident, isOpen: open.includes(incident) };
  }
  for (const storm of new Set(earlier.flatMap(({ details }) => details?.storms ?? []))) {
    if (!(await isRootAt(storm, requester, store))) continue;
    const members = earlier.filter(({ details }) => details?.storms?.includes(storm) === true);
    return { kind: 'storm', storm, rules: [...new Set(members.map(({ rule }) => rule))] };
  }
  return undefined;
}

/** The rule that a query means, of `among` where not all can be meant. Raises `UserError` with the ids where none fits or several do. */
async function ruleAsked(
  query: Query,
  verb: Verb,
  { deps }: SubcommandContext,
  among?: readonly string[],
): Promise<Rule> {
  const { alert, app, metric: id } = query;
  const rules = deps.live.rules.filter((rule) => among === undefined || among.includes(rule.id));
  const named = rules.filter((rule) => alert === undefined || rule.id === alert);
  const fitting = fittingMetric(
    named.filter((rule) => app === undefined || rule.app === app),
    id,
  );
  const [only, ...more] = fitting;
  if (only !== undefined && more.length === 0) return only;
  const lines = await alertsOf(deps).list();
  // Somebody who names an app does not silence what happens to be open there.
  const isOfAll = isNamed(query) && (verb === 'silence' || verb === 'unsilence');
  const meant = isOfAll ? [] : openOnes(fitting, lines, verb);
  const [one, ...others] = meant;
  if (one !== undefined && others.length === 0) return one;
  const lacking = isNamed(query) || meant.length > 0 || fitting.length === 0 ? undefined : noneToDo[verb];
  if (lacking !== undefined) throw new UserError(lacking, suggested('alerts'));
  throw notOne(meant.length > 0 ? meant : fitting, query, { verb, rules });
}

/** What is said where no alert is named and there is none that this could be done with. */
const noneToDo: Partial<Record<Verb, string>> = {
  acknowledge: 'No alert is open.',
  takeover: 'No alert is open.',
  extend: 'No alert is open or silenced.',
  call: 'No alert is open.',
  resolve: 'No alert is open.',
  normal: 'No alert is open.',
  unsilence: 'No alert is silenced.',
};

/** The rules with an open alert; where a silence is to be ended, those that are silenced, open or not. */
function openOnes(rules: readonly Rule[], lines: readonly AlertLine[], verb: Verb): readonly Rule[] {
  const listed = (fits: (line: AlertLine) => boolean): readonly Rule[] =>
    rules.filter(({ id }) => lines.some((line) => line.rule === id && fits(line)));
  const silenced = listed(({ isSilenced = false }) => isSilenced);
  const open = listed(({ incident }) => incident !== undefined);
  if (verb === 'unsilence') return silenced.length > 0 ? silenced : open;
  return verb === 'extend' && open.length === 0 ? silenced : open;
}

const mostOffered = 8;

/** The error where no alert or several fit: their ids, and a command for each. */
function notOne(
  fitting: readonly Rule[],
  query: Query,
  { verb, rules }: { readonly verb: Verb; readonly rules: readonly Rule[] },
): UserError {
  if (rules.length === 0)
    return new UserError('No alert rule is configured.', { hint: 'Add one under alerts: in the configuration.' });
  const ids = (fitting.length === 0 ? rules : fitting).map(({ id }) => id);
  const message = fitting.length === 0 ? 'No alert fits.' : `${fitting.length} alerts fit; name one of them.`;
  const commands = ids.slice(0, mostOffered).map((alert) => {
    return `/imstats ${commandOf({ ...query, subcommand: verb, app: undefined, metric: undefined, range: undefined, alert })}`;
  });
  const rest =
    ids.length > mostOffered ? [`… ${ids.length - mostOffered} more: ${listWords(ids.slice(mostOffered, 30))}`] : [];
  return new UserError(message, { hint: [...commands, ...rest].join('\n') });
}

/** What is done with which alert. */
type Acting = Omit<Parameters<AlertService['act']>[0], 'target' | 'actor'> & { readonly action: AlertAction };

/** What an app is named for as a whole: what is silenced by its name is ended by it. */
const ofApp: ReadonlySet<AlertAction> = new Set(['silence', 'unsilence']);

/** The app of a query that names nothing else, and so means all of its alerts; undefined where it has a single one. */
function wholeApp({ app, alert, metric: id }: Query, { live }: Pick<SubcommandDeps, 'live'>): string | undefined {
  const isAlone = app !== undefined && alert === undefined && id === undefined;
  return isAlone && live.rules.filter((rule) => rule.app === app).length > 1 ? app : undefined;
}

/** Acts on the alert that the query means; the reply names it and says the outcome. */
export async function actOn(query: Query, acting: Acting, context: SubcommandContext): Promise<Reply> {
  const all = ofApp.has(acting.action) ? wholeApp(query, context.deps) : undefined;
  if (all !== undefined) return act({ ...acting, target: allOf(all) }, '', context);
  const ofThread = await threadOf(query, context);
  if (ofThread?.kind === 'storm') return act({ ...acting, target: ofThread.storm }, '', context);
  const verb = acting.takesOver === true ? 'takeover' : acting.action;
  const { id, incident } = await alertMeant(query, verb, context, ofThread);
  return act({ ...acting, target: incident ?? id }, id, context);
}

async function act(
  acting: Acting & { readonly target: string },
  named: string,
  { deps, requester }: SubcommandContext,
): Promise<Reply> {
  const outcome = await alertsOf(deps).act({ ...acting, actor: requester.user });
  const isNamed = JSON.stringify(outcome.words.values).includes(JSON.stringify(named)) || named === '';
  const words = isNamed ? outcome.words : say('command.ofAlert', { rule: named, words: outcome.words });
  return outcomeOf({ ...outcome, words }, acting.target, deps);
}

/** The reply to an action. Raises `UserError` where nothing was done and there is nothing to do instead. */
function outcomeOf(outcome: ActResult, target: string, { wording }: Pick<SubcommandDeps, 'wording'>): Reply {
  if (outcome.state === 'done' || outcome.offer !== undefined)
    return { kind: 'message', drawn: drawOutcome(outcome, outcome.target ?? target, wording) };
  const hint = '/imstats alerts shows what is open.';
  throw new UserError(wording.text(outcome.words), { hint, command: 'alerts', people: 'named' });
}

/** Takes back what the person did last: with the alert that is named, with the incident of the thread, or with anything. */
export async function undoLast(query: Query, context: SubcommandContext): Promise<Reply> {
  const { deps, requester } = context;
  const target = isNamed(query) ? (await ruleAsked(query, 'undo', context)).id : targetOf(await meantByThread(context));
  return outcomeOf(await alertsOf(deps).undoLast({ actor: requester.user, target }), target ?? '', deps);
}

function targetOf(ofThread: MeantByThread | undefined): string | undefined {
  return ofThread?.kind === 'storm' ? ofThread.storm : ofThread?.incident;
}

type ThreadPlace = Pick<Requester, 'channel' | 'thread'>;

/** Whether a thread is that of the incident, which has one in each of its channels. */
async function isRootOf(
  incident: string,
  place: ThreadPlace,
  store: Pick<SubcommandDeps['store'], 'outbox'>,
): Promise<boolean> {
  if (await isRootAt(incident, place, store)) return true;
  return place.channel !== undefined && isRootAt(streamElsewhere(incident, place.channel), place, store);
}

/** Whether a thread is that of the message of a stream. */
async function isRootAt(
  stream: string,
  { channel, thread }: ThreadPlace,
  { outbox }: Pick<SubcommandDeps['store'], 'outbox'>,
): Promise<boolean> {
  const root = thread === undefined ? undefined : await outbox.root(stream);
  return root !== undefined && root.ts === thread && root.channel === channel;
}
