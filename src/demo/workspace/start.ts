// Puts the stand-in together and starts it on a free port.
import type { AddressInfo } from 'node:net';
import { type Courier, createCourier } from './event-sender.ts';
import { createFaults, type Faults } from './faults.ts';
import { allOf, directChannel, remove, shownIn, threadOf } from './messages.ts';
import { renderText } from './render/message.ts';
import { renderView } from './render/view.ts';
import { readScopes } from './scopes.ts';
import { createHttpSide, type HttpSide } from './server.ts';
import { createSocketSide, type SocketSide } from './socket-mode.ts';
import { createState, emit, type State } from './state.ts';
import { click } from './users/click.ts';
import { typeCommand } from './users/command.ts';
import { mention, openHome, say } from './users/events.ts';
import { closeView, submitView } from './users/submit.ts';
import { waitFor } from './wait.ts';
import type { Channel, SlackOptions, Workspace } from './workspace.ts';

interface Parts {
  readonly state: State;
  readonly http: HttpSide;
  readonly sockets: SocketSide;
  readonly faults: Faults;
  readonly courier: Courier;
}

/** Listens on `host:port` and resolves with the workspace; rejects when the port is taken. */
export async function startSlack(options: SlackOptions): Promise<Workspace> {
  const state = createState(options, readScopes(options.scopes));
  const faults = createFaults(state);
  const http = createHttpSide(state, faults);
  const sockets = createSocketSide(state, http.server);
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    http.server.once('error', reject);
    http.server.listen(options.port ?? 0, host, resolve);
  });
  // A listening TCP server has an address of this shape.
  const { port } = http.server.address() as AddressInfo;
  state.url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const parts = { state, http, sockets, faults, courier: createCourier(state, sockets) };
  return assemble(parts);
}

function assemble(parts: Parts): Workspace {
  const { state, sockets } = parts;
  return {
    ...identity(state),
    ...reading(state),
    ...acts(parts),
    ...world(state),
    ...trouble(parts),
    stop: () => stop(parts),
    get people() {
      return [...state.people.values()];
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

function reading(state: State) {
  return {
    log: state.log,
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

function world(state: State) {
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
    addPerson: (person: Workspace['people'][number]) => void state.people.set(person.id, person),
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
  };
}

function acts({ state, courier }: Parts) {
  return {
    connectHttp: courier.connectHttp,
    command: (act: Parameters<Workspace['command']>[0]) => typeCommand(state, courier, act),
    click: (act: Parameters<Workspace['click']>[0]) => click(state, courier, act),
    submitView: (act: Parameters<Workspace['submitView']>[0]) => submitView(state, courier, act),
    closeView: (act: Parameters<Workspace['closeView']>[0]) => closeView(state, courier, act),
    mention: (act: Parameters<Workspace['mention']>[0]) => mention(state, courier, act),
    say: (act: Parameters<Workspace['say']>[0]) => say(state, act),
    openHome: (act: Parameters<Workspace['openHome']>[0]) => openHome(state, courier, act),
  };
}

function trouble({ http, sockets, faults }: Parts) {
  return {
    fault: faults.add,
    down: () => http.setReachable('down'),
    up: () => http.setReachable('up'),
    disconnect: sockets.disconnect,
    cutSockets: sockets.cut,
  };
}
