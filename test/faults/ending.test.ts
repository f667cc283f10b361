// The real process where something around it ends or hangs: its output, its terminal, its disk, a failure that nobody caught.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Life, pause, root, until, type Ward, withWard } from './process.ts';

const quick = { pollEvery: '1s', entrance: 'socket' as const };
const program = [process.execPath, join(root, 'src/main.ts'), 'start'];

async function endOf(life: Life): Promise<{ code: number | null; signal: string | null; seconds: number }> {
  const asked = performance.now();
  life.child.kill('SIGTERM');
  const { code, signal, at } = await life.ended;
  return { code, signal, seconds: (at - asked) / 1_000 };
}

async function expectAnswer(ward: Ward, text = 'health', answer: RegExp = /imstats/): Promise<void> {
  const asked = await ward.workspace.command({ user: 'U0ALICE', channel: 'C0IMOPS', text });
  expect(asked.acknowledged).toBe('in time');
  expect(ward.workspace.renderText(await asked.replied())).toMatch(answer);
}

function rewrite(ward: Ward, change: (text: string) => string): void {
  const file = join(dirname(ward.file), 'imstats.yml');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

const said = (life: Life, words: string): number => life.log.filter(({ msg }) => msg.startsWith(words)).length;

describe.concurrent('the process', () => {
  it('whose output nobody reads any more goes on', async () => {
    await withWard(quick, async (ward) => {
      const life = ward.start();
      await life.up;
      life.child.stdout?.destroy();
      // What is logged from now on cannot be written.
      ward.platforms.controls.setFault('imkit', 'down');
      await until(() => life.complaint().includes('it goes on without'), 20_000, 'the word that nobody reads');
      life.child.stderr?.destroy();
      ward.platforms.controls.setFault('imkit', 'none');
      ward.workspace.fault({ method: 'chat.postMessage', kind: '503', times: 3 });
      await pause(1_500);
      await expectAnswer(ward);
      expect(await endOf(life)).toMatchObject({ code: 0, signal: null });
    });
  }, 60_000);

  it('that gets SIGHUP takes the configuration anew, and keeps the old one where the new one is wrong', async () => {
    await withWard(quick, async (ward) => {
      const life = ward.start();
      await life.up;
      rewrite(ward, (text) => text.replace('name: Production chat', 'name: Renamed chat'));
      life.child.kill('SIGHUP');
      await until(() => said(life, 'configuration changed') === 1, 20_000, 'the change');
      await expectAnswer(ward, 'apps', /Renamed chat/);
      rewrite(ward, (text) => text.replace('below: 15%', 'below: cold'));
      life.child.kill('SIGHUP');
      await until(() => said(life, 'The configuration was not taken anew') === 1, 20_000, 'the refusal');
      await expectAnswer(ward, 'apps', /Renamed chat/);
      // And without a signal, once the file stands still.
      rewrite(ward, (text) => text.replace('below: cold', 'below: 14%'));
      await until(() => said(life, 'configuration changed') === 2, 20_000, 'the change without a signal');
      expect(await endOf(life)).toMatchObject({ code: 0, signal: null });
    });
  }, 60_000);

  it('whose configuration becomes a pipe, or a file without an end, goes on and says so', async () => {
    await withWard(quick, async (ward) => {
      const life = ward.start();
      await life.up;
      const file = join(dirname(ward.file), 'imstats.yml');
      const right = readFileSync(file);
      for (const [change, words] of [
        // The opening of a pipe that nobody writes into would wait for ever.
        [() => execFileSync('mkfifo', [file]), 'is a pipe'],
        [() => symlinkSync('/dev/zero', file), 'is longer than'],
        [() => mkdirSync(file), 'is a folder'],
      ] as const) {
        rmSync(file, { recursive: true });
        change();
        const isTold = (): boolean => life.log.some(({ reason }) => String(reason).includes(words));
        await until(isTold, 20_000, words);
        await expectAnswer(ward, 'health', new RegExp(words));
      }
      rmSync(file, { recursive: true });
      writeFileSync(file, right);
      await until(() => said(life, 'configuration changed') === 1, 20_000, 'the right file');
      expect(await endOf(life)).toMatchObject({ code: 0, signal: null });
    });
  }, 90_000);

  it.each([
    ['an exception', 'throw new Error("nobody caught this")'],
    ['a rejection', 'Promise.reject(new Error("nobody caught this"))'],
  ])(
    'with %s that nobody caught says so in one line, ends cleanly and fails',
    async (_what, failure) => {
      await withWard(quick, async (ward) => {
        const fails = `process.on("SIGUSR2", () => { ${failure} })`;
        const life = ward.start([
          process.execPath,
          '--import',
          `data:text/javascript,${encodeURIComponent(fails)}`,
          ...program.slice(1),
        ]);
        await life.up;
        life.child.kill('SIGUSR2');
        expect(await life.ended).toMatchObject({ code: 1, signal: null });
        await until(() => life.log.at(-1)?.msg === 'imstats has stopped', 5_000, 'the clean end');
        expect(life.log.filter(({ reason }) => reason === 'nobody caught this')).toHaveLength(1);
        expect(life.complaint()).toBe('');
      });
    },
    60_000,
  );

  it('ends in time while the platform, Slack and the reader of an answer hang', async () => {
    await withWard(quick, async (ward) => {
      const { workspace, platforms } = ward;
      const life = ward.start();
      await life.up;
      platforms.controls.setFault('imkit', 'hang');
      const hanging = [
        'chat.postMessage',
        'chat.update',
        'conversations.history',
        'apps.connections.open',
        'auth.test',
      ];
      for (const method of hanging) workspace.fault({ method, kind: 'hang', times: 1_000 });
      await workspace.command({ user: 'U0ALICE', channel: 'C0IMOPS', text: 'memory public' });
      workspace.disconnect('refresh_requested');
      await pause(1_500);
      const { seconds, signal } = await endOf(life);
      expect(signal).toBeNull();
      expect(seconds).toBeLessThan(10);
    });
  }, 60_000);

  it('whose disk may not be written says so and what to do, and ends', async () => {
    await withWard(quick, async (ward) => {
      rewrite(ward, (text) => text.replace('sqlite:imstats.db', 'sqlite:/proc/imstats.db'));
      const life = ward.start();
      expect(await life.ended).toMatchObject({ code: 1, signal: null });
      expect(life.complaint()).toMatch(/The store \/proc\/imstats\.db\S* could not be opened/);
      expect(life.complaint()).toMatch(/write access|another file/);
      expect(life.complaint()).not.toContain('    at ');
    });
  }, 60_000);

  // Only root may make a process the first of its own.
  const canBeFirst = spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0;

  it.skipIf(!canBeFirst)(
    'that is the first of a container ends cleanly at SIGTERM',
    async () => {
      await withWard(quick, async (ward) => {
        // The shell outside forwards the signal, as a container's manager sends it.
        const forward =
          'unshare --pid --fork --kill-child "$@" & child=$!; trap "pkill -TERM -P $child" TERM; wait $child; wait $child';
        const life = ward.start(['bash', '-c', forward, 'bash', ...program]);
        await life.up;
        const { code, seconds } = await endOf(life);
        expect(code).toBe(0);
        expect(seconds).toBeLessThan(10);
        await until(() => life.log.at(-1)?.msg === 'imstats has stopped', 5_000, 'the clean end');
      });
    },
    60_000,
  );
});
