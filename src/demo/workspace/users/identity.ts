// The parts of a payload that identify the user and the channel.
import type { Fields } from '../blocks/walk.ts';
import type { State } from '../state.ts';
import type { Channel, SlackUser } from '../workspace-types.ts';

/** The user; throws an error that lists the known ids. */
export function userOf(state: State, user: string): SlackUser {
  const person = state.users.get(user);
  if (person === undefined)
    throw new Error(`there is no person ${user}; there are ${[...state.users.keys()].join(', ')}`);
  return person;
}

/** The channel; throws where it is unknown or the user is not a member. */
export function channelOf(state: State, id: string, user: string): Channel {
  const channel = state.channels.get(id);
  if (channel === undefined)
    throw new Error(`there is no channel ${id}; there are ${[...state.channels.keys()].join(', ')}`);
  if (!channel.members.includes(user)) throw new Error(`${user} is not in ${id}`);
  return channel;
}

/** The channel name in payloads, which is generic for a channel that is not public. */
export function channelName(channel: Channel): string {
  return channel.kind === 'public' ? channel.name : channel.kind === 'private' ? 'privategroup' : 'directmessage';
}

/** The fields that all interactive payloads share. */
export function interactiveFrame(state: State, person: SlackUser): Fields {
  const team = { id: state.bot.teamId, domain: 'local' };
  return {
    team,
    user: { id: person.id, username: person.name, name: person.name, team_id: state.bot.teamId },
    api_app_id: state.bot.appId,
    token: 'legacy',
    enterprise: null,
    is_enterprise_install: false,
  };
}
