// The channels of an incident: which it is told in, what each holds of it, and who is pinged in which.
import type { Effect } from './events.ts';
import { isAnnouncement, isPingedEscalation } from './notification.ts';
import type { Level, Rule } from './rule.ts';
import { channelsOf, furtherChannels } from './rule-channels.ts';
import type { AlertState } from './state.ts';
import type { StormPlace } from './storm.ts';

/** The outbox stream of an incident in a channel that is not its first one. */
export function streamElsewhere(incident: string, channel: string): string {
  return `${incident}#${channel}`;
}

/** The outbox stream of an incident in a channel, where no storm holds it. */
export function streamIn(channel: string, { machine, notification }: AlertState, rule: Rule): string {
  const { incident = rule.id } = machine;
  return channel === (notification.channel ?? rule.channel) ? incident : streamElsewhere(incident, channel);
}

/** One channel of the incident. */
export interface ToldPlace extends StormPlace {
  readonly stream: string;
  /** True where the incident has no message yet, although it has been told in other channels. */
  readonly isNew: boolean;
}

interface PlacesInput {
  readonly after: AlertState;
  readonly effects: readonly Effect[];
  readonly rule: Rule;
  readonly storms?: readonly StormPlace[];
}

/** The channels that the incident is told in, its first one first; those of a level that is told with this step are added. */
export function toldPlaces({ after, effects, rule, storms = [] }: PlacesInput, level: Level): readonly ToldPlace[] {
  const { channel: first = rule.channel, stream, elsewhere = [] } = after.notification;
  const known = new Map([[first, stream], ...elsewhere.map((place) => [place.channel, place.stream] as const)]);
  const isNew = effects.some(isAnnouncement);
  const added = isNew || effects.some(isPingedEscalation) ? furtherChannels(rule, level, isNew) : [];
  const channels = new Set([...known.keys(), ...added]);
  return [...channels].map((channel) => {
    const place = storms.find((one) => one.channel === channel);
    const own = streamIn(channel, after, rule);
    const usual = place?.storm?.stream ?? known.get(channel) ?? own;
    return { ...place, channel, stream: place?.stormLeft === undefined ? usual : own, isNew: !known.has(channel) };
  });
}

/** The escalation of an incident that leaves its storm, or comes into a channel that is for critical only. */
export function joiningEffect({ stormLeft, isNew }: ToldPlace, effects: readonly Effect[]): Effect | undefined {
  return stormLeft !== undefined || isNew ? effects.find(({ kind }) => kind === 'escalated') : undefined;
}

/**
 * Which of those people are pinged in a channel, of all that the incident is in: each once, in the first channel that is meant for
 * the level, and `here` in each of these, because it is other people there.
 */
export function pingedIn(
  channel: string,
  people: readonly string[],
  { rule, level, channels }: { readonly rule: Rule; readonly level: Level; readonly channels: readonly string[] },
): readonly string[] {
  const { criticalChannels = [] } = rule;
  const wanted = level === 'critical' && criticalChannels.length > 0 ? criticalChannels : channelsOf(rule, 'warning');
  const meant = channels.filter((one) => wanted.includes(one));
  const [first, ...others] = meant.length > 0 ? meant : channels;
  if (channel === first) return people;
  return others.includes(channel) ? people.filter((id) => id === 'here') : [];
}
