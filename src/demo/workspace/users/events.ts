// User actions that are sent as Events API events, with three retries: a mention, an opened Home tab.
import { minute } from '../../../clock.ts';
import type { Fields } from '../blocks/walk.ts';
import { isMember } from '../channels.ts';
import type { EventSender } from '../event-sender.ts';
import { directChannel, post } from '../messages.ts';
import { viewPayload } from '../payloads.ts';
import { emit, later, type State } from '../state.ts';
import type { Message } from '../workspace-types.ts';
import { channelOf, userOf } from './identity.ts';
import { stateValues } from './inputs.ts';

export interface SayAct {
  readonly user: string;
  readonly channel: string;
  readonly text: string;
  readonly threadTs?: string;
}

/** The wait before each attempt, in ms. */
const retryDelays: readonly number[] = [0, 0, minute, 5 * minute];

/** A user writes a message. */
export function say(state: State, act: SayAct): Message {
  userOf(state, act.user);
  channelOf(state, act.channel, act.user);
  return post(state, { ...act, blocks: [], origin: 'person' });
}

/** A user mentions the bot; the event is sent where the bot is a member and has the scope. */
export async function mention(
  state: State,
  eventSender: EventSender,
  act: SayAct,
): Promise<{ ts: string; attempts: number }> {
  const text = `<@${state.bot.userId}> ${act.text}`;
  const message = say(state, { ...act, text });
  const channel = channelOf(state, act.channel, act.user);
  if (!isMember(state, channel) || !state.scopes.has('app_mentions:read')) return { ts: message.ts, attempts: 0 };
  const event = {
    type: 'app_mention',
    user: act.user,
    text,
    ts: message.ts,
    channel: act.channel,
    event_ts: message.ts,
    team: state.bot.teamId,
    ...(act.threadTs === undefined ? {} : { thread_ts: act.threadTs }),
  };
  return { ts: message.ts, attempts: await sendEvent(state, eventSender, event) };
}

/** A user opens the bot's Home tab. */
export async function openHome(
  state: State,
  eventSender: EventSender,
  act: { user: string },
): Promise<{ attempts: number }> {
  userOf(state, act.user);
  const home = state.homes.get(act.user);
  const view =
    home === undefined
      ? undefined
      : viewPayload(state, home, stateValues(state, home.blocks, { container: home.id, user: act.user }));
  const event = {
    type: 'app_home_opened',
    user: act.user,
    channel: directChannel(state, act.user).id,
    tab: 'home',
    event_ts: state.ids.ts(state.clock.now()),
    ...(view === undefined ? {} : { view }),
  };
  return { attempts: await sendEvent(state, eventSender, event) };
}

/** Sends an event until it is acknowledged, at most four times; gives the number of attempts. */
async function sendEvent(state: State, eventSender: EventSender, event: Fields): Promise<number> {
  const payload = {
    token: 'legacy',
    team_id: state.bot.teamId,
    api_app_id: state.bot.appId,
    event,
    type: 'event_callback',
    event_id: state.ids.next('Ev'),
    event_time: Math.floor(state.clock.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: state.bot.teamId,
        user_id: state.bot.userId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  };
  let reason = '';
  for (const [attempt, wait] of retryDelays.entries()) {
    if (wait > 0) await pause(state, wait);
    const retry = attempt === 0 ? undefined : { attempt, reason };
    const response = await eventSender.send({ type: 'events_api', payload, retry });
    emit(state, { type: 'event', name: String(event['type']), attempt: attempt + 1, outcome: response.acknowledged });
    if (response.acknowledged === 'in time' || response.noRetry || state.stopping.signal.aborted) return attempt + 1;
    reason = response.acknowledged === 'operation_timeout' ? 'http_timeout' : 'http_error';
  }
  return retryDelays.length;
}

function pause(state: State, wait: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = later(state, wait, resolve);
    state.stopping.signal.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });
}
