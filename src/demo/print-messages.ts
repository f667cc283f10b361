// Tells in the terminal what happens in the workspace: each message as text when it comes, and what changed when it is edited.
import { demoZone } from './configuration.ts';
import type { Message, Workspace, WorkspaceEvent } from './workspace/workspace.ts';

/** Starts telling; the returned function ends it. */
export function tellMessages(workspace: Workspace, print: (text: string) => void): () => void {
  return workspace.on((event) => {
    const told = tellingOf(event, workspace);
    if (told !== undefined) print(told);
  });
}

/** What is printed of an event; undefined for what nobody reads. */
function tellingOf(event: WorkspaceEvent, workspace: Workspace): string | undefined {
  const draw = (message: Message): string => workspace.renderText(message, { timezone: demoZone, width: 110 });
  switch (event.type) {
    case 'message':
    case 'ephemeral':
      return `\n--- ${headingOf(event.message, workspace)}\n${draw(event.message)}`;
    case 'changed': {
      const news = newLines(draw(event.previous), draw(event.message));
      return news === '' ? undefined : `\n--- ${headingOf(event.message, workspace)}, edited; what is new:\n${news}`;
    }
    case 'command':
      return `\n>>> ${nameOf(event.user, workspace)} types ${event.command} ${event.text}`.trimEnd();
    case 'failed':
      return `\n!!! ${event.what} failed: ${event.outcome}`;
    case 'violation':
      return `\n!!! Slack would not forgive this: ${event.text}`;
    default:
      return undefined;
  }
}

function headingOf({ channel, user, threadTs, broadcast, ephemeralTo }: Message, workspace: Workspace): string {
  const name = workspace.channels.find(({ id }) => id === channel)?.name ?? channel;
  const thread = threadTs === undefined ? '' : broadcast ? ', in a thread and in the channel' : ', in a thread';
  const secrecy = ephemeralTo === undefined ? '' : `, only visible to ${nameOf(ephemeralTo, workspace)}`;
  const author = user === workspace.bot.userId ? '' : `, ${nameOf(user, workspace)}`;
  return `#${name}${thread}${secrecy}${author}`;
}

function nameOf(user: string, workspace: Workspace): string {
  return workspace.users.find(({ id }) => id === user)?.name ?? user;
}

/** The lines of `after` that `before` does not have. */
function newLines(before: string, after: string): string {
  const known = new Set(before.split('\n'));
  return after
    .split('\n')
    .filter((line) => !known.has(line))
    .join('\n');
}
