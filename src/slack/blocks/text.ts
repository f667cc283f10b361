// Text of a message: foreign text made harmless, mentions, links and dates in Slack's own notation.
import { replaceUsers } from '../../alerting/notification.ts';
import type { Instant } from '../../clock.ts';
import { formatInstant } from '../../time-zone.ts';
import { escapeMarkup } from './limits.ts';

/**
 * Foreign text as one line in which Slack finds nothing to act on: no mention, link, channel, emoji, formatting,
 * line break or change of writing direction. Marks that Slack would take for formatting become their look-alikes.
 */
export function plain(text: string): string {
  return escapeMarkup(oneLine(text))
    .replace(/[*~`]/g, (mark) => lookAlikes[mark] ?? mark)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, 'ˍ')
    .replace(/:(?=[a-z0-9_+'-]*[a-z][a-z0-9_+'-]*:)/gi, ':\u200B')
    .replace(/([@#])(?=[\p{L}\p{N}])/gu, '$1\u200B');
}

const lookAlikes: Readonly<Record<string, string>> = { '*': '∗', '~': '∼', '`': 'ˋ' };

/** The same for words of alerting, in which people stand as `{user:U…}`: these become mentions. */
export function withPeople(text: string): string {
  return replaceUsers(plain(text), (id) => `<@${id}>`);
}

/** The text without control characters and direction marks, white space collapsed. For cells and labels, which know no markup. */
export function oneLine(text: string): string {
  return text
    .replace(/[\u202A-\u202E\u2066-\u2069\u200E\u200F]/g, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}

/** What pings a user U…, a user group S… or `here`; undefined for anything else. */
export function mention(id: string): string | undefined {
  if (id === 'here') return '<!here>';
  if (/^[UW][A-Z0-9]+$/.test(id)) return `<@${id}>`;
  return /^S[A-Z0-9]+$/.test(id) ? `<!subteam^${id}>` : undefined;
}

/** All mentions in one string, empty when there are none. */
export function mentionAll(ids: readonly string[]): string {
  return ids.flatMap((id) => mention(id) ?? []).join(' ');
}

/** A link with our own label; undefined when the address is not http or https. */
export function link(url: string, label: string): string | undefined {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined;
  return `<${escapeMarkup(new URL(url).href).replaceAll('|', '%7C')}|${plain(label)}>`;
}

/** An instant in the reader's own zone, with the given zone's wall clock where Slack cannot do it. */
export function dateText(at: Instant, zone: string): string {
  const fallback = formatInstant(at, zone, 'd LLL HH:mm');
  return `<!date^${Math.floor(at / 1_000)}^{date_short_pretty} {time}|${fallback} ${escapeMarkup(zone)}>`;
}
