// Changes the limits of a rule while the bot runs: read by the checks of the file, tried on the past, saved with what follows from it, and taken back.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { changePhrases } from '../alerting/change-phrases.ts';
import { tryLimits } from '../alerting/limits-trial.ts';
import { alertPhrasesOf } from '../alerting/notification.ts';
import type { Rule } from '../alerting/rule.ts';
import {
  fingerprintOf,
  isTunable,
  readWithSettings,
  versionTag,
  type WrittenRule,
  writtenSettings,
} from '../alerting/rule-override.ts';
import { changedSettings, settingFacts } from '../alerting/setting-change.ts';
import type { tunePhrases } from '../alerting/tune-phrases.ts';
import type { ImApp } from '../app.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { ActResult, TuningService } from '../service-types.ts';
import type { Store } from '../store/store.ts';
import { endOverride } from './hold-overrides.ts';
import type { JobsDeps } from './job.ts';
import { readPastCourse } from './past-course.ts';
import { suggestSettings } from './suggest-settings.ts';
import { tellTuned } from './tuned-notice.ts';

const phrase = alertPhrasesOf<typeof changePhrases & typeof tunePhrases>();

export type TuningDeps = Pick<JobsDeps, 'clock' | 'store' | 'live' | 'wake'> & {
  /** Takes the rules that hold after what `save` stores, with what follows from them, all in one transaction. */
  readonly adoptRules: (save: (tx: Store) => Promise<void>) => Promise<void>;
};

/** Every method rejects with `StoreError` only. */
export function createTuning(deps: TuningDeps): TuningService {
  const find: TuningService['find'] = async (id) => {
    const found = foundRule(id, deps);
    if (found === undefined) return undefined;
    const stored = (await deps.store.settings.overrides()).find(
      ({ rule, ended }) => rule === id && ended === undefined,
    );
    const isHeld = found.rule.tuned !== undefined && stored?.at === found.rule.tuned.at;
    return { rule: found.rule, app: found.app, settings: isHeld ? stored.settings : writtenSettings(found.file) };
  };
  return {
    find,
    read: (id, settings) => {
      const found = foundRule(id, deps);
      if (found === undefined) return undefined;
      const read = readWithSettings(found.file, settings, found.app);
      return 'rule' in read ? read.rule : read;
    },
    tried: (rule) => triedWords(rule, deps),
    suggest: async (id) => {
      const found = await find(id);
      return found === undefined ? { why: [phrase('tune.gone', { rule: id })] } : suggestSettings(found, deps);
    },
    save: (request) => save(request, deps),
    restore: (request) => restore(request, deps),
  };
}

interface FoundRule {
  /** As it holds. */
  readonly rule: Rule;
  readonly file: WrittenRule;
  readonly app: ImApp;
}

function foundRule(id: string, { live }: Pick<TuningDeps, 'live'>): FoundRule | undefined {
  const rule = live.rules.find((one) => one.id === id);
  const file = live.written.find((one) => one.rule.id === id);
  const app = live.apps.find((one) => one.id === rule?.app);
  if (rule === undefined || file === undefined || app === undefined || !isTunable(rule)) return undefined;
  return { rule, file, app };
}

/** The past is read once for all limits that are tried on it. */
async function triedWords(asked: Rule, deps: Pick<TuningDeps, 'clock' | 'store' | 'live'>): Promise<readonly Phrase[]> {
  const { live, store } = deps;
  const held = live.rules.find(({ id }) => id === asked.id);
  const app = live.apps.find(({ id }) => id === asked.app);
  const past = app && (await readPastCourse(asked, app, deps));
  const from = past && (past.steps[0] ?? past.samples[0])?.at;
  if (past === undefined || from === undefined) return [phrase('tune.noPast', {})];
  const isOther = held !== undefined && !isSame(held, asked);
  const { openings: _, ...trial } = await tryLimits(asked, past, nextTurn);
  const present = isOther ? await tryLimits(held, past, nextTurn) : undefined;
  const incidents = await store.alerts.incidents(from, past.now);
  const really = incidents.filter(({ rule, openedAt }) => rule === asked.id && openedAt >= from).length;
  return [
    phrase('tune.tried', { limits: isOther ? 'asked' : 'held', ...trial }),
    ...(present === undefined
      ? []
      : [phrase('tune.tried', { limits: 'held', exact: present.exact, stepped: present.stepped })]),
    phrase('tune.really', { count: really, span: past.now - from }),
  ];
}

type SaveRequest = Parameters<TuningService['save']>[0];

const refused = (words: Phrase): ActResult => ({ state: 'not-open', words });

/** Why nothing was saved, found within the transaction that would have saved it. */
class Refusal extends Error {
  readonly words: Phrase;
  constructor(words: Phrase) {
    super('The settings are not saved.');
    this.words = words;
  }
}

async function save(request: SaveRequest, deps: TuningDeps): Promise<ActResult> {
  const { rule: id, actor: by } = request;
  let words: Phrase | undefined;
  try {
    await deps.adoptRules(async (tx) => {
      const { before, after, file } = changeAsked(request, deps);
      const at = deps.clock.now();
      const { settings } = request;
      words = phrase('change.tuned', { rule: id, ...differenceOf(before, after) });
      await tx.settings.saveOverride({ rule: id, settings, by, at, of: fingerprintOf(file) });
      await tx.settings.addChange({
        ...{ id: `override:${id}:${at}`, at, by, from: 'slack', subject: id, what: words },
        ...changedSettings(before, after),
      });
      await tellTuned(tx, { before, after, by, at, live: deps.live });
    });
  } catch (error) {
    if (error instanceof Refusal) return refused(error.words);
    throw error;
  }
  deps.wake();
  return { state: 'done', words: words ?? phrase('tune.gone', { rule: id }), target: id };
}

interface AskedChange {
  readonly before: Rule;
  readonly after: Rule;
  readonly file: WrittenRule;
}

/** Throws `Refusal` for a rule that is gone or was changed meanwhile, and for settings that are wrong or change nothing. */
function changeAsked({ rule: id, version, settings }: SaveRequest, deps: TuningDeps): AskedChange {
  const found = foundRule(id, deps);
  if (found === undefined) throw new Refusal(phrase('tune.gone', { rule: id }));
  const { rule: before, file, app } = found;
  if (versionTag(before) !== version)
    throw new Refusal(phrase('tune.changedMeanwhile', { rule: id, by: before.tuned?.by }));
  const read = readWithSettings(file, settings, app);
  if (!('rule' in read)) throw new Refusal(phrase('tune.wrong', { rule: id }));
  if (isSame(before, read.rule)) throw new Refusal(phrase('tune.same', { rule: id }));
  return { before, after: read.rule, file };
}

function isSame(one: Rule, other: Rule): boolean {
  return JSON.stringify(settingFacts(one)) === JSON.stringify(settingFacts(other));
}

/** Only rules with fixed limits are tuned, which have all of them. */
function differenceOf(before: Rule, after: Rule) {
  const [old, now] = [settingFacts(before), settingFacts(after)];
  if (old === undefined || now === undefined) throw new Refusal(phrase('tune.gone', { rule: after.id }));
  return { before: old, after: now };
}

async function restore(
  { rule: id, actor: by }: Parameters<TuningService['restore']>[0],
  deps: TuningDeps,
): Promise<ActResult> {
  let words: Phrase | undefined;
  await deps.adoptRules(async (tx) => {
    const held = (await tx.settings.overrides()).find(({ rule, ended }) => rule === id && ended === undefined);
    if (held === undefined) return;
    words = await endOverride(tx, { override: held, because: 'file', at: deps.clock.now(), by }, deps.live);
  });
  deps.wake();
  return words === undefined ? refused(phrase('tune.asInFile', { rule: id })) : { state: 'done', words, target: id };
}
