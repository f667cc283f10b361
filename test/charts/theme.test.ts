import { describe, expect, it } from 'vitest';
import * as colours from '../../src/charts/theme.ts';

/** Relative luminance of `#RRGGBB` as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

describe('colours', () => {
  it('the measure itself gives the known ratios', () => {
    expect(contrast('#000000', '#FFFFFF')).toBeCloseTo(21, 5);
    expect(contrast('#767676', '#FFFFFF')).toBeCloseTo(4.54, 2);
  });

  it.each([...colours.series, colours.previous, colours.previousOverBars, colours.barBehindLine])(
    '%s is at least 3:1 on the card',
    (colour) => {
      expect(contrast(colour, colours.background)).toBeGreaterThanOrEqual(3);
    },
  );

  it.each([colours.strongText, colours.softText, ...Object.values(colours.limits).map(({ colour }) => colour)])(
    'text in %s is at least 4.5:1 on the card',
    (colour) => {
      expect(contrast(colour, colours.background)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it('the line of the period before is at least 3:1 on the bars it crosses', () => {
    expect(contrast(colours.previousOverBars, colours.barBehindLine)).toBeGreaterThanOrEqual(3);
  });

  it('no two kinds of limits have the same colour or the same dashes', () => {
    const looks = Object.values(colours.limits);
    expect(new Set(looks.map(({ colour }) => colour)).size).toBe(looks.length);
    expect(new Set(looks.map(({ dash }) => dash.join())).size).toBe(looks.length);
  });

  it('no two series have the same colour, and the ninth starts again', () => {
    expect(new Set(colours.series).size).toBe(8);
    expect(colours.seriesColour(8)).toBe(colours.seriesColour(0));
    expect(colours.seriesColour(7)).not.toBe(colours.seriesColour(0));
  });
});
