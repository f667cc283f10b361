// What the jobs store and answer of an alert are facts: no row of the file holds a sentence, and an explanation reads in any language.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hour, minute, second } from '../../src/clock.ts';
import { wordReport } from '../../src/reports/word-report.ts';
import { foreignWords, madeUpWording } from '../support/made-up-wording.ts';
import { createWorld, memoryRule, type World } from './job-harness.ts';

let folder: string;
let world: World;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imstats-facts-'));
  const rules = [memoryRule({ mention: ['S0ONCALL'] }), memoryRule({ id: 'unusual', kind: 'baseline' })];
  world = await createWorld({ rules, file: join(folder, 'imstats.db') });
  await world.start();
  await world.clock.advance(minute);
  world.free(0.05);
  await world.clock.advance(minute + 30 * second);
  await world.jobs.alerts.act({ target: 'memory-low', action: 'acknowledge', actor: 'U0BOB', until: undefined });
  await world.clock.advance(30 * second);
});

afterEach(async () => {
  await world.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Texts with a space, which sentences have and ids have not; the definition of a rule is JSON in itself. */
function sentencesIn(value: unknown, name = ''): string[] {
  if (typeof value === 'string') {
    if (/^[[{]/.test(value)) return sentencesIn(JSON.parse(value), name);
    return value.includes(' ') ? [value] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => sentencesIn(part, key));
}

function storedSentences(): string[] {
  const database = new DatabaseSync(join(folder, 'imstats.db'), { readOnly: true });
  const tables = ['alert', 'incident', 'incident_event', 'outbox', 'root'];
  const rows = tables.flatMap((table) => database.prepare(`select * from ${table}`).all());
  database.close();
  expect(rows.length).toBeGreaterThan(8);
  return rows.flatMap((row) => sentencesIn({ ...row })).filter((text) => text !== 'Production chat');
}

test('no row on an alert holds a sentence, while it is open and afterwards', async () => {
  expect(storedSentences()).toEqual([]);
  world.free(0.5);
  await world.clock.advance(hour);
  expect(storedSentences()).toEqual([]);
});

test('why an alert stands as it does has no English in a made-up language', async () => {
  for (const rule of ['memory-low', 'unusual', 'prod.unreachable']) {
    const report = (await world.jobs.alerts.why(rule))?.report;
    if (report === undefined) throw new Error(`${rule} is not there.`);
    const { headline, context = '', sections } = wordReport(report, madeUpWording);
    const text = [headline, context, ...sections.flatMap(({ title = '', lines }) => [title, ...lines])].join('\n');
    expect(text.length).toBeGreaterThan(100);
    expect(foreignWords(text, ['Production chat', 'Asia/Taipei', '{user:U0BOB}', rule])).toEqual([]);
  }
});
