// The subcommands on one alert, `why silence resolve unsilence acknowledge`, and which alert each of them means.
import type { Rule } from '../../alerting/rule.ts';
import { day, hour, type Instant } from '../../clock.ts';
import { UserError } from '../../errors.ts';
import { listWords } from '../../metrics/format.ts';
import { phrasesOf } from '../../metrics/phrase.ts';
import type { AlertAction, AlertLine } from '../../service-types.ts';
import { drawOutcome } from '../blocks/alert.ts';
import type { commandPhrases } from '../command/command-phrases.ts';
import { suggested } from '../command/parse.ts';
import type { Query, Reply, Requester, Subcommand, SubcommandContext, SubcommandDeps } from '../command/subcommand.ts';
import { commandOf } from '../command/tokens.ts';
import { alertsOf, fittingMetric, hasAlerts } from './alerts.ts';

const say = phrasesOf<typeof commandPhrases>();

/** What is done with an alert, and which alerts it can be done with where none is named. */
type Verb = AlertAction | 'why';

/** The rule that a query means. Raises `UserError` with the ids where none fits or several do. */
async function ruleAsked(query: Query, verb: Verb, { deps, requester }: SubcommandContext): Promise<Rule> {
  const { alert, app, metric: id } = query;
  const named = deps.live.rules.filter((rule) => alert === undefined || rule.id === alert);
  const fitting = fittingMetric(
    named.filter((rule) => app === undefined || rule.app === app),
    id,
  );
  const [only, ...more] = fitting;
  if (only !== undefined && more.length === 0) return only;
  const isNamed = alert !== undefined || app !== undefined || id !== undefined;
  const lines = await alertsOf(deps).list();
  const ofThread = isNamed ? undefined : await incidentOfThread(lines, requester, deps.store);
  // Somebody who names an app does not silence what happens to be open there.
  const narrowed = isNamed && (verb === 'silence' || verb === 'unsilence') ? [] : openOnes(fitting, lines, verb);
  const meant = ofThread === undefined ? narrowed : fitting.filter(({ id: rule }) => rule === ofThread);
  const [one, ...others] = meant;
  if (one !== undefined && others.length === 0) return one;
  throw notOne(meant.length > 0 ? meant : fitting, query, { verb, rules: deps.live.rules });
}

/** The rules with an open alert; where a silence is to be ended, those that are silenced, open or not. */
function openOnes(rules: readonly Rule[], lines: readonly AlertLine[], verb: Verb): readonly Rule[] {
  const listed = (fits: (line: AlertLine) => boolean): readonly Rule[] =>
    rules.filter(({ id }) => lines.some((line) => line.rule === id && fits(line)));
  const silenced = verb === 'unsilence' ? listed(({ isSilenced = false }) => isSilenced) : [];
  return silenced.length > 0 ? silenced : listed(({ incident }) => incident !== undefined);
}

/** The rule of the incident in whose thread the question was asked. */
async function incidentOfThread(
  lines: readonly AlertLine[],
  { channel, thread }: Requester,
  { outbox }: SubcommandDeps['store'],
): Promise<string | undefined> {
  if (thread === undefined) return undefined;
  for (const { incident, rule } of lines) {
    const root = incident === undefined ? undefined : await outbox.root(incident);
    if (root?.ts === thread && root.channel === channel) return rule;
  }
  return undefined;
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

/** Acts on the alert that the query means; the reply names it and says the outcome. */
async function actOn(
  query: Query,
  { verb, until }: { readonly verb: AlertAction; readonly until: Instant | undefined },
  context: SubcommandContext,
): Promise<Reply> {
  const { deps, requester } = context;
  const rule = await ruleAsked(query, verb, context);
  const outcome = await alertsOf(deps).act({ target: rule.id, action: verb, actor: requester.user, until });
  const isNamed = Object.values(outcome.words.values).includes(rule.id);
  const words = isNamed ? outcome.words : say('command.ofAlert', { rule: rule.id, words: outcome.words });
  if (outcome.state !== 'done') {
    const hint = '/imstats alerts shows what is open.';
    throw new UserError(deps.wording.text(words), { hint, command: 'alerts' });
  }
  return { kind: 'message', drawn: drawOutcome({ ...outcome, words }, rule.id, deps.wording) };
}

export const why: Subcommand = {
  id: 'why',
  words: ['explain', 'how come', '为什么', '為什麼', '为何', '為何', '原因'],
  usage: '[ALERT]',
  gives: 'how an alert stands and the numbers behind it',
  examples: ['why memory-low'],
  takes: ['alert', 'app', 'metric'],
  needs: [],
  isOffered: hasAlerts,
  answer: async (query, context) => {
    const { id } = await ruleAsked(query, 'why', context);
    const report = await alertsOf(context.deps).why(id);
    if (report === undefined) throw new UserError(`There is no alert "${id}".`, suggested('alerts'));
    return { kind: 'report', report, buttons: 'refresh', people: 'named' };
  },
};

/** Longer silences than this are for managers. */
const longestForAll = day;

/** A longer silence would be forgotten by the people who set it. */
const longest = 30 * day;

export const silence: Subcommand = {
  id: 'silence',
  words: ['mute', 'snooze', 'suppress', '静音', '靜音', '静默', '靜默', '屏蔽'],
  acts: true,
  usage: '[ALERT] DURATION',
  gives: 'tells nothing of an alert for a while, up to 24 h; managers up to 30 days',
  examples: ['silence memory-low 2h'],
  takes: ['alert', 'app', 'metric', 'duration'],
  needs: ['duration'],
  isOffered: hasAlerts,
  isForManagers: ({ duration }) => duration !== undefined && duration > longestForAll,
  answer: async (query, context) => {
    const { duration } = query;
    if (duration === undefined || duration <= 0 || duration > longest) {
      const command = commandOf({ ...query, duration: 2 * hour });
      throw new UserError('A silence lasts from 1 minute to 30 days.', suggested(command));
    }
    return actOn(query, { verb: 'silence', until: context.deps.clock.now() + duration }, context);
  },
};

export const resolve: Subcommand = {
  id: 'resolve',
  words: ['close for now', '手动关闭', '手動關閉'],
  acts: true,
  usage: '[ALERT]',
  gives: 'closes an open alert by hand',
  examples: ['resolve memory-low'],
  takes: ['alert', 'app', 'metric'],
  needs: [],
  isOffered: hasAlerts,
  answer: (query, context) => actOn(query, { verb: 'resolve', until: undefined }, context),
};

export const unsilence: Subcommand = {
  id: 'unsilence',
  words: [
    'unmute',
    'unsnooze',
    'end silence',
    'stop silence',
    '取消静音',
    '取消靜音',
    '取消静默',
    '解除静音',
    '解除靜音',
  ],
  acts: true,
  usage: '[ALERT]',
  gives: 'ends a silence',
  examples: ['unsilence memory-low'],
  takes: ['alert', 'app', 'metric'],
  needs: [],
  isOffered: hasAlerts,
  answer: (query, context) => actOn(query, { verb: 'unsilence', until: undefined }, context),
};

/** An acknowledgement that holds for longer would be forgotten. */
const longestAcknowledgement = day;

export const acknowledge: Subcommand = {
  id: 'acknowledge',
  words: ['ack', 'acked', 'acknowledged', 'claim', '确认', '確認', '认领', '認領'],
  acts: true,
  usage: '[ALERT] [DURATION]',
  gives: 'says that somebody is on it; reminders stop for a while, up to 24 h',
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
    return actOn(query, { verb: 'acknowledge', until }, context);
  },
};
