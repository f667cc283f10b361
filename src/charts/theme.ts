// How charts look: colours, fonts, sizes.
/** The card behind every picture, so that it looks the same on a light and on a dark Slack. */
export const background = '#FFFFFF';

/** Title and names: at least 4.5:1 on the card, as all text here. */
export const strongText = '#1F2933';

/** Axis numbers and labels. */
export const softText = '#4B5763';

/** Grid and border: they carry no meaning, so they may be faint. */
export const grid = '#E4E8ED';

/** How a limit looks by what it stands for, the same in every chart; its dashes and its name say it without the colour as well. */
export const limits = {
  critical: { colour: '#B3261E', dash: [8, 4] },
  warning: { colour: '#946000', dash: [2, 4] },
  capacity: { colour: '#4B5763', dash: [] },
  reference: { colour: '#5D4A7E', dash: [5, 4] },
} as const;

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

/** A light tint under a single line that stands on zero, and a stronger one between its lowest and highest values. */
export const fill = 'rgba(0, 114, 178, 0.09)';
export const band = 'rgba(0, 114, 178, 0.22)';

/** The usual behind a line, without meaning of its own colour. */
export const usual = 'rgba(75, 87, 99, 0.17)';

/** A period that is not over: the colour of its series, paler. */
export function paler(colour: string): string {
  return `${colour}4D`;
}

/** The strokes over a stretch in which nothing was measured; the words on it say the same. */
export const hatch = '#C9D0D8';

/**
 * Family name and file. Each family has its own name: of two files under one name only one is searched for a glyph.
 * The licences stand beside the files.
 */
export const fontFiles: readonly (readonly [family: string, file: string])[] = [
  ...['Latin', 'Latin Ext', 'Cyrillic', 'Greek', 'Vietnamese'].flatMap((subset) =>
    [400, 600].map(
      (weight) =>
        [`Inter ${subset}`, `inter-${subset.toLowerCase().replace(' ', '-')}-${weight}-normal.woff2`] as const,
    ),
  ),
  ['Shipped Noto Sans SC', 'noto-sans-sc-chinese-simplified-400-normal.woff2'],
];

/** The shipped families (Noto has Chinese and kana), then what a QuickChart server may have. */
export const fontFamily = [...new Set(fontFiles.map(([family]) => family)), 'Inter', 'Noto Sans SC', 'DejaVu Sans']
  .map((family) => `'${family}'`)
  .concat('sans-serif')
  .join(', ');

/** The size of every picture in CSS pixels. A phone shows it about 330 wide, so letters lose little; it is drawn finer than any screen. */
export const pictureSize = { width: 400, height: 250, pixelRatio: 3.5 } as const;

/** CSS pixels. */
export const textSize = { title: 17, label: 14 } as const;

/** CSS pixels that a Latin letter or digit of a label takes, rather too many than too few. */
export const columnWidth = 0.6 * textSize.label;
