// Facts as they read: every phrase in a value is replaced by its English.
import { Phrase } from '../../src/metrics/phrase.ts';
import { englishWording } from '../../src/wording.ts';

/** The same value with texts where phrases were. */
export function inEnglish(value: unknown): unknown {
  const phrase = Phrase.strict().safeParse(value);
  if (phrase.success) return englishWording.text(phrase.data);
  if (Array.isArray(value)) return value.map(inEnglish);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inEnglish(part)]));
}
