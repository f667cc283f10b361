// Modals: opened by a trigger, submitted, stacked, closed.
import type { App, BlockAction } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../../../src/demo/workspace/workspace.ts';
import { createFakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { allScopes, connectSockets, createClient, errorOf, type RunningBot } from '../clients.ts';

let clock: FakeClock;
let slack: Workspace;
let bot: RunningBot;
let app: App;

beforeEach(async () => {
  clock = createFakeClock('2026-11-23T10:00:00Z');
  slack = await startWorkspace({ clock, scopes: allScopes });
  bot = await connectSockets(slack);
  app = bot.app;
});
afterEach(async () => {
  await bot.stop();
  await slack.stop();
});

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const button = (id: string, more: object = {}) => ({
  type: 'button' as const,
  text: plain(`Do ${id}`),
  action_id: id,
  value: '7',
  ...more,
});
const actions = (...elements: object[]) => ({
  type: 'actions' as const,
  block_id: 'row',
  elements: elements as never[],
});
const ask = (text = '', more: object = {}) => slack.command({ user: 'U0ALICE', channel: 'C0ONCALL', text, ...more });

describe('a modal', () => {
  const input = {
    type: 'input',
    block_id: 'why',
    label: plain('Why'),
    element: { type: 'plain_text_input', action_id: 'text', max_length: 5 },
  };
  const choice = {
    type: 'input',
    block_id: 'long',
    label: plain('How long'),
    element: {
      type: 'static_select',
      action_id: 'pick',
      options: [
        { text: plain('30 min'), value: '30m' },
        { text: plain('2 h'), value: '2h' },
      ],
      initial_option: { text: plain('30 min'), value: '30m' },
    },
  };
  const modal = (more: object = {}) => ({
    type: 'modal',
    callback_id: 'silence',
    title: plain('Silence'),
    submit: plain('Save'),
    blocks: [input, choice],
    ...more,
  });
  const client = () => createClient(slack);
  const open = (trigger: string, view: object = modal()) =>
    client().views.open({ trigger_id: trigger, view: view as never });
  let trigger: string;
  beforeEach(async () => {
    app.command('/imstats', async ({ ack }) => ack());
    trigger = (await ask()).triggerId;
  });

  it('opens once per trigger, within 3 s, for the person who pulled it', async () => {
    const late = (await ask()).triggerId;
    expect(await errorOf(open('1.2.3'))).toBe('invalid_trigger_id');
    expect(await errorOf(open(trigger))).toBe('ok');
    expect(await errorOf(open(trigger))).toBe('exchanged_trigger_id');
    await clock.advance(3000);
    expect(await errorOf(open(late))).toBe('expired_trigger_id');

    expect(slack.modals('U0ALICE')).toMatchObject([{ title: 'Silence', callbackId: 'silence' }]);
    expect(slack.modals('U0BOB')).toEqual([]);
  });

  it('with a fault is refused with pointers', async () => {
    await expect(open(trigger, modal({ title: plain('x'.repeat(25)) }))).rejects.toMatchObject({
      data: {
        error: 'invalid_arguments',
        response_metadata: { messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'] },
      },
    });
    expect(await errorOf(open(trigger, modal({ private_metadata: 'x'.repeat(250_001) })))).toBe('view_too_large');
  });

  it('is submitted with its initial values', async () => {
    await open(trigger);
    let values: unknown;
    app.view('silence', async ({ ack, view }) => {
      values = view.state.values;
      await ack();
    });
    const outcome = await slack.submitView({ user: 'U0ALICE', values: { Why: 'deploy'.slice(0, 5) } });

    expect(outcome).toMatchObject({ acknowledged: 'in time', action: 'close' });
    expect(values).toMatchObject({
      why: { text: { value: 'deplo' } },
      long: { pick: { selected_option: { value: '30m' } } },
    });
    expect(slack.modals('U0ALICE')).toEqual([]);
  });

  it('is not sent while a required input is empty or too long', async () => {
    await open(trigger);
    expect(await slack.submitView({ user: 'U0ALICE' })).toMatchObject({
      action: 'errors',
      errors: { why: 'Please complete this required field.' },
    });
    expect(await slack.submitView({ user: 'U0ALICE', values: { why: 'too long' } })).toMatchObject({
      errors: { why: 'This entry is too long.' },
    });
    expect(slack.modals('U0ALICE')).toHaveLength(1);
  });

  it('shows errors, is replaced, gets another on top, and is closed as the bot says', async () => {
    await open(trigger);
    const answers: object[] = [
      { response_action: 'errors', errors: { why: 'No.' } },
      { response_action: 'update', view: modal({ title: plain('Second') }) },
      { response_action: 'push', view: modal({ title: plain('Third') }) },
      { response_action: 'clear' },
    ];
    app.view('silence', async ({ ack }) => ack((answers.shift() ?? {}) as never));
    const submit = async () => {
      const { action, errors } = await slack.submitView({ user: 'U0ALICE', values: { why: 'x' } });
      return { action, errors, open: slack.modals('U0ALICE').map((view) => view.title) };
    };

    expect(await submit()).toEqual({ action: 'errors', errors: { why: 'No.' }, open: ['Silence'] });
    expect(await submit()).toMatchObject({ action: 'update', open: ['Second'] });
    expect(await submit()).toMatchObject({ action: 'push', open: ['Second', 'Third'] });
    expect(await submit()).toMatchObject({ action: 'clear', open: [] });
    expect(slack.violations).toEqual([]);
  });

  it('is updated by id with the newest hash only', async () => {
    const { view } = await open(trigger);
    await client().views.update({
      view_id: view?.id ?? '',
      hash: view?.hash ?? '',
      view: modal({ title: plain('New') }) as never,
    });
    const stale = client().views.update({ view_id: view?.id ?? '', hash: view?.hash ?? '', view: modal() as never });

    expect(slack.modals('U0ALICE')[0]?.title).toBe('New');
    expect(await errorOf(stale)).toBe('hash_conflict');
    expect(await errorOf(client().views.update({ view_id: 'V0NONE', view: modal() as never }))).toBe('not_found');
  });

  it('tells the bot of its closing where it asked', async () => {
    await open(trigger, modal({ notify_on_close: true }));
    let closed = '';
    app.view({ callback_id: 'silence', type: 'view_closed' }, async ({ ack, view }) => {
      closed = view.id;
      await ack();
    });
    const [view] = slack.modals('U0ALICE');
    await slack.closeView({ user: 'U0ALICE' });
    expect(closed).toBe(view?.id);
  });

  it('has buttons that open another on top, three deep at most', async () => {
    const withButton = modal({ blocks: [actions(button('deeper'))] });
    await open(trigger, withButton);
    const errors: string[] = [];
    app.action('deeper', async ({ ack, body }) => {
      await ack();
      errors.push(
        await errorOf(client().views.push({ trigger_id: (body as BlockAction).trigger_id, view: withButton as never })),
      );
    });
    for (const depth of [1, 2, 3]) {
      const top = slack.modals('U0ALICE').at(-1);
      await slack.click({ user: 'U0ALICE', viewId: top?.id ?? '', action: 'deeper' });
      await slack.until(() => errors.length === depth, `push ${depth}`);
    }
    expect(errors).toEqual(['ok', 'ok', 'push_limit_reached']);
  });
});
