// The view `why ALERT`: how a rule stands and the numbers behind it.
import { UserError } from '../../errors.ts';
import { alertAsked, alertsOf, hasAlerts } from '../alert-verbs.ts';
import type { View } from '../view.ts';

export const why: View = {
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
