// Row: one chart as PNG in the process, alone and four at a time.
import { measureInChild } from '../children.ts';
import { median, ms, perSecond, quantile } from '../figures.ts';
import { judge, type Line, type Row } from '../row.ts';

const about = `A line of 144 points with the day before behind it and a limit line, 800 x 400 at 2 x, each different. The peer is the plain
way in the same process: the configuration that a QuickChart server gets, drawn and packed on the main thread, one by one. A QuickChart
server is no package that could be run here; side by side, on a quiet machine, one (version 1.8.1, by loopback) took 47 to 56 ms
a chart where the plain way took 35 ms: at best 0.76 times as many a second, and "2 x QuickChart" is reckoned so. The hold is
time on the processor between two turns of the event loop, the worst of each chart; medians of rounds that take turns.`;

interface Pair<T> {
  readonly ours: T;
  readonly plain: T;
}

interface Figures {
  readonly cold: number;
  readonly alone: Pair<readonly number[]>;
  readonly rates: readonly Pair<number>[];
  readonly holds: Pair<readonly number[]>;
}

/** Charts a second of a QuickChart server at its best, for each one of the plain way. */
const quickChart = 0.76;

export const chart: Row = {
  name: 'chart',
  about,
  run: async (): Promise<Line[]> => {
    const figures = await measureInChild<Figures>({
      file: new URL('../processes/chart.ts', import.meta.url),
      asBot: true,
    });
    const { alone, holds, rates, cold } = figures;
    const ours = median(rates.map((rate) => rate.ours));
    const server = quickChart * median(rates.map((rate) => rate.plain));
    const held = quantile(holds.ours, 0.95);
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
        bar: '>= 2 x',
        verdict: judge(ours / server >= 2),
      },
      {
        what: 'chart, main thread held: p50 / p95',
        ours: `${ms(median(holds.ours))} / ${ms(held)}`,
        peer: `${ms(median(holds.plain))} / ${ms(quantile(holds.plain, 0.95))}`,
        ratio: held / median(holds.plain),
        bar: 'p95 under 10 ms',
        verdict: judge(held < 10),
      },
    ];
  },
};
