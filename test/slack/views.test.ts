// Requests from views instead of messages: a click in Home, a click in a modal, a submitted modal, and types that are not known.
import { webApi } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { AlertService } from '../../src/service-types.ts';
import type { ModalView } from '../../src/slack/blocks/modal-view.ts';
import type { Modal, ModalSubmission } from '../../src/slack/modals/modal.ts';
import { fillDay, png, postSigned, startBot, type TestBot, undoAll, words } from './slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

const quiet = { condition: 'inactive', level: undefined, words: verbatim('ok') } as const;

/** Alerts of which one is open until somebody acknowledges it. */
function alertService(): AlertService {
  let isOpen = true;
  const app = { id: 'prod', name: 'Production chat' };
  return {
    undoLast: async () => ({ state: 'done', words: verbatim('Undone.') }),
    list: async () => [
      { ...quiet, rule: 'memory-low', app, incident: isOpen ? 'i-1' : undefined, words: verbatim('Low.') },
    ],
    why: async () => undefined,
    test: async () => ({ state: 'done', words: verbatim('Tested.') }),
    act: async ({ target, actor }) => {
      isOpen = false;
      return { state: 'done', words: verbatim(`{user:${actor}} acknowledged ${target}.`) };
    },
  };
}

/** What the windows show that the person has open. */
const windows = (bot: TestBot): readonly string[] =>
  bot.workspace.modals(bot.person).map((one) => bot.workspace.renderView(one));

const button = (action: string, value: string) => ({
  type: 'actions',
  elements: [{ type: 'button', action_id: action, text: { type: 'plain_text', text: action }, value }],
});

const clientOf = ({ workspace }: TestBot) =>
  new webApi.WebClient(workspace.tokens.bot, { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 } });

/** A Home of the bot that has a button. */
async function homeWith(bot: TestBot, block: { type: string }): Promise<string> {
  await clientOf(bot).views.publish({ user_id: bot.person, view: { type: 'home', blocks: [block] } });
  return bot.workspace.home(bot.person)?.id ?? '';
}

/** What the bot wrote to the person directly. */
const told = (bot: TestBot): readonly string[] =>
  bot.workspace.messages(bot.workspace.direct(bot.person)).map((message) => bot.workspace.renderText(message));

describe('a click in Home', () => {
  it('acts, is answered in a window, and Home is published anew', async () => {
    const bot = await startBot(undo, { alerts: alertService(), renderers: [words] });
    const viewId = await homeWith(bot, button('acknowledge', 'i-1'));
    const clicked = await bot.workspace.click({ user: bot.person, action: 'acknowledge', viewId });
    expect(clicked).toMatchObject({ acknowledged: 'in time', responseUrl: undefined });
    const shown = await bot.workspace.until(() => {
      const home = bot.workspace.home(bot.person);
      return home !== undefined && bot.workspace.renderView(home).includes('No open alerts.') && home;
    }, 'a new Home');
    expect(bot.workspace.renderView(shown)).toContain('Your apps');
    expect(windows(bot)).toEqual([expect.stringContaining('acknowledged i-1.')]);
    expect(told(bot)).toEqual([]);
    expect(bot.workspace.ephemerals(bot.person)).toEqual([]);
    expect(bot.workspace.violations).toEqual([]);
  });

  it('that asks a question brings the answer in a window', async () => {
    const bot = await startBot(undo, { renderers: [png, words] });
    await fillDay(bot.store);
    const viewId = await homeWith(bot, button('refresh', JSON.stringify({ command: 'users' })));
    await bot.workspace.click({ user: bot.person, action: 'refresh', viewId });
    await bot.workspace.until(() => windows(bot)[0]?.includes('active users'), 'an answer');
    expect(windows(bot)).toHaveLength(1);
    expect(told(bot)).toEqual([]);
    expect(bot.workspace.violations).toEqual([]);
  });

  it('that goes wrong is explained in a window', async () => {
    const bot = await startBot(undo, { renderers: [words] });
    const viewId = await homeWith(bot, button('acknowledge', 'i-1'));
    await bot.workspace.click({ user: bot.person, action: 'acknowledge', viewId });
    await bot.workspace.until(
      () => windows(bot)[0]?.includes('Alerts are not available in this imstats.'),
      'the reason',
    );
  });

  it('whose window Slack does not open any more does nothing, and says so', async () => {
    const bot = await startBot(undo, { alerts: alertService(), renderers: [words] });
    const viewId = await homeWith(bot, button('acknowledge', 'i-1'));
    bot.workspace.fault({ method: 'views.open', kind: { error: 'expired_trigger_id' } });
    await bot.workspace.click({ user: bot.person, action: 'acknowledge', viewId });
    await bot.workspace.until(() => told(bot)[0]?.includes('Slack gave too little time to open this.'), 'the reason');
  });
});

const view = (title: string, blocks: ModalView['blocks']): ModalView => ({
  type: 'modal',
  callback_id: 'note',
  title: { type: 'plain_text', text: title },
  blocks,
});
const form = {
  ...view('A note', [
    {
      type: 'input',
      block_id: 'text',
      label: { type: 'plain_text', text: 'Text' },
      element: { type: 'plain_text_input', action_id: 'text' },
    },
  ]),
  submit: { type: 'plain_text' as const, text: 'Save' },
};

/** Opens a modal for the person, through a click in Home that gives a trigger. */
async function openModal(bot: TestBot, opened: object = form): Promise<string> {
  const { triggerId } = await bot.workspace.click({
    user: bot.person,
    action: 'open_console',
    viewId: await homeWith(bot, button('open_console', 'x')),
  });
  // Slack's types know fewer blocks than ours.
  await clientOf(bot).views.open({ trigger_id: triggerId, view: opened as webApi.ViewsOpenArguments['view'] });
  return bot.workspace.modals(bot.person)[0]?.id ?? '';
}

describe('a modal', () => {
  const submissions: ModalSubmission[] = [];
  const note: Modal = {
    id: 'note',
    submit: (submission) => {
      submissions.push(submission);
      const values = JSON.stringify(submission.values);
      if (values.includes('short')) return { response: { response_action: 'errors', errors: { text: 'Say more.' } } };
      if (values.includes('close')) return {};
      const saving = view('Saving', [{ type: 'section', text: { type: 'plain_text', text: 'Saving …' } }]);
      const work = () => submission.open().say({ blocks: [], text: 'The note is saved.' });
      return { response: { response_action: 'update', view: saving }, work };
    },
  };

  it('is answered by the acknowledgement of its submission, over HTTP and Socket Mode', async () => {
    for (const mode of ['http', 'socket'] as const) {
      const bot = await startBot(undo, { mode, modals: [note], renderers: [words] });
      await openModal(bot);
      const wrong = await bot.workspace.submitView({ user: bot.person, values: { text: 'short' } });
      expect(wrong).toMatchObject({ action: 'errors', errors: { text: 'Say more.' } });
      expect(await bot.workspace.submitView({ user: bot.person, values: { text: 'close' } })).toMatchObject({
        action: 'close',
      });
      expect(submissions.at(-1)?.requester).toMatchObject({ user: bot.person, channel: undefined });
      expect(bot.workspace.violations).toEqual([]);
    }
  });

  it('that stays open shows what its work came to', async () => {
    const bot = await startBot(undo, { modals: [note], renderers: [words] });
    await openModal(bot);
    expect(await bot.workspace.submitView({ user: bot.person, values: { text: 'long' } })).toMatchObject({
      action: 'update',
    });
    const shown = () => bot.workspace.modals(bot.person).map((one) => bot.workspace.renderView(one))[0];
    await bot.workspace.until(() => shown()?.includes('The note is saved.'), 'the outcome in the modal');
    expect(bot.workspace.violations).toEqual([]);
  });

  it('that is closed meanwhile leaves its outcome to a direct message', async () => {
    const bot = await startBot(undo, { modals: [note], renderers: [words] });
    await openModal(bot);
    await bot.workspace.submitView({ user: bot.person, values: { text: 'close' } });
    await submissions.at(-1)?.open().say({ blocks: [], text: 'The note is saved.' });
    expect(told(bot)).toEqual(['The note is saved.']);
  });

  it('that nobody knows any more is closed', async () => {
    const bot = await startBot(undo, { renderers: [words] });
    await openModal(bot);
    expect(await bot.workspace.submitView({ user: bot.person, values: { text: 'x' } })).toMatchObject({
      action: 'close',
    });
  });

  it('shows the answer to a click in it', async () => {
    const bot = await startBot(undo, { alerts: alertService(), renderers: [words] });
    const viewId = await openModal(bot, view('An alert', [button('acknowledge', 'i-1')]));
    await bot.workspace.click({ user: bot.person, action: 'acknowledge', viewId });
    const shown = () => bot.workspace.modals(bot.person).map((one) => bot.workspace.renderView(one))[0];
    await bot.workspace.until(() => shown()?.includes('acknowledged i-1.'), 'the answer in the modal');
    expect(shown()).toContain('An alert');
  });
});

describe('a request of a type that is not known', () => {
  it('is acknowledged, and logged once', async () => {
    const bot = await startBot(undo, { renderers: [words] });
    const send = (id: string) => {
      const payload = {
        type: 'view_closed',
        view: { id, callback_id: 'x' },
        team: { id: 'T1' },
        user: { id: 'U1' },
      };
      return postSigned(bot, `payload=${encodeURIComponent(JSON.stringify(payload))}`);
    };
    expect([await send('1'), await send('2')]).toEqual([200, 200]);
    const lines = bot.log.filter(({ message }) => message === 'Slack request of an unknown type');
    expect(lines).toEqual([expect.objectContaining({ level: 'debug', fields: { type: 'view_closed' } })]);
  });
});
