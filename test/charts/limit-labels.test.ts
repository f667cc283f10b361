import { describe, expect, it } from 'vitest';
import { type Mark, placeLimitLabels } from '../../src/charts/label-text.ts';

const area = { left: 50, right: 750, top: 20, bottom: 320 };
const line = (label: string, y: number) => ({ label, y, width: 80 });
const marksAt = (y: number, from: number, to: number): Mark[] =>
  Array.from({ length: 20 }, (_, index) => ({ x: from + ((to - from) * index) / 19, y, solidBelow: false }));

describe('names of limit lines', () => {
  it('stand on their line at the left where nothing is in the way', () => {
    expect(placeLimitLabels([line('limit', 100)], [], area)).toEqual([{ label: 'limit', x: 54, y: 87, align: 'left' }]);
  });

  it('move to the right where the data runs through the left', () => {
    const [placed] = placeLimitLabels([line('limit', 100)], marksAt(92, 50, 200), area);
    expect(placed).toMatchObject({ align: 'right', y: 87 });
  });

  it('move under the line where the data runs above it everywhere', () => {
    const [placed] = placeLimitLabels([line('limit', 100)], marksAt(87, 50, 750), area);
    expect(placed?.y).toBe(113);
  });

  it('count what is inside a bar as hidden', () => {
    const bar: Mark = { x: 90, y: 40, solidBelow: true };
    expect(placeLimitLabels([line('limit', 200)], [bar], area)[0]?.align).toBe('right');
  });

  it('stand where no other line is nearer than their own', () => {
    const lines = [line('2,000', 100), line('1,900', 112), line('1,800', 124)];
    const placed = placeLimitLabels(lines, [], area);
    expect(placed).toHaveLength(3);
    for (const { label, y } of placed) {
      const nearest = lines.toSorted((a, b) => Math.abs(a.y - y) - Math.abs(b.y - y))[0];
      expect(nearest?.label).toBe(label);
    }
  });

  it('stand in the middle where that keeps them off the data and off each other', () => {
    const lines = [line('limit', 100), line('critical', 106), line('warning', 124)];
    const rising = marksAt(106, 560, 750);
    const critical = placeLimitLabels(lines, rising, area).find(({ label }) => label === 'critical');
    const left = critical?.align === 'left' ? critical.x : (critical?.x ?? 0) - 80;
    expect(left + 80).toBeLessThan(560);
  });

  it('do not stand on each other when two lines are close', () => {
    const placed = placeLimitLabels([line('upper', 100), line('lower', 106)], [], area);
    const [upper, lower] = placed;
    expect(placed).toHaveLength(2);
    expect(upper?.align !== lower?.align || Math.abs((upper?.y ?? 0) - (lower?.y ?? 0)) >= 19).toBe(true);
  });

  it('stay inside the picture for a line at its lower edge', () => {
    expect(placeLimitLabels([line('zero', 318)], [], area)[0]?.y).toBe(305);
  });
});
