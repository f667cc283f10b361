// Draws alerts as blocks: the root message, the list, and the mentions of people in both.
import { type AlertView, replaceUsers } from '../../alerting/notification.ts';
import {
  actions,
  type Block,
  button,
  circleOf,
  circleOfColour,
  context,
  type DrawnMessage,
  fileImage,
  lengthOf,
  link,
  maxMessageText,
  maxSectionText,
  mentionAll,
  oneLine,
  plain,
  plainText,
  section,
  truncate,
  withPeople,
} from './block.ts';

/** The pictures of an alert. */
export interface AlertOptions {
  /** Slack file ids of its pictures. */
  readonly files?: readonly string[];
  /** Alt text of the pictures; the headline when absent. */
  readonly alt?: string;
}

/** Options of the silence menu. */
export const silenceChoices = [
  { value: '30m', label: '30 minutes' },
  { value: '2h', label: '2 hours' },
  { value: '09:00', label: 'until 09:00' },
  { value: '24h', label: '24 hours' },
] as const;

/** The message of an alert. The mention is in a block and in `text`, because either alone may ping nobody. */
export function drawAlert(view: AlertView, options: AlertOptions = {}): DrawnMessage {
  const headline = truncate(withPeople(view.headline), 400);
  const first = `${circleOfColour(view.colour)}*${headline}*`;
  const below = bodyText(view);
  const files = (options.files ?? []).map((file) =>
    fileImage(file, truncate(oneLine(options.alt ?? view.headline), 1_500)),
  );
  const links = linksOf(view);
  const buttons = buttonsOf(view);
  return {
    blocks: [
      section(first),
      ...(below === '' ? [] : [section(below)]),
      ...files,
      ...(links === '' ? [] : [context(links)]),
      ...(buttons.length === 0 ? [] : [actions(buttons)]),
    ],
    text: truncate(
      [`${circleOfColour(view.colour)}${headline}`, below, links].filter((part) => part !== '').join('\n'),
      maxMessageText,
    ),
  };
}

function bodyText(view: AlertView): string {
  const pings = mentionAll(view.mentions);
  const lines = view.lines.map((line) => truncate(withPeople(line), 600));
  const all = pings === '' ? lines : [`${pings} ${lines[0] ?? ''}`.trim(), ...lines.slice(1)];
  const kept: string[] = [];
  let spent = 0;
  for (const line of all) {
    spent += lengthOf(line) + 1;
    if (spent > maxSectionText - 20) return [...kept, `… ${all.length - kept.length} more`].join('\n');
    kept.push(line);
  }
  return kept.join('\n');
}

function linksOf(view: AlertView): string {
  const runbook = view.runbook === undefined ? undefined : link(view.runbook, 'Runbook');
  const console = view.console === undefined ? undefined : link(view.console, 'Console');
  return [runbook, console].filter((part) => part !== undefined).join(' · ');
}

function buttonsOf(view: AlertView): Block[] {
  const url = view.console !== undefined && link(view.console, 'Console') !== undefined ? view.console : undefined;
  return [
    ...view.actions.map((action) => controls[action](view)),
    ...(url === undefined ? [] : [button({ action: 'open_console', label: 'Open console', url })]),
  ];
}

const controls: Readonly<Record<AlertView['actions'][number], (view: AlertView) => Block>> = {
  acknowledge: (view) =>
    button({
      action: 'acknowledge',
      label: 'Acknowledge',
      value: view.incident,
      ...(view.colour === 'red' ? { style: 'primary' } : {}),
    }),
  silence: (view) => ({
    type: 'static_select',
    action_id: 'silence',
    placeholder: plainText('Silence'),
    options: silenceChoices.map(({ value, label }) => ({
      text: plainText(label),
      value: `${value} ${view.incident}`.slice(0, 150),
    })),
  }),
  unsilence: (view) => button({ action: 'unsilence', label: 'End silence', value: view.incident }),
  why: (view) => button({ action: 'why', label: 'Why', value: view.rule }),
};

/** What the list shows of an alert. `words` may hold `{user:U…}`. */
export interface ListedAlert {
  readonly rule: string;
  readonly app: { readonly name: string };
  readonly condition: 'inactive' | 'pending' | 'firing' | 'recovering';
  readonly level: 'warning' | 'critical' | undefined;
  readonly words: string;
}

const maxLines = 25;

/** The list in the given order; `rules` is the number of all rules. */
export function drawAlertList(alerts: readonly ListedAlert[], { rules }: { readonly rules: number }): DrawnMessage {
  const open = alerts.filter(({ condition }) => condition === 'firing' || condition === 'recovering');
  const worst = open.some(({ level }) => level === 'critical') ? 'critical' : open.length > 0 ? 'warning' : 'good';
  const headline =
    open.length === 0 ? 'No open alerts' : `${open.length} open ${open.length === 1 ? 'alert' : 'alerts'}`;
  const lines = alerts.slice(0, maxLines).map((alert) => ({
    block: `*${states[alert.condition]}, ${plain(alert.app.name)}:* ${truncate(withPeople(alert.words), 300)} (\`${plain(alert.rule)}\`)`,
    text: `${states[alert.condition]}, ${plain(alert.app.name)}: ${truncate(withPeople(alert.words), 300)} (${plain(alert.rule)})`,
  }));
  const rest = alerts.length > maxLines ? [`… ${alerts.length - maxLines} more`] : [];
  const watched = `${rules} ${rules === 1 ? 'rule is' : 'rules are'} watched. \`/imstats why ALERT\` shows the numbers behind one.`;
  return {
    blocks: [
      section(`${circleOf(worst)}*${headline}*`),
      ...gathered([...lines.map(({ block }) => block), ...rest]).map(section),
      context(watched),
    ],
    text: truncate(
      [`${circleOf(worst)}${headline}`, ...lines.map(({ text }) => text), ...rest, watched.replaceAll('`', '')].join(
        '\n',
      ),
      maxMessageText,
    ),
  };
}

const states: Readonly<Record<ListedAlert['condition'], string>> = {
  inactive: 'Quiet',
  pending: 'About to open',
  firing: 'Open',
  recovering: 'Recovering',
};

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

/** Replaces `{user:U…}` in a whole message. Only for texts of alerting, whose foreign parts hold no such token. */
export function namePeople(drawn: DrawnMessage): DrawnMessage {
  const blocks = drawn.blocks.map((block) => named(block) as Block); // the same block with other strings
  return { blocks, text: mentioned(drawn.text) };
}

const mentioned = (text: string): string => replaceUsers(text, (id) => `<@${id}>`);

/** Mentions in mrkdwn; elsewhere, as in cells and labels, a mention would show as typed, so there it is a word. */
function named(part: unknown): unknown {
  if (typeof part === 'string') return replaceUsers(part, () => 'somebody');
  if (Array.isArray(part)) return part.map(named);
  if (typeof part !== 'object' || part === null) return part;
  if ('type' in part && part.type === 'mrkdwn' && 'text' in part)
    return { ...part, text: mentioned(String(part.text)) };
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, named(value)]));
}
