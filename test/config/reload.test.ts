// A changed configuration is noticed however it was written, taken once it stands still, and told once where it is wrong.
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minute, second } from '../../src/clock.ts';
import type { Config } from '../../src/config/config.ts';
import { configFingerprint, loadConfig } from '../../src/config/load.ts';
import { createReloader, type Reloader } from '../../src/config/reload.ts';
import { type ConfigError, StoreError } from '../../src/errors.ts';
import { silentLogger } from '../../src/logger.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { secrets, smallest } from './files.ts';

const named = (name: string): string => smallest.replace('id: prod', `id: prod, name: ${name}`);
const wrong = (raw: string): string => `${smallest}retention: { raw: ${raw} }\n`;

let folder: string;
let file: string;
let reloader: Reloader;
let applied: (string | undefined)[];
let refused: string[];
let failing: Error | undefined;
let refusedTokens: { tokensRefused?: readonly string[] };
let retries: boolean[];
const clock = createFakeClock('2026-04-14T08:30:00Z');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imstats-reload-'));
  file = join(folder, 'imstats.yml');
  applied = [];
  refused = [];
  failing = undefined;
  refusedTokens = {};
  retries = [];
});
afterEach(() => {
  reloader.stop();
  rmSync(folder, { recursive: true, force: true });
});

function watch(): void {
  const source = { file, folder, environment: secrets };
  const load = (): Config => loadConfig(source);
  const fingerprint = (): string => configFingerprint(source);
  const bot = {
    apply: async ({ apps }: Config) => {
      if (failing !== undefined) throw failing;
      applied.push(apps[0]?.name);
      return refusedTokens;
    },
    retryTokens: async () => {
      const isTaken = refusedTokens.tokensRefused === undefined;
      retries.push(isTaken);
      return isTaken;
    },
    refuse: async ({ message }: ConfigError) => void refused.push(message),
  };
  load();
  reloader = createReloader({ bot, load, fingerprint, taken: fingerprint(), clock, logger: silentLogger });
  reloader.start();
}

describe('a changed configuration', () => {
  it.each([
    ['written in place', () => writeFileSync(file, named('Second'))],
    [
      'renamed over the old one',
      () => {
        writeFileSync(`${file}.new`, named('Second'));
        renameSync(`${file}.new`, file);
      },
    ],
    [
      'removed and written anew',
      () => {
        unlinkSync(file);
        writeFileSync(file, named('Second'));
      },
    ],
  ])('is taken: %s', async (_how, change) => {
    writeFileSync(file, named('First'));
    watch();
    await clock.advance(minute);
    expect(applied).toEqual([]);
    change();
    await clock.advance(6 * second);
    expect(applied).toEqual(['Second']);
  });

  it('is taken when a link above it goes to another folder, as Kubernetes changes a ConfigMap', async () => {
    for (const [name, text] of [
      ['first', named('First')],
      ['second', named('Second')],
    ] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'imstats.yml'), text);
    }
    symlinkSync('first', join(folder, '..data'));
    symlinkSync('..data/imstats.yml', file);
    watch();
    symlinkSync('second', join(folder, '..new'));
    renameSync(join(folder, '..new'), join(folder, '..data'));
    rmSync(join(folder, 'first'), { recursive: true });
    await clock.advance(6 * second);
    expect(applied).toEqual(['Second']);
  });

  it('is taken once, when it stands still, and not while an editor still writes', async () => {
    writeFileSync(file, named('First'));
    watch();
    for (let part = 1; part <= 20; part += 1) {
      writeFileSync(file, named('Second').slice(0, 60 + 5 * part));
      await clock.advance(2 * second);
    }
    writeFileSync(file, named('Second'));
    await clock.advance(minute);
    expect({ applied, refused }).toEqual({ applied: ['Second'], refused: [] });
  });

  it('may be a change of its .env or of a file of a secret', async () => {
    writeFileSync(file, smallest.replace('${IM_API_KEY}', '${file:key}'));
    writeFileSync(join(folder, 'key'), 'first-key');
    watch();
    writeFileSync(join(folder, 'key'), 'second-key');
    await clock.advance(6 * second);
    expect(applied).toHaveLength(1);
    writeFileSync(join(folder, '.env'), 'OTHER=1\n');
    await clock.advance(6 * second);
    expect(applied).toHaveLength(2);
  });

  it('that is wrong is told once for each distinct mistake, and a right one is taken again', async () => {
    writeFileSync(file, named('First'));
    watch();
    writeFileSync(file, wrong('1s'));
    await clock.advance(minute);
    await reloader.reload();
    writeFileSync(file, `${wrong('1s')}# a remark\n`);
    await clock.advance(minute);
    expect(refused).toEqual([expect.stringContaining('retention.raw: "1s"')]);
    writeFileSync(file, wrong('2s'));
    await clock.advance(minute);
    expect(refused).toEqual([expect.stringContaining('"1s"'), expect.stringContaining('"2s"')]);
    writeFileSync(file, named('First'));
    await clock.advance(minute);
    expect(applied).toEqual(['First']);
  });

  it('whose file or folder has gone is told, and taken when it is back', async () => {
    writeFileSync(file, named('First'));
    watch();
    rmSync(folder, { recursive: true });
    await clock.advance(minute);
    expect(refused).toEqual([expect.stringContaining('cannot be read; check that the file is there')]);
    mkdirSync(folder);
    writeFileSync(file, named('Second'));
    await clock.advance(minute);
    expect(applied).toEqual(['Second']);
  });

  it('whose tokens Slack did not take has them tried again every minute until it does, without being taken anew', async () => {
    writeFileSync(file, named('First'));
    watch();
    refusedTokens = { tokensRefused: ['slack.botToken'] };
    writeFileSync(file, named('Second'));
    await clock.advance(150 * second);
    expect({ applied, retries }).toEqual({ applied: ['Second'], retries: [false, false] });
    refusedTokens = {};
    await clock.advance(10 * minute);
    expect({ applied, retries }).toEqual({ applied: ['Second'], retries: [false, false, true] });
  });

  it('that could not be stored is tried again after a minute', async () => {
    writeFileSync(file, named('First'));
    watch();
    failing = new StoreError('The store is locked.', { isTransient: true });
    writeFileSync(file, named('Second'));
    await clock.advance(20 * second);
    failing = undefined;
    expect({ applied, refused }).toEqual({ applied: [], refused: [] });
    await clock.advance(minute);
    expect(applied).toEqual(['Second']);
  });
});
