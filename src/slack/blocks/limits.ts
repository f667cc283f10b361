// Slack's limits for text and blocks, and the ways to stay within them: escape, cut by code points, count characters.

/** Blocks of one message that we allow ourselves; Slack's own limit is 50. */
export const maxBlocks = 45;

/** Characters of all blocks of one message; Slack refuses somewhere above 9,600. */
export const maxCharacters = 9_000;

/** Characters of one section text; Slack's own limit is 3,000. */
export const maxSectionText = 2_900;

/** Characters of the top-level `text`, which screen readers get; longer ones may be posted several times by the server. */
export const maxMessageText = 3_500;

/** Characters of a value of a button; Slack's own limit is 2,000. */
export const maxButtonValue = 1_900;

/** Makes foreign text harmless in mrkdwn: no mention, no link, no channel. Nothing else needs escaping. */
export function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Undoes what Slack does to the text of a command or a mention. */
export function unescapeMarkup(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Characters as Slack counts them: code points. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** The text, or its first `max - 1` code points and an ellipsis. Never half a character, never half an escape. */
export function truncate(text: string, max: number): string {
  if (text.length <= max || lengthOf(text) <= max) return text;
  const kept = [...text.slice(0, max * 2)].slice(0, max - 1).join('');
  return `${kept.replace(/&[a-z]{0,4}$/, '')}…`;
}

/** Characters that a person would have to read in a block: every string in it but types, ids and values. */
export function charactersOf(block: unknown): number {
  if (typeof block === 'string') return lengthOf(block);
  if (Array.isArray(block)) return block.reduce((sum: number, part) => sum + charactersOf(part), 0);
  if (typeof block !== 'object' || block === null) return 0;
  return Object.entries(block)
    .filter(([name]) => !unread.has(name))
    .reduce((sum, [, part]) => sum + charactersOf(part), 0);
}

const unread: ReadonlySet<string> = new Set(['type', 'block_id', 'action_id', 'value', 'style', 'id', 'url']);
