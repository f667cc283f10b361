// The message of an incident: lines, colour, buttons, links and the chart that belongs to it.
import { day, hour, type Instant, minute } from '../clock.ts';
import { capitalise, formatDuration } from '../metrics/format.ts';
import { type AlertContext, headlineOf, momentOf, phrasesOf, seenLast, worstWords } from './alert-phrases.ts';
import { type AlertChart, type AlertView, userToken, withoutTokens } from './notification.ts';
import type { LastMeasured } from './rule.ts';
import { isOpen, isSilenced } from './state.ts';
import { keepFor } from './transitions.ts';

/** The whole incident as one sentence: `Free memory of Production chat was under 8 % from 03:04 to 03:45, lowest 5.9 %.` */
export function storyOf(alert: AlertContext): string {
  const { state, level, now, rule } = alert;
  const phrases = phrasesOf(alert);
  const { crossedAt = now, closedAt = now, closed, lastAt = now } = state.machine;
  const what = `${capitalise(phrases.subject)} ${phrases.was} ${phrases.beyond(level)}`;
  const begin = `${what} from ${momentOf(alert, crossedAt)}`;
  const end = momentOf(alert, closedAt);
  const worst = worstWords(alert);
  if (closed === 'unknown')
    return `${begin}${worst}, and is not known to be recovered: nothing was measured since ${momentOf(alert, lastAt)}.`;
  if (closed === 'rule_removed') return `${begin}${worst}; rule ${rule.id} was removed at ${end}.`;
  if (closed === 'paused') return `${begin}${worst}; rule ${rule.id} was switched off at ${end}.`;
  if (closed === 'manual') return `${begin}${worst}; it was resolved by hand at ${end}.`;
  // Times have no seconds, so that begin and end may be written alike.
  if (momentOf(alert, crossedAt) === end)
    return `${what} at ${end}, for ${formatDuration(closedAt - crossedAt)}${worst}.`;
  return `${begin} to ${end}${worst}.`;
}

/** The lines below line 1, without the line of times. */
export function linesOf(alert: AlertContext): string[] {
  return (isOpen(alert.state) ? openLines(alert) : closedLines(alert))
    .filter((line) => line !== '')
    .map((line) => line.trim());
}

function openLines(alert: AlertContext): string[] {
  const { state, level, rule } = alert;
  const phrases = phrasesOf(alert);
  const { last } = state.machine;
  const numbers = last === undefined ? [] : [...phrases.numbers(level, last), ...last.words.map(withoutTokens)];
  const trend = state.machine.condition === 'firing' && state.machine.stale === undefined ? alert.trend : undefined;
  const reminders =
    state.notification.repeats === 0
      ? ''
      : ` Said again ${state.notification.repeats === 1 ? 'once' : `${state.notification.repeats} times`}.`;
  return [
    sinceLine(alert),
    [
      ...(state.machine.stale === undefined ? numbers : numbers.map(seenLast)),
      ...(trend === undefined ? [] : [trend]),
    ].join(' '),
    flappingLine(alert),
    phrases.caveat ?? '',
    reminderLine(alert),
    `Rule ${rule.id}. ${historyWords(alert)}${reminders}`,
  ];
}

/** `Free memory of the chat host is low: under 8 % since 03:04, for 6 min.` */
function sinceLine(alert: AlertContext): string {
  const { rule } = alert;
  const span = `${spanWords(alert)}.`;
  return rule.summary === undefined ? capitalise(span) : `${rule.summary.replace(/[.:]$/, '')}: ${span}`;
}

/** `under 8 % since 03:04, for 6 min`; without data it ends at the last measurement. */
function spanWords(alert: AlertContext): string {
  const { state, level, now } = alert;
  const beyond = phrasesOf(alert).beyond(level);
  const since = state.machine.heldSince ?? now;
  const isOver = state.machine.condition === 'recovering';
  const until = (isOver ? state.machine.recoverSince : state.machine.stale?.since) ?? now;
  const isShort = until - since < minute / 60;
  const held = isShort ? '' : `, for ${formatDuration(until - since)}`;
  if (isOver) return `was ${beyond} since ${momentOf(alert, since)}${held}`;
  if (state.machine.stale === undefined) return `${beyond} since ${momentOf(alert, since)}${held}`;
  const to = isShort ? `at ${momentOf(alert, until)}` : `from ${momentOf(alert, since)} to ${momentOf(alert, until)}`;
  return `was ${beyond} ${to}${held}`;
}

function flappingLine(alert: AlertContext): string {
  const { state, rule, now } = alert;
  if (!state.machine.flapping) return '';
  const keep = keepFor({ state, rule, context: {}, at: now, effects: [] });
  return `Flapping: it came back ${state.machine.flaps.length} times within an hour, so it now closes only after ${formatDuration(keep)} without it.`;
}

function reminderLine({ state }: AlertContext): string {
  const { response } = state;
  if (response.as !== 'acknowledged' || response.remindedAt === undefined) return '';
  return `The acknowledgement of ${userToken(response.by)} has run out.`;
}

function closedLines(alert: AlertContext): string[] {
  const { state, rule, otherAlerts = [] } = alert;
  const by =
    state.response.acknowledgedBy === undefined ? '' : ` Acknowledged by ${userToken(state.response.acknowledgedBy)}.`;
  return [`${storyOf(alert)}${by}`, ...otherAlerts, `Rule ${rule.id}. ${historyWords(alert)}`];
}

const ordinals = ['First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth', 'Seventh', 'Eighth', 'Ninth', 'Tenth'];
const remembered = 30 * day;

/** `Third time in 30 days, last on 21 Nov for 18 min.` */
function historyWords(alert: AlertContext): string {
  const { history, state, now } = alert;
  const opened = state.machine.openedAt ?? now;
  const earlier = history.filter(
    (one) => one.id !== state.machine.incident && one.openedAt < opened && one.openedAt >= opened - remembered,
  );
  const count = earlier.length + 1;
  const time = `${ordinals[earlier.length] ?? `${count}${ending(count)}`} time in 30 days`;
  const last = earlier.toSorted((a, b) => b.openedAt - a.openedAt)[0];
  if (last === undefined) return `${time}.`;
  const lasted = last.closedAt === undefined ? '' : ` for ${formatDuration(last.closedAt - last.openedAt)}`;
  return `${time}, last ${lastTime(alert, last.openedAt)}${lasted}.`;
}

function ending(count: number): string {
  const tens = count % 100;
  if (tens >= 11 && tens <= 13) return 'th';
  return { 1: 'st', 2: 'nd', 3: 'rd' }[count % 10] ?? 'th';
}

function lastTime(alert: AlertContext, openedAt: Instant): string {
  const words = momentOf(alert, openedAt);
  return words.includes(' ') ? `on ${words.split(' ').slice(0, 2).join(' ')}` : `at ${words}`;
}

/** `As of 03:10, Asia/Taipei.` */
export function timesLine(alert: AlertContext): string {
  const { state, app, now } = alert;
  const seen: LastMeasured | undefined = state.machine.last;
  return `As of ${momentOf(alert, isOpen(state) ? (seen?.at ?? now) : (state.machine.closedAt ?? now))}, ${app.timezone}.`;
}

/** The message of the incident now. `mentions` are pinged by a new message, never by an edit. */
export function alertViewOf(alert: AlertContext, mentions: readonly string[] = []): AlertView {
  const { state, rule, app, level } = alert;
  const chart = chartOf(alert);
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
    openedAt: state.machine.openedAt ?? alert.now,
    ...(isOpen(state) ? {} : { closedAt: state.machine.closedAt ?? alert.now, story: storyOf(alert) }),
  };
}

/** The text of the message without durations: an edit is due only when this changes. */
export function contentOf(alert: AlertContext): string {
  const atOpening = { ...alert, now: alert.state.machine.openedAt ?? alert.now };
  return [headlineOf(atOpening), ...linesOf(atOpening)].join('\n');
}

function colourOf({ state, level }: AlertContext): AlertView['colour'] {
  if (!isOpen(state)) return state.machine.closed === 'recovered' ? 'green' : 'grey';
  if (state.machine.stale !== undefined) return 'grey';
  if (state.machine.condition === 'recovering') return 'orange';
  return level === 'critical' ? 'red' : 'orange';
}

function actionsOf({ state, now }: AlertContext): AlertView['actions'] {
  if (!isOpen(state)) return ['why'];
  if (isSilenced(state, now)) return ['unsilence', 'why'];
  const isHandled = state.response.as === 'acknowledged' && state.response.remindedAt === undefined;
  return isHandled ? ['silence', 'why'] : ['acknowledge', 'silence', 'why'];
}

const usualSpan = 3 * hour;
const longestSpan = 24 * hour;

function chartOf(alert: AlertContext): AlertChart | undefined {
  const { rule, app, state, now } = alert;
  if (rule.metric === undefined) return undefined;
  const to: Instant = isOpen(state) ? now : (state.machine.closedAt ?? now);
  const from = Math.max(to - longestSpan, Math.min(to - usualSpan, (state.machine.crossedAt ?? to) - hour));
  return { app: app.id, metric: rule.metric, from, to, limits: phrasesOf(alert).lines.map((line) => ({ ...line })) };
}
