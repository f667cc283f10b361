// The view `unsilence ALERT`: a silence ends before its time.
import { actOn, alertAsked, hasAlerts } from '../alert-verbs.ts';
import type { View } from '../view.ts';

export const unsilence: View = {
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
