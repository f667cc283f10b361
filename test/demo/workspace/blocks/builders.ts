// Short ways to write blocks in tests.
export const long = (length: number) => 'x'.repeat(length);
export const plain = (text: string) => ({ type: 'plain_text', text });
export const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
export const section = (text = 'hello') => ({ type: 'section', text: mrkdwn(text) });
export const button = (more: object = {}) => ({ type: 'button', text: plain('Go'), action_id: 'go', ...more });
export const actions = (...elements: object[]) => ({ type: 'actions', elements });
export const option = (value: string) => ({ text: plain(value), value });
export const select = (more: object = {}) => ({
  type: 'static_select',
  action_id: 's',
  options: [option('a')],
  ...more,
});
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
export const cell = (text = 'c') => ({ type: 'raw_text', text });
export const number = (value: number) => ({ type: 'raw_number', value, text: String(value) });
export const table = (rows: unknown[][]) => ({ type: 'table', rows });
export const dataTable = (rows: unknown[][], more: object = {}) => ({
  type: 'data_table',
  caption: 'Users',
  rows,
  ...more,
});
export const line = (more: object = {}) => ({
  type: 'data_visualization',
  title: 'Users',
  chart: {
    type: 'line',
    series: [
      {
        name: 'today',
        data: [
          { label: 'Mon', value: 1 },
          { label: 'Tue', value: -2 },
        ],
      },
    ],
    axis_config: { categories: ['Mon', 'Tue'] },
    ...more,
  },
});
export const pie = (segments: object[]) => ({
  type: 'data_visualization',
  title: 'Users',
  chart: { type: 'pie', segments },
});
export const image = (more: object = {}) => ({
  type: 'image',
  alt_text: 'a chart',
  slack_file: { id: 'F0GOODFILE' },
  ...more,
});
export const input = (element: object) => ({ type: 'input', label: plain('Why'), element });
export const rich = (text: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});
