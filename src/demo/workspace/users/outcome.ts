// The outcome of a user's action: acknowledgement, replies, response_url, trigger.
import { second } from '../../../clock.ts';
import type { BotResponse } from '../event-sender.ts';
import { emit, type State } from '../state.ts';
import { waitFor } from '../wait.ts';
import type { Message, Outcome } from '../workspace-types.ts';

/** The replies to one action; grows while its response_url is valid. */
export interface Replies {
  readonly list: Message[];
  readonly onReply: (message: Message) => void;
}

export function createReplies(): Replies {
  const list: Message[] = [];
  return { list, onReply: (message) => list.push(message) };
}

/** A single-use key for opening a modal, good for 3 s. */
export function createTrigger(state: State, user: string, viewId?: string): string {
  const id = `${state.triggers.size + 1}.${state.bot.teamId}.${state.ids.word()}`;
  state.triggers.set(id, { user, expires: state.clock.now() + 3 * second, used: false, viewId });
  return id;
}

export interface Act {
  readonly user: string;
  /** Names the action in errors, e.g. `/imstats`. */
  readonly what: string;
  readonly triggerId: string;
  readonly responseUrl: string | undefined;
  readonly replies: Replies;
}

export function createOutcome(state: State, act: Act, response: BotResponse): Outcome {
  const { acknowledged } = response;
  if (acknowledged !== 'in time')
    emit(state, { type: 'failed', user: act.user, what: act.what, outcome: acknowledged });
  return outcomeOf(state, act, response);
}

/** The same without a `failed` event, for an action that was not sent to the bot. */
export function outcomeOf(state: State, act: Act, { acknowledged, status }: BotResponse): Outcome {
  const { list } = act.replies;
  return {
    acknowledged,
    status,
    replies: list,
    replied: (count = 1) => waitFor(state, () => list[count - 1], `reply ${count} to ${act.what}`),
    responseUrl: act.responseUrl,
    triggerId: act.triggerId,
  };
}
