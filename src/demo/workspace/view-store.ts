// Modals and Home tabs: opened by a trigger, stacked up to three, replaced, closed.
import { withIds } from './block-ids.ts';
import { checkView, mostViewBytes, type ViewPayload } from './blocks/view-schema.ts';
import { asBlock, fieldsOf } from './blocks/walk.ts';
import { jsonArgument } from './content.ts';
import { fileProblem } from './file-store.ts';
import { emit, type State } from './state.ts';
import { errorWithPointers, WebApiError } from './web-api-error.ts';
import type { SlackView } from './workspace-types.ts';

const maxModals = 3;

/** The view of an argument or of an acknowledgement; throws an error with pointers. */
export function readView(state: State, given: unknown, surface: 'modal' | 'home'): ViewPayload {
  const payload = jsonArgument(given, 'invalid_arguments');
  if (JSON.stringify(payload ?? {}).length > mostViewBytes) throw new WebApiError('view_too_large');
  const checked = checkView(payload, surface, (id) => fileProblem(state, id));
  if ('problems' in checked) throw errorWithPointers('invalid_arguments', checked.problems);
  return checked.view;
}

/** Marks a trigger as used; throws for one that is unknown, older than 3 s or used. */
export function useTrigger(state: State, id: unknown): { user: string; viewId: string | undefined } {
  const trigger = typeof id === 'string' ? state.triggers.get(id) : undefined;
  if (trigger === undefined) throw new WebApiError('invalid_trigger_id');
  if (trigger.used) throw new WebApiError('exchanged_trigger_id');
  if (state.clock.now() >= trigger.expires) throw new WebApiError('expired_trigger_id');
  trigger.used = true;
  return trigger;
}

/** Pushes a modal on the user's stack. */
export function openModal(state: State, user: string, payload: ViewPayload): SlackView {
  const stack = state.stacks.get(user) ?? [];
  if (stack.length >= maxModals) throw new WebApiError('push_limit_reached');
  if (payload.external_id && byExternalId(state, payload.external_id)) throw new WebApiError('duplicate_external_id');
  const below = stack.at(-1);
  const id = state.ids.next('V');
  const view = build(state, payload, { id, user, rootId: stack[0] ?? id, previousId: below });
  state.views.set(id, view);
  state.stacks.set(user, [...stack, id]);
  emit(state, { type: 'view-opened', view });
  return view;
}

/** Replaces the content of an open modal. */
export function replaceModal(state: State, view: SlackView, payload: ViewPayload): SlackView {
  const next = build(state, payload, {
    id: view.id,
    user: view.user,
    rootId: view.rootId,
    previousId: view.previousId,
  });
  state.views.set(view.id, next);
  emit(state, { type: 'view-updated', view: next });
  return next;
}

/** Closes the visible modal, or all of them. */
export function closeModals(state: State, user: string, which: 'top' | 'all'): SlackView[] {
  const stack = state.stacks.get(user) ?? [];
  const gone = which === 'all' ? stack : stack.slice(-1);
  state.stacks.set(user, stack.slice(0, stack.length - gone.length));
  return [...gone].reverse().flatMap((id) => {
    const view = state.views.get(id);
    state.views.delete(id);
    if (view !== undefined) emit(state, { type: 'view-closed', view });
    return view === undefined ? [] : [view];
  });
}

/** Publishes the user's Home tab. */
export function publishHome(state: State, user: string, payload: ViewPayload): SlackView {
  const id = state.homes.get(user)?.id ?? state.ids.next('V');
  const view = build(state, payload, { id, user, rootId: id, previousId: undefined });
  state.homes.set(user, view);
  emit(state, { type: 'home', view });
  return view;
}

/** Throws `hash_conflict` when the caller's copy is not the newest. */
export function checkHash(view: SlackView | undefined, hash: unknown): void {
  if (typeof hash === 'string' && hash !== '' && view !== undefined && view.hash !== hash)
    throw new WebApiError('hash_conflict');
}

export function byExternalId(state: State, externalId: string): SlackView | undefined {
  return [...state.views.values()].find((view) => view.externalId === externalId);
}

type Identity = Pick<SlackView, 'id' | 'user' | 'rootId' | 'previousId'>;

function build(state: State, payload: ViewPayload, identity: Identity): SlackView {
  const modal = payload.type === 'modal' ? payload : undefined;
  return {
    ...identity,
    type: payload.type,
    hash: `${Math.floor(state.clock.now() / 1000)}.${state.ids.word().slice(0, 8)}`,
    title: modal?.title.text,
    submit: modal?.submit?.text,
    close: modal?.close?.text,
    callbackId: payload.callback_id ?? '',
    externalId: payload.external_id,
    privateMetadata: payload.private_metadata ?? '',
    blocks: withIds(state.ids, fieldsOf(payload.blocks).map(asBlock)),
    notifyOnClose: modal?.notify_on_close ?? false,
  };
}
