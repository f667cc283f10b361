// What a person does with several alerts at once: all of an app, or those of a storm.
import type { messagePhrases } from '../alerting/alert-phrases.ts';
import type { threadPhrases } from '../alerting/history-phrases.ts';
import { alertPhrasesOf } from '../alerting/notification.ts';
import type { refusalPhrases } from '../alerting/refusal-phrases.ts';
import { coverOf, inHand } from '../alerting/response.ts';
import type { Rule } from '../alerting/rule.ts';
import { type AlertState, type Incident, initialState } from '../alerting/state.ts';
import { isStorm, stormsOf } from '../alerting/storm.ts';
import { appOfAll, ruleOfIncident } from '../alerting/transitions.ts';
import type { whyPhrases } from '../alerting/why-phrases.ts';
import type { Instant } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { ActResult, AlertService } from '../service-types.ts';
import { findApp } from '../store/app-names.ts';
import type { AlertJobDeps } from './alert-timers.ts';

const phrase = alertPhrasesOf<
  typeof whyPhrases & typeof messagePhrases & typeof threadPhrases & typeof refusalPhrases
>();

type Request = Parameters<AlertService['act']>[0];

/** One of several alerts that are meant together: its rule, and what is acted on, the rule or the incident. */
export interface MeantAlert {
  readonly rule: Rule;
  readonly target: string;
  /** What of it is undone, where that is another one than of the others. */
  readonly undo?: string | undefined;
}

/** The incidents of a storm, the oldest first, also those that are over. */
export async function incidentsOfStorm(
  storm: string,
  { store, clock }: Pick<AlertJobDeps, 'store' | 'clock'>,
): Promise<readonly string[]> {
  const since = Number(storm.slice(storm.lastIndexOf('@') + 1));
  const isOfStorm = ({ details }: Incident): boolean => details?.storms?.includes(storm) === true;
  const kept = (await store.alerts.incidents(since, clock.now()))
    .filter(isOfStorm)
    .map(({ id }) => id)
    .reverse();
  // What earlier versions stored of an incident does not name its storm.
  const told = (await store.alerts.all()).filter(({ state }) => stormsOf(state).includes(storm));
  return [...new Set([...kept, ...told.flatMap(({ state }) => state.machine.incident ?? [])])];
}

/** The alerts of an app, or the incidents of a storm; undefined where the target is one alert. */
export async function alertsMeant(
  { target }: Pick<Request, 'target'>,
  deps: Pick<AlertJobDeps, 'store' | 'clock' | 'ruleIndex'>,
): Promise<readonly MeantAlert[] | undefined> {
  const { rules } = deps.ruleIndex;
  const app = appOfAll(target);
  if (app !== undefined)
    return [...rules.values()].filter((rule) => rule.app === app).map((rule) => ({ rule, target: rule.id }));
  if (!isStorm(target)) return undefined;
  const incidents = await incidentsOfStorm(target, deps);
  return incidents.flatMap((id) => {
    const rule = rules.get(ruleOfIncident(id));
    return rule === undefined ? [] : [{ rule, target: id }];
  });
}

interface Result {
  readonly rule: Rule;
  readonly result: ActResult;
}

/** The same with each of them by `act`; those that it changes are named, and those that somebody else has. */
export async function actOnSeveral(
  meant: readonly MeantAlert[],
  request: Request,
  deps: AlertJobDeps & { act(one: MeantAlert): Promise<ActResult> },
): Promise<ActResult> {
  const results: Result[] = [];
  for (const one of meant) results.push({ rule: one.rule, result: await deps.act(one) });
  const done = results.filter(({ result }) => result.state === 'done');
  const taken = await takenWordsOf(results, deps);
  const offer = results
    .map(({ result }) => result.offer)
    .find((one) => one?.kind === 'takeOver' || one?.kind === 'silenceCritical');
  const [first, ...others] = done;
  if (first === undefined) {
    if (taken.length > 0) return { state: 'not-open', words: phrase('alert.sentences', { parts: taken }), offer };
    return nothingDone(results, request);
  }
  const said = await doneWords([first, ...others], request, deps);
  const words = taken.length === 0 ? said : phrase('alert.sentences', { parts: [said, ...taken] });
  return { state: 'done', words, undo: first.result.undo, offer };
}

function nothingDone(results: readonly Result[], { target }: Request): ActResult {
  const [first] = results;
  const kinds = new Set(results.map(({ result }) => result.words.kind));
  if (isStorm(target) && results.length > 1) {
    const why = kinds.size === 1 ? first?.result.words : undefined;
    return { state: 'not-open', words: phrase('refused.storm', { rules: idsOf(results), why }) };
  }
  return first?.result ?? { state: 'unknown', words: phrase('why.noAlert', { target: appOfAll(target) ?? target }) };
}

const idsOf = (results: readonly Result[]): string[] => results.map(({ rule }) => rule.id);

/** A sentence for each person who has some of them in hand. */
async function takenWordsOf(results: readonly Result[], deps: Pick<AlertJobDeps, 'store'>): Promise<Phrase[]> {
  const byPerson = new Map<string, string[]>();
  for (const { rule, result } of results) {
    if (result.offer?.kind !== 'takeOver') continue;
    const by = inHand((await stateOf(rule, deps)).response)?.by ?? '';
    byPerson.set(by, [...(byPerson.get(by) ?? []), rule.id]);
  }
  return [...byPerson].map(([by, rules]) => phrase('refused.severalTaken', { by, rules }));
}

async function doneWords(
  done: readonly [Result, ...Result[]],
  { action, actor: by, text: reason, undo }: Request,
  deps: Pick<AlertJobDeps, 'store' | 'clock' | 'live'>,
): Promise<Phrase> {
  const states = await Promise.all(done.map(({ rule }) => stateOf(rule, deps)));
  const [{ rule: first }] = done;
  const { timezone: zone } = await findApp(first.app, deps);
  const said = { by, rules: idsOf(done), now: deps.clock.now(), zone };
  if (action === 'silence')
    return phrase('thread.allSilenced', { ...said, until: endOf(states), reason, ...coversOf(done, states) });
  return phrase('thread.allDone', {
    ...{ action, ...said },
    until: action === 'acknowledge' || action === 'extend' ? endOf(states) : undefined,
    isForNow: action === 'resolve' && states.some(({ machine: { held } }) => held !== undefined),
    // A note is no action that the state keeps.
    undid: states[0]?.lastAction?.id === undo ? states[0]?.lastAction?.action : undefined,
  });
}

async function stateOf(rule: Rule, { store }: Pick<AlertJobDeps, 'store'>): Promise<AlertState> {
  return (await store.alerts.get(rule.id))?.state ?? initialState(rule);
}

/** When what was said of them ends; undefined where that is not one time. */
function endOf(states: readonly AlertState[]): Instant | undefined {
  const ends = new Set(states.map(({ response }) => (response.as === 'open' ? undefined : response.until)));
  return ends.size === 1 ? [...ends][0] : undefined;
}

/** What the silences of several rules cover, said once where it is the same of all. */
function coversOf(done: readonly Result[], states: readonly AlertState[]) {
  const covers = done.map(({ rule }, index) => {
    const response = states[index]?.response;
    return { id: rule.id, cover: response?.as === 'silenced' ? coverOf(response, rule) : 'all' };
  });
  const having = (cover: string): readonly string[] => covers.filter((one) => one.cover === cover).map(({ id }) => id);
  const [inPart, ofIncident] = [having('milder'), having('incident')];
  if (inPart.length === done.length) return { isPart: true };
  if (ofIncident.length === done.length) return { isOfIncident: true };
  return { inPart, ofIncident };
}
