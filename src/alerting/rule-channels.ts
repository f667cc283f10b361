// The channels in which the incidents of a rule have a message.
import type { Level, Rule } from './rule.ts';

/** The channels of an incident of a level, its first one first. */
export function channelsOf({ channel, channels = [], criticalChannels = [] }: Rule, level: Level): readonly string[] {
  return [...new Set([channel, ...channels, ...(level === 'critical' ? criticalChannels : [])])];
}

/** Those of them beside the first one, which an incident keeps from its beginning on; `isNew`: nobody was told of it before. */
export function furtherChannels(rule: Rule, level: Level, isNew: boolean): readonly string[] {
  const { channels = [], criticalChannels = [] } = rule;
  return [...(isNew ? channels : []), ...(level === 'critical' ? criticalChannels : [])];
}
