// Ranges as people say them, written as commands take them: `last 6 hours` is `6h`, `2026-04-01 to 2026-04-07` has two dots.

/** A map, because people type anything: an object knows `constructor` too. */
const letters: ReadonlyMap<string, string> = new Map([
  ['m', 'm'],
  ['min', 'm'],
  ['minute', 'm'],
  ['h', 'h'],
  ['hr', 'h'],
  ['hour', 'h'],
  ['d', 'd'],
  ['day', 'd'],
  ['w', 'w'],
  ['week', 'w'],
  ['month', 'mo'],
]);

/** Words before a length that add nothing to it. */
const before = /^(last|past|previous|for)$/i;

const date = /^\d{4}-\d{2}-\d{2}$/;
/** Words between the first and the last date of a span. */
const between = /^(to|until|till|through|-|–|—)$/i;

/** What is found at a word, and how many words it takes. */
interface Spoken {
  readonly text: string;
  readonly words: number;
}

/** The words with every length and every span of dates as one word; `last week` is one week. */
export function joinRanges(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (let index = 0; index < words.length; ) {
    const found = datesAt(words, index) ?? lengthAt(words, index);
    joined.push(found?.text ?? words[index] ?? '');
    index += found?.words ?? 1;
  }
  return joined;
}

function datesAt(words: readonly string[], start: number): Spoken | undefined {
  const lead = /^from$/i.test(words[start] ?? '') ? 1 : 0;
  const [from = '', link = '', to = ''] = words.slice(start + lead);
  if (!date.test(from) || !between.test(link) || !date.test(to)) return undefined;
  return { text: `${from}..${to}`, words: lead + 3 };
}

function lengthAt(words: readonly string[], start: number): Spoken | undefined {
  const lead = before.test(words[start] ?? '') ? 1 : 0;
  const first = words[start + lead] ?? '';
  const [, glued, name] = /^(\d{1,4})([a-z]{2,})$/i.exec(first) ?? [];
  if (glued !== undefined && name !== undefined) return lengthOf(Number(glued), name, lead + 1);
  const count = /^\d{1,4}$/.test(first) ? Number(first) : undefined;
  if (lead === 0 && count === undefined) return undefined;
  const length = lead + (count === undefined ? 0 : 1) + 1;
  return lengthOf(count ?? 1, words[start + length - 1] ?? '', length);
}

function lengthOf(count: number, name: string, words: number): Spoken | undefined {
  const lower = name.toLowerCase();
  const letter = letters.get(lower) ?? letters.get(lower.replace(/s$/, ''));
  return letter === undefined ? undefined : { text: written(count, letter), words };
}

/** Ranges are hours and days: a day alone is 24 hours, a week 7 days, a month 30. */
function written(count: number, letter: string): string {
  if (letter === 'd' && count === 1) return '24h';
  if (letter === 'w') return `${count * 7}d`;
  return letter === 'mo' ? `${count * 30}d` : `${count}${letter}`;
}
