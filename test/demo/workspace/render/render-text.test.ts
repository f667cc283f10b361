// Messages as a person would read them in a terminal.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../../../src/demo/workspace/workspace.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { allScopes, createClient } from '../clients.ts';

let slack: Workspace;
beforeAll(async () => {
  slack = await startWorkspace({ clock: createFakeClock('2026-11-23T10:00:00Z'), scopes: allScopes, rateLimit: 'off' });
});
afterAll(() => slack.stop());

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const raw = (text: string) => ({ type: 'raw_text', text });

async function rendered(content: { text?: string; blocks?: object[] }, options = {}): Promise<string> {
  const { ts = '' } = await createClient(slack).chat.postMessage({
    channel: 'C0OPS',
    text: 'x',
    ...(content as object),
  });
  const message = slack.messages('C0OPS').find((one) => one.ts === ts);
  if (message === undefined) throw new Error('the message is not there');
  return slack.renderText(message, options);
}

it.each([
  [
    'mentions by name',
    'ask <@U0BOB> or <!subteam^S0ONCALL> in <#C0IMOPS>, <!here>',
    'ask @bob or @oncall in #im-ops, @here',
  ],
  ['links by their label', '<https://example.com|Runbook> <https://example.com/a>', 'Runbook https://example.com/a'],
  ['escaped characters once', 'a &lt;b&gt; &amp;lt;', 'a <b> &lt;'],
  ['an escaped mention as plain text', '&lt;@U0BOB&gt;', '<@U0BOB>'],
  ['markup without its marks', '*bold* _it_ ~gone~ `code` 2*3*4 a_b_c', 'bold it gone code 2*3*4 a_b_c'],
  ['state as a circle', ':red_circle: down :unknown:', '🔴 down :unknown:'],
  ['dates in the zone of the reader', '<!date^1795428000^{date_short} at {time}|then>', 'Nov 23, 2026 at 18:00'],
])('%s', async (_name, text, shown) => {
  expect(await rendered({ text }, { timezone: 'Asia/Taipei' })).toBe(shown);
});

it('draws every kind of block', async () => {
  const blocks = [
    { type: 'header', text: plain('Production chat') },
    { type: 'section', text: mrkdwn('*Calm*'), fields: ['Users\n412', 'Rooms\n12', 'Memory\n37 %'].map(mrkdwn) },
    {
      type: 'table',
      column_settings: [{}, { align: 'right' }],
      rows: [
        [raw('Metric'), raw('Sunday')],
        [raw('消息'), { type: 'raw_number', value: 9, text: '9' }],
      ],
    },
    { type: 'divider' },
    { type: 'image', alt_text: 'low 3, high 9', image_url: 'https://example.com/a.png' },
    { type: 'context', elements: [mrkdwn('as of 10:00'), mrkdwn('IMKit')] },
    { type: 'data_visualization', title: 'Users', chart: { type: 'pie', segments: [{ label: 'a', value: 1 }] } },
    {
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_list',
          style: 'bullet',
          elements: [
            {
              type: 'rich_text_section',
              elements: [
                { type: 'text', text: '&lt; ' },
                { type: 'user', user_id: 'U0BOB' },
              ],
            },
          ],
        },
      ],
    },
    {
      type: 'actions',
      elements: [
        { type: 'button', text: plain('Refresh') },
        { type: 'static_select', options: [{ text: plain('2 h'), value: '2h' }], placeholder: plain('Silence') },
      ],
    },
  ];

  expect(await rendered({ blocks }, { width: 30 })).toBe(
    [
      'Production chat',
      '===============',
      'Calm',
      'Users           Rooms',
      '412             12',
      '',
      'Memory',
      '37 %',
      'Metric  Sunday',
      '------  ------',
      '消息         9',
      '------------------------------',
      '[image: low 3, high 9]',
      'as of 10:00  IMKit',
      '[pie chart: Users]',
      '  a 1',
      '• &lt; @bob',
      '[Refresh] [Silence ▾]',
    ].join('\n'),
  );
});

it('draws a modal with its foot', async () => {
  const blocks = [
    { type: 'input', label: plain('Why'), element: { type: 'plain_text_input', placeholder: plain('reason') } },
  ];
  const view = {
    id: 'V1',
    type: 'modal' as const,
    user: 'U0ALICE',
    hash: '',
    title: 'Silence',
    submit: 'Save',
    close: 'Cancel',
    callbackId: '',
    privateMetadata: '',
    blocks,
    notifyOnClose: false,
    rootId: 'V1',
  };
  expect(slack.renderView(view)).toBe(['── Silence ──', 'Why: [reason____]', '[Cancel] [Save]'].join('\n'));
});
