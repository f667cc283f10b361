// What the store holds after the whole tour of the demo: names, numbers, kinds and times, and no sentence of any language.
import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { demoIds } from '../../src/demo/configuration.ts';
import { openEnvironment } from '../../src/demo/environment.ts';
import { createMovingClock } from '../../src/demo/moving-clock.ts';
import { startBot } from '../../src/demo/start-bot.ts';
import { runTour, wholeTour } from '../../src/demo/tour.ts';
import { createWorldControls } from '../../src/demo/world-controls.ts';
import { silentLogger } from '../../src/logger.ts';
import { startChartChild } from '../support/chart-child.ts';
import { packageRoot } from '../support/package-root.ts';

/** Every text of a stored value, JSON taken apart, with where it stands. */
function textsIn(value: unknown, place: string): [string, string][] {
  if (typeof value === 'string') {
    const inner = /^[[{]/.test(value) ? parsed(value) : undefined;
    return inner === undefined ? [[place, value]] : textsIn(inner, place);
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    textsIn(part, Array.isArray(value) ? place : `${place}.${name}`),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The texts of every row of every table. */
function storedTexts(file: string): [string, string][] {
  const database = new DatabaseSync(file, { readOnly: true });
  const tables = database
    .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
    .all();
  const rows = tables.flatMap(({ name }) =>
    database
      .prepare(`select * from "${String(name)}"`)
      .all()
      .map((row) => textsIn(row, String(name))),
  );
  database.close();
  return rows.flat();
}

it('is free of sentences, but for what the configuration itself says', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'imstats-facts-'));
  const clock = createMovingClock(systemClock);
  const environment = await openEnvironment(clock, packageRoot);
  const { config, platforms } = environment;
  const started = await startBot(environment, {
    clock,
    fetch: globalThis.fetch,
    random: Math.random,
    root: packageRoot,
    newId: () => randomUUID().slice(0, 8),
    startChartChild,
    logger: silentLogger,
  });
  const controls = createWorldControls({
    platforms: platforms.controls,
    clock,
    store: () => started.store,
    configure: () => undefined,
  });
  await runTour(wholeTour, { ...environment, controls }, () => {});
  await controls.apply({ change: 'fault', platform: 'imkit', fault: 'unauthorized' });
  await environment.workspace.until(
    () =>
      environment.workspace.messages(demoIds.onCall).find(({ text }) => /does not answer|gives no numbers/.test(text)),
    'the alert of the platform',
  );
  await started.bot.stop();
  for (const name of ['imstats.db', 'imstats.db-wal'])
    if (existsSync(join(environment.folder, name))) copyFileSync(join(environment.folder, name), join(folder, name));
  await environment.close();
  const given = new Set([...config.apps.map(({ name }) => name), ...config.rules.map(({ summary }) => summary)]);
  const texts = storedTexts(join(folder, 'imstats.db'));
  const sentences = texts.filter(([, text]) => /\p{L}{2,} \p{L}/u.test(text) && !given.has(text));
  rmSync(folder, { recursive: true, force: true });
  expect(sentences).toEqual([]);
  const kinds = texts.map(([, text]) => text);
  expect(kinds).toEqual(expect.arrayContaining(['digest.title', 'chart.points']));
});
