// The subcommands on alerts: `alerts why silence unsilence acknowledge`.
import { day, type Instant } from '../../clock.ts';
import { closestMatch } from '../../closest-match.ts';
import { UserError } from '../../errors.ts';
import type { AlertAction, AlertService } from '../../service-types.ts';
import { drawAlertList } from '../blocks/alert.ts';
import { section, withPeople } from '../blocks/block.ts';
import type { Query, Reply, Subcommand, SubcommandContext, SubcommandDeps } from '../command/subcommand.ts';

/** True where something alerts; elsewhere these subcommands are not offered. */
export function hasAlerts(deps: SubcommandDeps): boolean {
  return deps.alerts !== undefined;
}

/** The alert service. Raises `UserError` where nothing alerts. */
export function alertsOf(deps: SubcommandDeps): AlertService {
  if (deps.alerts === undefined) throw new UserError('Alerts are not available in this imstats.');
  return deps.alerts;
}

/** The id of the rule that a query names. Raises `UserError` for an unknown one. */
export function alertAsked(query: Query, { deps }: SubcommandContext): string {
  const { alert } = query;
  const known = deps.live.rules.map(({ id }) => id);
  if (alert !== undefined && known.includes(alert)) return alert;
  const meant = alert === undefined ? undefined : closestMatch(alert, known);
  throw new UserError('There is no such alert.', {
    hint: `Try: /imstats ${meant === undefined ? 'alerts' : `why ${meant}`}`,
  });
}

/** Acts on an alert; the reply is the outcome. */
export async function actOn(
  request: { readonly verb: AlertAction; readonly alert: string; readonly until: Instant | undefined },
  { deps, requester }: SubcommandContext,
): Promise<Reply> {
  const { verb, alert, until } = request;
  const { state, words } = await alertsOf(deps).act({ target: alert, action: verb, actor: requester.user, until });
  if (state !== 'done') throw new UserError(deps.wording.text(words), { hint: '/imstats alerts shows what is open.' });
  const text = withPeople(deps.wording.text(words));
  return { kind: 'message', drawn: { blocks: [section(text)], text } };
}

export const alerts: Subcommand = {
  id: 'alerts',
  usage: '[app]',
  gives: 'what is open, about to open or silenced',
  examples: ['alerts'],
  takes: ['app'],
  needs: [],
  isOffered: hasAlerts,
  answer: async (query, { deps }) => {
    const lines = (await alertsOf(deps).list()).filter((line) => query.app === undefined || line.app.id === query.app);
    return { kind: 'message', drawn: drawAlertList(lines, { rules: deps.live.rules.length, wording: deps.wording }) };
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
  answer: async (query, context) => {
    const rule = alertAsked(query, context);
    const report = await alertsOf(context.deps).why(rule);
    if (report === undefined) throw new UserError(`There is no alert "${rule}".`, { hint: 'Try: /imstats alerts' });
    return { kind: 'report', report, buttons: 'refresh', people: 'named' };
  },
};

/** Longer silences than this are for managers. */
const longestForAll = day;

/** A longer silence would be forgotten by the people who set it. */
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
  answer: async (query, context) => {
    const { duration } = query;
    if (duration === undefined || duration <= 0 || duration > longest) {
      throw new UserError('A silence lasts from 1 minute to 30 days.', {
        hint: `Try: /imstats silence ${query.alert} 2h`,
      });
    }
    const until = context.deps.clock.now() + duration;
    return actOn({ verb: 'silence', alert: alertAsked(query, context), until }, context);
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
  answer: (query, context) =>
    actOn({ verb: 'unsilence', alert: alertAsked(query, context), until: undefined }, context),
};

export const acknowledge: Subcommand = {
  id: 'acknowledge',
  usage: 'ALERT',
  gives: 'says that somebody is on it; reminders stop for a while',
  examples: ['acknowledge memory-low'],
  takes: ['alert'],
  needs: ['alert'],
  isOffered: hasAlerts,
  answer: (query, context) =>
    actOn({ verb: 'acknowledge', alert: alertAsked(query, context), until: undefined }, context),
};
