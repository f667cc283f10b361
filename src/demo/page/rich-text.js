// The rich_text block: typed text that needs no markup.
import { h } from './dom.js';
import { emojiOf, withCircles } from './emoji.js';
import { channelMention, dateNode, groupMention, linkNode, userMention } from './text.js';

export function drawRichText({ elements }) {
  return h('div', { class: 'block rich' }, elements.map(partNode));
}

const parts = {
  rich_text_section: ({ elements }) => h('p', {}, elements.map(inlineNode)),
  rich_text_quote: ({ elements }) => h('blockquote', {}, elements.map(inlineNode)),
  rich_text_preformatted: ({ elements }) => h('pre', { tabindex: 0 }, elements.map(inlineNode)),
  rich_text_list: ({ elements, style, indent = 0 }) =>
    h(
      style === 'ordered' ? 'ol' : 'ul',
      { style: { 'margin-left': `${indent * 20}px` } },
      elements.map((item) => h('li', {}, item.elements.map(inlineNode))),
    ),
};

function partNode(part) {
  return parts[part.type]?.(part) ?? '';
}

const inlines = {
  text: ({ text }) => withCircles(text),
  link: ({ url, text }) => linkNode(url, text ?? url),
  emoji: ({ name }) => withCircles(emojiOf(name)),
  user: ({ user_id }) => userMention(user_id),
  usergroup: ({ usergroup_id }) => groupMention(usergroup_id),
  channel: ({ channel_id }) => channelMention(channel_id),
  broadcast: ({ range }) => h('span', { class: 'mention me' }, `@${range}`),
  color: ({ value }) => value,
  date: ({ timestamp, format, fallback }) => dateNode(timestamp, format, fallback),
};

function inlineNode(element) {
  const node = inlines[element.type]?.(element) ?? '';
  const { bold, italic, strike, code, underline } = element.style ?? {};
  const wraps = [code && 'code', underline && 'u', strike && 's', italic && 'em', bold && 'strong'];
  return wraps.filter(Boolean).reduce((inside, tag) => h(tag, {}, inside), node);
}
