// Starts the strict local Slack workspace that the demo and the tests use.
import type { AddressInfo } from 'node:net';
import { createEventSender, type EventSender } from './event-sender.ts';
import { createFaults, type Faults } from './faults.ts';
import { allOf, directChannel, remove, shownIn, threadOf } from './messages.ts';
import { renderText, renderView } from './render/render-text.ts';
import { readScopes } from './scopes.ts';
import { createHttpServer, type HttpServer } from './server.ts';
import { createSocketModeServer, type SocketModeServer } from './socket-mode.ts';
import { createState, emit, type State } from './state.ts';
import { click } from './users/click.ts';
import { typeCommand } from './users/command.ts';
import { mention, openHome, say } from './users/events.ts';
import { pressShortcut } from './users/shortcut.ts';
import { closeView, submitView } from './users/submit.ts';
import { waitFor } from './wait.ts';
import type { Channel, Workspace, WorkspaceOptions } from './workspace-types.ts';

export type * from './workspace-types.ts';

interface Parts {
  readonly state: State;
  readonly http: HttpServer;
  readonly sockets: SocketModeServer;
  readonly faults: Faults;
  readonly eventSender: EventSender;
}

/** Listens on `host:port` and resolves with the workspace; rejects when the port is taken. */
export async function startWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const state = createState(options, readScopes(options.scopes));
  const faults = createFaults(state);
  const http = createHttpServer(state, faults);
  const sockets = createSocketModeServer(state, http.server);
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    http.server.once('error', reject);
    http.server.listen(options.port ?? 0, host, resolve);
  });
  // A listening TCP server has an address of this shape.
  const { port } = http.server.address() as AddressInfo;
  state.url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const parts = { state, http, sockets, faults, eventSender: createEventSender(state, sockets) };
  return assemble(parts);
}

function assemble(parts: Parts): Workspace {
  const { state, sockets } = parts;
  return {
    ...identity(state),
    ...queries(state),
    ...userActions(parts),
    ...administration(state),
    ...faultControls(parts),
    stop: () => stop(parts),
    get users() {
      return [...state.users.values()];
    },
    get userGroups() {
      return [...state.userGroups.values()];
    },
    get channels() {
      return [...state.channels.values()];
    },
    get openSockets() {
      return sockets.open;
    },
  };
}

async function stop({ state, http, sockets }: Parts): Promise<void> {
  state.stopping.abort();
  for (const cancel of [...state.waits]) cancel();
  sockets.cut();
  const closed = new Promise<void>((resolve) => {
    http.server.close(() => resolve());
  });
  http.closeAll();
  await closed;
}

function identity(state: State) {
  return { url: state.url, apiUrl: `${state.url}/api/`, tokens: state.tokens, bot: state.bot };
}

function queries(state: State) {
  return {
    log: state.log,
    shortcuts: state.shortcuts,
    violations: state.violations,
    messages: (channel: string) => shownIn(state, channel),
    thread: (channel: string, ts: string) => threadOf(state, channel, ts),
    everything: () =>
      [...state.messages.keys()].flatMap((channel) => allOf(state, channel)).sort((a, b) => (a.ts < b.ts ? -1 : 1)),
    ephemerals: (user: string, channel?: string) =>
      [...state.ephemerals.values()].filter(
        (message) => message.ephemeralTo === user && (channel === undefined || message.channel === channel),
      ),
    file: (id: string) => {
      const file = state.files.get(id)?.file;
      return file?.completedAt === undefined ? undefined : file;
    },
    modals: (user: string) => (state.stacks.get(user) ?? []).flatMap((id) => state.views.get(id) ?? []),
    home: (user: string) => state.homes.get(user),
    direct: (user: string) => directChannel(state, user).id,
    on: (listener: Parameters<Workspace['on']>[0]) => {
      state.listeners.add(listener);
      return () => {
        state.listeners.delete(listener);
      };
    },
    until: <T>(probe: () => T | undefined | false, what = 'something in the workspace') => waitFor(state, probe, what),
    renderText: (...[message, options]: Parameters<Workspace['renderText']>) => renderText(state, message, options),
    renderView: (...[view, options]: Parameters<Workspace['renderView']>) => renderView(state, view, options),
  };
}

function administration(state: State) {
  const put = (channel: Channel): void => {
    state.channels.set(channel.id, channel);
    emit(state, { type: 'channel', channel });
  };
  const change = (id: string, alter: (channel: Channel) => Partial<Channel>): void => {
    const channel = state.channels.get(id);
    if (channel === undefined) throw new Error(`there is no channel ${id}`);
    put({ ...channel, ...alter(channel) });
  };
  return {
    addUser: (person: Workspace['users'][number]) => void state.users.set(person.id, person),
    addUserGroup: (group: Workspace['userGroups'][number]) => void state.userGroups.set(group.id, group),
    addChannel: put,
    join: (id: string, user: string) => change(id, ({ members }) => ({ members: [...new Set([...members, user])] })),
    leave: (id: string, user: string) =>
      change(id, ({ members }) => ({ members: members.filter((one) => one !== user) })),
    archive: (id: string) => change(id, () => ({ archived: true })),
    remove: (channel: string, ts: string) => {
      const message = state.messages.get(channel)?.get(ts);
      if (message === undefined) throw new Error(`there is no message ${ts} in ${channel}`);
      remove(state, message);
    },
    revoke: (token: 'bot' | 'app') => void state.revoked.add(token),
    reissue: (token: 'bot' | 'app' | 'signingSecret', value: string) => {
      state.tokens[token] = value;
    },
  };
}

function userActions({ state, eventSender }: Parts) {
  return {
    connectHttp: eventSender.connectHttp,
    command: (act: Parameters<Workspace['command']>[0]) => typeCommand(state, eventSender, act),
    click: (act: Parameters<Workspace['click']>[0]) => click(state, eventSender, act),
    submitView: (act: Parameters<Workspace['submitView']>[0]) => submitView(state, eventSender, act),
    shortcut: (act: Parameters<Workspace['shortcut']>[0]) => pressShortcut(state, eventSender, act),
    closeView: (act: Parameters<Workspace['closeView']>[0]) => closeView(state, eventSender, act),
    mention: (act: Parameters<Workspace['mention']>[0]) => mention(state, eventSender, act),
    say: (act: Parameters<Workspace['say']>[0]) => say(state, act),
    openHome: (act: Parameters<Workspace['openHome']>[0]) => openHome(state, eventSender, act),
  };
}

function faultControls({ http, sockets, faults }: Parts) {
  return {
    fault: faults.add,
    down: () => http.setReachable('down'),
    up: () => http.setReachable('up'),
    disconnect: sockets.disconnect,
    cutSockets: sockets.cut,
  };
}
