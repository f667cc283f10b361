// A change of what is set, kept for `alerts changes`: who, when, from where, what, before and after. Never a secret: a file is told by names.
import { z } from 'zod';
import { Phrase } from '../metrics/phrase.ts';
import type { changePhrases, SettingFacts } from './change-phrases.ts';
import { alertPhrasesOf } from './notification.ts';
import type { Rule } from './rule.ts';

/** Facts; the words are made where it is shown. */
export const SettingChange = z.object({
  /** The same for the same change, so that two replicas that see it keep it once. */
  id: z.string(),
  at: z.number(),
  /** A Slack user id; absent for what was written in the file, which does not say by whom. */
  by: z.string().optional(),
  from: z.enum(['file', 'slack']),
  /** Id of the rule, the app or whatever it is about. */
  subject: z.string(),
  what: Phrase,
  before: Phrase.optional(),
  after: Phrase.optional(),
});
export type SettingChange = Readonly<z.infer<typeof SettingChange>>;

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
