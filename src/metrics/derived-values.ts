// The numbers that are made of two others of the same hour or day: shares, and how many there are of one for each of another.
import type { MetricId, MetricValues } from './catalog.ts';

/** What each is made of. Distinct users and rooms cannot be added up, so it is made where both are of one time, and never of sums. */
const quotients = [
  { id: 'rooms.active_ratio', part: 'rooms.active', base: 'rooms.total' },
  { id: 'messages.per_user', part: 'messages.sent', base: 'users.active' },
  // Senders may be more than active users: platforms count the two in different ways.
  { id: 'users.sender_ratio', part: 'users.senders', base: 'users.active' },
] as const satisfies readonly { readonly [part in 'id' | 'part' | 'base']: MetricId }[];

/** The values of one time with those that are made of them. One of which a part is unknown, or of which the base is 0, is unknown. */
export function withDerived(values: MetricValues): MetricValues {
  const derived = quotients.map(({ id, part, base }) => [id, quotient(values[part], values[base])] as const);
  const known = derived.filter(([, value]) => value !== undefined);
  return { ...withoutDerived(values), ...Object.fromEntries(known) };
}

/** The values that a platform gave. */
export function withoutDerived(values: MetricValues): MetricValues {
  return Object.fromEntries(Object.entries(values).filter(([id]) => !quotients.some((one) => one.id === id)));
}

function quotient(part: number | undefined, base: number | undefined): number | undefined {
  return part === undefined || base === undefined || base <= 0 ? undefined : part / base;
}
