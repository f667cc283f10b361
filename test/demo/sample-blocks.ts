// One message of each kind of block, and a modal with each kind of input, as a bot would send them.

interface Block {
  readonly type: string;
  readonly [field: string]: unknown;
}

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const option = (label: string, value: string) => ({ text: plain(label), value });
const raw = (text: string) => ({ type: 'raw_text', text });
const rich = (text: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text, style: { bold: true } }] }],
});

const points = (values: readonly number[]) =>
  ['Mon', 'Tue'].map((label, index) => ({ label, value: values[index] ?? 0 }));
const chart = (type: string, title: string): Block => ({
  type: 'data_visualization',
  title,
  chart: {
    type,
    series: [
      { name: 'prod', data: points([1, 3]) },
      { name: 'limit', data: points([-2, 2]) },
    ],
    axis_config: { categories: ['Mon', 'Tue'], y_label: '%' },
  },
});

const table: Block = {
  type: 'table',
  column_settings: [{ align: 'left' }, { align: 'right' }],
  rows: [
    [raw('Metric'), raw('Value')],
    [raw('Peak'), { type: 'raw_number', value: 1893, text: '1,893' }],
    [rich('Rooms'), raw('12')],
  ],
};

/** As wide as that of a digest: a column of names that may wrap, and more columns than a phone has room for. */
export const digestTable: Block = {
  type: 'table',
  column_settings: [{ align: 'left', is_wrapped: true }, { align: 'right' }, { align: 'right' }, { align: 'left' }],
  rows: [
    ['Metric', 'Saturday', 'Friday', 'The last 8 Saturdays'].map(raw),
    [rich('Production chat'), raw('29,429'), raw('33,012 (▼ −11 %)'), raw('lowest 27,001, highest 31,870')],
    [raw('Connections at the peak'), raw('1,310 of 2,000'), raw('1,402 (▼ −7 %)'), raw('lowest 1,204, highest 1,892')],
  ],
};

const confirm = {
  title: plain('Really?'),
  text: plain('It cannot be undone.'),
  confirm: plain('Yes'),
  deny: plain('No'),
};

/** By the text of the message. */
export const everyBlock: Readonly<Record<string, Block[]>> = {
  'a header and words': [
    { type: 'header', text: plain('A header :bell:') },
    {
      type: 'section',
      text: mrkdwn('🔴 *Bold* <@U0ALICE> <!subteam^S0ONCALL> <#C0ONCALL> <!here>\n> quoted\n```\ncode\n```'),
    },
    { type: 'divider' },
    { type: 'context', elements: [mrkdwn('as of <!date^1795000000^{date_short_pretty} {time}|then>'), plain('plain')] },
    { type: 'markdown', text: 'some **markdown**' },
  ],
  'fields and an accessory': [
    {
      type: 'section',
      fields: [mrkdwn('Users\n*412*'), mrkdwn('Peak\n*1*')],
      accessory: { type: 'overflow', action_id: 'more', options: [option('Delete', 'delete')] },
    },
  ],
  'rich text': [
    {
      type: 'rich_text',
      elements: [
        { type: 'rich_text_section', elements: [{ type: 'link', url: 'https://example.com/', text: 'a link' }] },
        {
          type: 'rich_text_list',
          style: 'bullet',
          elements: [{ type: 'rich_text_section', elements: [{ type: 'emoji', name: 'bell' }] }],
        },
        { type: 'rich_text_quote', elements: [{ type: 'user', user_id: 'U0ALICE' }] },
        { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'code' }] },
      ],
    },
  ],
  'a table': [table],
  'a data table': [{ ...table, type: 'data_table', caption: 'Numbers', column_settings: undefined }],
  'a line and bars': [chart('line', 'Peak'), chart('bar', 'Bars')],
  'an area and a pie': [
    chart('area', 'Area'),
    { type: 'data_visualization', title: 'Pie', chart: { type: 'pie', segments: points([1, 3]) } },
  ],
  'a card': [{ type: 'card', title: plain('A card'), body: plain('Its body') }],
  'sample of controls': [
    { type: 'section', text: mrkdwn('sample of controls') },
    {
      type: 'actions',
      elements: [
        { type: 'button', action_id: 'press', text: plain('Press'), value: 'pressed', style: 'primary' },
        { type: 'button', action_id: 'danger', text: plain('Danger'), value: 'dangerous', style: 'danger', confirm },
        { type: 'button', action_id: 'open', text: plain('Open'), value: 'open' },
        {
          type: 'static_select',
          action_id: 'pick',
          placeholder: plain('Pick one'),
          options: [option('First', 'a'), option('Second', 'b')],
        },
        { type: 'datepicker', action_id: 'date', placeholder: plain('A date') },
        { type: 'checkboxes', action_id: 'check', options: [option('Checked', 'c')] },
      ],
    },
  ],
};

const input = (id: string, label: string, element: object) => ({
  type: 'input' as const,
  block_id: id,
  label: plain(label),
  element: { action_id: `${id}-value`, ...element },
});

/** A modal with one text to fill in. */
export const form = {
  type: 'modal' as const,
  callback_id: 'form',
  title: plain('A form'),
  submit: plain('Save'),
  close: plain('Cancel'),
  blocks: [input('name', 'Name', { type: 'plain_text_input' })] as Block[],
};

export const everyInput: Block[] = [
  { type: 'alert', text: plain('Take care'), level: 'warning' },
  { ...input('note', 'Note', { type: 'plain_text_input', multiline: true }), optional: true, hint: plain('A hint') },
  input('count', 'How many', { type: 'number_input', is_decimal_allowed: false }),
  input('day', 'Day', { type: 'datepicker' }),
  { ...input('time', 'Time', { type: 'timepicker' }), optional: true },
  input('colour', 'Colour', { type: 'radio_buttons', options: [option('Red', 'r'), option('Blue', 'b')] }),
  { ...input('flags', 'Flags', { type: 'checkboxes', options: [option('Loud', 'l')] }), optional: true },
  input('who', 'Who', { type: 'users_select' }),
  { ...input('many', 'Many', { type: 'multi_static_select', options: [option('One', '1')] }), optional: true },
];
