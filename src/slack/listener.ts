// Listens to Slack: every request is acknowledged, with the answer where that takes no work, then handed on by its type, once.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AckFn, App } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import { errorFields } from '../logger.ts';
import { createCommandHandler } from './command/admission.ts';
import type { SlackContext } from './context.ts';
import { handleBlockActions } from './handlers/block-actions.ts';
import { handleCommand } from './handlers/command.ts';
import type { Acknowledgement, Handled, HandlerContext, PayloadHandler } from './handlers/handler.ts';
import { handleHomeOpened } from './handlers/home-opened.ts';
import { handleMention } from './handlers/mention.ts';
import { handleShortcut } from './handlers/shortcut.ts';
import { handleViewSubmission } from './handlers/view-submission.ts';
import { modals } from './modals/index.ts';
import type { Modal } from './modals/modal.ts';
import { createUnreadable } from './receiver.ts';

/** By the type of the payload, or of its event. A new type is a file in `handlers/` and a line here. */
const handlers: ReadonlyMap<string, PayloadHandler> = new Map(
  Object.entries<PayloadHandler>({
    command: handleCommand,
    app_mention: handleMention,
    block_actions: handleBlockActions,
    app_home_opened: handleHomeOpened,
    view_submission: handleViewSubmission,
    shortcut: handleShortcut,
    message_action: handleShortcut,
  }),
);

const longestType = 60;

/** What is running, for a clean stop. */
export interface Listener {
  /** Resolves when everything that was running has ended. */
  idle(): Promise<void>;
}

/**
 * Acknowledges every request and then does the work that it asks for. One middleware instead of a listener for each
 * type: Bolt calls all of its listeners for every request, and the acknowledgement must cost next to nothing.
 */
export function connectListener(app: App, slackContext: SlackContext, known: readonly Modal[] = modals): Listener {
  const { logger } = slackContext.deps;
  const report = createUnreadable(slackContext.deps);
  const running = new Set<Promise<void>>();
  const isNew = firstTime(5_000);
  const isUnseenType = firstTime(100);
  const commands = createCommandHandler(slackContext);
  const context: HandlerContext = { slackContext, commands, isNew, modals: known };
  /** A request that cannot be parsed is acknowledged like any other, so that Slack does not send it again. */
  const read = (handled: () => Handled): Handled => {
    try {
      return handled();
    } catch (error) {
      report('payload', error instanceof Error ? error : 'failed');
      return {};
    }
  };
  app.use(async ({ ack, body }) => {
    const type = typeOf(body);
    const handler = handlers.get(type);
    const { response, work } = read(() => handler?.(body, context) ?? {});
    // Bolt has acknowledged events already, and gives no `ack` for them.
    if (ack !== undefined) await (ack as AckFn<Acknowledgement>)(response);
    if (handler === undefined && isUnseenType(type)) logger.debug('Slack request of an unknown type', { type });
    if (work === undefined) return;
    // After the acknowledgements that wait. Failures are logged here, because nobody awaits this promise.
    const run = nextTurn()
      .then(work)
      .catch((error: unknown) => logger.error('Slack request not handled', { request: type, ...errorFields(error) }))
      .finally(() => running.delete(run));
    running.add(run);
  });
  return {
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

/** The type of a request: that of its event, its own, or `command`. */
function typeOf(body: object): string {
  if ('command' in body) return 'command';
  const typed = 'event' in body && typeof body.event === 'object' && body.event !== null ? body.event : body;
  return 'type' in typed && typeof typed.type === 'string' ? typed.type.slice(0, longestType) : 'unknown';
}

/** True for an id that is not among the last `capacity` others. */
function firstTime(capacity: number): (id: string) => boolean {
  const seen = new LRUCache<string, true>({ max: capacity });
  return (id) => {
    if (seen.has(id)) return false;
    seen.set(id, true);
    return true;
  };
}
