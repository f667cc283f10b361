// Texts that go into a picture: cut to a width, without the signs that the shipped fonts cannot draw; and where names of limits stand.
import type { ChartModel } from '../reports/word-report.ts';
import { textSize } from './theme.ts';

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

/**
 * The text as the shipped fonts can draw it: arrows and comparison signs replaced, a flag as its two letters, other emoji and control
 * signs left out, with the space that would then stand before a comma or a colon.
 */
export function drawable(text: string): string {
  if (plain.test(text)) return text.replace(/ +/g, ' ').trim();
  return text
    .normalize() // a letter with its marks in one sign, where there is such a sign
    .replace(/[▲▼→≥≤≈]/g, (sign) => replacements[sign] ?? '')
    .replace(/\p{Regional_Indicator}/gu, (sign) =>
      String.fromCodePoint((sign.codePointAt(0) ?? firstFlag) - firstFlag + 65),
    )
    .replace(/[\p{Extended_Pictographic}\p{Emoji_Modifier}]|\uFE0F|\u20E3/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/[\s,;]+(?=[,:;.)])/g, '')
    .replace(/^[\s,:;]+/, '')
    .trim();
}

/** The first of the 26 letters of which flags are made. */
const firstFlag = 0x1f1e6;

/** The text in at most two lines of so many columns, broken at a space; the second is cut where it is too long. */
export function inLines(text: string, columns: number): string[] {
  if (columnsOf(text) <= columns) return [text];
  const words = text.split(' ');
  let first = words[0] ?? '';
  let count = 1;
  for (; count < words.length && columnsOf(`${first} ${words[count]}`) <= columns; count += 1)
    first += ` ${words[count]}`;
  const rest = words.slice(count).join(' ');
  return rest === '' || columnsOf(first) > columns
    ? [cutToColumns(text, columns)]
    : [first, cutToColumns(rest, columns)];
}

/** The whole label of a point, with the mark of a day that is not over; empty where there is none. */
export function labelAt({ labels, isPartial, words }: ChartModel, index: number): string {
  const label = labels[index] ?? '';
  return isPartial && index === labels.length - 1 ? `${label} ${words.soFar}` : label;
}

export interface LimitLine {
  readonly label: string;
  /** Pixels from the top. */
  readonly y: number;
  /** Width of the label in pixels. */
  readonly width: number;
}

/** Something drawn that a label should not hide: a point of a line, or the top of a bar that reaches down from there. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly solidBelow: boolean;
}

export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** `y` is the middle of the text. */
export interface PlacedLabel {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly align: 'left' | 'right';
}

/** CSS pixels that a line of text takes, and from a line or dot to the middle of the text beside it. */
export const lineHeight = textSize.label + 4;
export const gap = textSize.label - 1;

/**
 * Places the labels from the highest line down. Each stands over its line, or under it where there is no room above, or on it
 * where a place beside it would be nearer to another line and read as that one's name.
 */
export function placeLimitLabels(lines: readonly LimitLine[], marks: readonly Mark[], area: Area): PlacedLabel[] {
  const placed: (PlacedLabel & Pick<LimitLine, 'width'>)[] = [];
  for (const line of lines.toSorted((a, b) => a.y - b.y)) {
    const others = lines.filter((other) => other !== line);
    const candidates = candidatesOf(line, others, area).filter(
      (one) => one.y - lineHeight / 2 >= area.top - lineHeight && one.y + lineHeight / 2 <= area.bottom,
    );
    const free = candidates.filter((one) =>
      placed.every((other) => {
        const [left, otherLeft] = [leftOf(one, line.width), leftOf(other, other.width)];
        const isAside = left >= otherLeft + other.width || otherLeft >= left + line.width;
        return isAside || Math.abs(other.y - one.y) >= lineHeight;
      }),
    );
    const best = (free.length > 0 ? free : candidates).toSorted(
      (a, b) => clearance(b, line, marks) - clearance(a, line, marks),
    )[0];
    if (best !== undefined) placed.push({ ...best, width: line.width });
  }
  return placed.map(({ width: _width, ...label }) => label);
}

const leftOf = ({ x, align }: PlacedLabel, width: number): number => (align === 'left' ? x : x - width);

function candidatesOf({ label, y: own, width }: LimitLine, others: readonly LimitLine[], area: Area): PlacedLabel[] {
  const beside = [own - gap, own + gap].filter((y) => others.every((other) => Math.abs(other.y - y) > gap));
  return (beside.length > 0 ? beside : [own]).flatMap((y) => [
    { label, x: area.left + 4, y, align: 'left' as const },
    { label, x: area.right - 4, y, align: 'right' as const },
    { label, x: (area.left + area.right - width) / 2, y, align: 'left' as const },
  ]);
}

/** Pixels to the nearest mark beside the label, no more than 40: farther away makes no difference. */
function clearance(label: PlacedLabel, line: LimitLine, marks: readonly Mark[]): number {
  const from = leftOf(label, line.width) - 8;
  const near = marks.filter((mark) => mark.x >= from && mark.x <= from + line.width + 16);
  const distances = near.map((mark) => (mark.solidBelow && label.y > mark.y ? 0 : Math.abs(mark.y - label.y)));
  return Math.min(40, ...distances);
}
