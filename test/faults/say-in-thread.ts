// Words to the bot in a thread of the channel of alerts, and what it says to them.
import { second } from '../../src/clock.ts';
import type { Message } from '../../src/demo/workspace/workspace.ts';
import { places } from './configuration.ts';
import type { WholeBot } from './whole-bot.ts';

/** What the bot says to a mention in a thread, to all or to its person alone. */
export async function say(
  whole: WholeBot,
  thread: Message | undefined,
  text: string,
  user = 'U0ALICE',
): Promise<Message> {
  const { workspace } = whole;
  const threadTs = thread?.ts ?? '';
  const seen = (): readonly Message[] => [
    ...workspace.thread(places.alerts, threadTs).filter(({ user: by }) => by === workspace.bot.userId),
    ...workspace.ephemerals(user),
  ];
  const before = new Set(seen().map(({ ts }) => ts));
  // A line of the history begins with its time.
  const answers = (): Message[] =>
    seen().filter(({ ts, text: said }) => !before.has(ts) && !/^<!date|^\d\d:\d\d /.test(said));
  await workspace.mention({ user, channel: places.alerts, text, threadTs });
  await whole.reach(() => answers().length > 0, 20 * second, `an answer to "${text}"`);
  return answers()[0] as Message;
}
