// The message of an incident: its lines, colour, buttons, links and chart as facts, and whether it says something new.
import { day, minute, second } from '../clock.ts';
import { spanLength } from '../metrics/format-time.ts';
import type { Phrase } from '../metrics/phrase.ts';
import { alertChartOf } from './alert-chart.ts';
import {
  type AlertContext,
  endOf,
  headlineOf,
  heldOf,
  isNew,
  keepOf,
  rulePhrasesOf,
  subjectOf,
  whenWritten,
  wholeLevelOf,
  worstOf,
} from './alert-lines.ts';
import type { messagePhrases } from './alert-phrases.ts';
import type { changePhrases } from './change-phrases.ts';
import { type AlertView, alertPhrasesOf } from './notification.ts';
import { isSilenced } from './response.ts';
import { brokenOf } from './response-lines.ts';
import { isPlatformRule, isWorse, type Level, type Rule } from './rule.ts';
import { kindOf } from './rules/index.ts';
import { isOpen } from './state.ts';
import { lastedOf, unmeasuredAt, unmeasuredInAll } from './unmeasured.ts';

const phrase = alertPhrasesOf<typeof messagePhrases & typeof changePhrases>();

/** The whole incident as one sentence: `Free memory of Production chat was under 8 % from 03:04 to 03:45, lowest 5.9 %.` */
export function storyOf(alert: AlertContext, { hasWorst = true, hasGap = true } = {}): Phrase {
  const { state, level, now } = alert;
  const { crossedAt = now, closed, lastAt = now } = state.machine;
  const closedAt = endOf(alert);
  const beyond = rulePhrasesOf(alert).beyond(level);
  // What is told from its beginning to its end is what held all that time; critical held for a part of it.
  const milder = milderOf(alert);
  return phrase('alert.story', {
    ...subjectOf(alert),
    ...whenWritten(alert),
    beyond: milder?.beyond ?? beyond,
    worst: hasWorst ? worstOf(alert) : undefined,
    closed,
    crossedAt,
    closedAt,
    lastAt,
    also: milder === undefined ? alsoBeyond(alert) : beyond,
    isOnAndOff: state.machine.flapping || returnedFor(alert, wholeLevelOf(alert)) > 0,
    isStill: state.machine.insideSince?.[wholeLevelOf(alert)] === undefined,
    isShort: Math.floor(crossedAt / minute) === Math.floor(closedAt / minute),
    unmeasured: hasGap ? unmeasuredInAll(alert) : undefined,
  });
}

/** What the worst level means, of an incident that came down from it. */
function alsoBeyond(alert: AlertContext): Phrase | undefined {
  const { worstLevel } = alert.state.machine;
  const isOther = worstLevel !== undefined && isWorse(worstLevel, alert.level) && isLimited(alert.rule);
  return isOther ? rulePhrasesOf(alert).beyond(worstLevel) : undefined;
}

/** The lines below line 1, without the line of times. */
export function linesOf(alert: AlertContext): Phrase[] {
  return (isOpen(alert.state) ? openLines(alert) : closedLines(alert)).flatMap(oneLine);
}

/** Sentences of one line; none where there is nothing to say. */
function oneLine(parts: readonly Phrase[]): Phrase[] {
  const [first] = parts;
  return first === undefined || parts.length === 1 ? [...parts] : [phrase('alert.sentences', { parts })];
}

function openLines(alert: AlertContext): (readonly Phrase[])[] {
  const { state, level } = alert;
  const { last, stale, condition } = state.machine;
  const { numbers, caveat } = rulePhrasesOf(alert);
  const measured = last === undefined ? [] : [...numbers(level, last, stale !== undefined), ...last.words];
  const trend = condition === 'firing' && stale === undefined ? alert.trend : undefined;
  // Of a platform that does not answer, what to do comes first.
  const numbersLine = [...measured, ...given(trend)];
  const first = [sinceLine(alert)];
  return [
    ...(isPlatformRule(alert.rule) ? [numbersLine, first] : [first, numbersLine]),
    given(flappingLine(alert)),
    given(condition === 'recovering' ? undefined : caveat),
    given(brokenOf(alert)),
    given(toldLate(alert)),
    given(pagerLine(alert)),
  ];
}

/** An acknowledgement at the pager is not seen here, which who looks only here must know. */
function pagerLine(alert: AlertContext): Phrase | undefined {
  const { paged, calledAt } = alert.state.notification;
  if (!paged || calledAt === undefined || alert.rule.pager === undefined) return undefined;
  return phrase('alert.paged', { at: calledAt, ...whenWritten(alert) });
}

/** Why people were told later than it opened. */
function toldLate(alert: AlertContext): Phrase | undefined {
  const { keptQuiet, announcedAt: at } = alert.state.notification;
  return keptQuiet === undefined || at === undefined
    ? undefined
    : phrase('alert.toldLate', { why: keptQuiet, at, ...whenWritten(alert) });
}

/** The small print: which rule, how often, and of when it is. */
export function contextOf(alert: AlertContext): readonly Phrase[] {
  const { repeats: count } = alert.state.notification;
  const isRepeated = isOpen(alert.state) && count > 0;
  return [
    ruleOf(alert),
    ...given(tunedOf(alert)),
    ...given(historyOf(alert)),
    ...(isRepeated ? [phrase('alert.saidAgain', { count })] : []),
  ];
}

const given = (part: Phrase | undefined): readonly Phrase[] => (part === undefined ? [] : [part]);

const ruleOf = ({ rule }: AlertContext): Phrase => phrase('alert.rule', { rule: rule.id });

/** That the rule is not as the file has it. */
function tunedOf({ rule: { tuned }, app }: AlertContext): Phrase | undefined {
  return tuned && phrase('rule.tuned', { ...tuned, zone: app.timezone });
}

/** `Free memory of the chat host is low: under 15 % since 02:58, under 8 % since 03:04, for 2 min.` */
function sinceLine(alert: AlertContext): Phrase {
  const { state, level, now, rule } = alert;
  const { heldSince: since = now, condition, recoverSince, stale, insideSince } = state.machine;
  const over = insideSince?.[level];
  const fires = over === undefined ? 'firing' : 'inside';
  const is = condition === 'recovering' ? condition : stale === undefined ? fires : 'stale';
  const until = over ?? (condition === 'recovering' ? recoverSince : stale?.since) ?? now;
  const gap = unmeasuredAt(alert, level);
  const held = isNew(alert) && until - since >= second ? spanLength(since, until) : undefined;
  const { beyond } = rulePhrasesOf(alert);
  return phrase('alert.since', {
    ...{ is, summary: rule.summary, beyond: beyond(level), since, until, held },
    ...{ before: milderOf(alert), returns: returnsOf(alert), unmeasured: isAgeTold(alert) ? undefined : gap },
    ...whenWritten(alert),
  });
}

/** Line 1 says how old it is, and how much of that was not measured. */
function isAgeTold(alert: AlertContext): boolean {
  const { condition, stale } = alert.state.machine;
  return condition === 'firing' && stale === undefined && !isNew(alert);
}

/** The warning that came before critical. */
function milderOf(alert: AlertContext) {
  const { state, level, rule, now } = alert;
  const { crossedAt = now, heldSince = now } = state.machine;
  const isLater = level === 'critical' && rule.levels.warning !== undefined && crossedAt < heldSince;
  if (!isLater || !isLimited(rule)) return undefined;
  const isOnAndOff = returnedFor(alert, 'warning') > 0;
  return { beyond: rulePhrasesOf(alert).beyond('warning'), since: crossedAt, isOnAndOff };
}

/** False for the platform's own rule, both levels of which mean the same. */
const isLimited = (rule: Rule): boolean => !isPlatformRule(rule);

/** For how long the number was back within the limit of a level before it crossed it again; 0 for less than a minute, as times have no seconds. */
function returnedFor({ state: { machine } }: AlertContext, level: Level): number {
  const sum = machine.returned?.[level] ?? 0;
  return sum < minute ? 0 : sum;
}

/** How much of the time it was beyond the limit; undefined where that was all of it. */
function returnsOf(alert: AlertContext) {
  const { state, level, now } = alert;
  const { heldSince = now, insideSince } = state.machine;
  const returned = returnedFor(alert, level);
  const of = now - heldSince;
  const unseen = unmeasuredAt(alert, level) ?? 0;
  const beyond = of - returned - unseen - (now - (insideSince?.[level] ?? now));
  return returned > 0 && beyond > 0 ? { beyond, of } : undefined;
}

function flappingLine(alert: AlertContext): Phrase | undefined {
  const { flapping, flaps } = alert.state.machine;
  return flapping ? phrase('alert.flapping', { count: flaps.length, keep: keepOf(alert) }) : undefined;
}

function closedLines(alert: AlertContext): (readonly Phrase[])[] {
  const { state, otherAlerts = [] } = alert;
  const { acknowledgedBy: by } = state.response;
  const acknowledged = by === undefined ? [] : [phrase('alert.wasAcknowledged', { by })];
  const held = heldOf(alert);
  return [
    // The worst value stands in line 1.
    [storyOf(alert, { hasWorst: !isWorstTold(alert), hasGap: !isLengthTold(alert) }), ...acknowledged],
    held === undefined ? [] : [phrase('alert.heldLine', { held })],
    ...otherAlerts.map((line) => [line]),
  ];
}

const isWorstTold = ({ state: { machine } }: AlertContext): boolean => machine.closed === 'recovered';

/** Line 1 says how long it was so, and how much of that was not measured. */
const isLengthTold = ({ state: { machine } }: AlertContext): boolean =>
  machine.closed === 'recovered' || machine.closed === 'manual' || machine.closed === 'accepted';

const remembered = 30;

/** `Third time in 30 days, last on 21 Nov for 18 min.` */
function historyOf(alert: AlertContext): Phrase | undefined {
  const { history, state, now, watchedSince = 0 } = alert;
  const opened = state.machine.openedAt ?? now;
  // Of less than a day of watching nobody can say how seldom it is.
  const days = Math.min(remembered, Math.floor((opened - watchedSince) / day));
  const earlier = history.filter(
    (one) => one.id !== state.machine.incident && one.openedAt < opened && one.openedAt >= opened - remembered * day,
  );
  const last = earlier.toSorted((a, b) => b.openedAt - a.openedAt)[0];
  if (days < 1 && last === undefined) return undefined;
  return phrase('alert.history', {
    count: earlier.length + 1,
    days: days < 1 ? undefined : days,
    ...(last === undefined ? {} : { last: { openedAt: last.openedAt, ...lastedOf(last) } }),
    ...whenWritten(alert),
  });
}

/** `As of 03:10, Asia/Taipei.` */
function timesLine(alert: AlertContext): Phrase {
  const { state, now } = alert;
  const { last, closedAt } = state.machine;
  return phrase('alert.asOf', { at: (isOpen(state) ? last?.at : closedAt) ?? now, ...whenWritten(alert) });
}

/** The message of the incident now. `mentions` are pinged by a new message, never by an edit. */
export function alertViewOf(alert: AlertContext, mentions: readonly string[] = []): AlertView {
  const { state, rule, app, level } = alert;
  const chart = alertChartOf(alert);
  return {
    incident: state.machine.incident ?? rule.id,
    rule: rule.id,
    app: { id: app.id, name: app.name },
    colour: colourOf(alert),
    level,
    headline: headlineOf(alert),
    lines: linesOf(alert),
    context: [...contextOf(alert), timesLine(alert)],
    mentions: [...mentions],
    ...(rule.runbook === undefined ? {} : { runbook: rule.runbook }),
    ...(app.console === undefined ? {} : { console: app.console }),
    ...(chart === undefined ? {} : { chart }),
    actions: actionsOf(alert),
    ...(state.machine.incident === undefined ? {} : { takesNotes: true }),
    ...onCallOf(alert),
    ...(isInHand(alert) ? { isHandled: true } : {}),
    ...(isOpen(state) ? { closing: state.machine.condition === 'recovering' ? 'resolve' : 'forNow' } : {}),
    openedAt: state.machine.openedAt ?? alert.now,
    ...(isOpen(state) ? {} : { closedAt: state.machine.closedAt ?? alert.now, story: storyOf(alert) }),
  };
}

export function colourOf({ state, level, alsoWrong = [] }: AlertContext): AlertView['colour'] {
  if (!isOpen(state)) return state.machine.closed === 'recovered' && alsoWrong.length === 0 ? 'green' : 'grey';
  if (state.machine.stale !== undefined) return 'grey';
  if (state.machine.condition === 'recovering') return 'orange';
  return level === 'critical' ? 'red' : 'orange';
}

/** What people can do with it as it stands. */
export function actionsOf({ state, rule, now }: Pick<AlertContext, 'state' | 'rule' | 'now'>): AlertView['actions'] {
  if (!isOpen(state)) return ['why'];
  const normal = kindOf(rule).learns === true ? (['normal'] as const) : [];
  const call = rule.pager === undefined ? [] : (['call'] as const);
  const own = isSilenced(state, now) ? (['unsilence'] as const) : (['acknowledge', 'silence'] as const);
  return [...own, ...normal, 'why', ...call];
}

/** While it is open, the groups among those that its rule pings. */
function onCallOf({ state, rule }: AlertContext): Pick<AlertView, 'onCall'> {
  const groups = rule.mention.filter((id) => id.startsWith('S'));
  return groups.length === 0 || !isOpen(state) ? {} : { onCall: groups };
}

/** True while somebody has it in hand. */
export function isInHand({ state }: Pick<AlertContext, 'state'>): boolean {
  return isOpen(state) && state.response.as === 'acknowledged' && state.response.remindedAt === undefined;
}
