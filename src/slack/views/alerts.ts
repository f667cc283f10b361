// The view `alerts`: what is open, about to open, or silenced, one line each.
import { alertsOf, hasAlerts } from '../alert-verbs.ts';
import { drawAlertList } from '../blocks/alert-list.ts';
import type { View } from '../view.ts';

export const alerts: View = {
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
