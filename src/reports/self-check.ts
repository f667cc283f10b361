// What the bot notices about itself, and when that is worth a message: pure, from one look to the next.
import { type Duration, type Instant, minute, second } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';

/** `unsaved`: the store is in memory only. `file`: its file was taken away. `deaf`: Slack does not reach the bot. `refused`: Slack refuses its token. */
export type TroubleKind = 'unsaved' | 'file' | 'deaf' | 'refused';

export const troubleKinds: readonly TroubleKind[] = ['unsaved', 'file', 'deaf', 'refused'];

/** How long each lasts before it is said, and must be over before its end is: connections end and come back all the time. */
const holds: Readonly<Record<TroubleKind, { readonly begin: Duration; readonly end: Duration }>> = {
  unsaved: { begin: 15 * second, end: minute },
  file: { begin: 0, end: 0 },
  deaf: { begin: 3 * minute, end: minute },
  refused: { begin: minute, end: 0 },
};

/** A trouble that was there at the last look, or ended too short a time ago. */
export interface Trouble {
  readonly kind: TroubleKind;
  readonly words: Phrase;
  readonly since: Instant;
  readonly isTold: boolean;
  /** Undefined while it is there. */
  readonly goneSince: Instant | undefined;
}

export interface SelfCheck {
  readonly troubles: readonly Trouble[];
  /** What to say, in this order. `at`: since when it is there, or over. */
  readonly news: readonly { readonly type: 'begun' | 'ended'; readonly trouble: Trouble; readonly at: Instant }[];
}

/** `seen` holds the words of each trouble that is there at `now`. Each trouble is news once, and its end once. */
export function checkAgain(
  before: readonly Trouble[],
  seen: ReadonlyMap<TroubleKind, Phrase>,
  now: Instant,
): SelfCheck {
  const troubles: Trouble[] = [];
  const news: SelfCheck['news'][number][] = [];
  for (const kind of troubleKinds) {
    const known = before.find((trouble) => trouble.kind === kind);
    const words = seen.get(kind);
    if (words === undefined) {
      if (known === undefined || !known.isTold) continue;
      const goneSince = Math.min(known.goneSince ?? now, now);
      if (now - goneSince >= holds[kind].end) news.push({ type: 'ended', trouble: known, at: goneSince });
      else troubles.push({ ...known, goneSince });
      continue;
    }
    // A clock that was set back must not hold it back.
    const since = Math.min(known?.since ?? now, now);
    const isTold = known?.isTold === true;
    const trouble = { kind, words, since, isTold: isTold || now - since >= holds[kind].begin, goneSince: undefined };
    troubles.push(trouble);
    if (trouble.isTold && !isTold) news.push({ type: 'begun', trouble, at: since });
  }
  return { troubles, news };
}
