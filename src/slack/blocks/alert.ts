// Draws the root message of an incident: line 1 with its circle, who is pinged, what is known, links and buttons.
import type { AlertView } from '../../alerting/notification.ts';
import { actions, type Block, button, context, type Drawn, fileImage, plainText, section } from './block.ts';
import { lengthOf, maxMessageText, maxSectionText, truncate } from './limits.ts';
import { circleOfColour } from './standing.ts';
import { link, mentionAll, oneLine, withPeople } from './text.ts';

/** What a drawing of an alert is given beside its view. */
export interface AlertLook {
  /** Slack file ids of its pictures. */
  readonly files?: readonly string[];
  /** What the pictures show, in words; the headline where nothing better is known. */
  readonly alt?: string;
}

/** Lengths of a silence that the menu offers: its value and its label. */
export const silenceChoices = [
  { value: '30m', label: '30 minutes' },
  { value: '2h', label: '2 hours' },
  { value: '09:00', label: 'until 09:00' },
  { value: '24h', label: '24 hours' },
] as const;

/** The message of an alert. The mention is in a block and in `text`, because either alone may ping nobody. */
export function drawAlert(view: AlertView, look: AlertLook = {}): Drawn {
  const headline = truncate(withPeople(view.headline), 400);
  const first = `${circleOfColour(view.colour)}*${headline}*`;
  const below = bodyText(view);
  const files = (look.files ?? []).map((file) => fileImage(file, truncate(oneLine(look.alt ?? view.headline), 1_500)));
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
