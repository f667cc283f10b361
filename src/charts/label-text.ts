// Texts that go into a picture: cut to a width, and without the signs that the shipped fonts cannot draw.
import type { ChartModel } from '../reports/word-report.ts';

let segmenter: Intl.Segmenter | undefined;

/** The graphemes of a text. The segmenter is created when first needed, because most texts need none. */
function graphemes(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** Chinese, Japanese and Korean signs take two columns. */
const wide = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\uFFE0-\uFFE6]/;

/** Signs that no shipped font has, and what says the same. */
const replacements: Readonly<Record<string, string>> = { '▲': '↑', '▼': '↓', '→': '-', '≥': '>=', '≤': '<=', '≈': '~' };

/** Most labels are plain ASCII, which needs no splitting into signs. */
const plain = /^[\x20-\x7E]*$/;

/** How many columns of Latin letters a text takes, roughly. */
export function columnsOf(text: string): number {
  if (plain.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes(text)) columns += wide.test(segment) ? 2 : 1;
  return columns;
}

/** The text itself, or its beginning and `…`, at most `columns` columns wide; never half a sign. */
export function cutToColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let used = 1;
  let kept = '';
  for (const { segment } of graphemes(text)) {
    used += wide.test(segment) ? 2 : 1;
    if (used > columns) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** The text itself, or its beginning and `…`, at most `length` UTF-16 units long, which is the strictest way to count. */
export function cutToLength(text: string, length: number): string {
  if (text.length <= length) return text;
  let kept = '';
  for (const { segment } of graphemes(text)) {
    if (kept.length + segment.length > length - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** The text as the shipped fonts can draw it: arrows and comparison signs replaced, emoji and control signs left out. */
export function drawable(text: string): string {
  if (plain.test(text)) return text.replace(/ +/g, ' ').trim();
  return text
    .replace(/[▲▼→≥≤≈]/g, (sign) => replacements[sign] ?? '')
    .replace(/[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]|\uFE0F|\u20E3/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim();
}

/** The whole label of a point, with the mark of a day that is not over; empty where there is none. */
export function labelAt({ labels, isPartial, words }: ChartModel, index: number): string {
  const label = labels[index] ?? '';
  return isPartial && index === labels.length - 1 ? `${label} ${words.soFar}` : label;
}
