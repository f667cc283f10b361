// The sentences of an alert: its headline, a line for each effect, and the phrases that they share.
import { type Instant, minute } from '../clock.ts';
import { capitalise, formatDuration } from '../metrics/format.ts';
import { moment } from '../metrics/metric-words.ts';
import { userToken, withoutTokens } from './notification.ts';
import type { AlertApp, Level, Phrases, Rule } from './rule.ts';
import { kindOf } from './rules/index.ts';
import { type AlertState, type Effect, type Incident, isOpen, isSilenced } from './state.ts';
import { keepFor } from './transitions.ts';

/** An incident with everything that its texts are made from. */
export interface AlertContext {
  readonly state: AlertState;
  /** The level that fires, or fired when it was closed. */
  readonly level: Level;
  readonly rule: Rule;
  readonly app: AlertApp;
  readonly now: Instant;
  /** Earlier incidents of the rule, newest first. */
  readonly history: readonly Incident[];
  /** Trend of the number, a sentence. */
  readonly trend?: string | undefined;
  /** Headlines of the other alerts of the app, which were suppressed until this one was resolved. */
  readonly otherAlerts?: readonly string[] | undefined;
}

/** The phrases of its kind of rule for this app. */
export function phrasesOf({ rule, app }: Pick<AlertContext, 'rule' | 'app'>): Phrases {
  return kindOf(rule).phrases(rule, app);
}

/** `free memory 7.4 % on Production chat`. */
export function nowWords(alert: AlertContext): string {
  const phrases = phrasesOf(alert);
  const { last } = alert.state.machine;
  return withoutTokens(last === undefined ? phrases.subject : phrases.now(last));
}

/** `closes at 03:45 if it holds`. */
export function closesWords(alert: AlertContext): string {
  const { state, rule, now } = alert;
  const keep = keepFor({ state, rule, context: {}, at: now, effects: [] });
  if (keep < minute) return 'closes soon if it holds';
  return `closes at ${momentOf(alert, (state.machine.recoverSince ?? now) + keep)} if it holds`;
}

/** `Not known: free memory of Production chat was not measured since 03:20; last seen 6.1 %`: of a rule that is not open. */
export function unknownWords(alert: AlertContext): string {
  const phrases = phrasesOf(alert);
  return `Not known: ${phrases.subject} ${phrases.was} not measured since ${unseenWords(alert)}`;
}

/** `03:20; last seen 6.1 %`. */
function unseenWords(alert: AlertContext): string {
  const { state, now } = alert;
  const seen = state.machine.last === undefined ? undefined : phrasesOf(alert).seen(state.machine.last);
  return `${momentOf(alert, state.machine.stale?.since ?? state.machine.lastAt ?? now)}${seen === undefined ? '' : `; last seen ${seen}`}`;
}

/** `No data: Production chat has not answered since 03:20; last seen 6.1 %`. */
export function staleWords(alert: AlertContext): string {
  const { state, app } = alert;
  const phrases = phrasesOf(alert);
  const what =
    state.machine.stale?.why === undefined
      ? `${phrases.subject} ${phrases.was} not measured`
      : `${app.name} has not answered`;
  return `No data: ${what} since ${unseenWords(alert)}`;
}

/** `, lowest 5.9 %`; empty where nothing was seen. */
export function worstWords(alert: AlertContext): string {
  const { worst } = alert.state.machine;
  const words = worst === undefined ? undefined : phrasesOf(alert).worst(worst.shown);
  return words === undefined ? '' : `, ${words}`;
}

/** The same numbers without data: `Last seen 606 MiB of 8.0 GiB.` */
export function seenLast(words: string): string {
  return words.replace(/^Now /, 'Last seen ');
}

/** A time on the wall clock of the app, with the date when it is not today. */
export function momentOf(alert: Pick<AlertContext, 'app' | 'now'>, instant: Instant): string {
  return moment(instant, alert.now, alert.app.timezone);
}

const levelWords: Readonly<Record<Level, string>> = { warning: 'Warning', critical: 'Critical' };

/** Line 1 of an incident in any condition. */
export function headlineOf(alert: AlertContext): string {
  const { state, level, now } = alert;
  if (!isOpen(state)) return closedHeadline(alert);
  const response = responseWords(alert);
  if (state.machine.stale !== undefined) return `${staleWords(alert)}${response}`;
  if (state.machine.condition === 'recovering')
    return `Recovering: ${nowWords(alert)}, ${closesWords(alert)}${response}`;
  const age = now - (state.machine.crossedAt ?? now);
  const isNew = now - (state.machine.openedAt ?? now) < minute;
  return `${levelWords[level]}: ${nowWords(alert)}${isNew ? '' : `, ${formatDuration(age)}`}${response}`;
}

/** `, acknowledged by {user:U1} until 04:12`. */
function responseWords(alert: AlertContext): string {
  const { response } = alert.state;
  if (response.as === 'open' || (response.as === 'silenced' && !isSilenced(alert.state, alert.now))) return '';
  return `, ${response.as} by ${userToken(response.by)} until ${momentOf(alert, response.until)}`;
}

function closedHeadline(alert: AlertContext): string {
  const { state, rule, now } = alert;
  const phrases = phrasesOf(alert);
  if (state.machine.closed === 'unknown')
    return `Closed: ${phrases.subject} ${phrases.was} not measured since ${momentOf(alert, state.machine.lastAt ?? now)}, not known to be recovered`;
  if (state.machine.closed === 'rule_removed') return `Closed: rule ${rule.id} was removed`;
  if (state.machine.closed === 'paused') return `Closed: rule ${rule.id} was switched off`;
  const worst = worstWords(alert);
  const after = `after ${formatDuration((state.machine.closedAt ?? now) - (state.machine.crossedAt ?? now))}`;
  if (state.machine.closed === 'manual') return `Closed: resolved by hand ${after}${worst}`;
  return `Resolved: ${withoutTokens(state.machine.last === undefined ? phrases.subject : phrases.back(state.machine.last))} ${after}${worst}`;
}

/** The line of an effect: a sentence or two without the time of the event. People are written as `{user:U…}`. */
export function effectLine(effect: Effect, alert: AlertContext): string {
  const who = effect.actor === undefined ? 'Somebody' : userToken(effect.actor);
  const now = nowWords(alert);
  switch (effect.kind) {
    case 'opened':
      return `Opened: ${now}, ${beyond(alert)}.${because(effect)}`;
    case 'announced':
      return `Told now: ${now}, ${beyond(alert)}.`;
    case 'escalated':
      return `Critical now: ${now}, ${beyond(alert)}.${because(effect)}`;
    case 'downgraded':
      return `Down to a warning: ${now}.`;
    case 'recovering':
      return `Recovering: ${now}, ${closesWords(alert)}.`;
    case 'refired':
      return `Firing again: ${now}.`;
    case 'repeated':
      return `Still firing: ${now}, for ${age(alert)}.${unacknowledged(alert)}`;
    case 'escalatedToOthers':
      return `Nobody has acknowledged this for ${formatDuration(alert.now - (alert.state.notification.notifiedAt ?? alert.now))}: ${now}.`;
    case 'resolved':
      return `${headlineOf(alert)}.`;
    case 'closed':
      return effect.closed === 'manual' ? `Resolved by hand by ${who}: ${now}.` : `${headlineOf(alert)}.`;
    case 'stale':
      return `${staleWords(alert)}.${why(effect, alert)}`;
    case 'fresh':
      return `Data again: ${now}.`;
    default:
      return responseLine(effect, alert, who);
  }
}

/** The lines of people's actions and of what follows from them. */
function responseLine(effect: Effect, alert: AlertContext, who: string): string {
  const { response } = alert.state;
  const until = response.as === 'open' ? '' : ` until ${momentOf(alert, response.until)}`;
  switch (effect.kind) {
    case 'acknowledged':
      return `Acknowledged by ${who}${until}.`;
    case 'silenced':
      return `Silenced by ${who}${until}.`;
    case 'unsilenced':
      return `The silence was ended by ${who}.`;
    case 'silenceEnded':
      return `The silence of ${who} has run out.`;
    case 'reminded':
      return `${who}: your acknowledgement has run out and this still fires. Acknowledge again if you are on it; without an answer others are asked in 30 min.`;
    case 'acknowledgementExpired':
      return `No answer from ${who}: this is in nobody's hands again.`;
    case 'flapping':
      return `Flapping: it came back ${alert.state.machine.flaps.length} times within an hour. It stays one alert and closes only after a longer calm.`;
    case 'flappingEnded':
      return 'No longer flapping: nothing changed for an hour.';
    case 'limitsChanged':
      return `The rule was changed. It now means ${phrasesOf(alert).beyond(alert.level)}.`;
    default:
      return `${capitalise(effect.reason)}.`;
  }
}

function beyond(alert: AlertContext): string {
  const { state, level, now } = alert;
  const held = now - (state.machine.heldSince ?? now);
  return `${phrasesOf(alert).beyond(level)}${held < minute / 60 ? '' : ` for ${formatDuration(held)}`}`;
}

function age({ state, now }: AlertContext): string {
  return formatDuration(now - (state.machine.crossedAt ?? now));
}

function because(effect: Effect): string {
  return effect.suppressedBy === undefined ? '' : ` Nobody was pinged: ${effect.suppressedBy}.`;
}

function unacknowledged({ state }: AlertContext): string {
  return state.response.acknowledgedBy === undefined ? ' Nobody has acknowledged it.' : '';
}

/** The platform's own reason for not answering. */
function why(effect: Effect, { state }: AlertContext): string {
  return state.machine.stale?.why === undefined ? '' : ` ${withoutTokens(effect.reason)}`;
}
