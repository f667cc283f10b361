// One message: author, time, content; and its thread, edited and private marks.
import { drawBlocks } from './blocks.js';
import { clockTime, fullTime } from './dates.js';
import { h, svg } from './dom.js';
import { withCircles } from './emoji.js';
import { openThread } from './open-thread.js';
import { drawShortcuts } from './shortcuts.js';
import { repliesTo, state, userOf } from './state.js';
import { mrkdwnNodes } from './text.js';

/** Changes when the message has to be rendered again. */
export function versionOf(message) {
  return [message, repliesTo(message).length, state.me];
}

/** `where` is `channel` or `thread`: in a thread the link to the thread is left out. */
export function drawMessage(message, where) {
  const place = { channel: message.channel, ts: message.ts };
  const author = userOf(message.user);
  return h(
    'article',
    {
      class: `message${message.isPrivate ? ' private' : ''}${mentionsMe(message) ? ' pings' : ''}`,
      tabindex: -1,
      'data-ts': message.ts,
      'aria-label': `${author?.realName ?? 'Slackbot'}, ${clockTime(timeOf(message))}`,
    },
    avatar(author),
    h(
      'div',
      { class: 'content' },
      message.isPrivate ? h('p', { class: 'mark' }, eye(), 'Only visible to you') : null,
      headline(message, author),
      where === 'channel' && message.broadcast ? broadcastMark(message) : null,
      where === 'thread' && message.broadcast ? h('p', { class: 'mark' }, 'Also sent to the channel') : null,
      body(message, place),
      where === 'channel' && message.threadTs === undefined ? threadLine(message) : null,
    ),
    message.isPrivate || message.tombstone ? null : tools(message, where),
  );
}

/** The time in the `ts` of a message, in milliseconds. */
export function timeOf({ ts }) {
  return Number(ts) * 1_000;
}

function headline(message, author) {
  return h(
    'header',
    {},
    h('strong', {}, author?.realName ?? 'Slackbot'),
    author?.role === 'bot' ? h('span', { class: 'badge' }, 'APP') : null,
    h(
      'time',
      { datetime: new Date(timeOf(message)).toISOString(), title: fullTime(timeOf(message)) },
      clockTime(timeOf(message)),
    ),
    message.edited === null ? null : h('span', { class: 'soft', title: fullTime(message.edited) }, '(edited)'),
  );
}

function body(message, place) {
  if (message.tombstone) return h('p', { class: 'soft' }, 'This message was deleted.');
  const words =
    message.blocks.length > 0
      ? drawBlocks(message.blocks, place)
      : h('div', { class: 'block' }, mrkdwnNodes(message.text));
  return [words, message.files.map(fileLink)];
}

function fileLink(id) {
  return h('a', { class: 'block control', href: `/file/${id}`, download: '' }, 'Download the file');
}

const initials = (name) => name.replace(/\(.*/, '').trim().slice(0, 1).toUpperCase();

function avatar(author) {
  if (author?.role === 'bot') return h('img', { class: 'avatar', src: '/icon.svg', alt: '' });
  const name = author?.name ?? 'S';
  return h('span', { class: `avatar face-${name.length % 4}`, 'aria-hidden': 'true' }, initials(name));
}

function eye() {
  return svg(
    'svg',
    { viewBox: '0 0 16 16', class: 'icon', 'aria-hidden': 'true' },
    svg('path', { d: 'M1 8s2.5-4.5 7-4.5S15 8 15 8s-2.5 4.5-7 4.5S1 8 1 8z', fill: 'none', stroke: 'currentColor' }),
    svg('circle', { cx: 8, cy: 8, r: 2, fill: 'currentColor' }),
  );
}

function broadcastMark({ channel, threadTs }) {
  const root = state.messages.get(threadTs);
  const about = root === undefined ? 'a thread' : firstLine(root.text);
  const open = () => openThread({ channel, ts: threadTs });
  return h(
    'p',
    { class: 'mark' },
    'Replied to a thread: ',
    h(
      'button',
      { type: 'button', class: 'plain link', 'data-control': 'root', on: { click: open } },
      withCircles(about),
    ),
  );
}

function firstLine(text) {
  const line = h('span', {}, mrkdwnNodes(text.split('\n')[0] ?? '')).textContent;
  return line.length > 80 ? `${line.slice(0, 80).replace(/\S*$/, '')}…` : line;
}

function threadLine(message) {
  const replies = repliesTo(message);
  if (replies.length === 0) return null;
  const count = replies.length === 1 ? '1 reply' : `${replies.length} replies`;
  return h(
    'button',
    { type: 'button', class: 'plain link replies', 'data-control': 'thread', on: { click: () => openThread(message) } },
    count,
    h('span', { class: 'soft' }, ` last at ${clockTime(timeOf(replies.at(-1)))}`),
  );
}

/** What a person can do with a message of the channel, or with a reply in a thread. */
function tools(message, where) {
  const menu = drawShortcuts('message', { label: 'More actions', sign: '⋮', message });
  return h('div', { class: 'tools' }, where === 'channel' ? replyButton(message) : null, menu);
}

function replyButton(message) {
  const name = 'Reply in a thread';
  const open = () => openThread(message);
  return h(
    'button',
    { type: 'button', class: 'reply', title: name, 'aria-label': name, 'data-control': 'reply', on: { click: open } },
    '↩',
  );
}

/** True when the message mentions the user or a group of theirs. */
function mentionsMe({ text, isPrivate }) {
  if (isPrivate) return false;
  const groups = state.groups.filter(({ users }) => users.includes(state.me)).map(({ id }) => `<!subteam^${id}`);
  return [`<@${state.me}>`, ...groups].some((mention) => text.includes(mention));
}
