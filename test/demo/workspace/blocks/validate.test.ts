// Blocks that Slack takes, where it takes them, and how much of them.
import { describe, expect, it } from 'vitest';
import type { Surface } from '../../../../src/demo/workspace/blocks/kinds.ts';
import { describeProblem } from '../../../../src/demo/workspace/blocks/problem.ts';
import { blockProblems, isTooMuchText } from '../../../../src/demo/workspace/blocks/validate.ts';
import {
  actions,
  button,
  cell,
  dataTable,
  image,
  input,
  line,
  long,
  mrkdwn,
  number,
  option,
  pie,
  plain,
  rich,
  section,
  select,
  table,
  times,
} from './builders.ts';

const check = (blocks: unknown[], surface: Surface = 'message') =>
  blockProblems(blocks, {
    surface,
    root: '/blocks',
    fileProblem: (id) => (id === 'F0GOODFILE' ? undefined : 'invalid slack file'),
  }).map(describeProblem);

describe('blocks that Slack takes', () => {
  it.each<[string, unknown[]]>([
    ['50 blocks', times(50, () => ({ type: 'divider' }))],
    [
      'a header of 150 emoji, which are 300 UTF-16 units',
      [{ type: 'header', text: plain('🔴'.repeat(150)), level: 2 }],
    ],
    ['a section of 3,000 characters', [section(long(3000))]],
    [
      'a section with ten fields and a button',
      [{ type: 'section', fields: times(10, () => mrkdwn(long(2000))), accessory: button() }],
    ],
    ['a context of ten', [{ type: 'context', elements: times(10, (index) => (index > 0 ? mrkdwn('x') : image())) }]],
    ['25 buttons', [actions(...times(25, (index) => button({ action_id: `a${index}` })))]],
    ['100 options', [actions(select({ options: times(100, (index) => option(`o${index}`)) }))]],
    ['an initial option that is one of the options', [actions(select({ initial_option: option('a') }))]],
    [
      'an overflow menu of five',
      [{ ...section(), accessory: { type: 'overflow', options: times(5, (index) => option(`o${index}`)) } }],
    ],
    ['an image by file', [image()]],
    ['an image by address', [image({ slack_file: undefined, image_url: 'https://example.com/a.png' })]],
    ['a table of 100 rows', [table(times(100, () => [cell(), number(1), rich('x')]))]],
    ['a data_table', [dataTable([[cell('Name')], [number(3)]], { page_size: 100, row_header_column_index: 0 })]],
    ['two charts', [line(), pie(times(6, (index) => ({ label: `l${index}`, value: 1 })))]],
    [
      'rich text with a list',
      [
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_list',
              style: 'bullet',
              elements: [{ type: 'rich_text_section', elements: [{ type: 'user', user_id: 'U1' }] }],
            },
          ],
        },
      ],
    ],
    ['markdown of 12,000 characters', [{ type: 'markdown', text: long(12_000) }]],
    ['a card', [{ type: 'card', title: mrkdwn('Prod'), body: mrkdwn('x'), actions: [button()] }]],
    ['a container', [{ type: 'container', title: plain('Prod'), child_blocks: [section(), { type: 'divider' }] }]],
    ['the same action id in two blocks', [actions(button()), actions(button())]],
    ['a text of `&lt;` and emoji', [section('&lt;b&gt; 🔴')]],
  ])('%s', (_name, blocks) => {
    expect(check(blocks)).toEqual([]);
  });
});

describe('surfaces', () => {
  it.each<[string, object, Surface[]]>([
    ['section', section(), ['message', 'modal', 'home']],
    ['input', input({ type: 'plain_text_input' }), ['message', 'modal', 'home']],
    ['data_visualization', line(), ['message']],
    ['markdown', { type: 'markdown', text: 'x' }, ['message']],
    ['table', table([[cell()]]), ['message', 'home']],
    ['data_table', dataTable([[cell()], [cell()]]), ['message', 'home']],
    ['container', { type: 'container', title: plain('x'), child_blocks: [section()] }, ['message', 'home']],
    ['alert', { type: 'alert', text: plain('x'), level: 'warning' }, ['modal']],
  ])('%s is taken where it belongs only', (_name, block, surfaces) => {
    const taking = (['message', 'modal', 'home'] as const).filter((surface) => check([block], surface).length === 0);
    expect(taking).toEqual(surfaces);
  });

  it('a modal may hold 100 blocks, not 101', () => {
    expect(
      check(
        times(100, () => ({ type: 'divider' })),
        'modal',
      ),
    ).toEqual([]);
    expect(
      check(
        times(101, () => ({ type: 'divider' })),
        'modal',
      ),
    ).toHaveLength(1);
  });
});

describe('all text of one message', () => {
  it('counts the text of every block and a frame around each', () => {
    const blocks = (count: number, length: number) => times(count, () => section(long(length)));

    expect(isTooMuchText(blocks(50, 192))).toBe(false); // 9,600 characters in 50 blocks were taken
    expect(isTooMuchText(blocks(45, 253))).toBe(true); // 11,385 characters in 45 blocks were refused
    expect(isTooMuchText(blocks(4, 2984))).toBe(false);
    expect(isTooMuchText(blocks(4, 2985))).toBe(true);
  });
});
