// The known word closest to a mistyped one by edit distance, or none when all are too far.
import { distance } from 'fastest-levenshtein';

/**
 * The closest of `candidates` to `word`, case ignored; undefined when all are far: more than one change in a word of up to six
 * letters, more than two or a quarter of its letters in a longer one. Two neighbours in the wrong order are one change, and so are
 * two letters that are missing at the end.
 */
export function closestMatch(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  if (wanted.length > longestWord) return undefined;
  let best: string | undefined;
  const most = wanted.length <= 6 ? 1 : Math.max(2, Math.floor(wanted.length / 4));
  let fewest = most + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) > fewest) continue;
    const changes = changesBetween(wanted, candidate.toLowerCase());
    if (changes < fewest && changes < Math.max(wanted.length, candidate.length)) {
      best = candidate;
      fewest = changes;
    }
  }
  return best;
}

/** No known word is longer, and the time to compare grows with the length. */
const longestWord = 64;

/** Letters inserted, left out or replaced; one where two neighbours are in the wrong order or the last two letters are missing. */
function changesBetween(word: string, other: string): number {
  const changes = distance(word, other);
  return changes === 2 && (isSwapped(word, other) || (word.length >= 4 && other.startsWith(word))) ? 1 : changes;
}

function isSwapped(word: string, other: string): boolean {
  const at = [...word].findIndex((letter, index) => letter !== other[index]);
  return word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2) === other;
}
