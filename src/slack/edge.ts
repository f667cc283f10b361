// The edge to Slack: everything that comes in is acknowledged before anything else happens, then handed on, once.
import type { App } from '@slack/bolt';
import { errorFields } from '../logger.ts';
import { handleClick } from './clicks.ts';
import type { Desk } from './desk.ts';
import { publishHome } from './home.ts';
import { askedByCommand, askedByMention, BlockActions, Command, clickOf, HomeOpened, Mention } from './incoming.ts';
import { createQuestions } from './questions.ts';
import { createSeen } from './seen.ts';

/** What is running, for a clean stop. */
export interface Edge {
  /** Resolves when everything that was running has ended. */
  idle(): Promise<void>;
}

/** Takes the body of a request; rejects for one that is not of its shape. */
type Handler = (body: unknown) => Promise<void>;

/**
 * Acknowledges every request and hands it on. One middleware instead of a listener each: Bolt walks through all of its
 * listeners for every request, and acknowledging must cost next to nothing.
 */
export function connectEdge(app: App, desk: Desk): Edge {
  const running = new Set<Promise<void>>();
  const handlers = createHandlers(desk);
  app.use(async ({ ack, body }) => {
    // Events come without it: Bolt has acknowledged them.
    if (ack !== undefined) await ack();
    const name = nameOf(body);
    const handle = handlers[name];
    if (handle === undefined) return;
    // After whatever else waits to be acknowledged. Failures end in the log, because nobody waits for this promise.
    const run = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => handle(body))
      .catch((error: unknown) =>
        desk.deps.logger.error('Slack request not handled', { request: name, ...errorFields(error) }),
      )
      .finally(() => running.delete(run));
    running.add(run);
  });
  return {
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

/** What a request is: the type of its event, its own type, or `command`. */
function nameOf(body: object): string {
  if ('command' in body) return 'command';
  if ('event' in body && typeof body.event === 'object' && body.event !== null && 'type' in body.event)
    return String(body.event.type);
  return 'type' in body ? String(body.type) : 'unknown';
}

/** By name; whatever else Slack sends is acknowledged and left. */
function createHandlers(desk: Desk): Readonly<Record<string, Handler>> {
  const isNew = createSeen(5_000);
  const ask = createQuestions(desk);
  return {
    command: async (body) => {
      const command = Command.parse(body);
      if (isNew(command.trigger_id)) await ask(askedByCommand(command, desk));
    },
    block_actions: async (body) => {
      const click = BlockActions.parse(body);
      if (isNew(click.trigger_id)) await handleClick(clickOf(click, desk), { desk, ask });
    },
    app_mention: async (body) => {
      const { event, event_id } = Mention.parse(body);
      const isOurs = event.bot_id !== undefined || event.user === desk.identity()?.userId;
      if (!isOurs && isNew(event_id)) await ask(askedByMention(event, desk));
    },
    app_home_opened: async (body) => {
      const { event, event_id } = HomeOpened.parse(body);
      if (event.tab === 'home' && isNew(event_id)) await publishHome(event.user, desk);
    },
  };
}
