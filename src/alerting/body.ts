// What stands below line 1 in the message of an incident, from its state and its rule.
import { day, type Instant, minute } from '../clock.ts';
import { capitalise, formatDuration } from '../metrics/format.ts';
import type { LastMeasured } from './rule.ts';
import { isOpen } from './state.ts';
import { at, phrasesOf, seenLast, type Telling, worstWords } from './telling.ts';
import { keepFor } from './turn.ts';
import { userToken, withoutTokens } from './view.ts';

/** The whole incident as one sentence: `Free memory of Production chat was under 8 % from 03:04 to 03:45, lowest 5.9 %.` */
export function storyOf(telling: Telling): string {
  const { state, level, now, rule } = telling;
  const phrases = phrasesOf(telling);
  const { begunAt = now, closedAt = now } = state;
  const what = `${capitalise(phrases.subject)} ${phrases.was} ${phrases.beyond(level)}`;
  const begin = `${what} from ${at(telling, begunAt)}`;
  const end = at(telling, closedAt);
  const worst = worstWords(telling);
  if (state.closed === 'unknown')
    return `${begin}${worst}, and is not known to be recovered: nothing was measured since ${at(telling, state.lastAt ?? now)}.`;
  if (state.closed === 'rule_removed') return `${begin}${worst}; rule ${rule.id} was removed at ${end}.`;
  if (state.closed === 'paused') return `${begin}${worst}; rule ${rule.id} was switched off at ${end}.`;
  if (state.closed === 'manual') return `${begin}${worst}; it was resolved by hand at ${end}.`;
  // Times have no seconds: from 17:57 to 17:57 says nothing.
  if (at(telling, begunAt) === end) return `${what} at ${end}, for ${formatDuration(closedAt - begunAt)}${worst}.`;
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

/** `Free memory of the chat host is low: under 8 % since 03:04, for 6 min.` */
function sinceLine(telling: Telling): string {
  const { rule } = telling;
  const span = `${spanWords(telling)}.`;
  return rule.summary === undefined ? capitalise(span) : `${rule.summary.replace(/[.:]$/, '')}: ${span}`;
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
