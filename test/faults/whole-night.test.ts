// A night on call, played through minute by minute, and every message of it as a person reads it.
import { describe, expect, it, vi } from 'vitest';
import { second } from '../../src/clock.ts';
import type { Message } from '../../src/demo/workspace/workspace.ts';
import { places } from './configuration.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

// Hours of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

const rule = `  - id: memory-low
    app: prod
    metric: memory.free_ratio
    below: 15%
    clearAt: 20%
    for: 5m
    keepFiring: 10m
    critical: { below: 8%, clearAt: 12%, for: 2m }
    channel: ${places.alerts}
    mention: [S0ONCALL]
    summary: Free memory of the chat host is low
    runbook: https://wiki.example.com/memory
`;

const written = { pollEvery: '60s', unreachable: '{ polls: 3, critical: 15m }', alerts: rule };

/** What the channel shows: each message when it comes and when it changes, with the wall clock of the night. */
function keepTranscript(whole: WholeBot): { note(what: string): void; watch(): void; text(): string } {
  const { workspace, clock } = whole;
  const seen = new Map<string, string>();
  const lines: string[] = [];
  const clockTime = (): string => new Date(clock.now()).toLocaleTimeString('en-GB', { timeZone: 'Asia/Taipei' });
  const show = (message: Message): void => {
    const text = workspace.renderText(message, { timezone: 'Asia/Taipei' });
    // Numbers change each minute; what a message says otherwise is shown when it changes.
    const shape = text.replaceAll(/[\d.,]+( of [\d.,]+)? ?(%|MiB|GiB|min|h)?( \d+ min)?/g, '#').replaceAll(/\s+/g, ' ');
    const before = seen.get(message.ts);
    if (before === shape) return;
    seen.set(message.ts, shape);
    const isReply = message.threadTs !== undefined && message.threadTs !== message.ts;
    const what = before === undefined ? (isReply ? 'in the thread' : 'new message') : 'now reads';
    const also = isReply && message.broadcast ? ', also in the channel' : '';
    lines.push('', `${clockTime()} ${what}${also}`, ...text.split('\n').map((line) => `    ${line}`.trimEnd()));
  };
  return {
    note: (what) => void lines.push('', `== ${clockTime()} ${what}`),
    watch: () => {
      for (const message of workspace.everything())
        if (message.channel === places.alerts || message.channel === places.fallback) show(message);
    },
    text: () => `${lines.join('\n').trim()}\n`,
  };
}

/** Free memory at the minutes of the night; what lies between is on the line. */
const course: readonly (readonly [time: string, ratio: number])[] = [
  ['02:40', 0.3],
  ['02:57', 0.16],
  ['02:58', 0.14],
  ['03:04', 0.074],
  ['03:14', 0.061],
  ['03:34', 0.1],
  ['03:38', 0.128],
  ['03:44', 0.21],
  ['03:48', 0.2],
  ['03:50', 0.07],
  ['04:05', 0.06],
  ['04:18', 0.24],
  ['04:40', 0.3],
];

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

function ratioAt(at: number): number {
  const after = course.findIndex(([time]) => minuteOf(time) >= at);
  const [to, from] = [course[after], course[after - 1]];
  if (to === undefined) return 0.3;
  if (from === undefined) return to[1];
  const share = (at - minuteOf(from[0])) / (minuteOf(to[0]) - minuteOf(from[0]));
  return from[1] + share * (to[1] - from[1]);
}

describe('A night', () => {
  it('is told so that somebody who was asleep knows what is so, since when, how bad, who has it and what to do', async () => {
    await withWholeBot({ ...written, at: '2026-04-14T02:40:00+08:00' }, async (whole) => {
      const { workspace, platforms } = whole;
      const transcript = keepTranscript(whole);
      const press = async (action: string, user: string): Promise<void> => {
        const root = workspace
          .messages(places.alerts)
          .find(({ text }) => text.includes('free memory') || text.includes('memory'));
        if (root === undefined) throw new Error('there is no alert');
        const done = await workspace.click({ user, action, channel: places.alerts, ts: root.ts });
        expect(done.acknowledged).toBe('in time');
      };
      const events: Record<string, () => void | Promise<void>> = {
        '03:12': async () => {
          transcript.note('Bob presses Acknowledge');
          await press('Acknowledge', 'U0BOB');
        },
        '03:20': () => {
          transcript.note('A web page answers in the place of the platform');
          platforms.controls.setFault('imkit', 'html');
        },
        '03:32': () => {
          transcript.note('The platform answers again');
          platforms.controls.setFault('imkit', 'none');
        },
        '04:00': () => {
          transcript.note('Slack cannot be reached');
          workspace.down();
        },
        '04:10': () => {
          transcript.note('Slack is back');
          workspace.up();
        },
      };
      for (let at = minuteOf('02:40'); at <= minuteOf('04:40'); at += 1) {
        const time = `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
        whole.memory(ratioAt(at));
        await events[time]?.();
        for (let part = 0; part < 12; part += 1) {
          await whole.advance(5 * second);
          transcript.watch();
        }
      }
      expect(workspace.violations).toEqual([]);
      await expect(transcript.text()).toMatchFileSnapshot('whole-night.txt');
    });
  });
});
