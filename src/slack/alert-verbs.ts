// What the alert verbs share: alerting must be there, the alert must be known, and what was done is said in a sentence.
import type { Instant } from '../clock.ts';
import { closestMatch } from '../closest-match.ts';
import { UserError } from '../errors.ts';
import type { AlertAction, AlertService } from '../service-types.ts';
import { section } from './blocks/block.ts';
import { withPeople } from './blocks/text.ts';
import type { SlackDeps } from './deps.ts';
import type { Question } from './question.ts';
import type { Reply, ViewContext } from './view.ts';

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
export function alertAsked(question: Question, { vocabulary }: ViewContext): string {
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
  { deps, asker }: ViewContext,
): Promise<Reply> {
  const { verb, alert, until } = request;
  const { state, words } = await alertsOf(deps).act({ target: alert, action: verb, actor: asker.user, until });
  if (state !== 'done') throw new UserError(words, { hint: '/imstats alerts shows what is open.' });
  const said = withPeople(words);
  return { kind: 'message', drawn: { blocks: [section(said)], text: said } };
}
