// The known word closest to a mistyped one by edit distance, or none when all are too far.
import { distance } from 'fastest-levenshtein';

/**
 * The closest of `candidates` to `word`, case ignored; undefined when more than a third of its letters would change: one letter
 * of a word of up to four, at least two of a longer one. Two neighbours in the wrong order are one change.
 */
export function closestMatch(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  if (wanted.length > longestWord) return undefined;
  let best: string | undefined;
  const most = wanted.length <= 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3));
  let fewest = most + 1;
  for (const candidate of candidates) {
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

/** Letters inserted, left out or replaced; one where the words differ in the order of two neighbours only. */
function changesBetween(word: string, other: string): number {
  const changes = distance(word, other);
  return changes === 2 && isSwapped(word, other) ? 1 : changes;
}

function isSwapped(word: string, other: string): boolean {
  const at = [...word].findIndex((letter, index) => letter !== other[index]);
  return word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2) === other;
}
