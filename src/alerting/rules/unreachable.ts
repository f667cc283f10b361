// The rule that every app has: its platform does not answer.
import type { ImApp } from '../../app.ts';
import { hour, minute } from '../../clock.ts';
import { formatDuration, formatQuantity } from '../../metrics/format.ts';
import { moment } from '../../metrics/metric-words.ts';
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

function measure(_rule: Rule, { poll, zone, now }: MeasureInput): Measurement {
  if (poll === undefined) return { state: 'unknown' };
  const { failures, lastGoodAt, reason } = poll;
  if (failures === 0) return { state: 'measured', value: 0, shown: 0, brief: 'answers', words: [] };
  const brief =
    lastGoodAt === undefined ? 'has not answered yet' : `has not answered since ${moment(lastGoodAt, now, zone)}`;
  const words = reason === undefined ? [] : [`The last try failed: ${reason}`];
  return { state: 'measured', value: failures, shown: failures, since: lastGoodAt, brief, words };
}

function phrases(rule: Rule, app: Pick<ImApp, 'name'>): Phrases {
  const polls = Math.ceil(rule.levels.warning?.trigger ?? 1);
  const critical = formatDuration(rule.levels.critical?.holdFor ?? 0);
  return {
    now: (last) => `${app.name} ${last.brief ?? 'does not answer'}`,
    beyond: () => 'without an answer',
    subject: app.name,
    was: 'was',
    seen: () => undefined,
    back: () => `${app.name} answers again`,
    worst: () => undefined,
    numbers: () => [],
    lines: [],
    terms: [
      `Warning after ${formatQuantity(polls, 'failed poll')} in a row, critical after ${critical} without an answer.`,
      'It closes with the second good poll.',
    ],
    caveat: 'Its other alerts stand still until it answers.',
  };
}
