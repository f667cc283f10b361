// Draws the list of alerts: how many are open in line 1, then one line each with its rule to copy.
import { context, type Drawn, section } from './block.ts';
import { lengthOf, maxMessageText, truncate } from './limits.ts';
import { circleOf } from './standing.ts';
import { plain, withPeople } from './text.ts';

/** An alert as far as the list shows it. `words` may hold `{user:U…}`. */
export interface ListedAlert {
  readonly rule: string;
  readonly app: { readonly name: string };
  readonly condition: 'inactive' | 'pending' | 'firing' | 'recovering';
  readonly level: 'warning' | 'critical' | undefined;
  readonly words: string;
}

const maxLines = 25;

/** The list in its order; `rules` is how many rules there are at all. */
export function drawAlertList(alerts: readonly ListedAlert[], { rules }: { readonly rules: number }): Drawn {
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

/** Lines gathered into texts that a section can hold. */
function gathered(lines: readonly string[]): string[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last !== undefined && lengthOf(last) + lengthOf(line) < 2_800) texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts;
}
