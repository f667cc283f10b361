// What is said of an alert: line 1 in any condition, and a line for each effect, as phrases.
import { type Instant, minute, second } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { headlinePhrases, messagePhrases, WhenWritten } from './alert-phrases.ts';
import type { Effect } from './events.ts';
import type { threadPhrases } from './history-phrases.ts';
import { alertPhrasesOf } from './notification.ts';
import { type AlertApp, highestLevel, isWorse, type Level, type Phrases, type Rule } from './rule.ts';
import { kindOf } from './rules/index.ts';
import { type AlertState, type Incident, isOpen, isSilenced } from './state.ts';
import { acknowledgedFor, keepFor } from './transitions.ts';

/** An incident with everything that is said of it. */
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
  readonly trend?: Phrase | undefined;
  /** How the other alerts of the app stand, which were suppressed until this one was resolved. */
  readonly otherAlerts?: readonly Phrase[] | undefined;
}

const phrase = alertPhrasesOf<typeof headlinePhrases>();
const sentence = alertPhrasesOf<typeof messagePhrases>();
const threadPhrase = alertPhrasesOf<typeof threadPhrases>();

/** The phrases of its kind of rule for this app. */
export function rulePhrasesOf({ rule, app }: Pick<AlertContext, 'rule' | 'app'>): Phrases {
  return kindOf(rule).phrases(rule, app);
}

/** Times are written on the wall clock of the app, with the date when it is not that of the event. */
export function whenWritten({ app, now }: Pick<AlertContext, 'app' | 'now'>): WhenWritten {
  return { now, zone: app.timezone };
}

/** What the rule watches, for a sentence with a verb. */
export function subjectOf(alert: Pick<AlertContext, 'rule' | 'app'>) {
  return { subject: rulePhrasesOf(alert).subject, metric: alert.rule.metric };
}

/** How long the value must be clear before the alert is closed. */
export function keepOf({ state, rule, now }: Pick<AlertContext, 'state' | 'rule' | 'now'>): number {
  return keepFor({ state, rule, context: {}, at: now, effects: [] });
}

/** `free memory 7.4 % on Production chat`. */
function readingOf(alert: AlertContext): Phrase {
  const phrases = rulePhrasesOf(alert);
  const { last } = alert.state.machine;
  return last === undefined ? phrases.subject : phrases.now(last);
}

/** `closes at 03:45 if it holds`. */
function closesOf(alert: AlertContext): Phrase {
  const { state, now } = alert;
  const keep = keepOf(alert);
  if (keep < minute) return phrase('alert.closesSoon', {});
  return phrase('alert.closesAt', { at: (state.machine.recoverSince ?? now) + keep, ...whenWritten(alert) });
}

/** Since when nothing was measured, and what was seen last. */
export function unseenOf(alert: AlertContext) {
  const { state, now } = alert;
  const { last, stale, lastAt = now } = state.machine;
  const seen = last === undefined ? undefined : rulePhrasesOf(alert).seen(last);
  return { since: stale?.since ?? lastAt, seen, ...whenWritten(alert) };
}

/** `No data: Production chat has not answered since 03:20; last seen 6.1 %`. */
function staleOf(alert: AlertContext, response?: Phrase): Phrase {
  const unseen = { ...unseenOf(alert), response };
  return alert.state.machine.stale?.why === undefined
    ? phrase('alert.unmeasured', { ...subjectOf(alert), ...unseen })
    : phrase('alert.unanswered', { app: alert.app.name, ...unseen });
}

/** `lowest 5.9 %`; undefined where nothing was seen. */
export function worstOf(alert: AlertContext): Phrase | undefined {
  const { worst, last } = alert.state.machine;
  return worst === undefined ? undefined : rulePhrasesOf(alert).worst(worst.shown, last);
}

/** Line 1 of an incident in any condition. */
export function headlineOf(alert: AlertContext): Phrase {
  const { state, level, now } = alert;
  const { crossedAt = now, openedAt = now, stale, condition } = state.machine;
  if (!isOpen(state)) return closedHeadline(alert);
  const response = responseOf(alert);
  if (stale !== undefined) return staleOf(alert, response);
  const reading = readingOf(alert);
  if (condition === 'recovering') return phrase('alert.recovering', { reading, closes: closesOf(alert), response });
  const age = now - openedAt < minute ? undefined : now - crossedAt;
  return phrase('alert.firing', { level, reading, age, response });
}

/** `acknowledged by {user:U1} until 04:12`. */
function responseOf(alert: AlertContext): Phrase | undefined {
  const { response } = alert.state;
  if (response.as === 'open' || (response.as === 'silenced' && !isSilenced(alert.state, alert.now))) return undefined;
  const { by, until } = response;
  if (response.as === 'acknowledged') return phrase('alert.acknowledgedBy', { by, until, ...whenWritten(alert) });
  return phrase('alert.silencedBy', { by, until, reason: response.reason, ...whenWritten(alert) });
}

function closedHeadline(alert: AlertContext): Phrase {
  const { state, rule, now } = alert;
  const { closed, last, lastAt = now, closedAt = now, crossedAt = now } = state.machine;
  if (closed === 'unknown')
    return phrase('alert.closedUnknown', { ...subjectOf(alert), since: lastAt, ...whenWritten(alert) });
  if (closed === 'rule_removed')
    return phrase(state.machine.replaced === true ? 'alert.ruleReplaced' : 'alert.ruleRemoved', { rule: rule.id });
  if (closed === 'paused') return phrase('alert.ruleOff', { rule: rule.id });
  if (closed === 'settled' && last?.settled !== undefined)
    return phrase('alert.settled', { words: last.settled.words });
  const end = { lasted: closedAt - crossedAt, worst: worstOf(alert) };
  if (closed === 'accepted') return phrase('alert.closedAsNormal', { ...end, reading: readingOf(alert) });
  const held = heldOf(alert);
  if (closed === 'manual')
    return held === undefined ? phrase('alert.closedByHand', end) : phrase('alert.closedForNow', { ...end, held });
  const phrases = rulePhrasesOf(alert);
  return phrase('alert.resolved', { reading: last === undefined ? phrases.subject : phrases.back(last), ...end });
}

/** When an alert opens again that was closed by hand while its value was not clear; undefined for any other. */
export function heldOf(alert: AlertContext): Phrase | undefined {
  const { state, rule } = alert;
  const { held, last } = state.machine;
  if (held === undefined) return undefined;
  const isWritten = rule.kind === 'threshold' && held.beyond !== undefined && held.beyond > 0;
  const at = isWritten && last ? rulePhrasesOf(alert).seen({ ...last, shown: held.beyond ?? 0 }) : undefined;
  const worse = rule.levels.critical !== undefined && held.level === 'warning' ? 'critical' : undefined;
  return phrase('alert.held', { until: held.until, worse, at, ...whenWritten(alert) });
}

/** A sentence or two for an effect, without the time of the event. */
export function effectLine(effect: Effect, alert: AlertContext): Phrase {
  const { kind, actor: by } = effect;
  const { state, now } = alert;
  const reading = readingOf(alert);
  switch (kind) {
    case 'opened':
      return threadPhrase('thread.opened', { reading, ...beyondOf(alert), unpinged: effect.suppressedBy });
    case 'announced':
      return threadPhrase('thread.announced', { reading, ...beyondOf(alert) });
    case 'escalated':
      return threadPhrase('thread.escalated', { reading, ...beyondOf(alert), unpinged: effect.suppressedBy });
    case 'downgraded':
    case 'refired':
    case 'fresh':
      return threadPhrase(`thread.${kind}`, { reading });
    case 'recovering':
      return threadPhrase('thread.recovering', { reading, closes: closesOf(alert) });
    case 'repeated': {
      const isAcknowledged = state.response.acknowledgedBy !== undefined;
      return threadPhrase('thread.repeated', { reading, age: now - (state.machine.crossedAt ?? now), isAcknowledged });
    }
    case 'escalatedToOthers':
      return threadPhrase(`thread.${kind}`, { reading, waited: now - (state.notification.notifiedAt ?? now) });
    case 'resolved':
      return sentence('alert.sentence', { line: headlineOf(alert) });
    case 'closed':
      if (effect.closed === 'accepted') return threadPhrase('thread.accepted', { reading, by, rule: alert.rule.id });
      return effect.closed === 'manual'
        ? threadPhrase('thread.closedByHand', { reading, by, rule: alert.rule.id, held: heldOf(alert) })
        : sentence('alert.sentence', { line: headlineOf(alert) });
    case 'stale':
      return threadPhrase('thread.stale', { line: staleOf(alert), why: state.machine.stale?.why });
    default:
      return responseLine(effect, alert);
  }
}

/** Who has the alert in hand, and until when, for somebody who would like to have it. */
export function takenWords(alert: AlertContext): Phrase {
  const { response } = alert.state;
  const has = response.as === 'open' ? {} : { by: response.by, until: response.until };
  return threadPhrase('refused.taken', { rule: alert.rule.id, ...has, ...whenWritten(alert) });
}

/** The line of an acknowledgement with how long it holds where nobody said a time. */
export function usualHoldWords(line: Phrase, rule: string): Phrase {
  const { warning, critical } = acknowledgedFor;
  return threadPhrase('answer.usualHold', { line, rule, warning, critical });
}

/** The lines of people's actions and of what follows from them. */
function responseLine(effect: Effect, alert: AlertContext): Phrase {
  const { kind, actor: by, undid = 'silence', isSameMeaning, from, text = '' } = effect;
  const { response, machine } = alert.state;
  const rule = alert.rule.id;
  const until = response.as === 'open' ? undefined : response.until;
  switch (kind) {
    case 'acknowledged':
      return threadPhrase('thread.acknowledged', { by, rule, until, ...whenWritten(alert) });
    case 'takenOver':
      return threadPhrase('thread.takenOver', { by, from: { by: from }, rule, until, ...whenWritten(alert) });
    case 'called':
      return threadPhrase('thread.called', { by, rule });
    case 'noted':
      return threadPhrase('thread.noted', { by, rule, note: text });
    case 'silenced':
      return threadPhrase('thread.silenced', { by, rule, until, ...silenceOf(alert), ...whenWritten(alert) });
    case 'unsilenced':
    case 'silenceEnded':
      return threadPhrase(`thread.${kind}`, { by, rule });
    case 'undone':
      return threadPhrase('thread.undone', { by, rule, action: undid, response: responseOf(alert) });
    case 'reopened':
      return threadPhrase('thread.reopened', { by, rule, action: undid, reading: readingOf(alert) });
    case 'reminded':
    case 'acknowledgementExpired':
      return threadPhrase(`thread.${kind}`, { by });
    case 'flapping':
      return threadPhrase('thread.flapping', { count: machine.flaps.length });
    case 'flappingEnded':
      return threadPhrase('thread.flappingEnded', {});
    case 'limitsChanged':
      return threadPhrase('thread.limitsChanged', {
        beyond: isSameMeaning === true ? undefined : rulePhrasesOf(alert).beyond(alert.level),
      });
    default:
      return threadPhrase('thread.other', { effect: kind });
  }
}

/** What a silence leaves out, and why it was made. */
function silenceOf({ state: { response }, rule }: AlertContext) {
  if (response.as !== 'silenced') return {};
  const isPart = response.level !== undefined && isWorse(highestLevel(rule), response.level);
  return { isPart, reason: response.reason };
}

/** What the level means, and for how long it has been so; undefined for less than a second. */
function beyondOf(alert: AlertContext) {
  const { state, level, now } = alert;
  const held = now - (state.machine.heldSince ?? now);
  return { beyond: rulePhrasesOf(alert).beyond(level), held: held < second ? undefined : held };
}
