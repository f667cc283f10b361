// Counts how often each name comes, in bounded memory: how many different ones there are, and which come most.

/** So many different names are told apart exactly; what goes beyond is estimated. */
export const mostNames = 200_000;

/** Most names of the sample that the estimate is made from: within about 2 % of the truth. */
const sampleSize = 8_192;

const hashes = 2 ** 32;

export interface RankedName {
  readonly name: string;
  readonly count: number;
}

/** What a ranking has come to. `isAbout`: there were more names than are told apart. */
export interface RankingResult {
  readonly different: number;
  readonly isAbout: boolean;
  /** Most first; equal ones in the order of their names. */
  readonly top: readonly RankedName[];
}

export interface Ranking {
  add(name: string): void;
  result(top: number): RankingResult;
}

/** An empty ranking. Once it is full, the rarest names give their places to new ones, so that only counts of rare names are lost. */
export function createRanking(limit: number = mostNames): Ranking {
  const counts = new Map<string, number>();
  const sample = createSample();
  let isFull = false;
  return {
    add: (name) => {
      const count = counts.get(name);
      if (count === undefined) {
        sample.add(hashOf(name));
        if (counts.size >= limit) {
          isFull = true;
          dropRarest(counts, limit / 2);
        }
      }
      counts.set(name, (count ?? 0) + 1);
    },
    result: (top) => ({
      different: isFull ? Math.max(limit, sample.estimate()) : counts.size,
      isAbout: isFull,
      top: topOf(counts, top),
    }),
  };
}

/** Leaves at most so many names. */
function dropRarest(counts: Map<string, number>, most: number): void {
  for (let least = 1; counts.size > most; least += 1)
    for (const [name, count] of counts) if (count <= least) counts.delete(name);
}

function topOf(counts: ReadonlyMap<string, number>, top: number): RankedName[] {
  const found: RankedName[] = [];
  const isBefore = (one: RankedName, other: RankedName): boolean =>
    one.count > other.count || (one.count === other.count && one.name < other.name);
  for (const [name, count] of counts) {
    const one = { name, count };
    const last = found.at(-1);
    if (found.length >= top && last !== undefined && !isBefore(one, last)) continue;
    const at = found.findIndex((other) => isBefore(one, other));
    found.splice(at === -1 ? found.length : at, 0, one);
    if (found.length > top) found.pop();
  }
  return found;
}

/** The names whose hash lies below a mark that sinks as they become too many: how many there are says how many names there are. */
function createSample(): { add(hash: number): void; estimate(): number } {
  const kept = new Set<number>();
  let mark = hashes;
  return {
    add: (hash) => {
      if (hash >= mark) return;
      kept.add(hash);
      while (kept.size > sampleSize) {
        mark /= 2;
        for (const one of kept) if (one >= mark) kept.delete(one);
      }
    },
    estimate: () => Math.round(kept.size * (hashes / mark)),
  };
}

/** FNV-1a of 32 bits, its bits mixed once more, because names differ in their last letters only. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
