// Row: one chart as PNG in the process, alone and four at a time.
import { measureInChild } from '../children.ts';
import { median, ms, perSecond, quantile } from '../figures.ts';
import { judge, type Line, type Row } from '../row.ts';

const about = `A line of 144 points with the day before behind it and a limit line, 800 x 400 at 2 x, each different. The peer is
not run here, because a QuickChart server is not a package: 47 to 56 ms a chart (18 to 21 a second) is what version 1.8.1 of one
took by loopback on two cores like these. The hold is time on the processor between two turns of the event loop, the worst
of each chart: its median and its p95 over 30 charts.`;

interface Figures {
  readonly cold: number;
  readonly alone: readonly number[];
  readonly perSecond: number;
  readonly holds: readonly number[];
}

/** Charts a second of a QuickChart server on two cores, at its best. */
const anchor = 1_000 / 47;

export const chart: Row = {
  name: 'chart',
  about,
  run: async (): Promise<Line[]> => {
    const figures = await measureInChild<Figures>({ file: new URL('../processes/chart.ts', import.meta.url) });
    const { alone, holds, cold } = figures;
    const held = quantile(holds, 0.95);
    const ratio = figures.perSecond / anchor;
    return [
      {
        what: 'chart, one at a time: p50 / p95 (first one)',
        ours: `${ms(median(alone))} / ${ms(quantile(alone, 0.95))} (${ms(cold)})`,
        peer: '47 to 56 ms (anchor)',
        ratio: median(alone) / 47,
        bar: '',
        verdict: 'none',
      },
      {
        what: 'chart, four asked for at a time',
        ours: perSecond(figures.perSecond),
        peer: `${perSecond(anchor)} (anchor)`,
        ratio,
        bar: '>= 2 x',
        verdict: judge(ratio >= 2),
      },
      {
        what: 'chart, main thread held: p50 / p95',
        ours: `${ms(median(holds))} / ${ms(held)}`,
        peer: '',
        bar: 'under 10 ms',
        verdict: judge(held < 10),
      },
    ];
  },
};
