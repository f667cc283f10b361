// Reports of the version before: every word is drawn as it was stored, and what the migration does not know stays where it is.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { toTextChart } from '../../src/charts/text-renderer.ts';
import { silentLogger } from '../../src/logger.ts';
import { Report } from '../../src/reports/report.ts';
import { wordReport } from '../../src/reports/word-report.ts';
import { openStore } from '../../src/store/index.ts';
import { type ReportOfWords, reasonWithFacts, reportWithFacts } from '../../src/store/report-facts-migration.ts';
import { englishWording } from '../../src/wording.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const chart = {
  kind: 'line',
  title: 'Messages per day, 3 days',
  unit: 'count',
  labels: ['21 Nov', '22 Nov', '23 Nov so far'],
  series: [{ name: 'Messages', role: 'main', values: [4, null, 9] }],
  limits: [{ label: 'Warning 8', value: 8 }],
  alt: 'Messages per day, Asia/Taipei. Low 4 on 21 Nov.',
};

const old: ReportOfWords = {
  standing: 'warning',
  headline: 'Daily digest, Sunday 22 Nov 2026',
  context: 'the whole of 22 Nov',
  asOf: 7,
  zone: 'Asia/Taipei',
  stale: false,
  later: { is: 'kept' },
  sections: [
    {
      title: 'Production chat',
      figures: [{ title: 'Messages', value: '41,203', detail: 'of many', change: '▲ up 12 % on yesterday', extra: 1 }],
      table: { columns: ['', 'Sunday', '8 Sundays'], rows: [['Messages', '41,203', '▁▂█']] },
      lines: ['• Messages rose'],
      charts: [chart],
    },
    { figures: [], lines: ['Alerts: none.'], charts: [] },
  ],
  notes: ['24 of 24 hours measured.'],
};

describe('a report of finished sentences', () => {
  const facts = reportWithFacts(structuredClone(old));
  const report = wordReport(Report.parse(facts), englishWording);

  it('reads as it did, word for word', () => {
    expect(report).toMatchObject({ standing: 'warning', headline: old.headline, context: old.context, asOf: 7 });
    const [section] = report.sections;
    expect(section?.figures).toEqual([
      { title: 'Messages', value: '41,203', detail: 'of many', change: '▲ up 12 % on yesterday' },
    ]);
    expect(section?.table).toEqual({
      columns: ['', 'Sunday', '8 Sundays'],
      rows: [['Messages', '41,203', '▁▂█']],
      numeric: true,
    });
    expect(section?.lines).toEqual(['• Messages rose']);
    expect(report.sections[1]?.lines).toEqual(['Alerts: none.']);
    expect(report.notes).toEqual(['24 of 24 hours measured.']);
  });

  it('keeps its charts with their labels, names, limits and alternative text', () => {
    const [drawn] = report.sections[0]?.charts ?? [];
    const { kind, unit, title, labels, alt } = chart;
    expect(drawn).toMatchObject({ kind, unit, title, labels, alt, limits: chart.limits });
    expect(drawn?.series).toEqual([{ name: 'Messages', role: 'main', values: [4, undefined, 9] }]);
    expect(drawn && toTextChart(drawn, englishWording).text).toContain('high 9 at 23 Nov so far');
  });

  it('keeps fields that nobody knows, in the migration and when it is read and written back', () => {
    const kept = { later: { is: 'kept' }, sections: [{ figures: [{ extra: 1 }] }, {}] };
    expect(facts).toMatchObject(kept);
    expect(Report.parse(facts)).toMatchObject(kept);
  });

  it.each([
    ['imstats was not running in time', { kind: 'verbatim', values: { text: 'imstats was not running in time' } }],
    ['the schedule is new', { kind: 'digest.newSchedule', values: {} }],
  ])('has reasons as they are, but for the one that decides something: %s', (reason, phrase) => {
    expect(reasonWithFacts(reason)).toEqual(phrase);
  });
});

describe('a store of finished sentences', () => {
  let folder: string | undefined;
  afterEach(() => folder !== undefined && rmSync(folder, { recursive: true, force: true }));

  it('gives up only the report that nobody can read', async () => {
    folder = mkdtempSync(join(tmpdir(), 'imstats-reports-'));
    const file = join(folder, 'imstats.db');
    copyFileSync(join(import.meta.dirname, 'fixtures/witness.db'), file);
    const database = new DatabaseSync(file);
    const damaged = database.prepare(
      'update outbox set message = \'{"kind":"report"\' where message like \'%"kind":"report"%\'',
    );
    expect(damaged.run().changes).toBeGreaterThan(0);
    database.exec("update poll set reason = 'HTTP 503' where app = (select min(app) from poll)");
    database.close();

    const at = { kind: 'sqlite', path: file } as const;
    const store = await openStore(at, { clock: createFakeClock(0), logger: silentLogger, owner: 'reader' });
    const [poll] = (await store.polls()).toSorted((a, b) => a.app.localeCompare(b.app));
    expect(poll?.reason && englishWording.text(poll.reason)).toBe('HTTP 503');
    await store.close();
  });
});
