// Reads the numbers of a sentence: a table of sentence forms says which metric, statistic and window each number claims to be.
import { changeForms } from './change-forms.ts';
import { datesPattern } from './local-time.ts';
import { beforePattern, windowPattern } from './range-words.ts';
import { type Form, neutral, type Reader, type Reading, type Scope, type Subject } from './reader.ts';
import { valueForms } from './value-forms.ts';

/** Digits that are no numbers of an app: times, dates, names of ranges, lengths of time. */
const neutrals = [
  neutral(`<!date[^>]*>`),
  neutral(`\\d{1,2}:\\d{2}(?::\\d{2})?`),
  neutral(`\\d{4}-\\d{2}-\\d{2}(?:\\.\\.\\d{4}-\\d{2}-\\d{2})?`),
  neutral(`(?:${windowPattern})(?!\\p{L})`),
  neutral(`(?:${beforePattern})(?!\\p{L})`),
  neutral(`(?:${datesPattern})(?!\\p{L})`),
  neutral(`\\d+ (?:days|weeks|months|hours) to \\d`),
  neutral(`(?:week|in) \\d+(?: weeks?| months?)?`),
  neutral(`keeps \\d+ days`),
  neutral(`too short for \\d+ (?:hour|day)s?(?: \\d+ min)?`),
  neutral(`[A-Z][a-z]+ \\d{4}\\b`),
  neutral(`\\d+ min ago|\\d+ h ago|\\d+ days ago`),
];

const forms: readonly Form[] = [...valueForms, ...changeForms, ...neutrals];

/** Reads a text from left to right by the first form that fits; a digit that no form covers is unattributed. */
export function readSentence(text: string, scope: Scope, start?: Subject): Reading {
  const reader: Reader = { ...scope, text, claims: [], unattributed: [], subject: start, compared: undefined };
  for (let at = 0; at < text.length; ) at += readAt(text, at, reader);
  return reader;
}

function readAt(text: string, at: number, reader: Reader): number {
  if (at > 0 && /[\p{L}\d.,]/u.test(text[at - 1] ?? '') && /[\p{L}\d]/u.test(text[at] ?? '')) return 1;
  for (const { pattern, read } of forms) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null || match[0] === '') continue;
    read(match.groups ?? {}, reader, match[0]);
    return match[0].length;
  }
  const [found] = /^\d[\d,.]*/.exec(text.slice(at)) ?? [];
  if (found === undefined) return 1;
  reader.unattributed.push({ shown: text.slice(Math.max(0, at - 60), at + 60) });
  return found.length;
}
