// The blocks of messages: builders, Slack's limits, and its markup.
import { replaceUsers } from '../../alerting/notification.ts';
import type { Instant } from '../../clock.ts';
import type { Formatter } from '../../metrics/format.ts';
import { type MarkedMoment, momentsInWords, replaceMoments } from '../../metrics/format-time.ts';
import type { Standing } from '../../reports/report.ts';

/** Any Block Kit block. An open type, because Slack's own types lack the newest blocks. */
export interface Block {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A drawn message: `blocks` as shown, and the same content as `text` for notifications and screen readers. */
export interface DrawnMessage {
  readonly blocks: readonly Block[];
  readonly text: string;
}

/** A section of mrkdwn, in which Slack makes no links of its own. Foreign parts must have gone through `plain`. */
export function mrkdwn(text: string): { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true } {
  return { type: 'mrkdwn', text: unbroken(text), verbatim: true };
}

/** A number and its unit on one line: a line that begins with "%" or "GiB" is read as noise. */
export function unbroken(text: string): string {
  return text.replace(/(?<=\d) (?=(?:%|[KMGTP]iB|min|h|s)(?![\p{L}\p{N}]))/gu, '\u00A0');
}

export function plainText(text: string): { readonly type: 'plain_text'; readonly text: string; readonly emoji: false } {
  return { type: 'plain_text', text, emoji: false };
}

export function section(text: string): Block {
  return { type: 'section', text: mrkdwn(text) };
}

export function context(text: string): Block {
  return { type: 'context', elements: [mrkdwn(text)] };
}

export function actions(elements: readonly Block[]): Block {
  return { type: 'actions', elements };
}

/** An uploaded picture. */
export function fileImage(file: string, alt: string): Block {
  return { type: 'image', slack_file: { id: file }, alt_text: alt };
}

/** Slack's limit of the label of a button, the one that is read aloud too. */
export const maxLabel = 75;

/** A button. `value` carries ids only. */
export function button(spec: {
  readonly action: string;
  readonly label: string;
  /** What it is about, which who sees the message sees around it and who hears it does not: an alert, a command, a digest. */
  readonly about: string;
  readonly value?: string;
  readonly url?: string;
  readonly style?: 'primary' | 'danger';
  /** The question that is asked first, with the labels of its answers. */
  readonly confirm?: Readonly<Record<'title' | 'text' | 'confirm' | 'deny', string>> | undefined;
}): Block {
  return {
    type: 'button',
    action_id: spec.action,
    text: plainText(spec.label),
    ...(spec.value === undefined ? {} : { value: spec.value }),
    ...(spec.url === undefined ? {} : { url: spec.url }),
    ...(spec.style === undefined ? {} : { style: spec.style }),
    accessibility_label: spokenLabel(spec),
    ...(spec.confirm === undefined ? {} : { confirm: dialog(spec.confirm) }),
  };
}

/** Begins with the words that are seen, so that who speaks to a client can say them. */
function spokenLabel({ label, about }: { readonly label: string; readonly about: string }): string {
  const whole =
    about === '' || label.endsWith(` ${about}`) ? label : `${label}: ${oneLine(about).replace(/[<>]/g, '')}`;
  return truncate(whole, maxLabel);
}

function dialog({ title, text, confirm, deny }: Readonly<Record<'title' | 'text' | 'confirm' | 'deny', string>>) {
  return { title: plainText(title), text: plainText(text), confirm: plainText(confirm), deny: plainText(deny) };
}

/** Most blocks of one message; Slack's limit is 50. */
export const maxBlocks = 45;

/** Most characters of all blocks of one message; Slack refuses somewhere above 9,600. */
export const maxCharacters = 9_000;

/** Most characters of one section text; Slack's limit is 3,000. */
export const maxSectionText = 2_900;

/** Most characters of the top-level `text`; Slack may split a longer one into several messages. */
export const maxMessageText = 3_500;

/** Most characters of the value of a button; Slack's limit is 2,000. */
export const maxButtonValue = 1_900;

/** Escapes foreign text in mrkdwn: no mention, no link, no channel. Nothing else needs escaping. */
export function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Undoes Slack's escapes in the text of a command or a mention. */
export function unescapeMarkup(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Characters as Slack counts them: code points. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** The text, or its first `max - 1` code points and an ellipsis. Never half a character, half an escape, half a mention or half a moment. */
export function truncate(text: string, max: number): string {
  if (text.length <= max || lengthOf(text) <= max) return text;
  const kept = [...text.slice(0, max * 2)].slice(0, max - 1).join('');
  return `${kept.replace(/(?:&[a-z]{0,4}|<[!@#h][^<>]*|\{(?:moment|user|channel|thread) ?[^{}]*)$/, '')}…`;
}

/** Characters of a block that a person reads: every string in it but types, ids and values. */
export function charactersOf(block: unknown): number {
  if (typeof block === 'string') return lengthOf(block);
  if (Array.isArray(block)) return block.reduce((sum: number, part) => sum + charactersOf(part), 0);
  if (typeof block !== 'object' || block === null) return 0;
  return Object.entries(block)
    .filter(([name]) => !unread.has(name))
    .reduce((sum, [, part]) => sum + charactersOf(part), 0);
}

const unread: ReadonlySet<string> = new Set(['type', 'block_id', 'action_id', 'value', 'style', 'id', 'url']);

/**
 * Foreign text as one line without anything that Slack interprets: no mention, link, channel, emoji, formatting, line
 * break or change of writing direction. Formatting marks become similar characters.
 */
export function plain(text: string): string {
  return escapeMarkup(oneLine(text))
    .replace(/[*~`]/g, (mark) => lookAlikes[mark] ?? mark)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, 'ˍ')
    .replace(/:(?=[a-z0-9_+'-]*[a-z][a-z0-9_+'-]*:)/gi, ':\u200B')
    .replace(/([@#])(?=[\p{L}\p{N}])/gu, '$1\u200B');
}

const lookAlikes: Readonly<Record<string, string>> = { '*': '∗', '~': '∼', '`': 'ˋ' };

/** The same for texts of alerting, whose `{user:U…}` become mentions and whose `{channel:C…}` links. */
export function withPeople(text: string): string {
  return linkChannels(replaceUsers(plain(text), (id) => `<@${id}>`));
}

const shownOfMoment: Readonly<Record<MarkedMoment['shows'], string>> = {
  time: '{time}',
  date: '{date_short}',
  'date and time': '{date_short} {time}',
};

/** A message whose texts were written with `marked`: its moments are in the zone of the reader where Slack converts them. */
export function withReadersTimes(drawn: DrawnMessage): DrawnMessage {
  return rewritten(drawn, { mrkdwn: readersMoments, label: momentsInWords, text: momentsInWords });
}

/** The same message with its texts written in another way: those that have markup, those that have none, and the top-level text. */
export function rewritten(
  { blocks, text }: DrawnMessage,
  write: Readonly<Record<'mrkdwn' | 'label' | 'text', (text: string) => string>>,
): DrawnMessage {
  const again = (part: unknown): unknown => {
    if (typeof part === 'string') return write.label(part);
    if (Array.isArray(part)) return part.map(again);
    if (typeof part !== 'object' || part === null) return part;
    if ('type' in part && part.type === 'mrkdwn' && 'text' in part)
      return { ...part, text: write.mrkdwn(String(part.text)) };
    return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, again(value)]));
  };
  return { blocks: blocks.map((block) => again(block) as Block), text: write.text(text) }; // the same block with other strings
}

/** Where a client cannot convert a moment, it is in the zone of the app. */
function readersMoments(text: string): string {
  return replaceMoments(text, ({ at, shows, words, zone }) => {
    const fallback = shows === 'date' ? words : `${words} ${zone}`;
    return `<!date^${Math.floor(at / 1_000)}^${shownOfMoment[shows]}|${fallback}>`;
  });
}

const channelToken = /\{channel:([CDG][A-Z0-9]{2,})\}/g;

/** `{channel:C…}` as Slack's link, which shows the name of the channel. */
export function linkChannels(text: string): string {
  return text.replace(channelToken, (_token, id: string) => `<#${id}>`);
}

/** `{channel:C…}` as its id, for cells and labels, which have no links. */
export function channelIds(text: string): string {
  return text.replace(channelToken, (_token, id: string) => id);
}

const threadToken = / ?\{thread (https?:\/\/[^\s{}|<>]+\/archives\/[A-Z0-9]+\/p\d+)\}/g;

/** `{thread https://…}`, the address of a message, as a link to it with these words. */
export function linkThreads(text: string, words: string): string {
  return text.replace(threadToken, (_token, address: string) => ` ${link(address, words) ?? ''}`);
}

/** The text without such addresses, for cells and labels. */
export function withoutThreads(text: string): string {
  return text.replace(threadToken, '');
}

/** The text without control characters and direction marks, white space collapsed. For cells and labels, which have no markup. */
export function oneLine(text: string): string {
  return text
    .replace(/[\u202A-\u202E\u2066-\u2069\u200E\u200F]/g, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}

/** The mention of a user U…, a user group S… or `here`; undefined for anything else. */
export function mention(id: string): string | undefined {
  if (id === 'here') return '<!here>';
  if (/^[UW][A-Z0-9]+$/.test(id)) return `<@${id}>`;
  return /^S[A-Z0-9]+$/.test(id) ? `<!subteam^${id}>` : undefined;
}

/** All mentions in one string, empty when there are none. */
export function mentionAll(ids: readonly string[]): string {
  return ids.flatMap((id) => mention(id) ?? []).join(' ');
}

/** A link with a label; undefined when the address is not http or https. */
export function link(url: string, label: string): string | undefined {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined;
  return `<${escapeMarkup(new URL(url).href).replaceAll('|', '%7C')}|${plain(label)}>`;
}

/** An instant in the reader's own zone; in clients that cannot convert it, in the given zone. */
export function dateText(at: Instant, zone: string, { instant }: Pick<Formatter, 'instant'>): string {
  const fallback = instant(at, zone, 'd LLL HH:mm');
  return `<!date^${Math.floor(at / 1_000)}^{date_short_pretty} {time}|${fallback} ${escapeMarkup(zone)}>`;
}

const circles: Readonly<Record<Standing, string>> = { good: '🟢', warning: '🟠', critical: '🔴', unknown: '⚪' };

const colours: Readonly<Record<'red' | 'orange' | 'green' | 'grey', string>> = {
  red: '🔴',
  orange: '🟠',
  green: '🟢',
  grey: '⚪',
};

/** The circle with a space behind it; empty without a standing. */
export function circleOf(standing: Standing | undefined): string {
  return standing === undefined ? '' : `${circles[standing]} `;
}

/** The circle of an alert's colour, with a space behind it. */
export function circleOfColour(colour: 'red' | 'orange' | 'green' | 'grey'): string {
  return `${colours[colour]} `;
}

/** The message of a problem. A line of the hint such as `/imstats …` or `Try: /imstats …` holds a command to paste. */
export function drawProblem(message: string, hint?: string): DrawnMessage {
  const lines = (hint ?? '').split('\n').filter((line) => line.trim() !== '');
  const marked = [plain(message), ...lines.map(markCommand)].join('\n');
  return {
    blocks: [section(truncate(marked, 2_900))],
    text: truncate([plain(message), ...lines.map(plain)].join('\n'), maxMessageText),
  };
}

/** Shows the command of a line as code, so that it can be copied. */
function markCommand(line: string): string {
  const found = /^([^/]*: )?(\/imstats\b.*?)( lists everything\.)?$/.exec(line.trim());
  if (found === null) return plain(line);
  return `${plain(found[1] ?? '')}${found[1] === undefined ? '' : ' '}\`${plain(found[2] ?? '')}\`${found[3] ?? ''}`;
}
