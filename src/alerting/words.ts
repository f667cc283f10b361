// What the message of an incident says, from its state and its rule.
import type { ImApp } from '../app.ts';
import { day, type Instant, minute } from '../clock.ts';
import { formatDuration } from '../metrics/format.ts';
import type { Incident } from './incident.ts';
import { moment, sentence } from './naming.ts';
import type { LastMeasured, Level, Phrases, Rule } from './rule.ts';
import { kindOf } from './rules/list.ts';
import { type AlertState, isOpen, isSilenced } from './state.ts';
import { keepFor } from './turn.ts';
import { userToken, withoutTokens } from './view.ts';

export interface Telling {
  readonly state: AlertState;
  /** The level that fires, or fired when it was closed. */
  readonly level: Level;
  readonly rule: Rule;
  readonly app: ImApp;
  readonly now: Instant;
  /** Earlier incidents of the rule, newest first. */
  readonly history: readonly Incident[];
  /** Where the number is going, a sentence. */
  readonly trend?: string | undefined;
  /** What other alerts say now that stood still until this one was resolved. */
  readonly frozen?: readonly string[] | undefined;
}

export function phrasesOf({ rule, app }: Pick<Telling, 'rule' | 'app'>): Phrases {
  return kindOf(rule).phrases(rule, app);
}

const levelWords: Readonly<Record<Level, string>> = { warning: 'Warning', critical: 'Critical' };

/** `free memory 7.4 % on Production chat`. */
export function nowWords(telling: Telling): string {
  const phrases = phrasesOf(telling);
  const { last } = telling.state;
  return withoutTokens(last === undefined ? phrases.subject : phrases.now(last));
}

/** Line 1, for each way that an incident can stand. */
export function headlineOf(telling: Telling): string {
  const { state, level, now } = telling;
  if (!isOpen(state)) return closedHeadline(telling);
  const handled = handledWords(telling);
  if (state.stale !== undefined) return `${staleWords(telling)}${handled}`;
  if (state.condition === 'recovering') return `Recovering: ${nowWords(telling)}, ${closesWords(telling)}${handled}`;
  const age = now - (state.begunAt ?? now);
  const isNew = now - (state.openedAt ?? now) < minute;
  return `${levelWords[level]}: ${nowWords(telling)}${isNew ? '' : `, ${formatDuration(age)}`}${handled}`;
}

/** `, acknowledged by {user:U1} until 04:12`. */
function handledWords(telling: Telling): string {
  const { handling } = telling.state;
  if (handling.as === 'open' || (handling.as === 'silenced' && !isSilenced(telling.state, telling.now))) return '';
  return `, ${handling.as} by ${userToken(handling.by)} until ${at(telling, handling.until)}`;
}

/** `closes at 03:45 if it holds`. */
export function closesWords(telling: Telling): string {
  const { state, rule, now } = telling;
  const keep = keepFor({ state, rule, context: {}, at: now, effects: [] });
  if (keep < minute) return 'closes soon if it holds';
  return `closes at ${at(telling, (state.recoverSince ?? now) + keep)} if it holds`;
}

/** `Not known: free memory of Production chat was not measured since 03:20; last seen 6.1 %`: of a rule that is not open. */
export function unknownWords(telling: Telling): string {
  const phrases = phrasesOf(telling);
  return `Not known: ${phrases.subject} ${phrases.was} not measured since ${unseenWords(telling)}`;
}

/** `03:20; last seen 6.1 %`. */
function unseenWords(telling: Telling): string {
  const { state, now } = telling;
  const seen = state.last === undefined ? undefined : phrasesOf(telling).seen(state.last);
  return `${at(telling, state.stale?.since ?? state.lastAt ?? now)}${seen === undefined ? '' : `; last seen ${seen}`}`;
}

/** `No data: Production chat has not answered since 03:20; last seen 6.1 %`. */
export function staleWords(telling: Telling): string {
  const { state, app } = telling;
  const phrases = phrasesOf(telling);
  const what =
    state.stale?.why === undefined ? `${phrases.subject} ${phrases.was} not measured` : `${app.name} has not answered`;
  return `No data: ${what} since ${unseenWords(telling)}`;
}

function closedHeadline(telling: Telling): string {
  const { state, rule, now } = telling;
  const phrases = phrasesOf(telling);
  if (state.closed === 'unknown')
    return `Closed: ${phrases.subject} ${phrases.was} not measured since ${at(telling, state.lastAt ?? now)}, not known to be recovered`;
  if (state.closed === 'rule_removed') return `Closed: rule ${rule.id} was removed`;
  if (state.closed === 'paused') return `Closed: rule ${rule.id} was switched off`;
  const worst = worstWords(telling);
  const after = `after ${formatDuration((state.closedAt ?? now) - (state.begunAt ?? now))}`;
  if (state.closed === 'manual') return `Closed: resolved by hand ${after}${worst}`;
  return `Resolved: ${withoutTokens(state.last === undefined ? phrases.subject : phrases.back(state.last))} ${after}${worst}`;
}

function worstWords(telling: Telling): string {
  const { extreme } = telling.state;
  const words = extreme === undefined ? undefined : phrasesOf(telling).worst(extreme.shown);
  return words === undefined ? '' : `, ${words}`;
}

/** The whole incident as one sentence: `Free memory of Production chat was under 8 % from 03:04 to 03:45, lowest 5.9 %.` */
export function storyOf(telling: Telling): string {
  const { state, level, now, rule } = telling;
  const phrases = phrasesOf(telling);
  const begin = `${sentence(phrases.subject)} ${phrases.was} ${phrases.beyond(level)} from ${at(telling, state.begunAt ?? now)}`;
  const end = at(telling, state.closedAt ?? now);
  const worst = worstWords(telling);
  if (state.closed === 'unknown')
    return `${begin}${worst}, and is not known to be recovered: nothing was measured since ${at(telling, state.lastAt ?? now)}.`;
  if (state.closed === 'rule_removed') return `${begin}${worst}; rule ${rule.id} was removed at ${end}.`;
  if (state.closed === 'paused') return `${begin}${worst}; rule ${rule.id} was switched off at ${end}.`;
  if (state.closed === 'manual') return `${begin}${worst}; it was resolved by hand at ${end}.`;
  return `${begin} to ${end}${worst}.`;
}

/** What stands below line 1, without the line of times. */
export function linesOf(telling: Telling): string[] {
  return (isOpen(telling.state) ? openLines(telling) : closedLines(telling))
    .filter((line) => line !== '')
    .map((line) => line.trim());
}

function openLines(telling: Telling): string[] {
  const { state, level, rule } = telling;
  const phrases = phrasesOf(telling);
  const { last } = state;
  const numbers = last === undefined ? [] : [...phrases.numbers(level, last), ...last.words.map(withoutTokens)];
  const trend = state.condition === 'firing' && state.stale === undefined ? telling.trend : undefined;
  const said = state.repeats === 0 ? '' : ` Said again ${state.repeats === 1 ? 'once' : `${state.repeats} times`}.`;
  return [
    sinceLine(telling),
    [...(state.stale === undefined ? numbers : numbers.map(seenLast)), ...(trend === undefined ? [] : [trend])].join(
      ' ',
    ),
    flappingLine(telling),
    phrases.caveat ?? '',
    reminderLine(telling),
    `Rule ${rule.id}. ${historyWords(telling)}${said}`,
  ];
}

/** Without data nothing is now: `Last seen 606 MiB of 8.0 GiB.` */
export function seenLast(words: string): string {
  return words.replace(/^Now /, 'Last seen ');
}

/** `Free memory of the chat host is low: under 8 % since 03:04, for 6 min.` */
function sinceLine(telling: Telling): string {
  const { rule } = telling;
  const span = `${spanWords(telling)}.`;
  return rule.summary === undefined ? sentence(span) : `${rule.summary.replace(/[.:]$/, '')}: ${span}`;
}

/** `under 8 % since 03:04, for 6 min`; without data it ends where it was measured last: how it went on, nobody knows. */
function spanWords(telling: Telling): string {
  const { state, level, now } = telling;
  const beyond = phrasesOf(telling).beyond(level);
  const since = state.heldSince ?? now;
  const isOver = state.condition === 'recovering';
  const until = (isOver ? state.recoverSince : state.stale?.since) ?? now;
  const isShort = until - since < minute / 60;
  const held = isShort ? '' : `, for ${formatDuration(until - since)}`;
  if (isOver) return `was ${beyond} since ${at(telling, since)}${held}`;
  if (state.stale === undefined) return `${beyond} since ${at(telling, since)}${held}`;
  const to = isShort ? `at ${at(telling, until)}` : `from ${at(telling, since)} to ${at(telling, until)}`;
  return `was ${beyond} ${to}${held}`;
}

function flappingLine(telling: Telling): string {
  const { state, rule, now } = telling;
  if (!state.flapping) return '';
  const keep = keepFor({ state, rule, context: {}, at: now, effects: [] });
  return `Flapping: it came back ${state.flaps.length} times within an hour, so it now closes only after ${formatDuration(keep)} without it.`;
}

function reminderLine({ state }: Telling): string {
  const { handling } = state;
  if (handling.as !== 'acknowledged' || handling.remindedAt === undefined) return '';
  return `The acknowledgement of ${userToken(handling.by)} has run out.`;
}

function closedLines(telling: Telling): string[] {
  const { state, rule, frozen = [] } = telling;
  const by = state.acknowledgedBy === undefined ? '' : ` Acknowledged by ${userToken(state.acknowledgedBy)}.`;
  return [`${storyOf(telling)}${by}`, ...frozen, `Rule ${rule.id}. ${historyWords(telling)}`];
}

const ordinals = ['First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth', 'Seventh', 'Eighth', 'Ninth', 'Tenth'];
const remembered = 30 * day;

/** `Third time in 30 days, last on 21 Nov for 18 min.` */
function historyWords(telling: Telling): string {
  const { history, state, now } = telling;
  const opened = state.openedAt ?? now;
  const earlier = history.filter(
    (one) => one.id !== state.incident && one.openedAt < opened && one.openedAt >= opened - remembered,
  );
  const count = earlier.length + 1;
  const time = `${ordinals[earlier.length] ?? `${count}${ending(count)}`} time in 30 days`;
  const last = earlier.toSorted((a, b) => b.openedAt - a.openedAt)[0];
  if (last === undefined) return `${time}.`;
  const lasted = last.closedAt === undefined ? '' : ` for ${formatDuration(last.closedAt - last.openedAt)}`;
  return `${time}, last ${lastTime(telling, last.openedAt)}${lasted}.`;
}

function ending(count: number): string {
  const tens = count % 100;
  if (tens >= 11 && tens <= 13) return 'th';
  return { 1: 'st', 2: 'nd', 3: 'rd' }[count % 10] ?? 'th';
}

function lastTime(telling: Telling, openedAt: Instant): string {
  const words = at(telling, openedAt);
  return words.includes(' ') ? `on ${words.split(' ').slice(0, 2).join(' ')}` : `at ${words}`;
}

/** `As of 03:10, Asia/Taipei.` */
export function timesLine(telling: Telling): string {
  const { state, app, now } = telling;
  const seen: LastMeasured | undefined = state.last;
  return `As of ${at(telling, isOpen(state) ? (seen?.at ?? now) : (state.closedAt ?? now))}, ${app.timezone}.`;
}

/** A time on the wall clock of the app, with the date when it is not today. */
export function at(telling: Pick<Telling, 'app' | 'now'>, instant: Instant): string {
  return moment(instant, telling.now, telling.app.timezone);
}
