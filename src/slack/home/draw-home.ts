// Draws the content of Home, which is also that of the modal of the global shortcut: sections and buttons, because tables are for messages.
import { type Phrase, phrasesOf, type Wording } from '../../metrics/phrase.ts';
import { alertControls, maintenanceButton } from '../blocks/alert.ts';
import { writeValue } from '../blocks/answer-buttons.ts';
import {
  actions,
  type Block,
  button,
  circleOf,
  context,
  dateText,
  plain,
  plainText,
  section,
  truncate,
  withPeople,
  withReadersTimes,
} from '../blocks/block.ts';
import type { alertBlockPhrases, answerPhrases } from '../blocks/block-phrases.ts';
import {
  type AppWithAlerts,
  type HomeAlert,
  type HomeFacts,
  type HomePlan,
  type HomeRights,
  planHome,
} from './home-facts.ts';
import type { homePhrases } from './home-phrases.ts';

const say = phrasesOf<typeof homePhrases & typeof alertBlockPhrases & typeof answerPhrases>();

const [longestHeadline, longestLine, longestText] = [300, 400, 2_900];

const mostDigests = 8;

const mostPeriods = 5;

/** The blocks of the view; Slack allows 100. */
export function drawHome(facts: HomeFacts, rights: HomeRights, wording: Wording): readonly Block[] {
  return [...drawHead(facts, wording), ...drawContent(facts, rights, wording)];
}

/** All but the time of drawing, so that two drawings can be compared. */
export function drawContent(facts: HomeFacts, rights: HomeRights, wording: Wording): readonly Block[] {
  const plan = planHome(facts);
  const blocks = [
    header(say('home.apps'), wording),
    ...appBlocks(facts, plan, wording),
    ...quietBlocks(plan, facts, { ...rights, wording }),
    header(say('home.digests'), wording),
    ...digestBlocks(facts, wording),
  ];
  return withReadersTimes({ blocks, text: '' }).blocks;
}

/** When it was drawn, and how to have it drawn anew. */
function drawHead({ now, zone }: HomeFacts, wording: Wording): readonly Block[] {
  const { text } = wording;
  const commands = { command: '`/imstats`', help: '`/imstats help`' };
  const refresh = { action: 'refresh_home', label: text(say('button.refresh')), about: text(say('home.apps')) };
  return [
    actions([button(refresh)]),
    context(text(say('home.updated', { ...commands, moment: dateText(now, zone, wording) }))),
  ];
}

function header(title: Phrase, { text }: Wording): Block {
  return { type: 'header', text: plainText(text(title)) };
}

function appBlocks({ apps }: HomeFacts, plan: HomePlan, wording: Wording): Block[] {
  const { text } = wording;
  const { moreApps, moreAlerts } = plan;
  if (apps.length === 0) return [section(text(say('home.noApp')))];
  const isCalm = moreAlerts === 0 && plan.apps.every(({ alerts }) => alerts.length === 0);
  return [
    ...plan.apps.flatMap((one) => [
      section(appText(one, wording)),
      ...one.alerts.flatMap((alert) => openAlert(alert, wording)),
    ]),
    ...(moreApps.count === 0 ? [] : [context(text(say('home.moreApps', { ...moreApps, command: '`/imstats apps`' })))]),
    ...(moreAlerts === 0
      ? []
      : [context(text(say('home.moreAlerts', { count: moreAlerts, command: '`/imstats alerts`' })))]),
    ...(isCalm ? [section(text(say('home.noAlerts')))] : []),
  ];
}

/** An app with alerts is named alone, because they stand below it and say the rest. */
function appText({ app, alerts, standing }: AppWithAlerts, wording: Wording): string {
  const { text } = wording;
  const title = alerts.length === 0 ? text(app.headline) : app.name;
  const age =
    app.asOf === undefined
      ? say('home.notMeasured')
      : say('home.asOf', { moment: dateText(app.asOf, app.zone, wording), isStale: app.isStale });
  return `${circleOf(standing)}*${truncate(plain(title), longestHeadline)}*\n${text(age)}`;
}

/** An open alert and what can be done with it. None of its buttons stands out, because several alerts stand side by side. */
function openAlert(alert: HomeAlert, wording: Wording): Block[] {
  const { text } = wording;
  const { rule, app, incident = rule, actions: can = ['why'], isHandled = false, address } = alert;
  const takesNotes = alert.incident !== undefined;
  const controls = alertControls({ actions: can, incident, rule, app, colour: 'grey', isHandled, takesNotes }, text);
  const thread = { action: 'open_thread', label: text(say('thread.open')), about: rule };
  const all = [...controls, ...(address === undefined ? [] : [button({ ...thread, url: address })])];
  return [section(lineOf(alert, wording)), ...(all.length === 0 ? [] : [actions(all)])];
}

function lineOf({ words, rule }: HomeAlert, { marked }: Wording): string {
  return `• ${truncate(withPeople(marked.text(words)), longestLine)} (\`${plain(rule)}\`)`;
}

/** What cannot be judged, what is silenced, and what is in maintenance or will be. */
function quietBlocks(
  plan: HomePlan,
  { maintenance, periods }: HomeFacts,
  { isManager, wording }: HomeRights & { readonly wording: Wording },
): Block[] {
  const { text } = wording;
  const more = (count: number): string[] => (count === 0 ? [] : [text(say('home.more', { count }))]);
  const { notJudged, moreNotJudged, muted, moreMuted } = plan;
  const unjudged = [...notJudged.map((one) => lineOf(one, wording)), ...more(moreNotJudged)];
  const ends = isManager ? periods.slice(0, mostPeriods) : [];
  const isOneOfSeveral = periods.length > 1;
  const isMuted = muted.length > 0 || maintenance.some(({ kind }) => kind === 'maintenance.now');
  const calm = [...(isMuted ? [] : [say('home.muted')]), ...(unjudged.length > 0 ? [] : [say('home.notJudged')])].map(
    (title) => text(say('home.nothing', { title: text(title) })),
  );
  return [
    ...(unjudged.length === 0
      ? []
      : [section(truncate([`*${text(say('home.notJudged'))}*`, ...unjudged].join('\n'), longestText))]),
    ...(muted.length === 0 ? [] : [section(`*${text(say('home.muted'))}*`)]),
    ...muted.map((one) => ({ ...section(lineOf(one, wording)), ...endOf(one, wording) })),
    ...more(moreMuted).map(context),
    ...maintenance.slice(0, 2).map((line) => section(truncate(withPeople(wording.marked.text(line)), longestText))),
    ...ends.map((one) => actions([maintenanceButton({ ...one, isOneOfSeveral }, text)])),
    ...(calm.length === 0 ? [] : [context(calm.join(' '))]),
  ];
}

/** What ends a silence stands beside it. */
function endOf({ rule, app, actions: can = [] }: HomeAlert, { text }: Wording): { readonly accessory?: Block } {
  const ending = can.filter((action) => action === 'unsilence');
  const [accessory] = alertControls({ actions: ending, incident: rule, rule, app, colour: 'grey' }, text);
  return accessory === undefined ? {} : { accessory };
}

function digestBlocks({ digests }: HomeFacts, wording: Wording): Block[] {
  const { text } = wording;
  if (digests.length === 0) return [section(text(say('home.noDigest')))];
  const rows = digests.slice(0, mostDigests).map(({ id, at, zone }): Block => {
    const value = writeValue({ command: `digest preview ${id}` });
    const accessory = button({ action: 'preview', label: text(say('button.preview')), about: id, value });
    return { ...section(`${plain(id)}: ${dateText(at, zone, wording)}`), accessory };
  });
  const count = digests.length - mostDigests;
  return [...rows, ...(count > 0 ? [context(text(say('home.more', { count })))] : [])];
}
