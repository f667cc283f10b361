// The formatter of one language, the English one, and what needs no language: first letters, values that can be drawn.
import { createNumberFormatter, type NumberFormatter } from './format-numbers.ts';
import { createTimeFormatter, type TimeFormatter } from './format-time.ts';
import { englishLanguage, type Language } from './language.ts';

/** All numbers, times and plurals of one language. */
export interface Formatter extends NumberFormatter, TimeFormatter {}

export function createFormatter(language: Language): Formatter {
  const numbers = createNumberFormatter(language);
  return { ...numbers, ...createTimeFormatter(language, numbers) };
}

/** The formatter of configuration errors, log lines and `check`, which are English whatever the language of messages. */
export const english = createFormatter(englishLanguage);

export const { notMeasured } = english;
export const formatCount = english.count;
export const formatRatio = english.ratio;
export const formatValue = english.value;
export const formatDuration = english.duration;
export const listWords = english.list;

/** `1 user`, `2 users`, `1,204 messages`: a count with its English noun. */
export function formatQuantity(count: number, one: string, other = `${one}s`): string {
  return english.quantity(count, { one, other });
}

/** The first letter as a capital, for the start of a sentence. */
export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** For the middle of a sentence; an abbreviation such as HTTP keeps its capitals. */
export function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** The value, or undefined where it is no number that can be drawn: that is a gap. */
export function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
