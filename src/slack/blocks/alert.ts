// Draws the root message of an alert as blocks, what people did with one, and the mentions of people.
import type { messagePhrases } from '../../alerting/alert-phrases.ts';
import type { maintenancePhrases } from '../../alerting/maintenance-phrases.ts';
import { type AlertView, replaceUsers } from '../../alerting/notification.ts';
import { appOfAll, ruleOfIncident } from '../../alerting/transitions.ts';
import { type Phrase, phrasesOf, type Wording } from '../../metrics/phrase.ts';
import type { ActResult } from '../../service-types.ts';
import type { modalPhrases } from '../modals/modal-phrases.ts';
import type { OnCall } from '../people.ts';
import {
  actions,
  type Block,
  button,
  channelIds,
  circleOfColour,
  context,
  type DrawnMessage,
  fileImage,
  lengthOf,
  link,
  linkChannels,
  maxMessageText,
  maxSectionText,
  mentionAll,
  oneLine,
  plain,
  plainText,
  rewritten,
  section,
  truncate,
  withPeople,
  withReadersTimes,
} from './block.ts';
import type { alertBlockPhrases } from './block-phrases.ts';

const phrase = phrasesOf<typeof alertBlockPhrases>();
const maintenancePhrase = phrasesOf<typeof maintenancePhrases>();
const linkPhrase = phrasesOf<typeof messagePhrases>();
const formPhrase = phrasesOf<typeof modalPhrases>();

/** The pictures of an alert. */
export interface AlertOptions {
  /** Slack file ids of its pictures. */
  readonly files?: readonly string[];
  /** Alt text of the pictures; the headline when absent. */
  readonly alt?: string;
  /** Who is in the groups that the alert pings. */
  readonly onCall?: readonly OnCall[];
}

/** Options of the silence menu. */
export const silenceChoices = [
  { value: '30m', label: phrase('button.silenceFor', { minutes: 30 }) },
  { value: '2h', label: phrase('button.silenceFor', { minutes: 120 }) },
  { value: '09:00', label: phrase('button.silenceUntil', { time: '09:00' }) },
  { value: '24h', label: phrase('button.silenceFor', { minutes: 24 * 60 }) },
] as const;

/** The message of an alert. The mention is in a block and in `text`, because either alone may ping nobody. */
export function drawAlert(view: AlertView, plainWording: Wording, options: AlertOptions = {}): DrawnMessage {
  const wording = plainWording.marked;
  const line1 = plainWording.text(view.headline);
  const headline = truncate(withPeople(wording.text(view.headline)), 500);
  const first = `${circleOfColour(view.colour)}*${headline}*`;
  const below = bodyText(view, wording);
  const files = (options.files ?? []).map((file) => fileImage(file, truncate(oneLine(options.alt ?? line1), 1_500)));
  const console = linkTo(view.console, linkPhrase('alert.console', {}), wording);
  const small = smallPrint(view, wording);
  const links = [linkTo(view.runbook, linkPhrase('alert.runbook', {}), wording), console];
  const buttons = alertButtons(view, wording);
  const onCall = (options.onCall ?? []).map((one) => plain(wording.text(phrase('people.onCall', { ...one }))));
  const footer = [small, ...onCall, console].filter((part) => part !== '').join(' · ');
  return withReadersTimes({
    blocks: [
      section(first),
      ...(below === '' ? [] : [section(below)]),
      ...files,
      ...(footer === '' ? [] : [context(footer)]),
      ...(buttons.length === 0 ? [] : [actions(buttons)]),
    ],
    text: truncate(
      [
        `${circleOfColour(view.colour)}${headline}`,
        below,
        small,
        [...onCall, ...links].filter((part) => part !== '').join(' · '),
      ]
        .filter((part) => part !== '')
        .join('\n'),
      maxMessageText,
    ),
  });
}

/** Which rule, how often, and of when it is: in small letters. */
function smallPrint({ context: parts = [] }: AlertView, { text }: Wording): string {
  return truncate(parts.map((part) => withPeople(text(part))).join(' '), 600);
}

function bodyText(view: AlertView, wording: Wording): string {
  const pings = mentionAll(view.mentions);
  const lines = view.lines.map((line) => truncate(withPeople(wording.text(line)), 600));
  const all = pings === '' ? lines : [`${pings} ${lines[0] ?? ''}`.trim(), ...lines.slice(1)];
  const kept: string[] = [];
  let spent = 0;
  for (const line of all) {
    spent += lengthOf(line) + 1;
    if (spent > maxSectionText - 20)
      return [...kept, wording.text(phrase('list.more', { count: all.length - kept.length }))].join('\n');
    kept.push(line);
  }
  return kept.join('\n');
}

/** Empty where there is no address, or one that is not of the web. */
function linkTo(address: string | undefined, label: Phrase, { text }: Wording): string {
  return (address === undefined ? undefined : link(address, text(label))) ?? '';
}

/** The runbook, which matters most at night, is a button; the console is a link beside the message. */
export function alertButtons(view: AlertView, { text }: Wording): Block[] {
  const { runbook, closing } = view;
  const url = runbook !== undefined && link(runbook, runbook) !== undefined ? runbook : undefined;
  const about = aboutOf(view);
  return [
    ...alertControls(view, text),
    ...(url === undefined
      ? []
      : [button({ action: 'open_runbook', label: text(linkPhrase('alert.runbook', {})), about, url })]),
    ...(closing === undefined ? [] : [closingButton(view, closing, text)]),
    ...(view.maintenance === undefined ? [] : [maintenanceButton({ id: view.maintenance, name: view.app.name }, text)]),
  ];
}

type Text = (phrase: Phrase) => string;

function closingButton(view: AlertView, closing: NonNullable<AlertView['closing']>, text: Text): Block {
  const label = text(phrase('button.close', { closing }));
  return button({ action: 'resolve', label, about: aboutOf(view), value: view.incident });
}

/** Ends a maintenance; its name is seen where several stand side by side, and heard always. */
export function maintenanceButton(
  {
    id,
    name,
    isOneOfSeveral = false,
  }: { readonly id: string; readonly name: string; readonly isOneOfSeveral?: boolean },
  text: Text,
): Block {
  const label = text(maintenancePhrase('button.endMaintenance', { name: isOneOfSeveral ? name : undefined }));
  return button({ action: 'end_maintenance', label, about: name, value: id });
}

/** What the controls of an alert are made of, wherever it is shown. */
export type ControlledAlert = Pick<
  AlertView,
  'actions' | 'incident' | 'rule' | 'app' | 'colour' | 'isHandled' | 'isStorm' | 'closedAt' | 'takesNotes'
>;

/** What a control is about, for who hears it. */
function aboutOf({ rule, app, isStorm = false }: Pick<ControlledAlert, 'rule' | 'app' | 'isStorm'>): string {
  return [...(isStorm ? [] : [rule]), app.name].join(', ');
}

/** Buttons and menus for what can be done with an alert. */
export function alertControls(alert: ControlledAlert, text: Text): Block[] {
  const { actions: can, takesNotes = false, isStorm = false } = alert;
  const drawn = (some: typeof can): Block[] => some.flatMap((action) => controls[action](alert, text));
  return [
    ...drawn(can.filter((action) => action !== 'call')),
    ...(takesNotes && !isStorm ? [formButton('note_form', alert, text)] : []),
    ...drawn(can.filter((action) => action === 'call')),
  ];
}

const controls: Readonly<
  Record<AlertView['actions'][number], (alert: ControlledAlert, text: Text) => Block | Block[]>
> = {
  acknowledge: (view, text) =>
    button({
      action: 'acknowledge',
      label: text(phrase(acknowledgeLabel(view), {})),
      about: aboutOf(view),
      value: view.incident,
      ...(view.colour === 'red' && view.isHandled !== true ? { style: 'primary' } : {}),
    }),
  // The menu for what is said most, the form for all else.
  silence: (view, text) =>
    view.isStorm === true ? silenceAll(view, text) : [silenceMenu(view, text), formButton('silence_form', view, text)],
  unsilence: (view, text) =>
    button({
      ...{ action: 'unsilence', label: text(phrase('button.unsilence', {})) },
      ...{ about: aboutOf(view), value: view.incident },
    }),
  normal: (view, text) =>
    button({
      ...{ action: 'normal', label: text(phrase('button.normal', {})) },
      ...{ about: aboutOf(view), value: view.incident },
    }),
  // Of what is over the report on the incident, not how its rule stands today.
  why: (view, text) => {
    const isOver = view.closedAt !== undefined && view.isStorm !== true;
    const label = text(isOver ? phrase('button.report', {}) : phrase('button.why', {}));
    return button({ action: 'why', label, about: aboutOf(view), value: isOver ? view.incident : view.rule });
  },
  call: (view, text) => {
    const label = text(phrase('button.call', {}));
    const question = { title: text(phrase('button.callTitle', {})), text: text(phrase('button.callText', {})) };
    const confirm = { ...question, confirm: label, deny: text(phrase('button.callNot', {})) };
    return button({ action: 'call', label, about: aboutOf(view), value: view.incident, confirm });
  },
};

/** Opens a form about the alert. */
function formButton(action: 'silence_form' | 'note_form', alert: ControlledAlert, text: Text): Block {
  const label = text(formPhrase(action === 'note_form' ? 'button.noteForm' : 'button.silenceForm', {}));
  return button({ action, label, about: aboutOf(alert), value: alert.incident });
}

function acknowledgeLabel({ isStorm, isHandled }: ControlledAlert) {
  if (isStorm === true) return 'button.acknowledgeAll' as const;
  return isHandled === true ? ('button.extend' as const) : ('button.acknowledge' as const);
}

function silenceAll(alert: ControlledAlert, text: Text): Block {
  const label = text(phrase('button.silenceAll', { minutes: 30 }));
  return button({ action: 'silence', label, about: aboutOf(alert), value: `30m ${alert.incident}` });
}

function silenceMenu(view: ControlledAlert, text: Text): Block {
  return {
    type: 'static_select',
    action_id: 'silence',
    placeholder: plainText(text(phrase('button.silence', {}))),
    options: silenceChoices.map(({ value, label }) => ({
      text: plainText(text(label)),
      value: `${value} ${view.incident}`.slice(0, 150),
    })),
  };
}

/** What a person did with an alert, with the button that takes it back. */
export function drawOutcome(
  { words, undo, offer }: Omit<ActResult, 'state'>,
  target: string,
  { marked: { text: write } }: Wording,
): DrawnMessage {
  const text = withPeople(write(words));
  const buttons = [
    ...(undo === undefined ? [] : [{ action: 'undo', label: phrase('button.undo', {}), value: `${undo} ${target}` }]),
    ...(offer?.kind === 'takeOver'
      ? [{ action: 'take_over', label: phrase('button.takeOver', {}), value: heldUntil(offer.until, target) }]
      : []),
    ...(offer?.kind === 'current' ? [{ action: 'why', label: phrase('button.current', {}), value: offer.rule }] : []),
    ...(offer?.kind === 'silenceCritical'
      ? [{ action: 'silence_all', label: phrase('button.silenceCritical', {}), value: `${offer.until} ${target}` }]
      : []),
  ].map(({ label, ...rest }) => button({ ...rest, label: write(label), about: targetName(target) }));
  return withReadersTimes({ blocks: [section(text), ...(buttons.length === 0 ? [] : [actions(buttons)])], text });
}

/** The app or the rule in what an action is said of. */
const targetName = (target: string): string =>
  appOfAll(target) ?? (target.includes('@') ? ruleOfIncident(target) : target);

/** The end that was asked for, where one was, and the alert. */
const heldUntil = (until: number | undefined, target: string): string =>
  until === undefined ? target : `${until} ${target}`;

/** Replaces `{user:U…}` in a whole message. Only for texts of alerting, whose foreign parts hold no such token. */
export function namePeople(drawn: DrawnMessage, { text }: Wording): DrawnMessage {
  const somebody = text(phrase('people.somebody', {}));
  const mentioned = (words: string): string => linkChannels(replaceUsers(words, (id) => `<@${id}>`));
  // In cells and labels a mention would show as typed, so there it is a word.
  const label = (words: string): string => channelIds(replaceUsers(words, () => somebody));
  return rewritten(drawn, { mrkdwn: mentioned, label, text: mentioned });
}
