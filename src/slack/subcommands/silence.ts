// The subcommands on one alert, `why silence resolve normal note unsilence acknowledge`, and which alert each of them means.
import type { Rule } from '../../alerting/rule.ts';
import { allOf, ruleOfIncident } from '../../alerting/transitions.ts';
import { day, hour } from '../../clock.ts';
import { UserError } from '../../errors.ts';
import { listWords } from '../../metrics/format.ts';
import { phrasesOf } from '../../metrics/phrase.ts';
import type { AlertAction, AlertLine, AlertService } from '../../service-types.ts';
import { drawOutcome, namePeople } from '../blocks/alert.ts';
import type { commandPhrases } from '../command/command-phrases.ts';
import { suggested } from '../command/parse.ts';
import type { Query, Reply, Subcommand, SubcommandContext } from '../command/subcommand.ts';
import { commandOf } from '../command/tokens.ts';
import { alertsOf, explanationTail, fittingMetric, hasAlerts, isRootOf } from './alerts.ts';

const say = phrasesOf<typeof commandPhrases>();

/** What is done with an alert, and which alerts it can be done with where none is named. */
type Verb = AlertAction | 'why' | 'test';

/** The rule that a query means; its incident too, where that is the one of the thread and more than its rule is meant. */
async function alertAsked(
  query: Query,
  verb: Verb,
  context: SubcommandContext,
): Promise<{ readonly id: string; readonly incident?: string | undefined }> {
  const ofThread = isNamed(query) ? undefined : await incidentOfThread(context);
  if (ofThread === undefined) return { id: (await ruleAsked(query, verb, context)).id };
  const { incident, isOpen } = ofThread;
  const isOfRule = ofRule.has(verb) || (isOpen && verb !== 'note');
  return { id: ruleOfIncident(incident), incident: isOfRule ? undefined : incident };
}

const isNamed = ({ alert, app, metric }: Query): boolean => [alert, app, metric].some((part) => part !== undefined);

/** What is about the rule also in the thread of an incident that is over. */
const ofRule: ReadonlySet<Verb> = new Set(['silence', 'unsilence', 'test']);

/** How far back the incident of a thread is looked for, and among how many. */
const [past, mostPast] = [30 * day, 200];

/** The incident in whose thread the question was asked, open or not. */
async function incidentOfThread({
  deps,
  requester,
}: SubcommandContext): Promise<{ readonly incident: string; readonly isOpen: boolean } | undefined> {
  const { store, clock } = deps;
  if (requester.thread === undefined) return undefined;
  const now = clock.now();
  const open = (await alertsOf(deps).list()).flatMap(({ incident = [] }) => incident);
  const earlier = (await store.alerts.incidents(now - past, now)).slice(0, mostPast).map(({ id }) => id);
  for (const incident of [...open, ...earlier]) {
    if (await isRootOf(incident, requester, store)) return { incident, isOpen: open.includes(incident) };
  }
  return undefined;
}

/** The rule that a query means. Raises `UserError` with the ids where none fits or several do. */
async function ruleAsked(query: Query, verb: Verb, { deps }: SubcommandContext): Promise<Rule> {
  const { alert, app, metric: id } = query;
  const named = deps.live.rules.filter((rule) => alert === undefined || rule.id === alert);
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
  throw notOne(meant.length > 0 ? meant : fitting, query, { verb, rules: deps.live.rules });
}

/** What is said where no alert is named and there is none that this could be done with. */
const noneToDo: Partial<Record<Verb, string>> = {
  acknowledge: 'No alert is open.',
  resolve: 'No alert is open.',
  normal: 'No alert is open.',
  unsilence: 'No alert is silenced.',
};

/** The rules with an open alert; where a silence is to be ended, those that are silenced, open or not. */
function openOnes(rules: readonly Rule[], lines: readonly AlertLine[], verb: Verb): readonly Rule[] {
  const listed = (fits: (line: AlertLine) => boolean): readonly Rule[] =>
    rules.filter(({ id }) => lines.some((line) => line.rule === id && fits(line)));
  const silenced = verb === 'unsilence' ? listed(({ isSilenced = false }) => isSilenced) : [];
  return silenced.length > 0 ? silenced : listed(({ incident }) => incident !== undefined);
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

/** Acts on the alert that the query means; the reply names it and says the outcome. */
async function actOn(query: Query, acting: Acting, context: SubcommandContext): Promise<Reply> {
  const { id, incident } = await alertAsked(query, acting.action, context);
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
  const drawn = drawOutcome({ ...outcome, words }, outcome.target ?? acting.target, deps.wording);
  if (outcome.state === 'done' || outcome.offer !== undefined) return { kind: 'message', drawn };
  const hint = '/imstats alerts shows what is open.';
  throw new UserError(deps.wording.text(words), { hint, command: 'alerts' });
}

export const why: Subcommand = {
  id: 'why',
  words: ['explain', 'how come', '为什么', '為什麼', '为何', '為何', '原因'],
  usage: '[ALERT]',
  group: 'alerts',
  gives: 'how an alert stands and the numbers behind it',
  examples: ['why memory-low'],
  takes: ['alert', 'app', 'metric'],
  needs: [],
  isOffered: hasAlerts,
  answer: async (query, context) => {
    const isIncident = query.alert?.includes('@') === true;
    const asked = isIncident ? { id: query.alert ?? '', incident: undefined } : await alertAsked(query, 'why', context);
    const id = asked.incident ?? asked.id;
    const found = await alertsOf(context.deps).why(id);
    if (found === undefined) throw new UserError(`There is no alert "${id}".`, suggested('alerts'));
    const tail = explanationTail(found, { identity: context.identity, wording: context.deps.wording });
    return { kind: 'report', report: found.report, buttons: 'refresh', people: 'named', tail };
  },
};

/** Longer silences are for managers; still longer ones would be forgotten by the people who set them. */
const [longestForAll, longest] = [day, 30 * day];

/** One word behind the duration may be the name of an alert that there is not, where nothing else says which one is meant. */
function refuseLoneWord({ text, alert, app, metric }: Query, { requester, deps }: SubcommandContext): void {
  const isMeant = alert !== undefined || app !== undefined || metric !== undefined || requester.thread !== undefined;
  if (text === undefined || isMeant || text.includes(' ')) return;
  const ids = deps.live.rules.map(({ id }) => id);
  throw new UserError(`There is no alert "${text}".`, suggested('alerts', `Alerts: ${listWords(ids.slice(0, 20))}.`));
}

export const note: Subcommand = {
  id: 'note',
  words: ['annotate', '备注', '備註'],
  acts: true,
  usage: '[ALERT] TEXT',
  group: 'alerts',
  gives: 'keeps a note with an incident',
  examples: ['note memory-low restarted node 2'],
  takes: ['alert', 'text'],
  needs: ['text'],
  isOffered: hasAlerts,
  answer: (query, context) => actOn(query, { action: 'note', text: query.text }, context),
};

export const silence: Subcommand = {
  id: 'silence',
  words: ['mute', 'snooze', 'suppress', '静音', '靜音', '静默', '靜默', '屏蔽'],
  acts: true,
  usage: '[ALERT or app] DURATION [reason]',
  group: 'alerts',
  gives: 'mutes an alert, or all of an app: up to 24 h, managers 30 days',
  examples: ['silence memory-low 2h', 'silence prod 2h deploying'],
  takes: ['alert', 'app', 'metric', 'duration', 'text'],
  needs: ['duration'],
  isOffered: hasAlerts,
  isForManagers: ({ duration }) => duration !== undefined && duration > longestForAll,
  answer: async (query, context) => {
    const { duration } = query;
    if (duration === undefined || duration <= 0 || duration > longest) {
      const command = commandOf({ ...query, duration: 2 * hour });
      throw new UserError('A silence lasts from 1 minute to 30 days.', suggested(command));
    }
    const { app, alert, metric, text } = query;
    refuseLoneWord(query, context);
    const acting = { action: 'silence', until: context.deps.clock.now() + duration, text } as const;
    const isWholeApp = app !== undefined && alert === undefined && metric === undefined;
    const rules = context.deps.live.rules.filter((rule) => rule.app === app);
    if (isWholeApp && rules.length > 1) return act({ ...acting, target: allOf(app) }, '', context);
    return actOn(query, acting, context);
  },
};

export const resolve: Subcommand = {
  id: 'resolve',
  words: ['close for now', '手动关闭', '手動關閉'],
  acts: true,
  usage: '[ALERT]',
  group: 'alerts',
  gives: 'closes an open alert by hand',
  examples: ['resolve memory-low'],
  takes: ['alert', 'app', 'metric'],
  needs: [],
  isOffered: hasAlerts,
  answer: (query, context) => actOn(query, { action: 'resolve' }, context),
};

export const normal: Subcommand = {
  id: 'normal',
  words: ['accept', 'this is normal', 'is normal', 'normal now', '正常', '这是正常的', '這是正常的'],
  acts: true,
  usage: '[ALERT]',
  group: 'alerts',
  gives: 'closes an alert as normal',
  examples: ['normal'],
  takes: ['alert', 'app', 'metric'],
  needs: [],
  isOffered: hasAlerts,
  answer: (query, context) => actOn(query, { action: 'normal' }, context),
};

export const unsilence: Subcommand = {
  id: 'unsilence',
  words: [
    ...['unmute', 'unsnooze', 'end silence', 'stop silence'],
    ...['取消静音', '取消靜音', '取消静默', '解除静音', '解除靜音'],
  ],
  acts: true,
  usage: '[ALERT]',
  group: 'alerts',
  gives: 'ends a silence',
  examples: ['unsilence memory-low'],
  takes: ['alert', 'app', 'metric'],
  needs: [],
  isOffered: hasAlerts,
  answer: (query, context) => actOn(query, { action: 'unsilence' }, context),
};

/** An acknowledgement that holds for longer would be forgotten. */
const longestAcknowledgement = day;

export const acknowledge: Subcommand = {
  id: 'acknowledge',
  words: ['ack', 'acked', 'acknowledged', 'claim', '确认', '確認', '认领', '認領'],
  acts: true,
  usage: '[ALERT] [DURATION]',
  group: 'alerts',
  gives: 'somebody is on it: no reminders for up to 24 h',
  examples: ['acknowledge memory-low', 'acknowledge memory-low 2h'],
  takes: ['alert', 'app', 'metric', 'duration'],
  needs: [],
  isOffered: hasAlerts,
  answer: async (query, context) => {
    const { duration } = query;
    if (duration !== undefined && (duration <= 0 || duration > longestAcknowledgement)) {
      const command = commandOf({ ...query, duration: 2 * hour });
      throw new UserError('An acknowledgement lasts from 1 minute to 24 hours.', suggested(command));
    }
    const until = duration === undefined ? undefined : context.deps.clock.now() + duration;
    return actOn(query, { action: 'acknowledge', until }, context);
  },
};

export const test: Subcommand = {
  id: 'test',
  words: ['test alert', '测试', '測試'],
  acts: true,
  usage: '[ALERT]',
  group: 'alerts',
  gives: 'posts a marked test with its mention (managers)',
  examples: ['test memory-low'],
  takes: ['alert', 'app', 'metric'],
  needs: [],
  isOffered: hasAlerts,
  isForManagers: () => true,
  answer: async (query, context) => {
    const { id: rule } = await alertAsked(query, 'test', context);
    const { wording } = context.deps;
    const outcome = await alertsOf(context.deps).test({ rule, actor: context.requester.user });
    return { kind: 'message', drawn: namePeople(drawOutcome(outcome, rule, wording), wording) };
  },
};
