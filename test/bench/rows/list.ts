// Row: an answer with a user list of a million, read by imstats and by JSON.parse.
import { startServer } from '../../platforms/server.ts';
import { measureInChild } from '../children.ts';
import { median, megabytes, ms } from '../figures.ts';
import { judge, type Line, type Row } from '../row.ts';

const about = `The snapshot of an IMKit app whose answer names 1,000,000 users (14 MB), each time in a fresh process after an
ordinary poll: "above idle" is the peak of its memory over what it held then. The hold is time on the processor between two
turns of the event loop. The peer fetches the same answer and gives it to JSON.parse. Medians of 3 rounds that take turns.`;

const users = 1_000_000;

interface Figures {
  readonly users: number;
  readonly milliseconds: number;
  readonly longestHold: number;
  readonly extraMegabytes: number;
}

export const list: Row = {
  name: 'list',
  about,
  run: async () => {
    const [small, big] = await Promise.all([serve(5), serve(users)]);
    const words = [small.url, big.url];
    const rounds: { ours: Figures; peer: Figures }[] = [];
    try {
      for (let n = 0; n < 3; n += 1) {
        rounds.push({
          ours: await measureInChild<Figures>({ file: new URL('../../platforms/million.ts', import.meta.url), words }),
          peer: await measureInChild<Figures>({ file: new URL('../processes/parse.ts', import.meta.url), words }),
        });
      }
    } finally {
      await Promise.all([small.stop(), big.stop()]);
    }
    if (rounds.some(({ ours }) => ours.users !== users)) throw new Error('the list was not counted right');
    return linesOf(rounds);
  },
};

async function serve(count: number): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const userList = Array.from({ length: count }, (_, index) => `user${String(index).padStart(8, '0')}`);
  const body = Buffer.from(JSON.stringify({ RC: 0, result: { userList, roomCount: 3, totalMem: 8, freeMem: 4 } }));
  return startServer((request, response) => {
    if (request.url === '/admin/stats') response.end(body);
    else response.writeHead(404).end();
  });
}

function linesOf(rounds: readonly { readonly ours: Figures; readonly peer: Figures }[]): Line[] {
  const middle = (side: 'ours' | 'peer', key: keyof Figures): number => median(rounds.map((one) => one[side][key]));
  const line = (
    key: keyof Figures,
    words: { readonly what: string; readonly bar: string; readonly most: number },
    show: (value: number) => string,
  ): Line => {
    const [ours, peer] = [middle('ours', key), middle('peer', key)];
    const verdict = Number.isFinite(words.most) ? judge(ours < words.most) : 'none';
    return { what: words.what, ours: show(ours), peer: show(peer), ratio: ours / peer, bar: words.bar, verdict };
  };
  const none = { bar: '', most: Number.POSITIVE_INFINITY };
  return [
    line('milliseconds', { what: 'list of 1,000,000: read and counted', ...none }, ms),
    line('extraMegabytes', { what: 'list of 1,000,000: memory above idle', bar: 'under 80 MB', most: 80 }, (value) =>
      megabytes(value * 1e6),
    ),
    line('longestHold', { what: 'list of 1,000,000: event loop held', bar: 'under 50 ms', most: 50 }, ms),
  ];
}
