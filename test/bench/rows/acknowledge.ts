// Row: from a signed slash command to its acknowledgement, against a bare Bolt app.
import { drawProblem } from '../../../src/slack/blocks/block.ts';
import { drawHelp } from '../../../src/slack/subcommands/help.ts';
import { subcommands } from '../../../src/slack/subcommands/index.ts';
import { type Child, untilIdle } from '../children.ts';
import { ms, perSecond, quantile } from '../figures.ts';
import { type Acknowledged, sendAll, sendPaced, signCommands, type Target } from '../http-client.ts';
import { firstAcknowledgement, openPlace, type Place, startOurs, startPeer } from '../peer.ts';
import { judge, type Line, type Row } from '../row.ts';

const about = `From writing a signed command to the last byte of its acknowledgement, by a raw keep-alive client with requests
signed beforehand, each with a trigger id of its own. Ours is the real process (npm start), the peer a Bolt app that acknowledges with
the same words and does nothing else; answers go to a sink in a third process, and all of them share this machine.
"help" is said in the acknowledgement; a "summary" is answered after it: the platform asked, the store read, a chart drawn and
uploaded. "Flood" lines send the next command as soon as one is acknowledged: while such a crowd lasts no summary begins, 50
wait, and the rest is told in the acknowledgement to come back. "Paced" lines send as many a second as they say, and every one is answered in full.
Ours and the peer take turns in rounds of a few seconds at most, since this machine may be faster now than a second later, and each
figure is of all that was sent in them: 1,000 or more to each, so that ten or more are slower than a p99. The ratio of the first kind of line is of p99, that of the other of throughput:
the median of those of the first, second and last third of the rounds, since a program that wakes up on this machine spoils one of them.`;

interface Load {
  readonly what: string;
  readonly text: string;
  /** The text for which the peer says what ours says. */
  readonly peerText: string;
  /** Requests in a round. */
  readonly count: number;
  readonly rounds: number;
  /** A picture waits 1.1 s for Slack, so that a process that rests may have answers to send yet; ms. */
  readonly rest: number;
  readonly send: (port: number, requests: readonly Buffer[]) => Promise<Acknowledged>;
  /** Paced loads have no throughput of their own. */
  readonly tells: 'throughput too' | 'latency only';
}

const flood = (text: string, connections: number, count: number, rounds: number): Load => ({
  what: `${text === '' ? 'summary' : text}, flood of ${connections} connection${connections === 1 ? '' : 's'}`,
  text,
  peerText: text === '' ? 'busy' : text,
  count,
  rounds,
  rest: text === '' ? 2_500 : 100,
  send: (port, requests) => sendAll(port, connections, requests),
  tells: 'throughput too',
});

const paced = (text: string, rate: number, count: number, rounds: number): Load => ({
  what: `${text === '' ? 'summary' : text}, paced, ${rate} a second`,
  text,
  peerText: text,
  count,
  rounds,
  rest: text === '' ? 2_000 : 100,
  send: (port, requests) => sendPaced(port, rate, requests),
  tells: 'latency only',
});

const loads: readonly Load[] = [
  flood('help', 1, 400, 25),
  flood('help', 10, 800, 25),
  paced('help', 100, 50, 60),
  paced('', 10, 40, 25),
  flood('', 1, 1_000, 10),
  flood('', 10, 2_000, 18),
];

export const acknowledge: Row = {
  name: 'acknowledge',
  about,
  run: async () => {
    const place = await openPlace();
    const bot = startOurs(place);
    const bare = startPeer(place, place.folder.add('answers.json', JSON.stringify(answers)));
    try {
      await warmUp(place);
      const lines: Line[] = [];
      for (const load of loads) lines.push(...(await measure(load, place, bot)));
      return lines;
    } finally {
      await Promise.all([bot, bare].map((child) => child.end()));
      await place.end();
    }
  },
};

const facts = { apps: [{ id: 'prod', name: 'Chat prod' }], rules: [], digests: { schedules: [] } };

/** What ours says in its acknowledgements, for the peer to say the same. */
const answers = {
  help: { response_type: 'ephemeral', ...drawHelp(subcommands, facts) },
  busy: { response_type: 'ephemeral', ...drawProblem('imstats is answering 50 questions already.', 'Ask again soon.') },
};

/** All that is measured is said before, so that neither has to compile what the other has compiled. */
async function warmUp({ ours, peer, surroundings }: Place): Promise<void> {
  for (const target of [ours, peer]) {
    await firstAcknowledgement(target, surroundings.sink);
    const help = { text: 'help', responseUrl: surroundings.sink };
    const summary = { ...help, text: target === ours ? '' : 'busy' };
    await sendAll(target.port, 10, signCommands(2_000, help, target));
    await sendPaced(target.port, 10, signCommands(10, summary, target));
    await sendAll(target.port, 10, signCommands(2_000, summary, target));
    await pause(4_000);
  }
}

const pause = (length: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, length));

async function measure(load: Load, { ours, peer, surroundings }: Place, bot: Child): Promise<Line[]> {
  const round = async (target: Target): Promise<Acknowledged> => {
    const command = { text: target === ours ? load.text : load.peerText, responseUrl: surroundings.sink };
    const done = await load.send(target.port, signCommands(load.count, command, target));
    if (target === ours) {
      await pause(load.rest);
      // On a slow machine fifty answers take longer than that, and the next round is not to share the processor with them.
      await untilIdle(bot);
    }
    return done;
  };
  const rounds: { ours: Acknowledged; peer: Acknowledged }[] = [];
  for (let n = 0; n < load.rounds; n += 1) rounds.push({ peer: await round(peer), ours: await round(ours) });
  const ofOurs = together(rounds.map((one) => one.ours));
  const ofPeer = together(rounds.map((one) => one.peer));
  const thirds = inThirds(rounds).map((some) => ({
    ours: together(some.map((one) => one.ours)),
    peer: together(some.map((one) => one.peer)),
  }));
  const p99 = median(thirds.map(({ ours, peer }) => ours.p99 / peer.p99));
  const throughput = median(thirds.map(({ ours, peer }) => ours.perSecond / peer.perSecond));
  const first: Line = {
    what: `acknowledge ${load.what}: p50 / p99`,
    ours: latencies(ofOurs),
    peer: latencies(ofPeer),
    ratio: p99,
    bar: 'p99 <= 1.25 x',
    verdict: judge(p99 <= 1.25),
  };
  if (load.tells === 'latency only') return [first];
  return [
    first,
    {
      what: `acknowledge ${load.what}: throughput`,
      ours: perSecond(ofOurs.perSecond),
      peer: perSecond(ofPeer.perSecond),
      ratio: throughput,
      bar: '>= 0.8 x',
      verdict: judge(throughput >= 0.8),
    },
  ];
}

/** Neighbouring rounds together, so that a third of them is of about the same moment. */
function inThirds<T>(rounds: readonly T[]): T[][] {
  const size = Math.ceil(rounds.length / 3);
  return [0, 1, 2].map((third) => rounds.slice(third * size, (third + 1) * size));
}

const median = (ratios: readonly number[]): number => quantile(ratios, 0.5);

interface Figures {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

function together(rounds: readonly Acknowledged[]): Figures {
  const latencies = rounds.flatMap((one) => one.latencies);
  const seconds = rounds.reduce((sum, one) => sum + one.seconds, 0);
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), perSecond: latencies.length / seconds };
}

const latencies = ({ p50, p99 }: Figures): string => `${ms(p50)} / ${ms(p99)}`;
