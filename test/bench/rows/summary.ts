// Row: the whole answer to `/imstats`, text and picture, by a platform that takes a fixed time.
import { readFileSync } from 'node:fs';
import { systemClock } from '../../../src/clock.ts';
import { startWorkspace, type Workspace } from '../../../src/demo/workspace/workspace.ts';
import { freePort, startChild } from '../children.ts';
import { fillPast, writeConfiguration } from '../configuration.ts';
import { median, ms, quantile } from '../figures.ts';
import { firstAcknowledgement } from '../peer.ts';
import { startPlatform } from '../platform.ts';
import { judge, type Line, type Row } from '../row.ts';

const about = `From typing the command in the Slack stand-in to the whole answer: a private one with Slack's own chart (platform
asked, store read, posted), a public one with its picture (chart drawn, uploaded in three calls, then posted). Slack refuses a fresh
file for about a second, so the bot waits 1.1 s before it shows one; these 1.1 s are taken off but for the last line. The real process
(npm start), a platform stand-in that takes 0 or 50 ms an answer; the peer is that time and 100 ms.`;

/** The bot's wait for Slack's look at a fresh file. */
const slackWait = 1_100;
const asks = 12;
/** Between two asks, so that one is answered before the next, and pictures fall between texts. */
const pause = 430;
const allowance = 100;
/** With the wait for Slack, ms. */
const longest = 2_500;

export const summary: Row = {
  name: 'summary',
  about,
  run: async () => {
    const manifest = readFileSync(new URL('../../../manifest.yml', import.meta.url), 'utf8');
    const [workspace, platform] = await Promise.all([
      startWorkspace({ clock: systemClock, scopes: manifest, rateLimit: 'off' }),
      startPlatform(),
    ]);
    const port = await freePort();
    const { apiUrl, tokens } = workspace;
    const folder = writeConfiguration({
      slack: { ...tokens, apiUrl },
      ports: { slack: port, health: await freePort() },
      apps: [{ id: 'prod', url: platform.urlOf('prod') }],
      pollEvery: '60s',
    });
    await fillPast(folder, 'prod');
    const bot = startChild({ file: { script: 'start' }, words: ['--config', folder.file] });
    try {
      await firstAcknowledgement({ port, signingSecret: tokens.signingSecret }, `${workspace.url}/response/none`);
      workspace.connectHttp(`http://127.0.0.1:${port}/slack/events`);
      await askOften(workspace, 6);
      const lines: Line[] = [];
      const all: Answered[] = [];
      for (const latency of [0, 50]) {
        platform.setLatency(latency);
        const answers = await askOften(workspace, asks);
        lines.push(...linesOf(latency, answers));
        all.push(...answers);
      }
      return [...lines, wholeLine(all)];
    } finally {
      await bot.end();
      await Promise.all([workspace.stop(), platform.stop()]);
      folder.remove();
    }
  },
};

/** How long an answer with the chart of Slack and one with a picture took, ms. */
interface Answered {
  readonly block: number;
  readonly picture: number;
}

async function askOften(workspace: Workspace, count: number): Promise<readonly Answered[]> {
  const answers: Promise<Answered>[] = [];
  for (let n = 0; n < count; n += 1) {
    answers.push(ask(workspace));
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return Promise.all(answers);
}

async function ask(workspace: Workspace): Promise<Answered> {
  const block = await timed(workspace, { text: '', holds: 'data_visualization' });
  const picture = await timed(workspace, { text: 'public', holds: 'slack_file' });
  return { block, picture: picture - slackWait };
}

async function timed(workspace: Workspace, { text, holds }: Record<'text' | 'holds', string>): Promise<number> {
  const asked = performance.now();
  const shown = await (await workspace.command({ user: 'U0ALICE', channel: 'C0IMOPS', text })).replied();
  const took = performance.now() - asked;
  if (!JSON.stringify(shown.blocks).includes(holds)) throw new Error(`the answer to "${text}" has no ${holds}`);
  return took;
}

function linesOf(latency: number, answers: readonly Answered[]): Line[] {
  return (['block', 'picture'] as const).map((part) => {
    const times = answers.map((answer) => answer[part]);
    const worst = quantile(times, 0.9);
    return {
      what: `summary, platform takes ${latency} ms: with ${part === 'block' ? "Slack's chart" : 'a picture'}, p50 / p90`,
      ours: `${ms(median(times))} / ${ms(worst)}`,
      peer: ms(latency + allowance),
      ratio: worst / (latency + allowance),
      bar: 'p90 <= 1 x',
      verdict: judge(worst <= latency + allowance),
    };
  });
}

/** As a person in Slack sees it. */
function wholeLine(answers: readonly Answered[]): Line {
  const times = answers.map(({ picture }) => picture + slackWait);
  const worst = quantile(times, 0.9);
  return {
    what: "summary with its picture and Slack's wait, p50 / p90",
    ours: `${ms(median(times))} / ${ms(worst)}`,
    peer: ms(longest),
    ratio: worst / longest,
    bar: 'p90 <= 1 x',
    verdict: judge(worst <= longest),
  };
}
