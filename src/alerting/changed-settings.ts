// What can be set of a threshold rule, as facts for the record of changes.
import type { Phrase } from '../metrics/phrase.ts';
import type { changePhrases, SettingFacts } from './change-phrases.ts';
import { alertPhrasesOf } from './notification.ts';
import type { Rule } from './rule.ts';

const phrase = alertPhrasesOf<typeof changePhrases>();

/** Undefined for a rule that has no fixed limits. */
export function settingFacts(rule: Rule): SettingFacts | undefined {
  const { metric, direction, levels, keepFiring, channel, channels = [], mention } = rule;
  const { warning, critical } = levels;
  if (rule.kind !== 'threshold' || metric === undefined || warning === undefined) return undefined;
  return { metric, direction, warning, critical, keepFiring, channels: [channel, ...channels], mention };
}

/** Before and after of a change; absent where there is no such rule. */
export function changedSettings(
  before: Rule | undefined,
  after: Rule | undefined,
): { readonly before?: Phrase; readonly after?: Phrase } {
  const worded = (rule: Rule | undefined): Phrase | undefined => {
    const facts = rule && settingFacts(rule);
    return facts && phrase('change.settings', facts);
  };
  const [old, now] = [worded(before), worded(after)];
  return { ...(old === undefined ? {} : { before: old }), ...(now === undefined ? {} : { after: now }) };
}
