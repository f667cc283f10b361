// Adds up messages by kind, sender and hour: what JMessage's statistics would say, counted by ourselves.
import { hour, type Instant } from '../clock.ts';
import type { MetricValues } from '../metrics/catalog.ts';
import type { MessageRecord } from './platform.ts';

type Kind = `${'single' | 'group'}.${MessageRecord['type']}`;

export interface Tally {
  add(messages: readonly MessageRecord[]): void;
  /** Messages of single chats and groups, by type, and their different senders. Chat rooms are not in it, as in the statistics. */
  values(): MetricValues;
  /** Messages in the hour that begins at `start`. */
  inHour(start: Instant): number;
}

/** An empty tally. Zones with an offset of half hours have their own hours, so hours are counted from `dayStart`. */
export function createTally(dayStart: Instant): Tally {
  const kinds = new Map<Kind, number>();
  const hours = new Map<number, number>();
  const senders = new Set<string>();
  const of = (kind: Kind): number => kinds.get(kind) ?? 0;
  const all = (target: 'single' | 'group'): number =>
    of(`${target}.text`) + of(`${target}.image`) + of(`${target}.voice`) + of(`${target}.other`);
  return {
    add: (messages) => {
      for (const { target, type, from, at } of messages) {
        if (target !== 'single' && target !== 'group') continue;
        kinds.set(`${target}.${type}`, of(`${target}.${type}`) + 1);
        const index = Math.floor((at - dayStart) / hour);
        hours.set(index, (hours.get(index) ?? 0) + 1);
        senders.add(from);
      }
    },
    values: () => ({
      'users.senders': senders.size,
      'messages.sent': all('single') + all('group'),
      'messages.single': all('single'),
      'messages.group': all('group'),
      'messages.single.text': of('single.text'),
      'messages.single.image': of('single.image'),
      'messages.single.voice': of('single.voice'),
      'messages.single.other': of('single.other'),
      'messages.group.text': of('group.text'),
      'messages.group.image': of('group.image'),
      'messages.group.voice': of('group.voice'),
      'messages.group.other': of('group.other'),
    }),
    inHour: (start) => hours.get(Math.floor((start - dayStart) / hour)) ?? 0,
  };
}
