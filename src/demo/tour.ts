// The tour of the demo: a digest, a summary, an alert that opens, is acknowledged and resolves. Each step is checked.
import { BotError } from '../errors.ts';
import { demoApps, demoIds } from './configuration.ts';
import type { Message, Workspace } from './workspace/workspace.ts';
import type { WorldControls } from './world-controls.ts';

/** The user who takes the tour: an on-call engineer. */
export const tourUser = 'U0ALICE';

/** What the steps of a tour work with. */
export interface TourContext {
  readonly workspace: Workspace;
  readonly controls: Pick<WorldControls, 'apply'>;
}

/** One step: its title and its work. `run` rejects when the expected message does not come. */
interface Step {
  readonly title: string;
  run(context: TourContext): Promise<void>;
}

const digest: Step = {
  title: 'The digest of yesterday, posted by itself to #im-ops',
  run: async ({ workspace }) => {
    await waitForMessage(workspace, demoIds.ops, 'the digest', ({ text }) => text.includes('Daily digest'));
  },
};

const summary: Step = {
  title: 'Alice asks in #im-ops for the summary of Production chat',
  run: async ({ workspace }) => {
    const outcome = await workspace.command({ user: tourUser, channel: demoIds.ops, text: demoApps.chat });
    await outcome.replied();
    if (!workspace.ephemerals(tourUser).some(hasChart)) throw new BotError('the summary has no chart');
  },
};

const messages: Step = {
  title: 'Alice asks in #im-ops how much was written in China in the last seven days',
  run: async ({ workspace }) => {
    const outcome = await workspace.command({ user: tourUser, channel: demoIds.ops, text: 'messages china 7d' });
    const { text } = await outcome.replied();
    if (!/\d{2}/.test(text)) throw new BotError('the answer has no number in it');
  },
};

const alertOpens: Step = {
  title: 'Free memory of the chat host falls to 7.4 %: the alert opens in #oncall and pings @oncall',
  run: async ({ workspace, controls }) => {
    await controls.apply({ change: 'memory', ratio: 0.074 });
    const alert = await waitForRoot(workspace, 'the alert', 'Critical');
    if (!alert.text.includes(`<!subteam^${demoIds.engineers}>`)) throw new BotError('the alert pings nobody');
  },
};

const acknowledge: Step = {
  title: 'Alice presses Acknowledge',
  run: async ({ workspace }) => {
    const root = await waitForRoot(workspace, 'the alert', 'Critical');
    await workspace.click({ user: tourUser, channel: demoIds.onCall, ts: root.ts, action: 'Acknowledge' });
    await waitForRoot(workspace, 'who acknowledged', 'acknowledged by');
  },
};

const alertResolves: Step = {
  title: 'The memory comes back: the alert resolves, and its message turns green',
  run: async ({ workspace, controls }) => {
    await controls.apply({ change: 'memory', ratio: null });
    await waitForRoot(workspace, 'the end of the alert', 'Resolved');
  },
};

/** Messages go out before their pictures are drawn. */
const pictures: Step = {
  title: 'The charts are drawn meanwhile, and edited into the digest and the alert',
  run: async ({ workspace }) => {
    await waitForMessage(
      workspace,
      demoIds.ops,
      'the charts of the digest',
      (message) => message.text.includes('Daily digest') && hasChart(message),
    );
    await waitForMessage(
      workspace,
      demoIds.onCall,
      'the chart of the alert with its recovery',
      (message) =>
        message.text.includes('Resolved') && hasChart(message) && !JSON.stringify(message.blocks).includes('now 7.4 %'),
    );
  },
};

/** All steps, for the terminal. */
export const wholeTour: readonly Step[] = [digest, summary, messages, alertOpens, acknowledge, alertResolves, pictures];

/** The steps that run when the page is opened. */
export const pageTour: readonly Step[] = [summary, alertOpens, alertResolves, digest];

/** Runs the steps; rejects with `BotError` at the first that fails, or when the workspace has recorded a violation. */
export async function runTour(
  steps: readonly Step[],
  context: TourContext,
  announce: (title: string) => void,
): Promise<void> {
  for (const { title, run } of steps) {
    announce(title);
    try {
      await run(context);
    } catch (error) {
      throw new BotError(`The tour stopped at "${title}": ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const { violations } = context.workspace;
  if (violations.length > 0) throw new BotError(`Slack would not take this: ${violations.join('; ')}`);
}

function waitForMessage(
  workspace: Workspace,
  channel: string,
  what: string,
  is: (message: Message) => boolean,
): Promise<Message> {
  return workspace.until(() => workspace.messages(channel).find(is), what);
}

/** The root message of the alert, not the replies of its thread. */
function waitForRoot(workspace: Workspace, what: string, word: string): Promise<Message> {
  return waitForMessage(
    workspace,
    demoIds.onCall,
    what,
    ({ text, threadTs }) => threadTs === undefined && text.includes(word),
  );
}

function hasChart({ blocks }: Message): boolean {
  return blocks.some(({ type }) => type === 'image' || type === 'data_visualization');
}
