// The size of every picture, wherever it is drawn.

/** The size of every picture in CSS pixels; it is drawn at twice that. */
export const pictureSize = { width: 800, height: 400, pixelRatio: 2 } as const;
