// A report as a message: line 1 first, within the budget whatever is in it, the same in words, hostile names harmless.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toTextChart } from '../../../src/charts/text-renderer.ts';
import { describeProblem } from '../../../src/demo/workspace/blocks/problem.ts';
import { blockProblems } from '../../../src/demo/workspace/blocks/validate.ts';
import type { ChartModel, WordedReport } from '../../../src/reports/word-report.ts';
import {
  charactersOf,
  type DrawnMessage,
  maxBlocks,
  maxCharacters,
  maxMessageText,
} from '../../../src/slack/blocks/block.ts';
import { chartsOf, drawReport } from '../../../src/slack/blocks/report.ts';
import { englishWording } from '../../../src/wording.ts';
import { chartModel } from '../../charts/sample-models.ts';

const chart: ChartModel = {
  ...chartModel(),
  kind: 'line',
  title: 'Connection peak, last 24 hours',
  unit: 'count',
  labels: ['09:00', '10:00'],
  series: [{ name: 'Connection peak', values: [1_200, undefined], role: 'main' }],
  limits: [{ label: 'Limit 2,000', value: 2_000 }],
  alt: 'Connection peak, low 1,200 at 09:00, high 1,893 at 10:00.',
};

const report: WordedReport = {
  standing: 'critical',
  headline: 'Production chat: 1,893 connections at the peak, 95 % of the limit',
  context: 'last hour, 09:00 to 10:00, Asia/Taipei',
  asOf: Date.parse('2026-11-22T02:00:12Z'),
  zone: 'Asia/Taipei',
  stale: false,
  sections: [
    {
      figures: [
        { title: 'Active users', value: '412', change: '▲ 12 % vs yesterday' },
        { title: 'Connection peak', value: '1,893', detail: 'of 2,000 (95 %)' },
      ],
      spoken: { changes: ['up 12 % vs yesterday'], rows: [['Messages', '41,203', '34,900']] },
      table: { columns: ['Metric', 'Sunday', 'Saturday'], rows: [['Messages', '41,203', '34,900']], numeric: true },
      lines: ['12 new users.'],
      charts: [chart],
    },
  ],
  notes: ['No open alerts.', '24 of 24 hours measured.'],
  wording: englishWording,
};

/** What the local Slack would say to the blocks. */
function refusals(drawn: DrawnMessage): string[] {
  return blockProblems([...drawn.blocks], { surface: 'message', root: '/blocks', fileProblem: () => undefined }).map(
    describeProblem,
  );
}

describe('a report', () => {
  it('begins with line 1 and its circle, then window, age, figures, table, lines, picture and notes', () => {
    const drawn = drawReport(report, { attached: [{ kind: 'file', id: 'F0CHART01', alt: '' }] });
    expect(drawn.blocks.map((block) => block.type)).toEqual([
      'section',
      'context',
      'section',
      'table',
      'section',
      'image',
      'context',
    ]);
    expect(drawn.blocks[0]).toMatchObject({
      text: { text: `🔴 *${report.headline.replace(' %', '\u00A0%')}*`, verbatim: true },
    });
    expect(JSON.stringify(drawn.blocks[1])).toContain(
      'last hour, 09:00 to 10:00, Asia/Taipei, as of <!date^1795312812^',
    );
    expect(drawn.blocks[2]).toMatchObject({
      fields: [
        { text: 'Active users\n*412*\n▲ 12\u00A0% vs yesterday' },
        { text: 'Connection peak\n*1,893* of 2,000 (95\u00A0%)' },
      ],
    });
    expect(drawn.blocks[5]).toMatchObject({ slack_file: { id: 'F0CHART01' }, alt_text: chart.alt });
    expect(refusals(drawn)).toEqual([]);
  });

  it('says the same whole in its text', () => {
    const { text } = drawReport(report);
    for (const part of [
      '🔴 Production chat: 1,893',
      'Active users: 412, up 12 % vs yesterday',
      '1,893 of 2,000 (95 %)',
      'Messages: Sunday 41,203, Saturday 34,900',
      '12 new users',
      chart.alt,
      '24 of 24 hours measured',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('marks stale numbers in words', () => {
    const drawn = drawReport({ ...report, stale: true });
    expect(JSON.stringify(drawn.blocks[1])).toContain('*stale*');
    expect(drawn.text).toContain(', stale');
  });

  it('draws tables as aligned text where Slack refuses the block', () => {
    const drawn = drawReport(report, { tables: 'text' });
    expect(JSON.stringify(drawn.blocks)).toContain('Metric    Sunday  Saturday\\nMessages  41,203    34,900');
    expect(drawn.blocks.map((block) => block.type)).not.toContain('table');
  });

  const two = (columns: string[], first = ['Metric', 'Sunday']) => ({
    ...report,
    sections: ['Production chat', 'China'].map((title, index) => ({
      title,
      figures: [],
      lines: [],
      charts: [],
      table: tableOf(index === 0 ? first : columns),
    })),
  });
  const tableOf = (columns: string[]) => ({
    columns,
    rows: [['Messages', ...columns.slice(1).map((column) => `of ${column}`)]],
  });
  const cellsOf = (drawn: ReturnType<typeof drawReport>): (string[] | undefined)[] =>
    drawn.blocks
      .filter((block) => block.type === 'table')
      .map((block) =>
        JSON.stringify(block)
          .match(/"text":"[^"]+"/g)
          ?.map((text) => text.slice(8, -1)),
      );

  it('gathers tables of the same columns into one, because Slack takes one block of them', () => {
    const drawn = drawReport(two(['Metric', 'Sunday']));

    expect(refusals(drawn)).toEqual([]);
    expect(cellsOf(drawn)).toEqual([
      [
        'Metric',
        'Sunday',
        'Production chat',
        'Sunday',
        'Messages',
        'of Sunday',
        'China',
        'Sunday',
        'Messages',
        'of Sunday',
      ],
    ]);
  });

  it('begins gathered tables with the title of the first, where the first column has no name', () => {
    const drawn = drawReport(two(['', 'Sunday'], ['', 'Sunday']));

    expect(refusals(drawn)).toEqual([]);
    expect(cellsOf(drawn)).toEqual([
      ['Production chat', 'Sunday', 'Messages', 'of Sunday', 'China', 'Sunday', 'Messages', 'of Sunday'],
    ]);
  });

  it.each([
    ['second', ['Metric', 'Sunday', '8 Sundays'], ['Metric', 'Sunday', 'Saturday', '8 Sundays']],
    ['first', ['Metric', 'Sunday', 'Saturday', '8 Sundays'], ['Metric', 'Sunday', '8 Sundays']],
  ])('gathers tables where the %s has more of a past, its columns in their order', (_which, first, columns) => {
    const drawn = drawReport(two(columns, first));

    expect(refusals(drawn)).toEqual([]);
    const cells = cellsOf(drawn);
    expect(cells).toHaveLength(1);
    expect(cells[0]?.slice(0, 4)).toEqual(['Metric', 'Sunday', 'Saturday', '8 Sundays']);
    expect(JSON.stringify(cells)).toContain('"Messages","of Sunday","–","of 8 Sundays"');
    expect(JSON.stringify(cells)).toContain('"Messages","of Sunday","of Saturday","of 8 Sundays"');
  });

  it('draws the longest of tables of different things as a block and the others as text', () => {
    const drawn = drawReport(two(['Type', 'Sunday']));

    expect(refusals(drawn)).toEqual([]);
    expect(drawn.blocks.filter((block) => block.type === 'table')).toHaveLength(1);
    expect(JSON.stringify(drawn.blocks)).toContain('```');
    const refused = drawReport(two(['Type', 'Sunday']), { tables: 'text' });
    expect(refused.blocks.map((block) => block.type)).not.toContain('table');
  });

  it('says of a chart as text that nothing is to show, where it has no line', () => {
    const { text } = toTextChart({ ...chart, series: [] }, englishWording);
    expect(text).toBe(`${chart.title}: nothing to show`);
    expect(JSON.stringify(drawReport(report, { attached: [{ kind: 'text', text }] }).blocks)).toContain(text);
  });

  it('leaves no trace of a chart that has no place yet, and takes a block or a line of text in it', () => {
    expect(drawReport(report).blocks.map((block) => block.type)).not.toContain('image');
    const asText = drawReport(report, {
      attached: [{ kind: 'text', text: `${chart.title}\n▁▂█\nlow 1, high 3`, skylines: [1] }],
    });
    expect(JSON.stringify(asText.blocks)).toContain('"Connection peak, last 24 hours\\n`▁▂█`\\nlow 1, high 3"');
    const empty = { type: 'line', series: [], axis_config: { categories: [] } } as const;
    const block = { type: 'data_visualization', title: 'x', chart: empty } as const;
    expect(drawReport(report, { attached: [{ kind: 'block', block }] }).blocks).toContainEqual(block);
  });

  it('puts the places of the charts of all sections in one order', () => {
    const two = {
      ...report,
      sections: [...report.sections, { figures: [], lines: [], charts: [{ ...chart, alt: 'second' }] }],
    };
    const drawn = drawReport(two, { attached: [undefined, { kind: 'file', id: 'F0SECOND1', alt: '' }] });
    expect(chartsOf(two)).toHaveLength(2);
    expect(drawn.blocks.filter((block) => block.type === 'image')).toMatchObject([
      { slack_file: { id: 'F0SECOND1' }, alt_text: 'second' },
    ]);
  });
});

describe('the budget', () => {
  it('counts what it cuts', () => {
    const many = {
      ...report,
      sections: Array.from({ length: 80 }, (_, index) => ({
        title: `Part ${index}`,
        figures: [{ title: 'a', value: 'b' }],
        lines: [],
        charts: [],
      })),
    };
    const drawn = drawReport(many);
    expect(drawn.blocks.length).toBeLessThanOrEqual(maxBlocks);
    expect(JSON.stringify(drawn.blocks)).toMatch(/… \d+ more/);
    expect(JSON.stringify(drawn.blocks.at(-1))).toContain('24 of 24 hours measured');
  });

  it('counts the rows that a table loses', () => {
    const rows = Array.from({ length: 300 }, (_, index) => [`row ${index}`, '1', '2']);
    const drawn = drawReport({
      ...report,
      sections: [{ figures: [], table: { columns: ['a', 'b', 'c'], rows }, lines: [], charts: [] }],
    });
    expect(JSON.stringify(drawn.blocks)).toContain('… 201 more rows');
    expect(refusals(drawn)).toEqual([]);
  });

  const anyText = fc.oneof(
    { weight: 6, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '<!channel>',
        '@here',
        '*bold*',
        '<https://x|y>',
        '🔴'.repeat(2_000),
        'x'.repeat(10_000),
        '&'.repeat(3_000),
        '',
      ),
    },
  );
  const anySection = fc.record(
    {
      title: anyText,
      figures: fc.array(fc.record({ title: anyText, value: anyText, detail: anyText, change: anyText }), {
        maxLength: 25,
      }),
      table: fc.record({
        columns: fc.array(anyText, { minLength: 1, maxLength: 6 }),
        rows: fc.array(fc.array(anyText, { maxLength: 7 }), { maxLength: 30 }),
      }),
      lines: fc.array(anyText, { maxLength: 20 }),
      charts: fc.constant<ChartModel[]>([chart]),
    },
    { requiredKeys: ['figures', 'lines', 'charts'] },
  );
  const anyReport = fc.record({
    headline: anyText,
    context: anyText,
    zone: fc.constant('Asia/Taipei'),
    stale: fc.boolean(),
    sections: fc.array(anySection, { maxLength: 10 }),
    notes: fc.array(anyText, { maxLength: 8 }),
    wording: fc.constant(englishWording),
  });

  it('holds for any report, and Slack takes it', () => {
    fc.assert(
      fc.property(anyReport, fc.constantFrom('block' as const, 'text' as const), (any, tables) => {
        const attached = chartsOf(any).map(() => ({ kind: 'file' as const, id: 'F0CHART01', alt: '' }));
        const drawn = drawReport(any, { attached, tables });
        expect(drawn.blocks.length).toBeLessThanOrEqual(maxBlocks);
        expect(charactersOf(drawn.blocks)).toBeLessThanOrEqual(maxCharacters);
        expect([...drawn.text].length).toBeLessThanOrEqual(maxMessageText);
        expect(refusals(drawn)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('lets no name mention anybody', () => {
    fc.assert(
      fc.property(anyReport, (any) => {
        const drawn = JSON.stringify(drawReport(any, { tables: 'text' }).blocks) + drawReport(any).text;
        expect(drawn.replace(/<!date\^[^>]*>/g, '')).not.toMatch(/<[!@#]|<https?:|@(here|channel|everyone)\b/);
      }),
      { numRuns: 40 },
    );
  });
});
