// What the model knows of people: who has an alert in hand, what is silenced, and what is left of either later.
import type { UserEvent } from '../../src/alerting/events.ts';
import type { Level } from '../../src/alerting/rule.ts';
import { day, hour } from '../../src/clock.ts';

type InHand = { as: 'acknowledged'; by: string; pressed: number; until: number; level: Level; asked?: number };
type Quiet = {
  as: 'silenced';
  by: string;
  pressed: number;
  until: number;
  level: Level;
  forThisOne: boolean;
  over: InHand | undefined;
};
export type Person = { as: 'open' } | InHand | Quiet;

export const rank = (level: Level | undefined): number => ['none', 'warning', 'critical'].indexOf(level ?? 'none');

/** What is said of an incident ends with it; of a silence the mildest level stays quiet. */
export function withoutIncident(person: Person, lowest: Level): Person {
  if (person.as !== 'silenced') return { as: 'open' };
  return { ...person, level: person.forThisOne ? lowest : person.level, forThisOne: false, over: undefined };
}

/** Under a silence that is over, who had it in hand has it still, unless it is worse now. */
export function unsilenced({ over }: Quiet, level: Level | undefined): Person {
  return over !== undefined && level !== undefined && rank(level) <= rank(over.level) ? over : { as: 'open' };
}

/** So much longer than it holds, and never more than a day ahead by that. */
function extended(until: number, at: number, longer: number): number {
  return Math.min(Math.max(until, at) + longer, Math.max(until, at + day));
}

interface At {
  /** That fires; undefined where nothing is open. */
  readonly level: Level | undefined;
  readonly lowest: Level;
}

/** What somebody's word makes of it; undefined where it changes nothing. */
export function personAfter(was: Person, event: UserEvent, { level, lowest }: At): Person | undefined {
  const { at, who: by, until } = event;
  if (event.action === 'silence') {
    const worst = event.level ?? level ?? lowest;
    const forThisOne = event.level === undefined && worst !== lowest;
    const over = was.as === 'silenced' ? was.over : was.as === 'acknowledged' ? was : undefined;
    return { as: 'silenced', by, pressed: at, until: until ?? at + 2 * hour, level: worst, forThisOne, over };
  }
  if (event.action === 'unsilence') return was.as === 'silenced' ? unsilenced(was, level) : undefined;
  if (event.action === 'acknowledge') return inHand(was, event, level, until);
  if (event.action !== 'extend' || was.as === 'open') return undefined;
  if (was.as === 'acknowledged')
    return inHand(was, event, level, event.longer && extended(was.until, at, event.longer));
  return was.until <= at
    ? undefined
    : { ...was, by, pressed: at, until: extended(was.until, at, event.longer ?? 2 * hour) };
}

function inHand(
  was: Person,
  event: UserEvent,
  level: Level | undefined,
  until: number | undefined,
): Person | undefined {
  const { at, who: by } = event;
  if (level === undefined) return undefined;
  const held = was.as === 'silenced' ? was.over : was;
  const running = held?.as === 'acknowledged' && held.asked === undefined ? held : undefined;
  if (running !== undefined && running.by !== by && event.takesOver !== true) return undefined;
  if (event.longer === undefined && was === running && running.by === by && Math.abs(at - running.pressed) < 10_000)
    return undefined; // a double click
  const usual = at + (level === 'critical' ? hour : 8 * hour);
  const end = running?.by === by ? Math.max(running.until, usual) : usual;
  return { as: 'acknowledged', by, pressed: at, until: until ?? end, level };
}
