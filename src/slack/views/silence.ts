// The view `silence ALERT DURATION`: nothing is told of an alert for a while.
import { day } from '../../clock.ts';
import { UserError } from '../../errors.ts';
import { actOn, alertAsked, hasAlerts } from '../alert-verbs.ts';
import type { View } from '../view.ts';

/** Longer silences than this are for managers. */
const longestForAll = day;

/** Nobody remembers a silence that is longer than this. */
const longest = 30 * day;

export const silence: View = {
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
