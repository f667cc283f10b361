// An incident as it is told, and the phrases that line 1, the text below it and the lines of its thread share.
import type { ImApp } from '../app.ts';
import { type Instant, minute } from '../clock.ts';
import { moment } from '../metrics/metric-words.ts';
import type { Incident } from './incident.ts';
import type { Level, Phrases, Rule } from './rule.ts';
import { kindOf } from './rules/list.ts';
import type { AlertState } from './state.ts';
import { keepFor } from './turn.ts';
import { withoutTokens } from './view.ts';

/** An incident with all that its texts are made of. */
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

/** How its kind of rule speaks of this app. */
export function phrasesOf({ rule, app }: Pick<Telling, 'rule' | 'app'>): Phrases {
  return kindOf(rule).phrases(rule, app);
}

/** `free memory 7.4 % on Production chat`. */
export function nowWords(telling: Telling): string {
  const phrases = phrasesOf(telling);
  const { last } = telling.state;
  return withoutTokens(last === undefined ? phrases.subject : phrases.now(last));
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

/** `, lowest 5.9 %`; empty where nothing was seen. */
export function worstWords(telling: Telling): string {
  const { extreme } = telling.state;
  const words = extreme === undefined ? undefined : phrasesOf(telling).worst(extreme.shown);
  return words === undefined ? '' : `, ${words}`;
}

/** Without data nothing is now: `Last seen 606 MiB of 8.0 GiB.` */
export function seenLast(words: string): string {
  return words.replace(/^Now /, 'Last seen ');
}

/** A time on the wall clock of the app, with the date when it is not today. */
export function at(telling: Pick<Telling, 'app' | 'now'>, instant: Instant): string {
  return moment(instant, telling.now, telling.app.timezone);
}
