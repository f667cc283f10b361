// The alert on a platform suppresses the others of its app while it fires at critical, and lists how they stand when it ends.
import type { Instant } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';
import { headlineOf } from './alert-lines.ts';
import type { messagePhrases } from './alert-phrases.ts';
import { alertPhrasesOf } from './notification.ts';
import { type AlertApp, isPlatformRule, type Rule } from './rule.ts';
import { type AlertState, isOpen } from './state.ts';
import type { OtherAlert } from './storm.ts';

/**
 * True for the alerts of an app while its platform is known not to answer; `unreachable` is the state of that alert. The
 * first good poll takes it to recovering; from then on the others are measured again, and no longer suppressed.
 */
export function isInhibited(rule: Pick<Rule, 'kind'>, unreachable: AlertState | undefined): boolean {
  return (
    !isPlatformRule(rule) && unreachable?.machine.condition === 'firing' && unreachable.machine.level === 'critical'
  );
}

const phrase = alertPhrasesOf<typeof messagePhrases>();

/** The headlines of the other open alerts of the app; one line when none is open, none when there are no others. */
export function otherAlertLines(
  alerts: readonly Pick<OtherAlert, 'rule' | 'state'>[],
  app: AlertApp,
  now: Instant,
): readonly Phrase[] {
  const others = alerts.filter(({ rule }) => rule.app === app.id && !isPlatformRule(rule));
  if (others.length === 0) return [];
  const open = others.filter(({ state }) => isOpen(state));
  if (open.length === 0) return [phrase('alert.othersQuiet', {})];
  return open.map(({ rule, state }) => {
    const line = headlineOf({ rule, state, app, now, level: state.machine.level ?? 'warning', history: [] });
    return phrase('alert.otherOpen', { rule: rule.id, line });
  });
}
