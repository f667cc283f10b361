// Row: from the moment a number crosses its limit to the moment Slack has the message.
import { readFileSync } from 'node:fs';
import { systemClock } from '../../../src/clock.ts';
import { startWorkspace, type Workspace } from '../../../src/demo/workspace/workspace.ts';
import { freePort, startChild } from '../children.ts';
import { writeConfiguration } from '../configuration.ts';
import { median, ms } from '../figures.ts';
import { firstAcknowledgement } from '../peer.ts';
import { startPlatform } from '../platform.ts';
import { judge, type Line, type Row } from '../row.ts';

const about = `Five apps polled each second by the real process, with a rule that waits for nothing (for: 0s). Free memory of one after
the other falls below its limit, each at another point of its second; the time ends when the Slack stand-in has the message,
each in a channel of its own, because Slack takes one message a second in a channel. Half a second of it is waiting for the poll.`;

const apps = ['a', 'b', 'c', 'd', 'e'];
const pollEvery = 1_000;
const allowed = pollEvery + 1_000;

export const alert: Row = {
  name: 'alert',
  about,
  run: async () => {
    const manifest = readFileSync(new URL('../../../manifest.yml', import.meta.url), 'utf8');
    const [workspace, platform] = await Promise.all([
      startWorkspace({ clock: systemClock, scopes: manifest }),
      startPlatform(),
    ]);
    const port = await freePort();
    const { tokens, apiUrl } = workspace;
    for (const id of apps) workspace.addChannel(channelOf(workspace, id));
    const folder = writeConfiguration({
      slack: { ...tokens, apiUrl },
      ports: { slack: port, health: await freePort() },
      apps: apps.map((id) => ({ id, url: platform.urlOf(id) })),
      pollEvery: '1s',
      alerts: apps.map((id) => ({
        ...{ id: `memory-${id}`, app: id, metric: 'memory.free_ratio', below: '15%', clearAt: '20%' },
        ...{ for: '0s', keepFiring: '0s', channel: channelId(id) },
      })),
    });
    const bot = startChild({ file: { script: 'start' }, words: ['--config', folder.file] });
    try {
      await firstAcknowledgement({ port, signingSecret: tokens.signingSecret }, `${workspace.url}/response/none`);
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      const times: number[] = [];
      for (const [index, id] of apps.entries()) {
        times.push(await crossing(workspace, id, () => platform.setFreeMemory(id, 0.05)));
        await new Promise((resolve) => setTimeout(resolve, 500 + index * 230));
      }
      return linesOf(times);
    } finally {
      await bot.end();
      await Promise.all([workspace.stop(), platform.stop()]);
      folder.remove();
    }
  },
};

const channelId = (app: string): string => `C0BENCH${app.toUpperCase()}`;

function channelOf(workspace: Workspace, app: string): Workspace['channels'][number] {
  return { id: channelId(app), name: `bench-${app}`, kind: 'public', archived: false, members: [workspace.bot.userId] };
}

/** Milliseconds from `cross` to the first message in the channel of the app. */
async function crossing(workspace: Workspace, app: string, cross: () => void): Promise<number> {
  const crossed = performance.now();
  cross();
  await workspace.until(() => workspace.messages(channelId(app)).length > 0, `the alert of ${app}`);
  return performance.now() - crossed;
}

function linesOf(times: readonly number[]): Line[] {
  const worst = Math.max(...times);
  return [
    {
      what: 'alert, from crossing to Slack: p50 / worst of 5',
      ours: `${ms(median(times))} / ${ms(worst)}`,
      peer: `${ms(allowed)} (a poll + 1 s)`,
      ratio: worst / allowed,
      bar: '<= 1 x',
      verdict: judge(worst <= allowed),
    },
  ];
}
