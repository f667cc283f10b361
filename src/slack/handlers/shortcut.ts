// The shortcuts of the manifest: the global one opens how it all stands, the one on a message the form of a note on its incident.
import { z } from 'zod';
import { errorFields } from '../../logger.ts';
import { drawRefusal } from '../blocks/answer-buttons.ts';
import { explainError, trySend } from '../command/answer.ts';
import { incidentOfThread } from '../command/meant-alert.ts';
import type { Requester } from '../command/subcommand.ts';
import type { SlackContext } from '../context.ts';
import { openNote } from '../modals/note.ts';
import { openOverview } from '../modals/overview.ts';
import { openTarget } from '../response-target.ts';
import { type Handled, type HandlerContext, PayloadTeam, PayloadUser, requesterOf } from './handler.ts';

/** The parts of a shortcut that are used; a global one has neither channel nor message. */
const Shortcut = z.object({
  callback_id: z.string(),
  trigger_id: z.string(),
  user: PayloadUser,
  team: PayloadTeam,
  channel: z.object({ id: z.string() }).optional().catch(undefined),
  message: z
    .object({ ts: z.string(), thread_ts: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

interface ShortcutUse {
  readonly trigger: string;
  /** In the thread of the message that it was used on, where it was used on one. */
  readonly requester: Requester;
}

/** By the `callback_id` in the manifest. */
const shortcuts: ReadonlyMap<string, (use: ShortcutUse, context: SlackContext) => Promise<void>> = new Map(
  Object.entries({
    how_is_it: openOverviewOf,
    note_incident: openNoteOf,
  }),
);

export function handleShortcut(body: unknown, { slackContext, isNew }: HandlerContext): Handled {
  const { callback_id: id, trigger_id: trigger, message, ...payload } = Shortcut.parse(body);
  const open = shortcuts.get(id);
  if (open === undefined || !isNew(trigger)) return {};
  const thread = message?.thread_ts ?? message?.ts;
  const requester = { ...requesterOf(payload, payload.channel?.id), thread };
  return { work: () => opened(id, { trigger, requester }, { open, slackContext }) };
}

function openOverviewOf({ trigger, requester }: ShortcutUse, context: SlackContext): Promise<void> {
  return openOverview({ trigger }, requester.user, context);
}

function openNoteOf({ trigger, requester }: ShortcutUse, context: SlackContext): Promise<void> {
  const { deps } = context;
  const find = async (): Promise<string | undefined> =>
    deps.alerts === undefined ? undefined : (await incidentOfThread({ deps, requester }))?.incident;
  return openNote({ trigger }, { requester, find }, context);
}

/** A shortcut has no message that an answer could stand below: what goes wrong is told directly. */
async function opened(
  id: string,
  use: ShortcutUse,
  {
    open,
    slackContext,
  }: { readonly open: NonNullable<ReturnType<typeof shortcuts.get>>; readonly slackContext: SlackContext },
): Promise<void> {
  const { deps, responseDeps } = slackContext;
  const { user } = use.requester;
  let result = 'done';
  try {
    await open(use, slackContext);
  } catch (error) {
    const problem = explainError(error, deps);
    result = problem.result;
    if (problem.id !== undefined)
      deps.logger.error('Shortcut failed', { id: problem.id, shortcut: id, ...errorFields(error) });
    const target = openTarget({ kind: 'home', user, publish: async () => {} }, 'private', responseDeps);
    await trySend(drawRefusal(problem.shown), { target, request: use, failure: 'Answer not delivered' }, deps);
  }
  deps.logger.info('Shortcut handled', { shortcut: id, result, user });
}
