// What is said of an alert: line 1 in any condition, and a line for each effect, as phrases.
import { type Instant, minute, second } from '../clock.ts';
import { spanLength } from '../metrics/format-time.ts';
import type { Phrase } from '../metrics/phrase.ts';
import { failureOf } from '../metrics/sample.ts';
import type { Lasted, messagePhrases, WhenWritten } from './alert-phrases.ts';
import type { Effect } from './events.ts';
import type { headlinePhrases } from './headline-phrases.ts';
import type { threadPhrases } from './history-phrases.ts';
import { alertPhrasesOf } from './notification.ts';
import { answerWithin } from './response.ts';
import { brokenOf, responseOf, silenceOf } from './response-lines.ts';
import { type AlertApp, isPlatformRule, type Level, type Phrases, type Rule, worstHit } from './rule.ts';
import { kindOf } from './rules/index.ts';
import { type AlertState, type Incident, isOpen } from './state.ts';
import { keepFor } from './transitions.ts';
import { unmeasuredAt, unmeasuredInAll } from './unmeasured.ts';

/** An incident with everything that is said of it. */
export interface AlertContext {
  readonly state: AlertState;
  /** That fires, or fired when it was closed. */
  readonly level: Level;
  readonly rule: Rule;
  readonly app: AlertApp;
  readonly now: Instant;
  /** Of the rule, newest first. */
  readonly history: readonly Incident[];
  /** Since when its app is watched; undefined where that is not known, or longer than is remembered. */
  readonly watchedSince?: Instant | undefined;
  /** Trend of the number, a sentence. */
  readonly trend?: Phrase | undefined;
  /** Rules that say that the same number is wrong in another way: the end of this alert is no recovery. */
  readonly alsoWrong?: readonly string[] | undefined;
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
  return worst && rulePhrasesOf(alert).worst(worst.shown, last);
}

/** Line 1 in any condition. */
export function headlineOf(alert: AlertContext): Phrase {
  const { state, level, now } = alert;
  const { heldSince = now, stale, condition, flapping } = state.machine;
  if (!isOpen(state)) return closedHeadline(alert);
  const response = responseOf(alert);
  if (stale !== undefined) return staleOf(alert, response);
  const reading = readingOf(alert);
  const { cleared } = rulePhrasesOf(alert);
  if (condition === 'recovering')
    return phrase('alert.recovering', { reading, closes: closesOf(alert), cleared, isFlapping: flapping, response });
  const age = isNew(alert) ? {} : { age: spanLength(heldSince, now), unmeasured: unmeasuredAt(alert, level) };
  const beyond = toldBeyond(alert);
  return phrase('alert.firing', { level, reading, beyond, ...age, isFlapping: flapping, response });
}

/** True in the first minute of a level: its age stands below line 1 then. */
export const isNew = ({ state, now }: Pick<AlertContext, 'state' | 'now'>): boolean =>
  now - (state.machine.firedAt ?? now) < minute;

/** For line 1, behind what happens. */
function toldBeyond(alert: AlertContext): Phrase | undefined {
  const { isBeyondTold, beyond } = rulePhrasesOf(alert);
  const { state, level } = alert;
  if (isBeyondTold !== true) return undefined;
  const isOver = state.machine.insideSince?.[level] !== undefined;
  return isOver ? phrase('alert.wasBeyond', { beyond: beyond(level) }) : beyond(level);
}

function closedHeadline(alert: AlertContext): Phrase {
  const { rule, now } = alert;
  const { closed, last, replaced, appGone, lastAt = now, crossedAt = now } = alert.state.machine;
  if (closed === 'unknown')
    return phrase('alert.closedUnknown', { ...subjectOf(alert), since: lastAt, ...whenWritten(alert) });
  const phrases = rulePhrasesOf(alert);
  const reading = last === undefined ? phrases.subject : phrases.now(last);
  if (closed === 'rule_removed' && appGone === true)
    return phrase('alert.appRemoved', { app: alert.app.name, reading });
  if (closed === 'rule_removed')
    return phrase(replaced === true ? 'alert.ruleReplaced' : 'alert.ruleRemoved', { rule: rule.id, reading });
  if (closed === 'paused') return phrase('alert.ruleOff', { rule: rule.id, reading });
  const lasted = { lasted: spanLength(crossedAt, endOf(alert)), unmeasured: unmeasuredInAll(alert) };
  const end = { ...lasted, worst: worstOf(alert) };
  if (closed === 'manual') return closedByHand(alert, { ...end, reading });
  const settled = closed === 'settled' ? last?.settled : undefined;
  if (settled !== undefined) return phrase('alert.settled', { words: settled.words, app: alert.app.name });
  if (closed === 'accepted') return phrase('alert.closedAsNormal', { ...end, reading });
  const back = last === undefined ? phrases.subject : phrases.back(last);
  return phrase('alert.resolved', { reading: back, cleared: phrases.cleared, others: alert.alsoWrong, ...end });
}

/** The level that an incident is told by from its beginning to its end: what held all that time. */
export function wholeLevelOf({
  state: { machine },
  rule,
  level,
}: Pick<AlertContext, 'state' | 'rule' | 'level'>): Level {
  const { crossedAt = 0, heldSince = 0 } = machine;
  const isLater = level === 'critical' && rule.levels.warning !== undefined && crossedAt < heldSince;
  return isLater ? 'warning' : level;
}

/** When the condition ended: at its return, and not when it had held for long enough to close, or was closed by hand. */
export function endOf(alert: Pick<AlertContext, 'state' | 'rule' | 'level' | 'now'>): Instant {
  const { closed, calmSince, insideSince, closedAt = alert.now } = alert.state.machine;
  if (closed === 'settled' || closed === 'accepted') return closedAt;
  const back = insideSince?.[wholeLevelOf(alert)] ?? (closed === 'recovered' ? calmSince : undefined);
  return Math.min(back ?? closedAt, closedAt);
}

function closedByHand(alert: AlertContext, end: Lasted & { worst: Phrase | undefined; reading: Phrase }): Phrase {
  const { lastAction } = alert.state;
  const by = lastAction?.action === 'resolve' ? lastAction.by : undefined;
  const held = heldOf(alert);
  if (held === undefined) return phrase('alert.closedByHand', { ...end, by });
  return phrase('alert.closedForNow', { ...end, by, held, beyond: stillBeyond(alert) });
}

/** The limit that the last value was beyond, the worst of them; undefined where it was beyond none. */
export function stillBeyond(alert: Pick<AlertContext, 'state' | 'rule' | 'app'>): Phrase | undefined {
  const { last } = alert.state.machine;
  const hit = last === undefined ? undefined : worstHit(alert.rule, last.value);
  return hit === undefined ? undefined : rulePhrasesOf(alert).beyond(hit);
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
    case 'announced':
      return threadPhrase(`thread.${kind}`, { reading, ...beyondOf(alert), unpinged: effect.suppressedBy });
    case 'escalated':
      return threadPhrase('thread.escalated', {
        ...{ reading, ...beyondOf(alert), unpinged: effect.suppressedBy, broken: brokenOf(alert) },
      });
    case 'downgraded':
    case 'refired':
    case 'fresh':
      return threadPhrase(`thread.${kind}`, { reading });
    case 'recovering':
      return threadPhrase('thread.recovering', {
        ...{ reading, closes: closesOf(alert), cleared: rulePhrasesOf(alert).cleared },
      });
    case 'repeated': {
      const isAcknowledged = state.response.acknowledgedBy !== undefined;
      const age = spanLength(state.machine.heldSince ?? now, now);
      const { level } = alert;
      const unmeasured = unmeasuredAt(alert, level);
      const beyond = toldBeyond(alert);
      return threadPhrase('thread.repeated', { reading, age, unmeasured, isAcknowledged, level, beyond });
    }
    case 'escalatedToOthers':
      return threadPhrase(`thread.${kind}`, { reading, waited: spanLength(state.notification.notifiedAt ?? now, now) });
    case 'resolved':
      return sentence('alert.sentence', { line: headlineOf(alert) });
    case 'closed':
      if (effect.closed === 'accepted') return threadPhrase('thread.accepted', { reading, by, rule: alert.rule.id });
      return effect.closed === 'manual'
        ? threadPhrase('thread.closedByHand', { reading, by, rule: alert.rule.id, held: heldOf(alert) })
        : sentence('alert.sentence', { line: headlineOf(alert) });
    case 'stale': {
      const why = state.machine.stale?.why;
      const cause = failureOf(why)?.cause;
      return threadPhrase('thread.stale', { line: staleOf(alert), ...(cause === undefined ? { why } : { cause }) });
    }
    default:
      return responseLine(effect, alert);
  }
}

/** The lines of people's actions and of what follows from them. */
function responseLine(effect: Effect, alert: AlertContext): Phrase {
  const { kind, actor: by, undid = 'silence', isSameMeaning, from, ended, text = '' } = effect;
  const { response, machine } = alert.state;
  const rule = alert.rule.id;
  const until = response.as === 'open' ? undefined : response.until;
  switch (kind) {
    case 'acknowledged':
      return threadPhrase('thread.acknowledged', { by, rule, until, ended, ...whenWritten(alert) });
    case 'takenOver':
      return threadPhrase('thread.takenOver', { by, from: { by: from }, rule, until, ended, ...whenWritten(alert) });
    case 'called':
      return threadPhrase('thread.called', { by, rule });
    case 'noted':
    case 'unnoted':
      return threadPhrase(`thread.${kind}`, { by, rule, note: text });
    case 'silenced':
      return threadPhrase('thread.silenced', { by, rule, until, ...silenceOf(alert), ...whenWritten(alert) });
    case 'unsilenced':
    case 'silenceEnded':
      return threadPhrase(`thread.${kind}`, { by, rule, response: responseOf(alert) });
    case 'undone':
      return threadPhrase('thread.undone', { by, rule, action: undid, response: responseOf(alert) });
    case 'reopened':
      return threadPhrase('thread.reopened', { by, rule, action: undid, reading: readingOf(alert) });
    case 'reminded': {
      const asked = response.as === 'acknowledged' ? response.remindedAt : undefined;
      return threadPhrase('thread.reminded', { by, at: asked && asked + answerWithin, ...whenWritten(alert) });
    }
    case 'acknowledgementExpired':
      return threadPhrase('thread.acknowledgementExpired', { by });
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

/** What the level means, and for how long it has been so; undefined for less than a second. */
function beyondOf(alert: AlertContext) {
  const { state, level, now } = alert;
  const held = spanLength(state.machine.heldSince ?? now, now);
  const beyond = isPlatformRule(alert.rule) ? undefined : rulePhrasesOf(alert).beyond(level);
  return { beyond, held: held < second ? undefined : held, unmeasured: unmeasuredAt(alert, level) };
}
