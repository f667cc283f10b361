// The colours of the charts: told apart by the colour-blind, and dark enough on the light card that every picture brings along.

/** The card behind every picture, so that it looks the same on a light and on a dark Slack. */
export const background = '#FFFFFF';

/** Title and names: at least 4.5:1 on the card, as all text here. */
export const strongText = '#1F2933';

/** Axis numbers and labels. */
export const softText = '#4B5763';

/** Grid and border: they carry no meaning, so they may be faint. */
export const grid = '#E4E8ED';

/** Limit lines and their labels; also dashed and named, so that the colour is never all there is. */
export const limit = '#B3261E';

/** The period before. */
export const previous = '#5B7690';

/** The period before where it crosses bars: at least 3:1 on the card and on `barBehindLine`. */
export const previousOverBars = '#22384F';

/** A single series of bars that such a line crosses. */
export const barBehindLine = '#4F8FE6';

/**
 * Series in order. At least 3:1 on the card; chosen by distance under simulated protanopia, deuteranopia and tritanopia,
 * neighbours furthest apart.
 */
export const series = ['#0072B2', '#C47F00', '#3B1A9E', '#36A05A', '#7E2F50', '#8A8A8A', '#4F8FE6', '#4A1166'] as const;

/** The colour of the series at `index`; starts again after the last. */
export function seriesColour(index: number): string {
  return series[index % series.length] ?? series[0];
}

/** A light tint under a single line. */
export const fill = 'rgba(0, 114, 178, 0.09)';
