// Where the names of limit lines stand in a picture: on their line, at the end that is freer, never on each other.
import { textSize } from './text-size.ts';

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

const lineHeight = textSize.label + 4;
const gap = textSize.label - 1;

/**
 * Places the labels from the highest line down. Each stands over its line, or under it where there is no room above, or on it
 * where a place beside it would be nearer to another line and read as that one's name.
 */
export function placeLimitLabels(lines: readonly LimitLine[], marks: readonly Mark[], area: Area): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  for (const line of lines.toSorted((a, b) => a.y - b.y)) {
    const others = lines.filter((other) => other !== line);
    const candidates = candidatesOf(line, others, area).filter(
      (one) => one.y - lineHeight / 2 >= area.top - lineHeight && one.y + lineHeight / 2 <= area.bottom,
    );
    const free = candidates.filter((one) =>
      placed.every((other) => other.align !== one.align || Math.abs(other.y - one.y) >= lineHeight),
    );
    const best = (free.length > 0 ? free : candidates).toSorted(
      (a, b) => clearance(b, line, marks) - clearance(a, line, marks),
    )[0];
    if (best !== undefined) placed.push(best);
  }
  return placed;
}

function candidatesOf({ label, y: own }: LimitLine, others: readonly LimitLine[], area: Area): PlacedLabel[] {
  const beside = [own - gap, own + gap].filter((y) => others.every((other) => Math.abs(other.y - y) > gap));
  return (beside.length > 0 ? beside : [own]).flatMap((y) => [
    { label, x: area.left + 4, y, align: 'left' as const },
    { label, x: area.right - 4, y, align: 'right' as const },
  ]);
}

/** Pixels to the nearest mark beside the label, no more than 40: farther away makes no difference. */
function clearance(label: PlacedLabel, line: LimitLine, marks: readonly Mark[]): number {
  const from = (label.align === 'left' ? label.x : label.x - line.width) - 8;
  const near = marks.filter((mark) => mark.x >= from && mark.x <= from + line.width + 16);
  const distances = near.map((mark) => (mark.solidBelow && label.y > mark.y ? 0 : Math.abs(mark.y - label.y)));
  return Math.min(40, ...distances);
}
