// The subcommands on alerts: `alerts why silence unsilence acknowledge`.
import { day, type Instant } from '../../clock.ts';
import { closestMatch } from '../../closest-match.ts';
import { UserError } from '../../errors.ts';
import type { AlertAction, AlertService } from '../../service-types.ts';
import { drawAlertList } from '../blocks/alert.ts';
import { section, withPeople } from '../blocks/block.ts';
import type { Query, Reply, Subcommand, SubcommandContext } from '../command/subcommand.ts';
import type { SlackDeps } from '../deps.ts';

/** True where something alerts; without it the verbs are offered nowhere. */
export function hasAlerts(deps: SlackDeps): boolean {
  return deps.alerts !== undefined;
}

/** The alerts of this bot. */
export function alertsOf(deps: SlackDeps): AlertService {
  if (deps.alerts === undefined) throw new UserError('Alerts are not available in this imstats.');
  return deps.alerts;
}

/** The rule that is meant. */
export function alertAsked(question: Query, { vocabulary }: SubcommandContext): string {
  const { alert } = question;
  if (alert !== undefined && vocabulary.alerts.includes(alert)) return alert;
  const meant = alert === undefined ? undefined : closestMatch(alert, vocabulary.alerts);
  throw new UserError('There is no such alert.', {
    hint: `Try: /imstats ${meant === undefined ? 'alerts' : `why ${meant}`}`,
  });
}

/** Does it and says what became of it. */
export async function actOn(
  request: { readonly verb: AlertAction; readonly alert: string; readonly until: Instant | undefined },
  { deps, asker }: SubcommandContext,
): Promise<Reply> {
  const { verb, alert, until } = request;
  const { state, words } = await alertsOf(deps).act({ target: alert, action: verb, actor: asker.user, until });
  if (state !== 'done') throw new UserError(words, { hint: '/imstats alerts shows what is open.' });
  const said = withPeople(words);
  return { kind: 'message', drawn: { blocks: [section(said)], text: said } };
}

export const alerts: Subcommand = {
  id: 'alerts',
  usage: '[app]',
  gives: 'what is open, about to open or silenced',
  examples: ['alerts'],
  takes: ['app'],
  needs: [],
  isOffered: hasAlerts,
  answer: async (question, { deps }) => {
    const lines = (await alertsOf(deps).list()).filter(
      (line) => question.app === undefined || line.app.id === question.app,
    );
    return { kind: 'message', drawn: drawAlertList(lines, { rules: deps.rules.length }) };
  },
};

export const why: Subcommand = {
  id: 'why',
  usage: 'ALERT',
  gives: 'how an alert stands and the numbers behind it',
  examples: ['why memory-low'],
  takes: ['alert'],
  needs: ['alert'],
  isOffered: hasAlerts,
  answer: async (question, context) => {
    const rule = alertAsked(question, context);
    const report = await alertsOf(context.deps).why(rule);
    if (report === undefined) throw new UserError(`There is no alert "${rule}".`, { hint: 'Try: /imstats alerts' });
    return { kind: 'report', report, buttons: 'refresh', people: 'named' };
  },
};

/** Longer silences than this are for managers. */
const longestForAll = day;

/** Nobody remembers a silence that is longer than this. */
const longest = 30 * day;

export const silence: Subcommand = {
  id: 'silence',
  usage: 'ALERT DURATION',
  gives: 'tells nothing of an alert for a while, up to 24 h; managers up to 30 days',
  examples: ['silence memory-low 2h'],
  takes: ['alert', 'duration'],
  needs: ['alert', 'duration'],
  isOffered: hasAlerts,
  isForManagers: ({ duration }) => duration !== undefined && duration > longestForAll,
  answer: async (question, context) => {
    const { duration } = question;
    if (duration === undefined || duration <= 0 || duration > longest) {
      throw new UserError('A silence lasts from 1 minute to 30 days.', {
        hint: `Try: /imstats silence ${question.alert} 2h`,
      });
    }
    const until = context.deps.clock.now() + duration;
    return actOn({ verb: 'silence', alert: alertAsked(question, context), until }, context);
  },
};

export const unsilence: Subcommand = {
  id: 'unsilence',
  usage: 'ALERT',
  gives: 'ends a silence',
  examples: ['unsilence memory-low'],
  takes: ['alert'],
  needs: ['alert'],
  isOffered: hasAlerts,
  answer: (question, context) =>
    actOn({ verb: 'unsilence', alert: alertAsked(question, context), until: undefined }, context),
};

export const acknowledge: Subcommand = {
  id: 'acknowledge',
  usage: 'ALERT',
  gives: 'says that somebody is on it; reminders stop for a while',
  examples: ['acknowledge memory-low'],
  takes: ['alert'],
  needs: ['alert'],
  isOffered: hasAlerts,
  answer: (question, context) =>
    actOn({ verb: 'acknowledge', alert: alertAsked(question, context), until: undefined }, context),
};
