// users.info, usergroups.list, usergroups.users.list.
import { z } from 'zod';
import { userPayload } from '../payloads.ts';
import { WebApiError } from '../web-api-error.ts';
import { flag, type Method, readArguments } from './method.ts';

const usersInfo: Method = {
  name: 'users.info',
  token: 'bot',
  scopes: ['users:read'],
  run: (state, args) => {
    const asked = readArguments(z.object({ user: z.string(), include_locale: flag }), args);
    const person = state.users.get(asked.user);
    if (person === undefined) throw new WebApiError('user_not_found');
    const payload = userPayload(person, state.clock.now());
    return { user: asked.include_locale ? { ...payload, locale: person.locale } : payload };
  },
};

const groupsList: Method = {
  name: 'usergroups.list',
  token: 'bot',
  scopes: ['usergroups:read'],
  run: (state, args) => {
    const asked = readArguments(z.object({ include_users: flag, include_count: flag }), args);
    const usergroups = [...state.userGroups.values()].map((group) => ({
      id: group.id,
      team_id: state.bot.teamId,
      is_usergroup: true,
      name: group.name,
      handle: group.handle,
      ...(asked.include_users ? { users: group.users } : {}),
      ...(asked.include_count ? { user_count: group.users.length } : {}),
    }));
    return { usergroups };
  },
};

const groupMembers: Method = {
  name: 'usergroups.users.list',
  token: 'bot',
  scopes: ['usergroups:read'],
  run: (state, args) => {
    const { usergroup } = readArguments(z.object({ usergroup: z.string() }), args);
    const group = state.userGroups.get(usergroup);
    if (group === undefined) throw new WebApiError('no_such_subteam');
    return { users: group.users };
  },
};

export const userMethods: readonly Method[] = [usersInfo, groupsList, groupMembers];
