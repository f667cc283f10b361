// views.open, views.push, views.update, views.publish.
import { z } from 'zod';
import { viewPayload } from '../payloads.ts';
import type { State } from '../state.ts';
import { stateValues } from '../users/inputs.ts';
import { byExternalId, checkHash, openModal, publishHome, readView, replaceModal, useTrigger } from '../view-store.ts';
import { invalidArguments, WebApiError } from '../web-api-error.ts';
import type { SlackView } from '../workspace-types.ts';
import { type Method, readArguments } from './method.ts';

const open: Method = {
  name: 'views.open',
  token: 'bot',
  scopes: [],
  run: (state, args) => {
    const view = readView(state, args['view'], 'modal');
    return answer(state, openModal(state, useTrigger(state, args['trigger_id']).user, view));
  },
};

const push: Method = {
  name: 'views.push',
  token: 'bot',
  scopes: [],
  run: (state, args) => {
    const view = readView(state, args['view'], 'modal');
    const trigger = useTrigger(state, args['trigger_id']);
    if (trigger.viewId === undefined) throw new WebApiError('invalid_trigger_id');
    return answer(state, openModal(state, trigger.user, view));
  },
};

const update: Method = {
  name: 'views.update',
  token: 'bot',
  scopes: [],
  run: (state, args) => {
    const asked = readArguments(z.object({ view_id: z.string().optional(), external_id: z.string().optional() }), args);
    if ((asked.view_id === undefined) === (asked.external_id === undefined)) {
      throw invalidArguments('exactly one of view_id, external_id is required');
    }
    const current = state.views.get(asked.view_id ?? '') ?? byExternalId(state, asked.external_id ?? '');
    if (current === undefined) throw new WebApiError('not_found');
    checkHash(current, args['hash']);
    return answer(state, replaceModal(state, current, readView(state, args['view'], 'modal')));
  },
};

const publish: Method = {
  name: 'views.publish',
  token: 'bot',
  scopes: [],
  run: (state, args) => {
    const { user_id: user } = readArguments(z.object({ user_id: z.string().min(1) }), args);
    if (!state.users.has(user)) throw new WebApiError('user_not_found');
    checkHash(state.homes.get(user), args['hash']);
    return answer(state, publishHome(state, user, readView(state, args['view'], 'home')));
  },
};

function answer(state: State, view: SlackView): Record<string, unknown> {
  return { view: viewPayload(state, view, stateValues(state, view.blocks, { container: view.id, user: view.user })) };
}

export const viewMethods: readonly Method[] = [open, push, update, publish];
