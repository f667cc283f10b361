import { describe, expect, test } from 'vitest';
import { longestText, reportText } from '../../src/reports/plain-text.ts';
import type { WordedReport } from '../../src/reports/word-report.ts';
import { englishWording } from '../../src/wording.ts';
import { chartModel } from '../charts/sample-models.ts';
import { taipei, zone } from '../support/readings.ts';

const bare: WordedReport = {
  headline: 'All is well',
  zone,
  stale: false,
  sections: [],
  notes: [],
  wording: englishWording,
};

function withRows(count: number, alt = 'Peak. Low 1 at 10:00.'): WordedReport {
  const rows = Array.from({ length: count }, (_, index) => [`Metric ${index}`, '41,203', '34,918 (▲ 18 %)', '▁▂█']);
  const spoken = { changes: [], rows: rows.map(([name = '', sunday = '']) => [name, sunday, '34,918 (+18 %)', '']) };
  const lines = ['One line.', 'Another line.', 'A third.', 'A fourth.'];
  return {
    ...bare,
    sections: [
      {
        title: 'Production chat',
        figures: [],
        table: { columns: ['', 'Sunday', 'Saturday', '8 Sundays'], rows },
        lines,
        charts: [chartModel({ alt })],
        spoken,
      },
    ],
    notes: ['24 of 24 hours measured.'],
  };
}

describe('a report on very many apps as text', () => {
  test('keeps line 1 of each of them', () => {
    const section = (name: string) => ({
      title: `${name}: 1,893 connections at the peak, 95 % of the limit`,
      figures: [],
      lines: ['x'.repeat(400)],
      charts: [],
    });
    const names = Array.from({ length: 15 }, (_, index) => `Application ${index}`);
    const text = reportText({ ...bare, sections: names.map(section) });
    expect(text.length).toBeLessThanOrEqual(longestText);
    for (const name of names) expect(text).toContain(`${name}: 1,893 connections`);
    expect(text).toContain('The message has more.');
  });
});

describe('a report as text', () => {
  test('is sentences in the order of the report', () => {
    const report: WordedReport = {
      ...withRows(1),
      context: 'last hour, 09:00 to 10:00, Asia/Taipei',
      asOf: taipei('2026-11-23T10:00:12'),
      stale: true,
    };
    expect(reportText(report).split('\n')).toEqual([
      'All is well.',
      'Last hour, 09:00 to 10:00, Asia/Taipei.',
      'As of 23 Nov 2026 10:00:12, Asia/Taipei, stale.',
      'Production chat:',
      'Metric 0: Sunday 41,203, Saturday 34,918 (+18 %).',
      'One line.',
      'Another line.',
      'A third.',
      'A fourth.',
      'Peak. Low 1 at 10:00.',
      '24 of 24 hours measured.',
    ]);
  });

  test('reads a figure with its detail and its change, without the arrow', () => {
    const figures = [
      { title: 'Free memory', value: '3.0 of 8.0 GiB', detail: '(37.5 %)', change: '▼ 2 points in 24 h' },
    ];
    const spoken = { changes: ['down 2 points in 24 h'], rows: [] };
    expect(reportText({ ...bare, sections: [{ figures, lines: [], charts: [], spoken }] })).toContain(
      'Free memory: 3.0 of 8.0 GiB (37.5 %), down 2 points in 24 h.',
    );
  });

  test('leaves out the pictures first when it is too long, then rows, and says that there is more', () => {
    const long = reportText(withRows(65, `Peak. Low 1 ${'and more '.repeat(30)}`));
    expect(long).toContain('Metric 64');
    expect(long).not.toContain('Peak. Low 1');
    const longer = reportText(withRows(500));
    expect(longer).toContain('Metric 4');
    expect(longer).not.toContain('Metric 5:');
    expect(longer).toContain('The message has more.');
    expect(longer).toContain('24 of 24 hours measured.');
    expect(longer.length).toBeLessThanOrEqual(longestText);
  });

  test('is never longer than allowed, whatever is in it, and never ends in half a character', () => {
    const text = reportText({ ...bare, headline: '😀'.repeat(3_000) });
    expect(text.length).toBeLessThanOrEqual(longestText);
    expect(text).toMatch(/😀 …\nThe message has more\.$/u);
    expect(reportText({ ...bare, notes: ['word '.repeat(2_000)] })).toMatch(/word …\nThe message has more\.$/);
  });

  test('writes foreign text and moments as it is told', () => {
    const writing = { text: (words: string) => words.replaceAll('<', '&lt;'), moment: () => 'ten' };
    expect(reportText({ ...bare, headline: '<!channel> is quiet', asOf: 1 }, writing)).toBe(
      '&lt;!channel> is quiet.\nAs of ten.',
    );
  });
});
