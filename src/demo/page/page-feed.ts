// The stream that keeps an open page up to date: server-sent events, one connection for each page and person.
import type { ServerResponse } from 'node:http';
import type { Workspace } from '../workspace/workspace.ts';
import type { Beside } from '../world-controls.ts';
import { newsOf, type PageNews, wholeView } from './page-view.ts';

/** What the page is told beside the workspace. */
export interface PageFacts {
  readonly [name: string]: unknown;
}

export interface Feed {
  /** Sends everything that the person sees, then every change, until the page goes away. False: there is no such person. */
  open(response: ServerResponse, user: string): boolean;
  /** Tells every page how the world beside it stands now, and the facts. */
  tellWorld(): void;
  stop(): void;
}

/** Proxies and browsers give up on a stream that is silent for long. */
const heartbeat = 15_000;

export function createFeed(parts: {
  readonly workspace: Workspace;
  readonly beside: Beside;
  readonly now: () => number;
  /** Asked anew for each page. */
  readonly facts: () => PageFacts;
}): Feed {
  const { workspace, beside, now, facts } = parts;
  const pages = new Map<ServerResponse, string>();
  const send = (
    response: ServerResponse,
    data: PageNews | { readonly type: string; readonly [field: string]: unknown },
  ): void => {
    response.write(`data: ${JSON.stringify({ now: now(), ...data })}\n\n`);
  };
  const leave = workspace.on((event) => {
    for (const [response, user] of pages) {
      const news = newsOf(event, user, workspace);
      if (news !== undefined) send(response, news);
    }
  });
  const beat = setInterval(() => {
    for (const response of pages.keys()) response.write(': still here\n\n');
  }, heartbeat);
  const tellWorld = (): void => {
    for (const response of pages.keys()) send(response, { type: 'world', ...facts(), world: beside.view() });
  };
  beside.on(tellWorld);
  return {
    tellWorld,
    open: (response, user) => {
      if (!workspace.users.some(({ id }) => id === user)) return false;
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
      response.write('retry: 1000\n\n');
      pages.set(response, user);
      response.on('close', () => pages.delete(response));
      send(response, { type: 'all', ...facts(), ...wholeView(workspace, user), world: beside.view() });
      return true;
    },
    stop: () => {
      clearInterval(beat);
      leave();
      for (const response of pages.keys()) response.end();
    },
  };
}
