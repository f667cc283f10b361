// A user submits or closes a modal.
import { z } from 'zod';
import { type Fields, isFields } from '../blocks/walk.ts';
import type { BotResponse, EventSender } from '../event-sender.ts';
import { viewPayload } from '../payloads.ts';
import { recordViolation, type State } from '../state.ts';
import { closeModals, openModal, readView, replaceModal } from '../view-store.ts';
import { WebApiError } from '../web-api-error.ts';
import type { Choice, SlackView, SubmitOutcome } from '../workspace-types.ts';
import { interactiveFrame, userOf } from './identity.ts';
import { choose, inputsOf, stateValues } from './inputs.ts';
import { type Act, createOutcome, createReplies, createTrigger } from './outcome.ts';

export interface SubmitAct {
  readonly user: string;
  readonly values?: Readonly<Record<string, Choice>>;
  readonly viewId?: string;
}

const answerShape = z.object({
  response_action: z.enum(['errors', 'update', 'push', 'clear']),
  errors: z.record(z.string(), z.string()).default({}),
  view: z.unknown().optional(),
});

/** Fills in the values, validates them as Slack's client does, and sends the submission. */
export async function submitView(state: State, eventSender: EventSender, act: SubmitAct): Promise<SubmitOutcome> {
  const view = visibleModal(state, act);
  fillIn(state, view, act.values ?? {});
  const values = stateValues(state, view.blocks, { container: view.id, user: act.user });
  const sent: Act = {
    user: act.user,
    what: `modal ${view.callbackId}`,
    triggerId: createTrigger(state, act.user, view.id),
    responseUrl: undefined,
    replies: createReplies(),
  };
  const own = requiredErrors(view, values);
  if (Object.keys(own).length > 0) {
    const unasked: BotResponse = { acknowledged: 'in time', status: undefined, body: undefined, noRetry: true };
    return { ...createOutcome(state, sent, unasked), action: 'errors', errors: own };
  }
  const payload = {
    type: 'view_submission',
    ...interactiveFrame(state, userOf(state, act.user)),
    trigger_id: sent.triggerId,
    view: viewPayload(state, view, values),
    response_urls: [],
  };
  const response = await eventSender.send({ type: 'interactive', payload });
  const outcome = createOutcome(state, sent, response);
  if (response.acknowledged !== 'in time') return { ...outcome, action: 'kept', errors: {} };
  return { ...outcome, ...applyAnswer(state, view, response.body) };
}

/** Closes the visible modal; sends `view_closed` where the view has `notify_on_close`. */
export async function closeView(state: State, eventSender: EventSender, act: SubmitAct): Promise<void> {
  const view = visibleModal(state, act);
  closeModals(state, act.user, 'top');
  if (!view.notifyOnClose) return;
  const values = stateValues(state, view.blocks, { container: view.id, user: act.user });
  const frame = interactiveFrame(state, userOf(state, act.user));
  const payload = { type: 'view_closed', ...frame, view: viewPayload(state, view, values), is_cleared: false };
  await eventSender.send({ type: 'interactive', payload });
}

function visibleModal(state: State, act: SubmitAct): SlackView {
  const top = (state.stacks.get(act.user) ?? []).at(-1);
  const view = state.views.get(top ?? '');
  if (view === undefined || (act.viewId !== undefined && act.viewId !== view.id)) {
    throw new Error(`${act.user} does not see the modal ${act.viewId ?? 'on top'}`);
  }
  return view;
}

function fillIn(state: State, view: SlackView, values: Readonly<Record<string, Choice>>): void {
  const inputs = inputsOf(view.blocks);
  for (const [name, choice] of Object.entries(values)) {
    const found = inputs.find(
      ({ block, element }) => element['action_id'] === name || block.block_id === name || labelOf(block) === name,
    );
    if (found === undefined) throw new Error(`the modal has no input ${name}`);
    choose(state, { ...found, scope: { container: view.id, user: view.user } }, choice);
  }
}

function labelOf(block: Fields): unknown {
  return isFields(block['label']) ? block['label']['text'] : undefined;
}

/** What Slack's own client refuses to submit: a required input that is empty, a text of the wrong length. */
function requiredErrors(view: SlackView, values: Record<string, Record<string, Fields>>): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { block, element, input } of inputsOf(view.blocks)) {
    if (block.type !== 'input') continue;
    const blockId = block.block_id ?? '';
    const value = values[blockId]?.[String(element['action_id'])]?.[input.field];
    const empty = value === null || value === '' || (Array.isArray(value) && value.length === 0);
    if (empty && block['optional'] !== true) errors[blockId] = 'Please complete this required field.';
    if (typeof value === 'string' && element['type'] === 'plain_text_input') {
      const length = [...value].length;
      if (length > Number(element['max_length'] ?? 3000)) errors[blockId] = 'This entry is too long.';
      if (length < Number(element['min_length'] ?? 0)) errors[blockId] = 'This entry is too short.';
    }
  }
  return errors;
}

function applyAnswer(state: State, view: SlackView, body: unknown): Pick<SubmitOutcome, 'action' | 'errors'> {
  const empty = body === undefined || body === '' || (isFields(body) && Object.keys(body).length === 0);
  if (empty) {
    closeModals(state, view.user, 'top');
    return { action: 'close', errors: {} };
  }
  const parsed = answerShape.safeParse(body);
  if (!parsed.success) {
    recordViolation(state, `view_submission: not an answer that Slack knows: ${JSON.stringify(body)}`);
    return { action: 'kept', errors: {} };
  }
  const { response_action: action, errors, view: next } = parsed.data;
  try {
    if (action === 'clear') closeModals(state, view.user, 'all');
    if (action === 'update') replaceModal(state, view, readView(state, next, 'modal'));
    if (action === 'push') openModal(state, view.user, readView(state, next, 'modal'));
  } catch (error) {
    if (!(error instanceof WebApiError)) throw error;
    recordViolation(state, `view_submission ${action}: ${error.code} ${JSON.stringify(error.extra)}`);
    return { action: 'kept', errors: {} };
  }
  if (action === 'errors') checkErrorKeys(state, view, errors);
  return { action, errors };
}

function checkErrorKeys(state: State, view: SlackView, errors: Readonly<Record<string, string>>): void {
  const inputs = new Set(view.blocks.filter((block) => block.type === 'input').map((block) => block.block_id));
  for (const id of Object.keys(errors)) {
    if (!inputs.has(id)) recordViolation(state, `view_submission: an error for ${id}, which is no input block`);
  }
}
