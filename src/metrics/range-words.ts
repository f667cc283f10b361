// Ranges in English words, as `last 3 days`, `since monday` or `1 to 7 nov`, each joined into one word that `parseRange` reads.
import { months, namedDates, weekdays } from './calendar-words.ts';

/** Words that are read as one. */
export interface Joined {
  readonly text: string;
  /** How many words it takes. */
  readonly words: number;
}

/** The range that begins at a word; undefined where none does. The words are in small letters and without articles. */
export function rangeAt(words: readonly string[], at: number): Joined | undefined {
  return spanAt(words, at) ?? lengthAt(words, at) ?? pointAt(words, at);
}

/** Maps, because people type anything and an object has inherited keys such as `constructor`. */
const units: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ m: 'm', min: 'm', minute: 'm', h: 'h', hr: 'h', hour: 'h', d: 'd', day: 'd', w: 'w', wk: 'w', week: 'w' },
    ...{ mo: 'mo', month: 'mo', quarter: 'q', year: 'y', yr: 'y' },
  }),
);

const unitOf = (name: string): string | undefined => units.get(name) ?? units.get(name.replace(/s$/, ''));

const spelled = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');

function countOf(word: string): number | undefined {
  if (/^\d{1,6}$/.test(word)) return Number(word);
  const count = spelled.indexOf(word);
  return count < 1 ? undefined : count;
}

const leads = new Set(['last', 'past', 'previous', 'recent', 'for', 'within']);

/** `last 3 days`, `24 h`, `6hrs`, `past week`; `3 days ago` is that day, `2 hours ago` is the time since then. */
function lengthAt(words: readonly string[], at: number): Joined | undefined {
  const lead = words[at] ?? '';
  const skipped = leads.has(lead) ? 1 : 0;
  const first = words[at + skipped] ?? '';
  const [, digits, glued = ''] = /^(\d{1,6})([a-z]{1,7})$/.exec(first) ?? [];
  const count = digits === undefined ? countOf(first) : Number(digits);
  const taken = skipped + (count === undefined || digits !== undefined ? 0 : 1) + 1;
  const unit = unitOf(digits === undefined ? (words[at + taken - 1] ?? '') : glued);
  if (unit === undefined) return undefined;
  if (words[at + taken] === 'ago') return { text: ago(count ?? 1, unit), words: taken + 1 };
  if (count === undefined) return skipped === 0 ? undefined : { text: oneOf(lead, unit), words: taken };
  // A short form that stands alone is a range already.
  return taken === 1 && glued === unit ? undefined : { text: lengthText(count, unit), words: taken };
}

/** A day alone is 24 hours, a week 7 days. */
function lengthText(count: number, unit: string): string {
  if (unit === 'd' && count === 1) return '24h';
  if (unit === 'w') return `${count * 7}d`;
  if (unit === 'q') return `${count * 3}mo`;
  return unit === 'y' ? `${count * 12}mo` : `${count}${unit}`;
}

function ago(count: number, unit: string): string {
  if (unit === 'h' || unit === 'm') return lengthText(count, unit);
  if (unit === 'q' || unit === 'y') return `${lengthText(count, unit)}-ago`;
  return `${count}${unit}-ago`;
}

const periods: ReadonlyMap<string, string> = new Map([
  ['w', 'week'],
  ['mo', 'month'],
  ['q', 'quarter'],
  ['y', 'year'],
]);

/** `last week` is the last whole one, `past week` the last seven days. */
function oneOf(lead: string, unit: string): string {
  const period = lead === 'last' || lead === 'previous' ? periods.get(unit) : undefined;
  return period === undefined ? lengthText(1, unit) : `last-${period}`;
}

const links = new Set(['to', 'until', 'till', 'through', '-', '–', '—', '..']);

/** `since X`, `from X to Y`, `between X and Y`, `X - Y`; `since X` ends today. */
function spanAt(words: readonly string[], at: number): Joined | undefined {
  const lead = words[at] ?? '';
  const skipped = lead === 'since' || lead === 'from' || lead === 'between' ? 1 : 0;
  const days = daysAt(words, at + skipped);
  if (days !== undefined) return { ...days, words: days.words + skipped };
  const time = skipped === 1 ? timeOf(words[at + 1] ?? '', words[at + 2] ?? '') : undefined;
  if (time !== undefined) return { text: `${time.text}..now`, words: time.words + 1 };
  const from = pointAt(words, at + skipped);
  if (from === undefined) return undefined;
  const end = at + skipped + from.words;
  const link = words[end] ?? '';
  const isLinked = links.has(link) || (link === 'and' && lead === 'between');
  const to = isLinked ? endAt(words, end + 1) : undefined;
  if (to !== undefined) {
    const closing = words[end + 1 + to.words] === 'between' ? 1 : 0;
    return { text: `${from.text}..${to.text}`, words: skipped + from.words + 1 + to.words + closing };
  }
  if (link === 'onwards') return { text: `${from.text}..today`, words: skipped + from.words + 1 };
  if (lead === 'since' || lead === 'from') return { text: `${from.text}..today`, words: skipped + from.words };
  return andBetween(words, { at, from });
}

function endAt(words: readonly string[], at: number): Joined | undefined {
  return words[at] === 'now' ? { text: 'today', words: 1 } : pointAt(words, at);
}

/** `X and Y between`, in which order Chinese says it. */
function andBetween(words: readonly string[], { at, from }: { readonly at: number; readonly from: Joined }) {
  if (words[at + from.words] !== 'and') return undefined;
  const to = pointAt(words, at + from.words + 1);
  const taken = from.words + 1 + (to?.words ?? 0);
  if (to === undefined || words[at + taken] !== 'between') return undefined;
  return { text: `${from.text}..${to.text}`, words: taken + 1 };
}

/** `9am`, `9:30`, `9:30 pm` as `09:30`. */
function timeOf(word: string, next: string): Joined | undefined {
  const [, hours = '', minutes = '00', glued] = /^(\d{1,2})(?::([0-5]\d))?(am|pm)?$/.exec(word) ?? [];
  const half = glued ?? (next === 'am' || next === 'pm' ? next : undefined);
  if (hours === '' || (half === undefined && !word.includes(':'))) return undefined;
  const clock = half === undefined ? Number(hours) : (Number(hours) % 12) + (half === 'pm' ? 12 : 0);
  if (clock > 23) return undefined;
  return {
    text: `${String(clock).padStart(2, '0')}:${minutes}`,
    words: glued === undefined && half !== undefined ? 2 : 1,
  };
}

/** `1 to 7 nov`, `1-7 nov 2025`, `nov 1 - 7`: two days of one month. */
function daysAt(words: readonly string[], at: number): Joined | undefined {
  const text = words.slice(at, at + 5).join(' ');
  const [said, { name = '', from = '', to = '', year }] = match(monthLast, text) ?? match(monthFirst, text) ?? ['', {}];
  const month = monthNumber(name);
  if (month === undefined) return undefined;
  return { text: `${dateText(month, from, year)}..${dateText(month, to, year)}`, words: said.split(' ').length };
}

const monthLast =
  /^(?<from>\d{1,2})(?:st|nd|rd|th)? ?(?:to|until|till|through|-|–|—|and) ?(?<to>\d{1,2})(?:st|nd|rd|th)? (?<name>[a-z]+)(?: (?<year>\d{4}))?(?!\S)/;
const monthFirst =
  /^(?<name>[a-z]+) (?<from>\d{1,2})(?:st|nd|rd|th)? ?(?:to|until|till|through|-|–|—|and) ?(?<to>\d{1,2})(?:st|nd|rd|th)?(?: (?<year>\d{4}))?(?!\S)/;

function match(form: RegExp, text: string): [string, Record<string, string | undefined>] | undefined {
  const found = form.exec(text);
  return found === null ? undefined : [found[0], found.groups ?? {}];
}

const dateText = (month: string, date: string, year: string | undefined): string =>
  `${year === undefined ? '' : `${year}-`}${month}-${date.padStart(2, '0')}`;

/** A name or its beginning of three letters and more, as `thurs`; undefined for another word. */
function indexIn(names: readonly string[], word: string): number | undefined {
  const at = word.length < 3 ? -1 : names.findIndex((name) => name.startsWith(word));
  return at === -1 ? undefined : at;
}

function monthNumber(word: string): string | undefined {
  const index = word === 'sept' ? 8 : indexIn(months, word);
  return index === undefined ? undefined : String(index + 1).padStart(2, '0');
}

const weekdayName = (word: string): string | undefined => weekdays[indexIn(weekdays, word) ?? -1];

/** A day, a week, a month or a quarter by its name. */
function pointAt(words: readonly string[], at: number): Joined | undefined {
  const [first = '', second = '', third = ''] = words.slice(at, at + 3);
  if (first === 'day' && second === 'before' && third === 'yesterday') return { text: '2d-ago', words: 3 };
  if (first === 'today' || first === 'yesterday' || first === 'tomorrow') return { text: first, words: 1 };
  if (/^\d{4}[-/]\d{1,2}([-/]\d{1,2})?$/.test(first)) return { text: paddedDate(first), words: 1 };
  // What is in its normal form already, or has the form of a date that is to be explained.
  if (/-|^q/.test(first) && (namedDates(first, { today: '2024-02-29' }) !== undefined || /^\d{2}-\d{2}$/.test(first)))
    return quarterAt(first, second) ?? { text: first, words: 1 };
  const length = lengthAt(words, at);
  if (length !== undefined && /-(ago|week|month|quarter|year)$/.test(length.text)) return length;
  return whichAt(first, second) ?? monthAt([first, second, third]) ?? weekdayAt(first);
}

const weekdayAt = (word: string): Joined | undefined => {
  if (word === 'weekend') return { text: 'saturday..sunday', words: 1 };
  const name = weekdayName(word);
  return name === undefined ? undefined : { text: name, words: 1 };
};

function quarterAt(first: string, second: string): Joined | undefined {
  if (!/^q[1-4]$/.test(first)) return undefined;
  return /^20\d\d$/.test(second) ? { text: `${second}-${first}`, words: 2 } : { text: first, words: 1 };
}

/** `this month`, `current week`, `last friday`, `last november`, `last weekend`. */
function whichAt(which: string, name: string): Joined | undefined {
  const period = periods.get(unitOf(name) ?? '');
  if ((which === 'this' || which === 'current') && period !== undefined) return { text: `this-${period}`, words: 2 };
  if (which === 'next' && period !== undefined) return { text: `next-${period}`, words: 2 };
  if (which !== 'last' && which !== 'previous' && which !== 'past' && which !== 'this') return undefined;
  if (name === 'weekend') return { text: 'saturday..sunday', words: 2 };
  const day = weekdayName(name);
  if (day !== undefined) return { text: which === 'this' ? `this-week-${day}` : `last-${day}`, words: 2 };
  const month = monthNumber(name);
  if (month === undefined) return undefined;
  return { text: `${which === 'this' ? '' : 'last-'}${months[Number(month) - 1]}`, words: 2 };
}

/** `nov`, `nov 2025`, `1 nov`, `nov 1st 2025`. */
function monthAt([first, second, third]: readonly [string, string, string]): Joined | undefined {
  const number = (word: string): string | undefined => /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(word)?.[1];
  const [date, name, words] = number(first) === undefined ? [number(second), first, 2] : [number(first), second, 2];
  const month = monthNumber(name);
  if (month === undefined) return undefined;
  const isYear = (word: string): boolean => /^20\d\d$/.test(word);
  if (date !== undefined) {
    const year = isYear(third) ? third : undefined;
    return { text: dateText(month, date, year), words: year === undefined ? words : words + 1 };
  }
  if (isYear(second)) return { text: `${second}-${month}`, words: 2 };
  return { text: months[Number(month) - 1] ?? '', words: 1 };
}

/** `2026/4/1` as `2026-04-01`; what has dashes stays as it is, because it may be a mistake to be explained. */
function paddedDate(text: string): string {
  if (!text.includes('/')) return text;
  return text
    .split('/')
    .map((part) => part.padStart(2, '0'))
    .join('-');
}
