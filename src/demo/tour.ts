// What is to be seen of the bot: a digest, a summary, an alert that opens, is acknowledged and resolves. Each step is checked.
import { BotError } from '../errors.ts';
import { demoApps, demoIds } from './configuration.ts';
import type { Message, Workspace } from './workspace/workspace.ts';
import type { Beside } from './world-controls.ts';

/** The person who goes through it: an on-call engineer. */
export const guide = 'U0ALICE';

/** Where a tour goes through. */
export interface Sights {
  readonly workspace: Workspace;
  readonly beside: Pick<Beside, 'apply'>;
}

/** One step, as it is announced, and what it does. Rejects when what should be seen does not come. */
interface Step {
  readonly title: string;
  run(sights: Sights): Promise<void>;
}

const digest: Step = {
  title: 'The digest of yesterday, posted by itself to #im-ops',
  run: async ({ workspace }) => {
    await seen(workspace, demoIds.ops, 'the digest', ({ text }) => text.includes('Daily digest'));
  },
};

const summary: Step = {
  title: 'Alice asks in #im-ops for the summary of Production chat',
  run: async ({ workspace }) => {
    const asked = await workspace.command({ user: guide, channel: demoIds.ops, text: demoApps.chat });
    await asked.replied();
  },
};

const picture: Step = {
  title: 'The chart of the summary',
  run: async ({ workspace }) => {
    await workspace.until(() => workspace.ephemerals(guide).find(hasPicture), 'the chart of the summary');
  },
};

const messages: Step = {
  title: 'Alice asks in #im-ops how much was written in China in the last seven days',
  run: async ({ workspace }) => {
    const asked = await workspace.command({ user: guide, channel: demoIds.ops, text: 'messages china 7d' });
    const { text } = await asked.replied();
    if (!/\d{2}/.test(text)) throw new BotError('the answer has no number in it');
  },
};

const fall: Step = {
  title: 'Free memory of the chat host falls to 7.4 %: the alert opens in #oncall and pings @oncall',
  run: async ({ workspace, beside }) => {
    await beside.apply({ change: 'memory', ratio: 0.074 });
    const alert = await seenRoot(workspace, 'the alert', 'Critical');
    if (!alert.text.includes(`<!subteam^${demoIds.engineers}>`)) throw new BotError('the alert pings nobody');
  },
};

const acknowledge: Step = {
  title: 'Alice presses Acknowledge',
  run: async ({ workspace }) => {
    const root = await seenRoot(workspace, 'the alert', 'Critical');
    await workspace.click({ user: guide, channel: demoIds.onCall, ts: root.ts, action: 'Acknowledge' });
    await seenRoot(workspace, 'who acknowledged', 'acknowledged by');
  },
};

const recovery: Step = {
  title: 'The memory comes back: the alert resolves, and its message turns green',
  run: async ({ workspace, beside }) => {
    await beside.apply({ change: 'memory', ratio: null });
    await seenRoot(workspace, 'the end of the alert', 'Resolved');
  },
};

/** Everything, for a terminal. */
export const wholeTour: readonly Step[] = [digest, summary, picture, messages, fall, acknowledge, recovery];

/** What a newcomer finds on the page. The chart comes while the alert lives. */
export const firstSight: readonly Step[] = [summary, fall, recovery, digest, picture];

/** Runs the steps; rejects with `BotError` at the first that fails, or when the bot did what Slack would not forgive. */
export async function runTour(steps: readonly Step[], sights: Sights, say: (title: string) => void): Promise<void> {
  for (const { title, run } of steps) {
    say(title);
    try {
      await run(sights);
    } catch (error) {
      throw new BotError(`The tour stopped at "${title}": ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const { violations } = sights.workspace;
  if (violations.length > 0) throw new BotError(`Slack would not take this: ${violations.join('; ')}`);
}

function seen(
  workspace: Workspace,
  channel: string,
  what: string,
  is: (message: Message) => boolean,
): Promise<Message> {
  return workspace.until(() => workspace.messages(channel).find(is), what);
}

/** The message of the alert itself, not the lines of its thread. */
function seenRoot(workspace: Workspace, what: string, word: string): Promise<Message> {
  return seen(workspace, demoIds.onCall, what, ({ text, threadTs }) => threadTs === undefined && text.includes(word));
}

function hasPicture({ blocks }: Message): boolean {
  return blocks.some(({ type }) => type === 'image');
}
