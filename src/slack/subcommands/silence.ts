// The subcommands on one alert or on all of an app: `why note silence unsilence resolve normal test`.
import { hour } from '../../clock.ts';
import { UserError } from '../../errors.ts';
import { listWords } from '../../metrics/format.ts';
import { drawOutcome, namePeople } from '../blocks/alert.ts';
import { actOn, alertAsked, alertsOf } from '../command/meant-alert.ts';
import { suggested } from '../command/parse.ts';
import { isForManagers, isSilenceLength, wrongSilence } from '../command/silence-length.ts';
import type { Query, Subcommand, SubcommandContext } from '../command/subcommand.ts';
import { commandOf } from '../command/tokens.ts';
import { explanationTail, hasAlerts } from './alerts.ts';

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
  isForManagers: ({ duration }) => duration !== undefined && isForManagers(duration),
  answer: async (query, context) => {
    const { duration } = query;
    if (duration === undefined || !isSilenceLength(duration))
      throw new UserError(wrongSilence, suggested(commandOf({ ...query, duration: 2 * hour })));
    refuseLoneWord(query, context);
    const until = context.deps.clock.now() + duration;
    return actOn(query, { action: 'silence', until, text: query.text }, context);
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
  usage: '[ALERT or app]',
  group: 'alerts',
  gives: 'ends a silence',
  examples: ['unsilence memory-low', 'unsilence prod'],
  takes: ['alert', 'app', 'metric'],
  needs: [],
  isOffered: hasAlerts,
  answer: (query, context) => actOn(query, { action: 'unsilence' }, context),
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
