// One line for each thing that happens to an incident: for its thread in Slack and for its history.
import { minute } from '../clock.ts';
import { capitalise, formatDuration } from '../metrics/format.ts';
import type { Effect } from './event.ts';
import { headlineOf } from './headline.ts';
import { at, closesWords, nowWords, phrasesOf, staleWords, type Telling } from './telling.ts';
import { userToken, withoutTokens } from './view.ts';

/** A sentence or two without the time of the event. People are written as `{user:U…}`. */
export function lineOf(effect: Effect, telling: Telling): string {
  const who = effect.actor === undefined ? 'Somebody' : userToken(effect.actor);
  const now = nowWords(telling);
  switch (effect.kind) {
    case 'opened':
      return `Opened: ${now}, ${beyond(telling)}.${because(effect)}`;
    case 'announced':
      return `Told now: ${now}, ${beyond(telling)}.`;
    case 'escalated':
      return `Critical now: ${now}, ${beyond(telling)}.${because(effect)}`;
    case 'downgraded':
      return `Down to a warning: ${now}.`;
    case 'recovering':
      return `Recovering: ${now}, ${closesWords(telling)}.`;
    case 'returned':
      return `Firing again: ${now}.`;
    case 'repeated':
      return `Still firing: ${now}, for ${age(telling)}.${unacknowledged(telling)}`;
    case 'summoned':
      return `Nobody has acknowledged this for ${formatDuration(telling.now - (telling.state.toldAt ?? telling.now))}: ${now}.`;
    case 'resolved':
      return `${headlineOf(telling)}.`;
    case 'closed':
      return effect.closed === 'manual' ? `Resolved by hand by ${who}: ${now}.` : `${headlineOf(telling)}.`;
    case 'stale':
      return `${staleWords(telling)}.${why(effect, telling)}`;
    case 'fresh':
      return `Data again: ${now}.`;
    default:
      return handlingLine(effect, telling, who);
  }
}

/** The lines about what people and their promises do. */
function handlingLine(effect: Effect, telling: Telling, who: string): string {
  const { handling } = telling.state;
  const until = handling.as === 'open' ? '' : ` until ${at(telling, handling.until)}`;
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
    case 'lapsed':
      return `No answer from ${who}: this is in nobody's hands again.`;
    case 'flapping':
      return `Flapping: it came back ${telling.state.flaps.length} times within an hour. It stays one alert and closes only after a longer calm.`;
    case 'calm':
      return 'No longer flapping: nothing changed for an hour.';
    case 'limitsChanged':
      return `The rule was changed. It now means ${phrasesOf(telling).beyond(telling.level)}.`;
    default:
      return `${capitalise(effect.reason)}.`;
  }
}

function beyond(telling: Telling): string {
  const { state, level, now } = telling;
  const held = now - (state.heldSince ?? now);
  return `${phrasesOf(telling).beyond(level)}${held < minute / 60 ? '' : ` for ${formatDuration(held)}`}`;
}

function age({ state, now }: Telling): string {
  return formatDuration(now - (state.begunAt ?? now));
}

function because(effect: Effect): string {
  return effect.quiet === undefined ? '' : ` Nobody was pinged: ${effect.quiet}.`;
}

function unacknowledged({ state }: Telling): string {
  return state.acknowledgedBy === undefined ? ' Nobody has acknowledged it.' : '';
}

/** The platform's own words on why it does not answer. */
function why(effect: Effect, { state }: Telling): string {
  return state.stale?.why === undefined ? '' : ` ${withoutTokens(effect.reason)}`;
}
