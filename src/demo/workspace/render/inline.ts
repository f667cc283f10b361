// Renders text with markup as plain text: mentions by name, dates in a zone, `&lt;` unescaped once.
import { type Fields, isFields } from '../blocks/walk.ts';
import type { State } from '../state.ts';

/** What rendering needs. */
export interface RenderContext {
  readonly state: Pick<State, 'users' | 'userGroups' | 'channels' | 'files'>;
  /** IANA zone. */
  readonly timezone: string;
  /** Characters per line. */
  readonly width: number;
}

/** A text object, or nothing. */
export function textOf(context: RenderContext, value: unknown): string {
  if (!isFields(value)) return '';
  const text = String(value['text'] ?? '');
  return value['type'] === 'mrkdwn' ? fromMrkdwn(context, text) : withEmoji(unescape_(text));
}

/** mrkdwn, or the `text` of a message. */
export function fromMrkdwn(context: RenderContext, text: string): string {
  const read = unescape_(text.replaceAll(/<([^<>]+)>/g, (whole, inner: string) => reference(context, inner) ?? whole))
    .replaceAll(/(?<![\w*])\*([^*\n]+)\*(?![\w*])/g, '$1')
    .replaceAll(/(?<![\w_])_([^_\n]+)_(?![\w_])/g, '$1')
    .replaceAll(/(?<![\w~])~([^~\n]+)~(?![\w~])/g, '$1')
    .replaceAll(/`([^`\n]+)`/g, '$1');
  return withEmoji(read);
}

/** Unescapes the three characters that Slack escapes, once. */
function unescape_(text: string): string {
  return text.replaceAll(/&(lt|gt|amp);/g, (_whole, name: string) => (name === 'lt' ? '<' : name === 'gt' ? '>' : '&'));
}

/** `@name` of a person or group. */
function nameOf(context: RenderContext, id: string): string {
  return `@${context.state.users.get(id)?.name ?? context.state.userGroups.get(id)?.handle ?? id}`;
}

function channelName(context: RenderContext, id: string): string {
  return `#${context.state.channels.get(id)?.name ?? id}`;
}

/** The tokens of `<!date^…>` formats, in a zone. */
function formatDate(context: RenderContext, seconds: number, format: string): string {
  const date = new Date(seconds * 1000);
  const as = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en-US', { timeZone: context.timezone, ...options }).format(date);
  const long: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'long', day: 'numeric' };
  const short: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'short', day: 'numeric' };
  const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const tokens: Record<string, () => string> = {
    date: () => as(long),
    date_num: () => new Intl.DateTimeFormat('sv-SE', { timeZone: context.timezone }).format(date),
    date_long: () => as({ weekday: 'long', ...long }),
    date_short: () => as(short),
    time: () => as(clock),
    time_secs: () => as({ ...clock, second: '2-digit' }),
    ago: () => `at ${as(clock)}`,
  };
  return format.replaceAll(/\{(\w+)\}/g, (whole, name: string) => tokens[name.replace(/_pretty$/, '')]?.() ?? whole);
}

/** The inline elements of rich text. */
export function richInline(context: RenderContext, element: Fields): string {
  switch (element['type']) {
    case 'user':
      return nameOf(context, String(element['user_id']));
    case 'usergroup':
      return nameOf(context, String(element['usergroup_id']));
    case 'channel':
      return channelName(context, String(element['channel_id']));
    case 'broadcast':
      return `@${String(element['range'])}`;
    case 'emoji':
      return emoji.get(String(element['name'])) ?? `:${String(element['name'])}:`;
    case 'date':
      return formatDate(context, Number(element['timestamp']), String(element['format']));
    case 'link':
      return String(element['text'] ?? element['url']);
    default:
      return String(element['text'] ?? element['value'] ?? '');
  }
}

function withEmoji(text: string): string {
  return text.replaceAll(emojiCode, (whole, name: string) => emoji.get(name) ?? whole);
}

function reference(context: RenderContext, inner: string): string | undefined {
  const [target = '', label] = inner.split('|', 2);
  if (target.startsWith('@')) return nameOf(context, target.slice(1));
  if (target.startsWith('#')) return channelName(context, target.slice(1));
  if (target.startsWith('!subteam^')) return nameOf(context, target.slice('!subteam^'.length));
  const date = /^!date\^(\d+)\^([^^]+)/.exec(target);
  if (date !== null) return formatDate(context, Number(date[1]), date[2] ?? '');
  if (target.startsWith('!')) return `@${target.slice(1)}`;
  if (/^(https?:|mailto:)/.test(target)) return label ?? target.replace(/^mailto:/, '');
  return undefined;
}

const emojiCode = /:([a-z0-9_+-]+):/g;

const emoji: ReadonlyMap<string, string> = new Map([
  ['red_circle', '🔴'],
  ['large_red_circle', '🔴'],
  ['large_orange_circle', '🟠'],
  ['large_yellow_circle', '🟡'],
  ['large_green_circle', '🟢'],
  ['white_circle', '⚪'],
  ['black_circle', '⚫'],
  ['large_blue_circle', '🔵'],
  ['warning', '⚠️'],
  ['white_check_mark', '✅'],
  ['x', '❌'],
  ['bell', '🔔'],
  ['no_bell', '🔕'],
  ['chart_with_upwards_trend', '📈'],
  ['hourglass_flowing_sand', '⏳'],
]);
