// Slack's text markup as nodes: mentions by name, links, dates, emoji, bold, italic, strike, code and quotes.
import { formatDate, fullTime } from './dates.js';
import { h } from './dom.js';
import { emojiOf, withCircles } from './emoji.js';
import { channelOf, state, userOf } from './state.js';

/** The nodes of a text object, `mrkdwn` or `plain_text`. */
export function textNodes(object) {
  if (object === undefined || object === null) return [];
  if (object.type === 'mrkdwn') return mrkdwnNodes(object.text);
  const text = unescapeText(object.text);
  return withCircles(object.emoji === false ? text : withEmoji(text));
}

/** A text object as a plain string, for labels. */
export function plainOf(object) {
  return textNodes(object)
    .map((node) => (typeof node === 'string' ? node : node.textContent))
    .join('');
}

/** Splits the text into paragraphs, code blocks and quotes. */
export function mrkdwnNodes(text) {
  return text.split(/```\n?/).flatMap((part, index) => {
    if (index % 2 === 1) return [h('pre', { tabindex: 0 }, unescapeText(part.replace(/\n$/, '')))];
    return quotesAndLines(part.replace(/^\n/, index === 0 ? '\n' : ''));
  });
}

function quotesAndLines(text) {
  const lines = text.split('\n');
  const nodes = [];
  for (const [index, line] of lines.entries()) {
    const quoted = /^&gt; ?(.*)$/.exec(line);
    if (quoted !== null) nodes.push(h('blockquote', {}, inlineNodes(quoted[1])));
    else nodes.push(...inlineNodes(line), ...(index < lines.length - 1 ? [h('br')] : []));
  }
  return nodes;
}

const inline =
  /`([^`]+)`|<([^<>]+)>|:([a-z0-9_+'-]+):|(?<![\w*])\*(\S(?:[^*]*\S)?)\*(?![\w*])|(?<![\w_])_(\S(?:[^_]*\S)?)_(?![\w_])|(?<![\w~])~(\S(?:[^~]*\S)?)~(?![\w~])/;

function inlineNodes(text) {
  const found = inline.exec(text);
  if (found === null) return withCircles(unescapeText(text));
  const [whole, code, reference, emoji, bold, italic, strike] = found;
  const node =
    (code !== undefined && h('code', {}, unescapeText(code))) ||
    (reference !== undefined && referenceNode(reference)) ||
    (emoji !== undefined && withCircles(emojiOf(emoji))) ||
    (bold !== undefined && h('strong', {}, inlineNodes(bold))) ||
    (italic !== undefined && h('em', {}, inlineNodes(italic))) ||
    (strike !== undefined && h('s', {}, inlineNodes(strike))) ||
    whole;
  const before = text.slice(0, found.index);
  return [
    ...withCircles(unescapeText(before)),
    ...[node].flat(),
    ...inlineNodes(text.slice(found.index + whole.length)),
  ];
}

/** The content between `<` and `>`. */
function referenceNode(inside) {
  const [target, label] = inside.split('|', 2);
  if (target.startsWith('@')) return userMention(target.slice(1));
  if (target.startsWith('#')) return channelMention(target.slice(1));
  if (target.startsWith('!subteam^')) return groupMention(target.slice(9));
  if (target.startsWith('!date^')) {
    const [, seconds, format] = target.split('^');
    return dateNode(Number(seconds), format, label);
  }
  if (target.startsWith('!')) return h('span', { class: 'mention me' }, `@${target.slice(1)}`);
  return linkNode(target, label === undefined ? undefined : unescapeText(label));
}

export function userMention(id) {
  return h('span', { class: id === state.me ? 'mention me' : 'mention' }, `@${userOf(id)?.name ?? id}`);
}

export function groupMention(id) {
  const group = state.groups.find((one) => one.id === id);
  const isMine = group?.users.includes(state.me) === true;
  return h('span', { class: isMine ? 'mention me' : 'mention' }, `@${group?.handle ?? id}`);
}

export function channelMention(id) {
  return h('a', { class: 'mention', href: `#${id}` }, `#${channelOf(id)?.name ?? id}`);
}

export function dateNode(seconds, format, fallback) {
  const at = seconds * 1_000;
  if (!Number.isFinite(at)) return fallback ?? '';
  return h('time', { datetime: new Date(at).toISOString(), title: fullTime(at) }, formatDate(at, format));
}

/** Only http, https and mailto links are allowed. */
export function linkNode(address, label) {
  const target = unescapeText(address);
  if (!/^(https?:|mailto:)/i.test(target)) return label ?? target;
  return h('a', { href: target, target: '_blank', rel: 'noreferrer' }, label ?? target.replace(/^mailto:/, ''));
}

/** Unescapes the three characters that Slack escapes, once. */
export function unescapeText(text) {
  return text.replaceAll(/&(lt|gt|amp);/g, (_whole, name) => ({ lt: '<', gt: '>', amp: '&' })[name]);
}

function withEmoji(text) {
  return text.replaceAll(/:([a-z0-9_+'-]+):/g, (_whole, name) => emojiOf(name));
}
