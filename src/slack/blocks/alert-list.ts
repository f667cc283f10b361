// Draws the list of alerts as blocks.
import { type Phrase, phrasesOf, type Wording } from '../../metrics/phrase.ts';
import {
  circleOf,
  context,
  type DrawnMessage,
  lengthOf,
  link,
  maxMessageText,
  plain,
  section,
  truncate,
  withPeople,
  withReadersTimes,
} from './block.ts';
import type { alertBlockPhrases } from './block-phrases.ts';

const phrase = phrasesOf<typeof alertBlockPhrases>();

/** What the list shows of an alert. */
export interface ListedAlert {
  readonly rule: string;
  readonly app: { readonly name: string };
  readonly condition: 'inactive' | 'pending' | 'firing' | 'recovering';
  readonly level: 'warning' | 'critical' | undefined;
  /** It cannot be judged: neither well nor bad. */
  readonly isNotJudged?: boolean | undefined;
  /** It was closed by hand while it was still beyond its limit. */
  readonly isHeld?: boolean | undefined;
  readonly words: Phrase;
}

const maxLines = 25;
const maxIds = 40;

/** The list in the given order; `rules` are the ids of all rules that it may hold. */
export function drawAlertList(
  alerts: readonly ListedAlert[],
  {
    rules,
    wording,
    threads = new Map(),
  }: {
    readonly rules: readonly string[];
    readonly wording: Wording;
    /** The addresses of the messages of open ones, by rule. */
    readonly threads?: ReadonlyMap<string, string>;
  },
): DrawnMessage {
  const { text } = wording.marked;
  const open = alerts.filter(({ condition }) => condition === 'firing' || condition === 'recovering');
  const unjudged = alerts.filter(({ isNotJudged }) => isNotJudged === true).length;
  // What is closed by hand is still wrong, so that not everything is well.
  const calm = unjudged > 0 || alerts.some(({ isHeld }) => isHeld === true) ? 'unknown' : 'good';
  const worst = open.some(({ level }) => level === 'critical') ? 'critical' : open.length > 0 ? 'warning' : calm;
  const headline = text(phrase('list.headline', { open: open.length, unjudged }));
  const lines = alerts.slice(0, maxLines).map((alert) => {
    const line = listLine(alert, wording.marked);
    const address = threads.get(alert.rule);
    return address === undefined
      ? line
      : { ...line, block: `${line.block} ${link(address, text(phrase('thread.open', {}))) ?? ''}` };
  });
  const hidden = alerts.length - maxLines;
  const rest = hidden > 0 ? [text(phrase('list.more', { count: hidden }))] : [];
  const command = '/imstats why ALERT';
  const hint = (written: string): string => watchedText(rules, written, wording);
  return withReadersTimes({
    blocks: [
      section(`${circleOf(worst)}*${headline}*`),
      ...gathered([...lines.map(({ block }) => block), ...rest]).map(section),
      context(hint(`\`${command}\``)),
    ],
    text: truncate(
      [`${circleOf(worst)}${headline}`, ...lines.map((line) => line.text), ...rest, hint(command)].join('\n'),
      maxMessageText,
    ),
  });
}

/** Which rules there are, and the command that explains one. */
function watchedText(rules: readonly string[], command: string, { text }: Wording): string {
  if (rules.length === 0) return text(phrase('list.noRule', {}));
  const ids = rules.slice(0, maxIds).map(plain);
  const watched = text(phrase('list.watched', { ids, more: rules.length - ids.length }));
  return `${watched} ${text(phrase('list.why', { command }))}`;
}

function listLine(alert: ListedAlert, { text }: Wording): { readonly block: string; readonly text: string } {
  const words = truncate(withPeople(text(alert.words)), 400);
  const rule = plain(alert.rule);
  return { block: `• ${words} (\`${rule}\`)`, text: `${words} (${rule})` };
}

/** Joins lines into texts that fit into a section. */
function gathered(lines: readonly string[]): string[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last !== undefined && lengthOf(last) + lengthOf(line) < 2_800) texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts;
}
