// The subcommand `suggest`: limits that fit the past of a rule, with their reason, to be tried and saved.
import { versionTag } from '../../alerting/rule-override.ts';
import type { tunePhrases } from '../../alerting/tune-phrases.ts';
import { phrasesOf } from '../../metrics/phrase.ts';
import type { Report } from '../../reports/report.ts';
import { actions, button } from '../blocks/block.ts';
import type { tuneFormPhrases } from '../blocks/tune-form-phrases.ts';
import { alertAsked } from '../command/meant-alert.ts';
import type { Subcommand } from '../command/subcommand.ts';
import { differenceLines, tunableRule, tuningOf } from '../tune-rule.ts';
import { hasAlerts } from './alerts.ts';

const say = phrasesOf<typeof tuneFormPhrases & typeof tunePhrases>();

export const suggest: Subcommand = {
  id: 'suggest',
  words: ['recommend', 'suggestion', '建议', '建議', '推荐', '推薦'],
  usage: '[ALERT]',
  group: 'alerts',
  gives: 'limits that fit the past of an alert, with the reason',
  examples: ['suggest memory-low'],
  takes: ['alert', 'app', 'metric'],
  needs: [],
  isOffered: hasAlerts,
  answer: async (query, context) => {
    const { deps } = context;
    const { id } = await alertAsked(query, 'suggest', context);
    const { rule, app } = await tunableRule(id, deps);
    const tuning = tuningOf(deps);
    const { settings, why } = await tuning.suggest(id);
    const read = settings && tuning.read(id, settings);
    const after = read === undefined || 'problems' in read ? undefined : read;
    const tried = after === undefined ? [] : [...differenceLines(rule, after), ...(await tuning.tried(after))];
    const report: Report = {
      headline: say('suggest.headline', { rule: id, app: app.name, isFound: after !== undefined }),
      zone: app.timezone,
      stale: false,
      sections: [{ figures: [], lines: [...why, ...tried], charts: [] }],
      notes: [],
    };
    const value = JSON.stringify({ rule: id, version: versionTag(rule), settings });
    const label = deps.wording.text(say('tune.withThis'));
    const tail = after === undefined ? [] : [actions([button({ action: 'tune', label, about: id, value })])];
    return { kind: 'report', report, buttons: 'refresh', people: 'named', tail };
  },
};
