// The fonts beside the code: which files, and the family name each is known by.

/**
 * Family name and file. Each family has files of its own: of two under one name only one is ever asked for a letter.
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
