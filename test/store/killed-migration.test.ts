// A process that is killed while it migrates the store of an earlier version: the next one finds all of it and migrates it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { copyWitness, type Fact, readStore, witness } from './witness-bot.ts';

/** Resolves with the signal that ended the process; null when it got through. */
async function migrateUntil(file: string, statement: number): Promise<unknown> {
  const script = fileURLToPath(new URL('./killed-migration.ts', import.meta.url));
  const child = spawn(process.execPath, [script, file, String(statement)], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code, signal] = await once(child, 'exit');
  expect(signal === null ? code : 0).toBe(0);
  return signal;
}

const { facts, subjects } = witness;

it('is whole after a kill -9 at any statement of the migration', { timeout: 60_000 }, async () => {
  const withoutText = ({ rootText, ...rest }: Fact): Fact => rest;
  const alerts = Object.fromEntries(Object.entries(facts.alerts).map(([rule, fact]) => [rule, withoutText(fact)]));
  const killedAt: number[] = [];
  for (let statement = 1; ; statement += 4) {
    const copy = copyWitness();
    try {
      if ((await migrateUntil(copy.file, statement)) === null) break;
      killedAt.push(statement);
      expect(await readStore(copy.file, subjects.now)).toEqual({ ...facts, alerts });
    } finally {
      copy.remove();
    }
  }
  expect(killedAt.length).toBeGreaterThan(3);
});
