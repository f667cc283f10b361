// The view `acknowledge ALERT`: somebody is on it, so reminders stop for a while.
import { actOn, alertAsked, hasAlerts } from '../alert-verbs.ts';
import type { View } from '../view.ts';

export const acknowledge: View = {
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
