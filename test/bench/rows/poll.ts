// Row: a thousand apps polled each minute by the real bot.
import { readFileSync } from 'node:fs';
import { systemClock } from '../../../src/clock.ts';
import { startWorkspace } from '../../../src/demo/workspace/workspace.ts';
import { measureInChild } from '../children.ts';
import { writeConfiguration } from '../configuration.ts';
import { megabytes, ms, quantile } from '../figures.ts';
import { type SamplePlatform, startPlatform } from '../platform.ts';
import { judge, type Line, type Row } from '../row.ts';

const apps = 1_000;
/** The bot spreads first polls over 20 ms for each app, and each app keeps its place in the minute. */
const spread = apps * 20;

const about = `The whole bot with ${apps.toLocaleString('en-US')} IMKit apps, one alert each, polled each minute (two calls a poll) on one platform stand-in,
with store and alert rules, for the ${spread / 1_000} s over which the polls of a minute are spread. The share of the minute counts these
polls and 60 s of everything else that runs beside them. Lateness is from when a poll was due to when it reached the platform.`;

interface Figures {
  readonly started: number;
  readonly milliseconds: number;
  readonly startCpu: number;
  readonly cpu: number;
  readonly worstDelay: number;
  readonly memory: number;
}

export const poll: Row = {
  name: 'poll',
  about,
  run: async () => {
    const manifest = readFileSync(new URL('../../../manifest.yml', import.meta.url), 'utf8');
    const [workspace, platform] = await Promise.all([
      startWorkspace({ clock: systemClock, scopes: manifest }),
      startPlatform(),
    ]);
    const ids = Array.from({ length: apps }, (_, index) => `app-${index}`);
    const folder = writeConfiguration({
      slack: { ...workspace.tokens, apiUrl: workspace.apiUrl },
      ports: { slack: 0, health: 0 },
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
    try {
      const words = [folder.file, String(apps), String(spread + 1_000)];
      const figures = await measureInChild<Figures>({ file: new URL('../processes/polls.ts', import.meta.url), words });
      return linesOf(figures, latenesses(ids, figures, platform));
    } finally {
      await Promise.all([workspace.stop(), platform.stop()]);
      folder.remove();
    }
  },
};

/** How late the first poll of each app was, ms; one that never came is as late as the whole run. */
function latenesses(ids: readonly string[], { started, milliseconds }: Figures, platform: SamplePlatform): number[] {
  const arrivals = ids.map((id) => platform.polls.get(id)?.[0]);
  // The jobs start a moment after the bot: the first arrival says when.
  const first = Math.min(...arrivals.map((at, index) => (at === undefined ? Infinity : at - (index * spread) / apps)));
  const begin = Math.max(started, first);
  return arrivals.map((at, index) =>
    at === undefined ? milliseconds : Math.max(0, at - begin - (index * spread) / apps),
  );
}

function linesOf(figures: Figures, late: readonly number[]): Line[] {
  const cpu = figures.cpu - figures.startCpu;
  const share = cpu / figures.milliseconds;
  const perMinute = cpu / 60_000;
  const worst = Math.max(...late);
  const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
  return [
    {
      what: `poll ${apps} apps: share of a core, of the minute (while polling)`,
      ours: `${percent(perMinute)} (${percent(share)})`,
      peer: '',
      bar: 'under 25 %',
      verdict: judge(share < 0.25),
    },
    {
      what: `poll ${apps} apps: lateness, p50 / worst`,
      ours: `${ms(quantile(late, 0.5))} / ${ms(worst)}`,
      peer: '',
      bar: 'under 1 s',
      verdict: judge(worst < 1_000),
    },
    {
      what: `poll ${apps} apps: memory, event loop's worst delay`,
      ours: `${megabytes(figures.memory)}, ${ms(figures.worstDelay)}`,
      peer: '',
      bar: '<= 400 MB',
      verdict: judge(figures.memory <= 400e6),
    },
  ];
}
