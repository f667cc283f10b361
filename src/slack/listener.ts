// The edge to Slack: everything that comes in is acknowledged, with the answer where that takes no work, then handed on, once.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AckFn, App } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import { errorFields } from '../logger.ts';
import { handleClick } from './actions/index.ts';
import type { Block } from './blocks/block.ts';
import { createCommandHandler, type ImmediateReply } from './command/answer.ts';
import type { SlackContext } from './context.ts';
import { publishHome } from './home.ts';
import { BlockActions, Command, clickOf, commandRequest, HomeOpened, Mention, mentionRequest } from './payloads.ts';

/** What is running, for a clean stop. */
export interface Listener {
  /** Resolves when everything that was running has ended. */
  idle(): Promise<void>;
}

/** What the acknowledgement of a command can say: a message. */
interface Acknowledgement {
  readonly response_type: 'ephemeral' | 'in_channel';
  readonly text: string;
  readonly blocks?: readonly Block[];
}

/** What a request comes to: what its acknowledgement says, where it can say something, or the work that follows it. */
interface Handled {
  readonly said?: Acknowledgement;
  readonly work?: () => Promise<void>;
}

/** Takes the body of a request, in well under a millisecond; throws for one that is not of its shape. */
type Handler = (body: unknown) => Handled;

/**
 * Acknowledges every request and then does what it asks for. One middleware instead of a listener each: Bolt walks through
 * all of its listeners for every request, and acknowledging must cost next to nothing.
 */
export function connectListener(app: App, slackContext: SlackContext): Listener {
  const running = new Set<Promise<void>>();
  const handlers = createHandlers(slackContext);
  app.use(async ({ ack, body }) => {
    const name = nameOf(body);
    const { said, work } = handle(handlers[name], body);
    // Events come without it: Bolt has acknowledged them. Only commands say something, and theirs takes a message.
    if (ack !== undefined) await (ack as AckFn<Acknowledgement>)(said);
    if (work === undefined) return;
    // After whatever else waits to be acknowledged. Failures end in the log, because nobody waits for this promise.
    const run = nextTurn()
      .then(work)
      .catch((error: unknown) =>
        slackContext.deps.logger.error('Slack request not handled', { request: name, ...errorFields(error) }),
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

/** A request that cannot be read is acknowledged like any other, and fails afterwards. */
function handle(handler: Handler | undefined, body: unknown): Handled {
  if (handler === undefined) return nothing;
  try {
    return handler(body);
  } catch (error) {
    return { work: () => Promise.reject(error) };
  }
}

const nothing: Handled = {};

/** Says whether an id comes for the first time among the last `capacity` others, because Slack may send one request twice. */
function firstTime(capacity: number): (id: string) => boolean {
  const seen = new LRUCache<string, true>({ max: capacity });
  return (id) => {
    if (seen.has(id)) return false;
    seen.set(id, true);
    return true;
  };
}

/** By name; whatever else Slack sends is acknowledged and left. */
function createHandlers(slackContext: SlackContext): Readonly<Record<string, Handler>> {
  const isNew = firstTime(5_000);
  const { receive, answer } = createCommandHandler(slackContext);
  return {
    command: (body) => {
      const command = Command.parse(body);
      if (!isNew(command.trigger_id)) return nothing;
      const received = receive(commandRequest(command, slackContext));
      return 'work' in received ? received : { said: acknowledgementOf(received.prompt) };
    },
    block_actions: (body) => {
      const click = BlockActions.parse(body);
      if (!isNew(click.trigger_id)) return nothing;
      return { work: () => handleClick(clickOf(click, slackContext), { slackContext, ask: answer }) };
    },
    app_mention: (body) => {
      const { event, event_id } = Mention.parse(body);
      const isOurs = event.bot_id !== undefined || event.user === slackContext.identity()?.userId;
      if (isOurs || !isNew(event_id)) return nothing;
      return { work: () => answer(mentionRequest(event, slackContext)) };
    },
    app_home_opened: (body) => {
      const { event, event_id } = HomeOpened.parse(body);
      if (event.tab !== 'home' || !isNew(event_id)) return nothing;
      return { work: () => publishHome(event.user, slackContext) };
    },
  };
}

/** Slack shows what the acknowledgement of a command says as its answer: one message less to send. */
function acknowledgementOf({ drawn, isPublic }: ImmediateReply): Acknowledgement {
  return {
    response_type: isPublic ? 'in_channel' : 'ephemeral',
    text: drawn.text,
    ...(drawn.blocks.length === 0 ? {} : { blocks: [...drawn.blocks] }),
  };
}
