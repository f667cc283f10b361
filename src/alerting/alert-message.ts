// The message of an incident: its lines, colour, buttons, links and chart as facts, and whether it says something new.
import { createHash } from 'node:crypto';
import { type Duration, day, hour, type Instant, minute, second } from '../clock.ts';
import { metric } from '../metrics/catalog.ts';
import type { Phrase } from '../metrics/phrase.ts';
import {
  type AlertContext,
  headlineOf,
  keepOf,
  rulePhrasesOf,
  subjectOf,
  whenWritten,
  worstOf,
} from './alert-lines.ts';
import type { messagePhrases } from './alert-phrases.ts';
import { type AlertChart, type AlertView, alertPhrasesOf } from './notification.ts';
import { kindOf } from './rules/index.ts';
import { type AlertState, isOpen, isSilenced } from './state.ts';

const phrase = alertPhrasesOf<typeof messagePhrases>();

/** The whole incident as one sentence: `Free memory of Production chat was under 8 % from 03:04 to 03:45, lowest 5.9 %.` */
export function storyOf(alert: AlertContext): Phrase {
  const { state, level, now, rule } = alert;
  const { crossedAt = now, closedAt = now, closed, lastAt = now } = state.machine;
  return phrase('alert.story', {
    ...subjectOf(alert),
    ...whenWritten(alert),
    rule: rule.id,
    beyond: rulePhrasesOf(alert).beyond(level),
    worst: worstOf(alert),
    closed,
    crossedAt,
    closedAt,
    lastAt,
    isReplaced: state.machine.replaced,
    isShort: Math.floor(crossedAt / minute) === Math.floor(closedAt / minute),
  });
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
  const { repeats: count } = state.notification;
  return [
    [sinceLine(alert)],
    [...measured, ...given(trend)],
    given(flappingLine(alert)),
    given(caveat),
    given(reminderLine(alert)),
    given(pagerLine(alert)),
    [ruleOf(alert), historyOf(alert), ...(count === 0 ? [] : [phrase('alert.saidAgain', { count })])],
  ];
}

/** An acknowledgement at the pager is not seen here, which who looks only here must know. */
function pagerLine(alert: AlertContext): Phrase | undefined {
  const { paged, calledAt } = alert.state.notification;
  if (!paged || calledAt === undefined || alert.rule.pager === undefined) return undefined;
  return phrase('alert.paged', { at: calledAt, ...whenWritten(alert) });
}

const given = (part: Phrase | undefined): readonly Phrase[] => (part === undefined ? [] : [part]);

const ruleOf = ({ rule }: AlertContext): Phrase => phrase('alert.rule', { rule: rule.id });

/** `Free memory of the chat host is low: under 8 % since 03:04, for 6 min.` */
function sinceLine(alert: AlertContext): Phrase {
  const { state, level, now, rule } = alert;
  const { heldSince: since = now, condition, recoverSince, stale } = state.machine;
  const is = condition === 'recovering' ? condition : stale === undefined ? 'firing' : 'stale';
  const until = (condition === 'recovering' ? recoverSince : stale?.since) ?? now;
  const held = until - since < second ? undefined : until - since;
  const beyond = rulePhrasesOf(alert).beyond(level);
  return phrase('alert.since', { is, summary: rule.summary, beyond, since, until, held, ...whenWritten(alert) });
}

function flappingLine(alert: AlertContext): Phrase | undefined {
  const { flapping, flaps } = alert.state.machine;
  return flapping ? phrase('alert.flapping', { count: flaps.length, keep: keepOf(alert) }) : undefined;
}

function reminderLine({ state: { response } }: AlertContext): Phrase | undefined {
  if (response.as !== 'acknowledged' || response.remindedAt === undefined) return undefined;
  return phrase('alert.acknowledgementOver', { by: response.by });
}

function closedLines(alert: AlertContext): (readonly Phrase[])[] {
  const { state, otherAlerts = [] } = alert;
  const { acknowledgedBy: by } = state.response;
  const acknowledged = by === undefined ? [] : [phrase('alert.wasAcknowledged', { by })];
  return [[storyOf(alert), ...acknowledged], ...otherAlerts.map((line) => [line]), [ruleOf(alert), historyOf(alert)]];
}

const remembered = 30;

/** `Third time in 30 days, last on 21 Nov for 18 min.` */
function historyOf(alert: AlertContext): Phrase {
  const { history, state, now } = alert;
  const opened = state.machine.openedAt ?? now;
  const earlier = history.filter(
    (one) => one.id !== state.machine.incident && one.openedAt < opened && one.openedAt >= opened - remembered * day,
  );
  const last = earlier.toSorted((a, b) => b.openedAt - a.openedAt)[0];
  const lasted = last?.closedAt === undefined ? undefined : last.closedAt - last.openedAt;
  return phrase('alert.history', {
    count: earlier.length + 1,
    days: remembered,
    ...(last === undefined ? {} : { last: { openedAt: last.openedAt, lasted } }),
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
    lines: [...linesOf(alert), timesLine(alert)],
    mentions: [...mentions],
    ...(rule.runbook === undefined ? {} : { runbook: rule.runbook }),
    ...(app.console === undefined ? {} : { console: app.console }),
    ...(chart === undefined ? {} : { chart }),
    actions: actionsOf(alert),
    ...onCallOf(alert),
    ...(isInHand(alert) ? { isHandled: true } : {}),
    ...(isOpen(state) ? { closing: state.machine.condition === 'recovering' ? 'resolve' : 'forNow' } : {}),
    openedAt: state.machine.openedAt ?? alert.now,
    ...(isOpen(state) ? {} : { closedAt: state.machine.closedAt ?? alert.now, story: storyOf(alert) }),
  };
}

/** As exactly as numbers are written: counts whole, all others in three digits. */
const asWritten = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(3)));

/** When the root may be edited for new numbers: soon after it was posted, then less often, and rarely for the time alone. */
export const firstEdit: Duration = 10 * second;
export const laterEdits: Duration = 45 * second;
const timeOnly: Duration = 5 * minute;

/** True when a different text, or the time alone, is a reason to edit the root. Each sample is compared once. */
export function mayEdit(state: AlertState, now: Instant): boolean {
  if (!isOpen(state) || isSilenced(state, now)) return false;
  const { editAfter = now, comparedAt } = state.notification;
  return now >= editAfter && (state.machine.lastAt !== comparedAt || isTimeEditDue(state, now));
}

/** True when the time alone is a reason: what the root says of it is old. */
export function isTimeEditDue({ notification: { editAfter } }: AlertState, now: Instant): boolean {
  return now >= (editAfter ?? now) - laterEdits + timeOnly;
}

/** Changes with what the message says, in whatever language, and not with mere time: an edit is due only when it changes. */
export function rootHashOf(alert: AlertContext): string {
  const { machine } = alert.state;
  const { last, worst, openedAt = alert.now } = machine;
  const isSize = alert.rule.metric !== undefined && metric(alert.rule.metric).unit === 'bytes';
  const written = (shown: number): number => (isSize ? Number(shown.toPrecision(3)) : asWritten(shown));
  const atOpening: AlertContext = {
    ...alert,
    now: openedAt,
    state: {
      ...alert.state,
      machine: {
        ...machine,
        last: last && { ...last, shown: written(last.shown) },
        worst: worst && { ...worst, shown: written(worst.shown) },
      },
    },
  };
  // `now` only says on which day a time is written without its date.
  const facts = JSON.stringify([headlineOf(atOpening), linesOf(atOpening)], (name, value: unknown) =>
    name === 'now' ? undefined : typeof value === 'number' ? asWritten(value) : value,
  );
  return createHash('sha256').update(facts).digest('base64url').slice(0, 22);
}

function colourOf({ state, level }: AlertContext): AlertView['colour'] {
  if (!isOpen(state)) return state.machine.closed === 'recovered' ? 'green' : 'grey';
  if (state.machine.stale !== undefined) return 'grey';
  if (state.machine.condition === 'recovering') return 'orange';
  return level === 'critical' ? 'red' : 'orange';
}

function actionsOf({ state, rule, now }: AlertContext): AlertView['actions'] {
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

function isInHand({ state }: AlertContext): boolean {
  return isOpen(state) && state.response.as === 'acknowledged' && state.response.remindedAt === undefined;
}

const usualSpan = 3 * hour;
const longestSpan = 24 * hour;

/** The picture of the alert: from before its limit was crossed to now, or to its end. */
export function alertChartOf(alert: AlertContext): AlertChart | undefined {
  const { rule, app, state, now } = alert;
  if (rule.metric === undefined) return undefined;
  const to: Instant = isOpen(state) ? now : (state.machine.closedAt ?? now);
  const { chartSpan = usualSpan } = rule;
  const longest = Math.max(longestSpan, chartSpan);
  const from = Math.max(to - longest, Math.min(to - chartSpan, (state.machine.crossedAt ?? to) - chartSpan / 3));
  return { app: app.id, metric: rule.metric, from, to, limits: [...rulePhrasesOf(alert).lines] };
}
