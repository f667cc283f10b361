// What people do that reaches the bot as an event: a mention, the Home tab opened. Retried three times.
import { minute } from '../../../clock.ts';
import type { Fields } from '../blocks/walk.ts';
import { isMember } from '../channels.ts';
import type { Courier } from '../event-sender.ts';
import { directChannel, post } from '../messages.ts';
import { wireView } from '../payloads.ts';
import { emit, later, type State } from '../state.ts';
import type { Message } from '../workspace.ts';
import { channelOf, personOf } from './identity.ts';
import { stateValues } from './inputs.ts';

export interface SayAct {
  readonly user: string;
  readonly channel: string;
  readonly text: string;
  readonly threadTs?: string;
}

/** Waits before each try. */
const tries: readonly number[] = [0, 0, minute, 5 * minute];

/** A person writes a message. */
export function say(state: State, act: SayAct): Message {
  personOf(state, act.user);
  channelOf(state, act.channel, act.user);
  return post(state, { ...act, blocks: [], origin: 'person' });
}

/** A person mentions the bot; it hears of it where it is a member and may. */
export async function mention(state: State, courier: Courier, act: SayAct): Promise<{ ts: string; attempts: number }> {
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
  return { ts: message.ts, attempts: await sendEvent(state, courier, event) };
}

/** A person opens the bot's Home tab. */
export async function openHome(state: State, courier: Courier, act: { user: string }): Promise<{ attempts: number }> {
  personOf(state, act.user);
  const home = state.homes.get(act.user);
  const view =
    home === undefined
      ? undefined
      : wireView(state, home, stateValues(state, home.blocks, { place: home.id, user: act.user }));
  const event = {
    type: 'app_home_opened',
    user: act.user,
    channel: directChannel(state, act.user).id,
    tab: 'home',
    event_ts: state.ids.ts(state.clock.now()),
    ...(view === undefined ? {} : { view }),
  };
  return { attempts: await sendEvent(state, courier, event) };
}

/** Sends an event until it is acknowledged, at most four times; gives the number of tries. */
async function sendEvent(state: State, courier: Courier, event: Fields): Promise<number> {
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
  for (const [attempt, wait] of tries.entries()) {
    if (wait > 0) await pause(state, wait);
    const retry = attempt === 0 ? undefined : { attempt, reason };
    const answered = await courier.deliver({ type: 'events_api', payload, retry });
    emit(state, { type: 'event', name: String(event['type']), attempt: attempt + 1, outcome: answered.acknowledged });
    if (answered.acknowledged === 'in time' || answered.noRetry || state.stopping.signal.aborted) return attempt + 1;
    reason = answered.acknowledged === 'operation_timeout' ? 'http_timeout' : 'http_error';
  }
  return tries.length;
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
