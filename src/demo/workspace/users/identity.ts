// The parts of a payload that say who did something and where.
import type { Fields } from '../blocks/walk.ts';
import type { State } from '../state.ts';
import type { Channel, Person } from '../workspace.ts';

/** The person, or an error that names who there is. */
export function personOf(state: State, user: string): Person {
  const person = state.people.get(user);
  if (person === undefined)
    throw new Error(`there is no person ${user}; there are ${[...state.people.keys()].join(', ')}`);
  return person;
}

/** The channel, which the person must be able to see. */
export function channelOf(state: State, id: string, user: string): Channel {
  const channel = state.channels.get(id);
  if (channel === undefined)
    throw new Error(`there is no channel ${id}; there are ${[...state.channels.keys()].join(', ')}`);
  if (!channel.members.includes(user)) throw new Error(`${user} is not in ${id}`);
  return channel;
}

/** As payloads name a channel that is not public. */
export function channelName(channel: Channel): string {
  return channel.kind === 'public' ? channel.name : channel.kind === 'private' ? 'privategroup' : 'directmessage';
}

/** The frame that interactive payloads share. */
export function interactiveFrame(state: State, person: Person): Fields {
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
