// Works a list off item by item, with whatever else waits between: all at once would hold up acknowledgements.
import { setImmediate as nextTurn } from 'node:timers/promises';

/** What `each` makes of every item, in order and one after the other. */
export async function inTurns<Item, Made>(
  items: readonly Item[],
  each: (item: Item) => Made | Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = [];
  for (const item of items) {
    if (made.length > 0) await nextTurn();
    made.push(await each(item));
  }
  return made;
}
