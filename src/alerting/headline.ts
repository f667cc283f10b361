// Line 1 of the message of an incident: how it stands, in a sentence.
import { minute } from '../clock.ts';
import { formatDuration } from '../metrics/format.ts';
import type { Level } from './rule.ts';
import { isOpen, isSilenced } from './state.ts';
import { at, closesWords, nowWords, phrasesOf, staleWords, type Telling, worstWords } from './telling.ts';
import { userToken, withoutTokens } from './view.ts';

const levelWords: Readonly<Record<Level, string>> = { warning: 'Warning', critical: 'Critical' };

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
