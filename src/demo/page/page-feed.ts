// The stream that keeps an open page up to date: server-sent events, one connection for each page.
import type { ServerResponse } from 'node:http';
import type { Workspace } from '../workspace/workspace.ts';
import type { WorldControls } from '../world-controls.ts';
import { initialState, type PageUpdate, updateFor } from './page-view.ts';

/** Data for the page besides the workspace. */
export interface PageData {
  readonly [name: string]: unknown;
}

export interface PageFeed {
  /** Sends everything that the user sees, then every change, until the page disconnects. False when there is no such user. */
  open(response: ServerResponse, user: string): boolean;
  /** Sends the state of the world controls, and `data`, to every page. */
  sendControls(): void;
  stop(): void;
}

/** Proxies and browsers close a stream that is idle for long; ms. */
const heartbeat = 15_000;

export function createPageFeed(parts: {
  readonly workspace: Workspace;
  readonly controls: WorldControls;
  readonly now: () => number;
  /** Called anew for each page. */
  readonly data: () => PageData;
}): PageFeed {
  const { workspace, controls, now, data } = parts;
  const pages = new Map<ServerResponse, string>();
  const send = (
    response: ServerResponse,
    data: PageUpdate | { readonly type: string; readonly [field: string]: unknown },
  ): void => {
    response.write(`data: ${JSON.stringify({ now: now(), ...data })}\n\n`);
  };
  const unsubscribe = workspace.on((event) => {
    for (const [response, user] of pages) {
      const update = updateFor(event, user, workspace);
      if (update !== undefined) send(response, update);
    }
  });
  const heartbeatTimer = setInterval(() => {
    for (const response of pages.keys()) response.write(': still here\n\n');
  }, heartbeat);
  const sendControls = (): void => {
    for (const response of pages.keys()) send(response, { type: 'world', ...data(), world: controls.view() });
  };
  controls.on(sendControls);
  return {
    sendControls,
    open: (response, user) => {
      if (!workspace.users.some(({ id }) => id === user)) return false;
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
      response.write('retry: 1000\n\n');
      pages.set(response, user);
      response.on('close', () => pages.delete(response));
      send(response, { type: 'all', ...data(), ...initialState(workspace, user), world: controls.view() });
      return true;
    },
    stop: () => {
      clearInterval(heartbeatTimer);
      unsubscribe();
      for (const response of pages.keys()) response.end();
    },
  };
}
