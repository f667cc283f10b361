// What one user sees of the workspace, in the JSON of the page: everything once, then each change.
import type { Message, SlackView, Workspace, WorkspaceEvent } from '../workspace/workspace.ts';

/** A message without the fields that no client shows. Slack marks an edit only where the message has no blocks. */
function messageOf({ metadata, origin, at, editedAt, ephemeralTo, ...message }: Message) {
  const edited = message.blocks.length === 0 ? (editedAt ?? null) : null;
  return { ...message, edited, isPrivate: ephemeralTo !== undefined };
}

function viewOf({ id, type, title, submit, close, blocks }: SlackView) {
  return { id, type, title, submit, close, blocks };
}

/** Everything that this user sees. */
export function initialState(workspace: Workspace, user: string) {
  const channels = workspace.channels.filter(({ members, archived }) => members.includes(user) && !archived);
  const seen = new Set(channels.map(({ id }) => id));
  const home = workspace.home(user);
  return {
    me: user,
    bot: workspace.bot.userId,
    users: workspace.users,
    shortcuts: workspace.shortcuts,
    groups: workspace.userGroups,
    channels,
    messages: [...workspace.everything(), ...workspace.ephemerals(user)]
      .filter(({ channel }) => seen.has(channel))
      .sort((a, b) => (a.ts < b.ts ? -1 : 1))
      .map(messageOf),
    modals: workspace.modals(user).map(viewOf),
    home: home === undefined ? null : viewOf(home),
  };
}

export type PageUpdate =
  | { readonly type: 'message'; readonly message: ReturnType<typeof messageOf> }
  | { readonly type: 'gone'; readonly channel: string; readonly ts: string }
  | { readonly type: 'modals'; readonly modals: readonly ReturnType<typeof viewOf>[] }
  | { readonly type: 'home'; readonly home: ReturnType<typeof viewOf> }
  | { readonly type: 'failed'; readonly what: string; readonly outcome: string };

/** What an event changes for this user; undefined for nothing. */
export function updateFor(event: WorkspaceEvent, user: string, workspace: Workspace): PageUpdate | undefined {
  switch (event.type) {
    case 'message':
    case 'changed':
    case 'ephemeral':
      return isFor(event.message, user, workspace) ? { type: 'message', message: messageOf(event.message) } : undefined;
    case 'deleted':
      return deletionUpdate(event.message, user, workspace);
    case 'view-opened':
    case 'view-updated':
    case 'view-closed':
      return event.view.user === user ? { type: 'modals', modals: workspace.modals(user).map(viewOf) } : undefined;
    case 'home':
      return event.view.user === user ? { type: 'home', home: viewOf(event.view) } : undefined;
    case 'failed':
      return event.user === user ? { type: 'failed', what: event.what, outcome: event.outcome } : undefined;
    default:
      return undefined;
  }
}

function isFor({ channel, ephemeralTo }: Message, user: string, workspace: Workspace): boolean {
  if (ephemeralTo !== undefined && ephemeralTo !== user) return false;
  return workspace.channels.some(({ id, members }) => id === channel && members.includes(user));
}

function deletionUpdate(message: Message, user: string, workspace: Workspace): PageUpdate | undefined {
  if (!isFor(message, user, workspace)) return undefined;
  const { channel, ts } = message;
  const left = workspace.thread(channel, ts)[0];
  return left === undefined ? { type: 'gone', channel, ts } : { type: 'message', message: messageOf(left) };
}
