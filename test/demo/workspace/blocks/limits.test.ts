// Blocks that Slack refuses, limit by limit.
import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../../../src/demo/workspace/blocks/problem.ts';
import { blockProblems } from '../../../../src/demo/workspace/blocks/validate.ts';
import {
  actions,
  button,
  cell,
  dataTable,
  image,
  line,
  long,
  mrkdwn,
  option,
  pie,
  plain,
  rich,
  section,
  select,
  table,
  times,
} from './builders.ts';

const check = (blocks: unknown[]) =>
  blockProblems(blocks, {
    surface: 'message',
    root: '/blocks',
    fileProblem: (id) => (id === 'F0GOODFILE' ? undefined : 'invalid slack file'),
  }).map(describeProblem);

describe('blocks that Slack refuses', () => {
  it.each<[string, unknown[], string]>([
    ['51 blocks', times(51, () => ({ type: 'divider' })), 'no more than 50 items allowed [json-pointer:/blocks]'],
    ['a block that is no object', ['hello'], 'must provide an object [json-pointer:/blocks/0]'],
    ['a block without a type', [{ text: 'x' }], 'missing required field: type [json-pointer:/blocks/0]'],
    ['an unknown block', [{ type: 'chart' }], 'unsupported type: chart [json-pointer:/blocks/0/type]'],
    [
      'an unknown field',
      [{ ...section(), color: 'red' }],
      'invalid additional property: color [json-pointer:/blocks/0]',
    ],
    ['a section without text', [{ type: 'section' }], 'must provide text or fields [json-pointer:/blocks/0]'],
    [
      'a section of 3,001 characters',
      [section(long(3001))],
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['an empty text', [section('')], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    ['a bare string as text', [{ type: 'section', text: 'x' }], 'must provide an object [json-pointer:/blocks/0/text]'],
    [
      'eleven fields',
      [{ type: 'section', fields: times(11, () => mrkdwn('x')) }],
      'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
    ],
    [
      'a field of 2,001 characters',
      [{ type: 'section', fields: [mrkdwn(long(2001))] }],
      'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
    ],
    ['a header in mrkdwn', [{ type: 'header', text: mrkdwn('x') }], '[json-pointer:/blocks/0/text/type]'],
    [
      'a header of 151 characters',
      [{ type: 'header', text: plain(long(151)) }],
      'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['a header of level 5', [{ type: 'header', text: plain('x'), level: 5 }], '[json-pointer:/blocks/0/level]'],
    [
      'eleven context elements',
      [{ type: 'context', elements: times(11, () => mrkdwn('x')) }],
      'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'a button in a context',
      [{ type: 'context', elements: [button()] }],
      'unsupported type [json-pointer:/blocks/0/elements/0/type]',
    ],
    [
      '26 buttons',
      [actions(...times(26, (index) => button({ action_id: `a${index}` })))],
      'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'a button text of 76 characters',
      [actions(button({ text: plain(long(76)) }))],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
    ],
    [
      'a button text in mrkdwn',
      [actions(button({ text: mrkdwn('x') }))],
      '[json-pointer:/blocks/0/elements/0/text/type]',
    ],
    [
      'a button value of 2,001 characters',
      [actions(button({ value: long(2001) }))],
      'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
    ],
    [
      'a button with no address in url',
      [actions(button({ url: 'dashboard' }))],
      'must be a valid URL [json-pointer:/blocks/0/elements/0/url]',
    ],
    [
      'a button in a colour of its own',
      [actions(button({ style: 'warning' }))],
      '[json-pointer:/blocks/0/elements/0/style]',
    ],
    [
      'an accessibility label of 76 characters',
      [actions(button({ accessibility_label: long(76) }))],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/accessibility_label]',
    ],
    [
      'a confirm title of 101 characters',
      [actions(button({ confirm: { title: plain(long(101)), text: plain('x') } }))],
      'must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]',
    ],
    ['an unknown element', [actions({ type: 'slider' })], 'unsupported type [json-pointer:/blocks/0/elements/0/type]'],
    [
      '101 options',
      [actions(select({ options: times(101, (index) => option(`o${index}`)) }))],
      'no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      'an option text of 76 characters',
      [actions(select({ options: [{ text: plain(long(76)), value: 'a' }] }))],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]',
    ],
    [
      'an option value of 151 characters',
      [actions(select({ options: [option('a'), { text: plain('a'), value: long(151) }] }))],
      'must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/1/value]',
    ],
    [
      'a foreign initial option',
      [actions(select({ initial_option: option('z') }))],
      'initial option must exactly match one of the provided options [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'a select without options',
      [actions(select({ options: undefined }))],
      'must provide exactly one of options, option_groups [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'an overflow menu of six',
      [actions({ type: 'overflow', options: times(6, (index) => option(`o${index}`)) })],
      'no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      'eleven radio buttons',
      [actions({ type: 'radio_buttons', options: times(11, (index) => option(`o${index}`)) })],
      'no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      'an image without alt text',
      [image({ alt_text: undefined })],
      'missing required field: alt_text [json-pointer:/blocks/0]',
    ],
    [
      'an alt text of 2,001 characters',
      [image({ alt_text: long(2001) })],
      'must be less than 2001 characters [json-pointer:/blocks/0/alt_text]',
    ],
    [
      'an image from two sources',
      [image({ image_url: 'https://example.com/a.png' })],
      'must provide exactly one of image_url, slack_file [json-pointer:/blocks/0]',
    ],
    [
      'a file that is not there',
      [image({ slack_file: { id: 'F0OTHERFILE' } })],
      'invalid slack file [json-pointer:/blocks/0/slack_file]',
    ],
    [
      'a file id of no known shape',
      [image({ slack_file: { id: 'chart' } })],
      'invalid slack file id [json-pointer:/blocks/0/slack_file/id]',
    ],
    ['101 rows', [table(times(101, () => [cell()]))], 'no more than 100 items allowed [json-pointer:/blocks/0/rows]'],
    ['21 columns', [table([times(21, () => cell())])], 'no more than 20 items allowed [json-pointer:/blocks/0/rows/0]'],
    ['a cell of mrkdwn', [table([[mrkdwn('x')]])], 'unsupported type [json-pointer:/blocks/0/rows/0/0/type]'],
    [
      'tables of 10,001 characters',
      [table([[cell(long(5001)), cell(long(5000))]])],
      'cells of all table blocks must have less than 10001 characters [json-pointer:/blocks]',
    ],
    ['two tables', [table([[cell()]]), table([[cell()]])], 'only_one_table_allowed [json-pointer:/blocks]'],
    [
      'a data_table without caption',
      [dataTable([[cell()], [cell()]], { caption: undefined })],
      'missing required field: caption [json-pointer:/blocks/0]',
    ],
    [
      'a data_table with a head only',
      [dataTable([[cell()]])],
      'no fewer than 2 items allowed [json-pointer:/blocks/0/rows]',
    ],
    [
      'a data_table of 202 rows',
      [dataTable(times(202, () => [cell()]))],
      'no more than 201 items allowed [json-pointer:/blocks/0/rows]',
    ],
    [
      'rows of different width',
      [dataTable([[cell()], [cell(), cell()]])],
      'all rows must have the same number of cells [json-pointer:/blocks/0/rows/1]',
    ],
    [
      'a rich head',
      [dataTable([[rich('x')], [cell()]])],
      'header cells must not be rich_text [json-pointer:/blocks/0/rows/0/0]',
    ],
    [
      'data_tables of 20,001 characters',
      [dataTable([[cell()], ...times(2, () => [cell(long(10_000))])])],
      'cells of all data_table blocks must have less than 20001 characters [json-pointer:/blocks]',
    ],
    [
      'three charts',
      [line(), line(), line()],
      'no more than 2 data_visualization blocks allowed [json-pointer:/blocks]',
    ],
    [
      'a chart title object',
      [{ ...line(), title: plain('x') }],
      'must provide a value of type string [json-pointer:/blocks/0/title]',
    ],
    [
      'a chart title of 51 characters',
      [{ ...line(), title: long(51) }],
      'must be less than 51 characters [json-pointer:/blocks/0/title]',
    ],
    [
      'seven pie segments',
      [pie(times(7, (index) => ({ label: `l${index}`, value: 1 })))],
      'no more than 6 items allowed [json-pointer:/blocks/0/chart/segments]',
    ],
    [
      'a pie segment of 0',
      [pie([{ label: 'a', value: 0 }])],
      'must be more than 0 [json-pointer:/blocks/0/chart/segments/0/value]',
    ],
    [
      'seven series',
      [
        line({
          series: times(7, (index) => ({
            name: `s${index}`,
            data: [
              { label: 'Mon', value: 1 },
              { label: 'Tue', value: 1 },
            ],
          })),
        }),
      ],
      'no more than 6 items allowed [json-pointer:/blocks/0/chart/series]',
    ],
    [
      '21 points',
      [line({ axis_config: { categories: times(21, String) } })],
      'no more than 20 items allowed [json-pointer:/blocks/0/chart/axis_config/categories]',
    ],
    [
      'a gap in a series',
      [line({ series: [{ name: 'today', data: [{ label: 'Mon', value: 1 }] }] })],
      'must have exactly one data point per category [json-pointer:/blocks/0/chart/series/0/data]',
    ],
    [
      'an empty value in a series',
      [line({ series: [{ name: 'today', data: [{ label: 'Mon', value: null }] }] })],
      'must provide a value of type number [json-pointer:/blocks/0/chart/series/0/data/0/value]',
    ],
    [
      'two series of one name',
      [
        line({
          series: times(2, () => ({
            name: 's',
            data: [
              { label: 'Mon', value: 1 },
              { label: 'Tue', value: 1 },
            ],
          })),
        }),
      ],
      'series names must be unique [json-pointer:/blocks/0/chart/series]',
    ],
    [
      'a label of 21 characters',
      [pie([{ label: long(21), value: 1 }])],
      'must be less than 21 characters [json-pointer:/blocks/0/chart/segments/0/label]',
    ],
    [
      'markdown blocks of 12,001 characters',
      [
        { type: 'markdown', text: long(6001) },
        { type: 'markdown', text: long(6000) },
      ],
      'all markdown blocks must have less than 12001 characters [json-pointer:/blocks]',
    ],
    [
      'a card with bare strings',
      [{ type: 'card', title: 'Prod' }],
      'must provide an object [json-pointer:/blocks/0/title]',
    ],
    [
      'a card of three buttons',
      [{ type: 'card', actions: times(3, (index) => button({ action_id: `a${index}` })) }],
      'no more than 2 items allowed [json-pointer:/blocks/0/actions]',
    ],
    [
      'a chart in a container',
      [{ type: 'container', title: plain('x'), child_blocks: [line()] }],
      'unsupported type: data_visualization [json-pointer:/blocks/0/child_blocks/0/type]',
    ],
    [
      'a fault inside a container',
      [{ type: 'container', title: plain('x'), child_blocks: [section(long(3001))] }],
      'must be less than 3001 characters [json-pointer:/blocks/0/child_blocks/0/text/text]',
    ],
    [
      'a section in a carousel',
      [{ type: 'carousel', elements: [section()] }],
      'unsupported type: section [json-pointer:/blocks/0/elements/0/type]',
    ],
    [
      'a block id twice',
      [
        { ...section(), block_id: 'a' },
        { ...section(), block_id: 'a' },
      ],
      'block_id "a" already exists [json-pointer:/blocks]',
    ],
    [
      'an action id twice in a block',
      [actions(button(), button())],
      'action_id "go" already exists for its block [json-pointer:/blocks]',
    ],
    [
      'an action id of 256 characters',
      [actions(button({ action_id: long(256) }))],
      'must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]',
    ],
  ])('%s', (_name, blocks, problem) => {
    expect(check(blocks).join('\n')).toContain(problem);
  });

  it('names every fault at once', () => {
    expect(check([{ type: 'header', text: plain('') }, section(long(3001))])).toHaveLength(2);
  });
});
