// Row: charts drawn as PNG in a child process, alone and four at a time, and what that costs the process that acknowledges.

import { readFileSync } from 'node:fs';
import { systemClock } from '../../../src/clock.ts';
import { startWorkspace } from '../../../src/demo/workspace/workspace.ts';
import { type Child, freePort, measureInChild, memoryOf, startChild } from '../children.ts';
import { fillPast, writeConfiguration } from '../configuration.ts';
import { median, megabytes, ms, perSecond, quantile } from '../figures.ts';
import { firstAcknowledgement } from '../peer.ts';
import { startPlatform } from '../platform.ts';
import { judge, type Line, type Row } from '../row.ts';

const about = `A line of 144 points with the day before behind it and a limit line, 400 x 250 at 3.5 x, each different, asked of the child
process by a process that plays the bot. The peer is the plain way: the configuration that a QuickChart server gets, drawn and packed
by one process on its main thread, one by one. A QuickChart server is no package that could be run here, so it is reckoned: side by
side, on a quiet machine, one (version 1.8.1, Chart.js 4, by loopback) took 55 to 56 ms a chart where the plain way took 35 to 36, so
it draws 0.64 times as many a second as the plain way does in this run. The main thread is held for as long as it is on the
processor between two turns of a timer of 1 ms; how late that timer is by the wall stands beside it and depends on what else the
machine does. Medians of 5 rounds that take turns.
The first chart includes the start of the child. Memory is that of the real process before and after the first picture of a summary.`;

interface Figures {
  readonly cold: number;
  readonly alone: { readonly ours: readonly number[]; readonly plain: readonly number[] };
  readonly rates: readonly { readonly ours: number; readonly plain: number }[];
  readonly waits: readonly Readonly<Record<'ours' | 'idle' | 'plain', Waits>>[];
}

/** At p99, in ms. */
interface Waits {
  readonly held: number;
  readonly late: number;
}

/** Charts a second of a QuickChart server for each one of the plain way: 35.5 ms by 55.5 ms. */
const quickChart = 0.64;

export const chart: Row = {
  name: 'chart',
  about,
  run: async () => {
    const file = new URL('../processes/chart.ts', import.meta.url);
    const figures = await measureInChild<Figures>({ file, asBot: true }, 180_000);
    return [...linesOf(figures), ...(await memoryLines())];
  },
};

function linesOf({ alone, waits, rates, cold }: Figures): Line[] {
  const ours = median(rates.map((rate) => rate.ours));
  const server = quickChart * median(rates.map((rate) => rate.plain));
  const middle = (side: 'ours' | 'idle' | 'plain', key: keyof Waits): number =>
    median(waits.map((round) => round[side][key]));
  const held = middle('ours', 'held');
  return [
    {
      what: 'chart, one at a time: p50 / p95 (first one)',
      ours: `${ms(median(alone.ours))} / ${ms(quantile(alone.ours, 0.95))} (${ms(cold)})`,
      peer: `${ms(median(alone.plain))} / ${ms(quantile(alone.plain, 0.95))}`,
      ratio: median(alone.ours) / median(alone.plain),
      bar: '',
      verdict: 'none',
    },
    {
      what: 'chart, four asked for at a time, against QuickChart',
      ours: perSecond(ours),
      peer: `${perSecond(server)} (reckoned)`,
      ratio: ours / server,
      bar: '>= 2.5 x',
      verdict: judge(ours / server >= 2.5),
    },
    {
      what: 'chart, four at a time: main thread held, p99',
      ours: ms(held),
      peer: ms(middle('plain', 'held')),
      ratio: held / middle('plain', 'held'),
      bar: 'p99 <= 5 ms',
      verdict: judge(held <= 5),
    },
    {
      what: 'chart, four at a time: timer late, p99 (nothing drawn)',
      ours: `${ms(middle('ours', 'late'))} (${ms(middle('idle', 'late'))})`,
      peer: ms(middle('plain', 'late')),
      ratio: middle('ours', 'late') / middle('plain', 'late'),
      bar: '',
      verdict: 'none',
    },
  ];
}

async function memoryLines(): Promise<Line[]> {
  const manifest = readFileSync(new URL('../../../manifest.yml', import.meta.url), 'utf8');
  const [workspace, platform] = await Promise.all([
    startWorkspace({ clock: systemClock, scopes: manifest, rateLimit: 'off' }),
    startPlatform(),
  ]);
  const { apiUrl, tokens } = workspace;
  const [slack, health] = [await freePort(), await freePort()];
  const apps = [{ id: 'prod', url: platform.urlOf('prod') }];
  const folder = writeConfiguration({
    slack: { ...tokens, apiUrl },
    ports: { slack, health },
    apps,
    pollEvery: '60s',
  });
  await fillPast(folder, 'prod');
  const file = new URL('../../../src/main.ts', import.meta.url);
  const bot = startChild({ file, words: ['start', '--config', folder.file], asBot: true });
  try {
    await firstAcknowledgement({ port: slack, signingSecret: tokens.signingSecret }, `${workspace.url}/response/none`);
    workspace.connectHttp(`http://127.0.0.1:${slack}/slack/events`);
    const before = memoryOf(bot);
    await (await workspace.command({ user: 'U0ALICE', channel: 'C0IMOPS', text: 'public' })).replied();
    return [memoryLine({ before, after: memoryOf(bot), drawing: memoryOf({ pid: onlyChildOf(bot) }) })];
  } finally {
    await bot.end();
    await Promise.all([workspace.stop(), platform.stop()]);
    folder.remove();
  }
}

function memoryLine(found: Readonly<Record<'before' | 'after' | 'drawing', number | undefined>>): Line {
  const words = ({ before, after, drawing }: typeof found): string =>
    [before, after, drawing].map((bytes) => (bytes === undefined ? '?' : megabytes(bytes))).join(' / ');
  return {
    what: 'chart, memory: bot before / bot after / its child',
    ours: words(found),
    peer: '',
    bar: '',
    verdict: 'none',
  };
}

/** Process id of the one child that a process has; NaN where the system does not tell. */
function onlyChildOf({ pid }: Child): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
  } catch {
    return Number.NaN;
  }
}
