// Row: a thousand apps polled each minute by the real process.
import { readFileSync } from 'node:fs';
import { systemClock } from '../../../src/clock.ts';
import { startWorkspace } from '../../../src/demo/workspace/workspace.ts';
import { type Child, cpuTimeOf, freePort, memoryOf, startChild } from '../children.ts';
import { type BotFolder, writeConfiguration } from '../configuration.ts';
import { megabytes, ms, quantile } from '../figures.ts';
import { type SamplePlatform, startPlatform } from '../platform.ts';
import { judge, type Line, type Row } from '../row.ts';

const apps = 1_000;
const minute = 60_000;

const about = `The real process (npm start) with ${apps.toLocaleString('en-US')} IMKit apps, one alert each, polled each minute (two calls a poll) on one platform stand-in,
with store and alert rules, for the minute that begins when each was polled once. Time on the processor and memory as the system
counts them. Lateness is how much more than a minute lies between the first and the second poll of an app, as the platform sees them.`;

interface Figures {
  /** Of one core, over the minute; NaN where the system does not tell. */
  readonly share: number;
  /** Bytes at the end of it. */
  readonly memory: number;
  /** Of each app, ms. */
  readonly late: readonly number[];
}

const ids = Array.from({ length: apps }, (_, index) => `app-${index}`);

export const poll: Row = {
  name: 'poll',
  about,
  run: async () => {
    const manifest = readFileSync(new URL('../../../manifest.yml', import.meta.url), 'utf8');
    const [workspace, platform] = await Promise.all([
      startWorkspace({ clock: systemClock, scopes: manifest }),
      startPlatform(),
    ]);
    const ports = { slack: await freePort(), health: await freePort() };
    const folder = configure({ ...workspace.tokens, apiUrl: workspace.apiUrl }, ports, platform);
    const bot = startChild({ file: { script: 'start' }, words: ['--config', folder.file] });
    try {
      return linesOf(await measure(bot, platform));
    } finally {
      await bot.end();
      await Promise.all([workspace.stop(), platform.stop()]);
      folder.remove();
    }
  },
};

type Setup = Parameters<typeof writeConfiguration>[0];

function configure(slack: Setup['slack'], ports: Setup['ports'], platform: SamplePlatform): BotFolder {
  return writeConfiguration({
    slack,
    ports,
    apps: ids.map((id) => ({ id, url: platform.urlOf(id) })),
    pollEvery: '60s',
    alerts: ids.map((id) => ({
      id: `memory-${id}`,
      app: id,
      metric: 'memory.free_ratio',
      below: '15%',
      clearAt: '20%',
    })),
  });
}

async function measure(bot: Child, platform: SamplePlatform): Promise<Figures> {
  const pollsOf = (id: string): readonly number[] => platform.polls.get(id) ?? [];
  await until(() => ids.every((id) => pollsOf(id).length > 0), 2 * minute);
  const [began, before] = [performance.now(), cpuTimeOf(bot)];
  await new Promise((resolve) => setTimeout(resolve, minute));
  const share = (cpuTimeOf(bot) - before) / (performance.now() - began);
  const memory = memoryOf(bot) ?? Number.NaN;
  await until(() => ids.every((id) => pollsOf(id).length > 1), minute);
  const late = ids.map((id) => Math.max(0, (pollsOf(id)[1] ?? Infinity) - (pollsOf(id)[0] ?? 0) - minute));
  return { share, memory, late };
}

async function until(probe: () => boolean, most: number): Promise<void> {
  const limit = performance.now() + most;
  while (!probe()) {
    if (performance.now() > limit) throw new Error(`not every app was polled within ${most / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function linesOf({ share, memory, late }: Figures): Line[] {
  const worst = Math.max(...late);
  return [
    {
      what: `poll ${apps} apps: share of a core`,
      ours: `${(share * 100).toFixed(1)} %`,
      peer: '',
      bar: 'under 25 %',
      verdict: Number.isFinite(share) ? judge(share < 0.25) : 'none',
    },
    {
      what: `poll ${apps} apps: lateness, p50 / worst`,
      ours: `${ms(quantile(late, 0.5))} / ${ms(worst)}`,
      peer: '',
      bar: 'under 1 s',
      verdict: judge(worst < 1_000),
    },
    {
      what: `poll ${apps} apps: memory`,
      ours: megabytes(memory),
      peer: '',
      bar: '<= 400 MB',
      verdict: Number.isFinite(memory) ? judge(memory <= 400e6) : 'none',
    },
  ];
}
