// Row: from starting the process to its first acknowledgement, and the memory of an idle one, against a bare Bolt app.
import { memoryOf } from '../children.ts';
import { median, megabytes, ms } from '../figures.ts';
import { firstAcknowledgement, openPlace, type Place, startOurs, startPeer } from '../peer.ts';
import { judge, type Line, type Row } from '../row.ts';

const about = `From starting the script of "npm start" (without npm itself), which runs the bundle, with a configuration file and two days in its
store, to the first signed command acknowledged over HTTP; and the resident memory 1.5 s later, after the first poll. The peer is the
bare Bolt app, started by node. Medians of 5 rounds that take turns, after one that counts for nothing: it makes the bundle where
that is old, and what the others read, the disk's cache and what was compiled (node_modules/.cache).`;

const rounds = 5;

interface Started {
  readonly took: number;
  readonly memory: number;
}

export const start: Row = {
  name: 'start',
  about,
  run: async () => {
    const place = await openPlace();
    try {
      const found: { ours: Started; peer: Started }[] = [];
      for (let n = 0; n <= rounds; n += 1)
        found.push({ peer: await startOne('peer', place), ours: await startOne('ours', place) });
      return linesOf(found.slice(1));
    } finally {
      await place.end();
    }
  },
};

async function startOne(which: 'ours' | 'peer', place: Place): Promise<Started> {
  const started = performance.now();
  const child = which === 'ours' ? startOurs(place) : startPeer(place);
  try {
    await firstAcknowledgement(place[which], place.surroundings.sink);
    const took = performance.now() - started;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    return { took, memory: memoryOf(child) ?? Number.NaN };
  } finally {
    await child.end();
  }
}

function linesOf(found: readonly { readonly ours: Started; readonly peer: Started }[]): Line[] {
  const middle = (side: 'ours' | 'peer', key: keyof Started): number => median(found.map((one) => one[side][key]));
  const took = middle('ours', 'took') / middle('peer', 'took');
  const memory = middle('ours', 'memory') / middle('peer', 'memory');
  return [
    {
      what: 'start to first acknowledgement',
      ours: ms(middle('ours', 'took')),
      peer: ms(middle('peer', 'took')),
      ratio: took,
      bar: '<= 1.5 x',
      verdict: judge(took <= 1.5),
    },
    {
      what: 'start, memory when idle',
      ours: megabytes(middle('ours', 'memory')),
      peer: megabytes(middle('peer', 'memory')),
      ratio: memory,
      bar: '<= 1.25 x',
      verdict: Number.isFinite(memory) ? judge(memory <= 1.25) : 'none',
    },
  ];
}
