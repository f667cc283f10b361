// What is said of an alert in somebody's hands or in nobody's, and of what keeps it quiet, as phrases.
import type { Instant } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { messagePhrases, WhenWritten } from './alert-phrases.ts';
import type { headlinePhrases } from './headline-phrases.ts';
import type { threadPhrases } from './history-phrases.ts';
import { alertPhrasesOf } from './notification.ts';
import { acknowledgedFor, coverOf, inHand, isSilenced } from './response.ts';
import type { AlertApp, Level, Rule } from './rule.ts';
import type { AlertState } from './state.ts';

const phrase = alertPhrasesOf<typeof headlinePhrases & typeof messagePhrases & typeof threadPhrases>();

interface Handled {
  readonly state: AlertState;
  readonly rule: Rule;
  readonly app: AlertApp;
  readonly now: Instant;
}

const written = ({ app, now }: Handled): WhenWritten => ({ now, zone: app.timezone });

/** `acknowledged by {user:U1} until 04:12`, `silenced by {user:U1} until 11:01, warnings only`; undefined in nobody's hands. */
export function responseOf(alert: Handled): Phrase | undefined {
  const { state, now } = alert;
  const { response } = state;
  if (response.as === 'open' || (response.as === 'silenced' && !isSilenced(state, now))) return undefined;
  const { by, until } = response;
  const when = { by, until, ...written(alert) };
  if (response.as === 'silenced') return phrase('alert.silencedBy', { ...when, ...silenceOf(alert) });
  return phrase(response.remindedAt === undefined ? 'alert.acknowledgedBy' : 'alert.acknowledgementOverAt', when);
}

/** What a silence covers, and why it was made. */
export function silenceOf({ state: { response }, rule }: Pick<Handled, 'state' | 'rule'>) {
  if (response.as !== 'silenced') return {};
  const cover = coverOf(response, rule);
  return { isPart: cover === 'milder', isOfIncident: cover === 'incident', reason: response.reason };
}

/** The silence and the acknowledgement that a worse level ended; undefined where there was neither. */
export function brokenOf(alert: Handled & { readonly level: Level }): Phrase | undefined {
  const { state, level } = alert;
  const { brokenSilence, lostAcknowledgement } = state.notification;
  const isInNoHands = level === 'critical' && state.response.as === 'open';
  const parts = [
    ...(brokenSilence === undefined ? [] : [phrase('alert.silenceBroken', { ...brokenSilence, ...written(alert) })]),
    ...(lostAcknowledgement === undefined || !isInNoHands
      ? []
      : [phrase('alert.acknowledgementLost', lostAcknowledgement)]),
  ];
  const [first] = parts;
  return parts.length > 1 ? phrase('alert.sentences', { parts }) : first;
}

/** Who has the alert in hand, and until when, for somebody who would like to have it. */
export function takenWords(alert: Handled): Phrase {
  const held = inHand(alert.state.response);
  const has = held === undefined ? {} : { by: held.by, until: held.until };
  return phrase('refused.taken', { rule: alert.rule.id, ...has, ...written(alert) });
}

/** The line of an acknowledgement with how long it holds where nobody said a time. */
export function usualHoldWords(line: Phrase, rule: string): Phrase {
  const { warning, critical } = acknowledgedFor;
  return phrase('answer.usualHold', { line, rule, warning, critical });
}
