// The rule that every app has: its platform does not answer.
import type { ImApp } from '../../app.ts';
import { hour, minute } from '../../clock.ts';
import { asPhrase } from '../../metrics/phrase.ts';
import { failureOf } from '../../metrics/sample.ts';
import type { unreachablePhrases } from '../fixed-rule-phrases.ts';
import { alertPhrasesOf } from '../notification.ts';
import type { MeasureInput, Measurement, Phrases, Rule, RuleKind } from '../rule.ts';
import { versionOf } from '../rule-change.ts';

/**
 * Built in, one for each app; configured by `unreachable: { polls: 3, critical: 15m }` of the app.
 * The value is the number of failed polls in a row. Critical counts from the first of them, for so long as every poll fails.
 */
export const unreachable: RuleKind = {
  kind: 'unreachable',
  needs: () => [],
  measure,
  worst: () => 'highest',
  phrases,
};

/** The id of the rule of an app; no id in the configuration can be the same. */
export function unreachableId(app: string): string {
  return `${app}.unreachable`;
}

/** `mention` is pinged when it becomes critical. */
export function unreachableRule(app: ImApp, channel: string, mention: readonly string[] = []): Rule {
  const { polls, critical } = app.unreachable;
  const rule: Omit<Rule, 'version'> = {
    id: unreachableId(app.id),
    kind: 'unreachable',
    app: app.id,
    direction: 'above',
    levels: {
      warning: { trigger: polls - 0.5, clear: 0.5, holdFor: 0 },
      critical: { trigger: 0.5, clear: 0.5, holdFor: critical },
    },
    // Two good polls in a row resolve it: the second one comes later than the first by any amount.
    keepFiring: 1,
    keepCritical: 1,
    pollEvery: app.pollEvery,
    // A platform that fails is polled less often, and one that asks for a pause not for a quarter of an hour.
    maxGap: Math.max(3 * app.pollEvery, 20 * minute),
    channel,
    mention,
    repeat: { warning: [4 * hour, 8 * hour, 24 * hour], critical: [30 * minute, hour, 2 * hour, 4 * hour] },
    options: {},
  };
  return { ...rule, version: versionOf(rule) };
}

const phrase = alertPhrasesOf<typeof unreachablePhrases>();

function measure(_rule: Rule, { poll, zone, now }: MeasureInput): Measurement {
  if (poll === undefined) return { state: 'unknown' };
  const { failures, lastGoodAt: since, reason } = poll;
  if (failures === 0)
    return { state: 'measured', value: 0, shown: 0, brief: phrase('unreachable.answers', {}), words: [] };
  const failure = failureOf(reason);
  if (failure === undefined) {
    const brief =
      since === undefined ? phrase('unreachable.never', {}) : phrase('unreachable.since', { since, now, zone });
    const words = reason === undefined ? [] : [phrase('unreachable.reason', { reason: asPhrase(reason) })];
    return { state: 'measured', value: failures, shown: failures, since, brief, words };
  }
  const { isAnswer, cause, advice } = failure;
  const brief = phrase('unreachable.outage', { isAnswer, cause });
  const words = advice === undefined ? [] : [phrase('unreachable.advice', { advice })];
  return { state: 'measured', value: failures, shown: failures, since, brief, words };
}

function phrases(rule: Rule, { name }: Pick<ImApp, 'name'>): Phrases {
  const polls = Math.ceil(rule.levels.warning?.trigger ?? 1);
  const critical = rule.levels.critical?.holdFor ?? 0;
  return {
    now: ({ brief }) => phrase('unreachable.now', { app: name, brief }),
    beyond: () => phrase('unreachable.beyond', {}),
    subject: phrase('unreachable.subject', { app: name }),
    seen: () => undefined,
    back: () => phrase('unreachable.back', { app: name }),
    worst: () => undefined,
    numbers: () => [],
    lines: [],
    terms: [phrase('unreachable.opens', { polls, critical }), phrase('unreachable.closes', {})],
    caveat: phrase('unreachable.caveat', {}),
  };
}
