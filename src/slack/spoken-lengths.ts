// Lengths of time as people say them, written as commands take them: `last 6 hours` is `6h`.

/** A map, because people type anything: an object knows `constructor` too. */
const letters: ReadonlyMap<string, string> = new Map([
  ['minute', 'm'],
  ['min', 'm'],
  ['hour', 'h'],
  ['hr', 'h'],
  ['day', 'd'],
  ['week', 'w'],
  ['month', 'mo'],
]);

/** Words before a length that add nothing to it. */
const before = /^(last|past|previous|for)$/i;

/** The words with every length of several words as one; `last week` is one week. */
export function joinLengths(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (let index = 0; index < words.length; ) {
    const found = lengthAt(words, index);
    joined.push(found?.text ?? words[index] ?? '');
    index += found?.words ?? 1;
  }
  return joined;
}

function lengthAt(words: readonly string[], start: number): { text: string; words: number } | undefined {
  const lead = before.test(words[start] ?? '') ? 1 : 0;
  const count = /^\d{1,4}$/.test(words[start + lead] ?? '') ? Number(words[start + lead]) : undefined;
  if (lead === 0 && count === undefined) return undefined;
  const length = lead + (count === undefined ? 0 : 1) + 1;
  const letter = letters.get((words[start + length - 1] ?? '').toLowerCase().replace(/s$/, ''));
  return letter === undefined ? undefined : { text: written(count ?? 1, letter), words: length };
}

/** Ranges are hours and days: a day alone is 24 hours, a week 7 days, a month 30. */
function written(count: number, letter: string): string {
  if (letter === 'd' && count === 1) return '24h';
  if (letter === 'w') return `${count * 7}d`;
  return letter === 'mo' ? `${count * 30}d` : `${count}${letter}`;
}
