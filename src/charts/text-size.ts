// How large the texts of a picture are. Slack shows a picture of 800 pixels at about 560, and on a phone at less than half.

/** CSS pixels. */
export const textSize = { title: 20, label: 15 } as const;

/** CSS pixels that a Latin letter or digit of a label takes, rather too many than too few. */
export const columnWidth = 0.6 * textSize.label;
