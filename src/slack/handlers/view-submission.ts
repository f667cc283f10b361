// A submitted modal: its modal checks the values, and the acknowledgement tells Slack what happens to the view.
import { z } from 'zod';
import type { ModalSubmission } from '../modals/modal.ts';
import { openTarget, type RequestPlace } from '../response-target.ts';
import { showView } from '../views.ts';
import { type Handled, type HandlerContext, PayloadTeam, PayloadUser, requesterOf } from './handler.ts';

/** The parts of a submission that are used. */
const ViewSubmission = z.object({
  trigger_id: z.string(),
  user: PayloadUser,
  team: PayloadTeam,
  view: z.object({
    id: z.string(),
    callback_id: z.string().catch(''),
    private_metadata: z.string().catch(''),
    title: z.object({ text: z.string() }).nullish().catch(undefined),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), z.unknown())) }),
  }),
});

/** A modal that is not known any more is closed. */
export function handleViewSubmission(body: unknown, { slackContext, modals, isNew }: HandlerContext): Handled {
  const payload = ViewSubmission.parse(body);
  if (!isNew(payload.trigger_id)) return {};
  const modal = modals.find((one) => one.id === payload.view.callback_id);
  return modal?.submit(submissionOf(payload, slackContext), slackContext) ?? {};
}

function submissionOf(
  { user, team, view }: z.infer<typeof ViewSubmission>,
  slackContext: HandlerContext['slackContext'],
): ModalSubmission {
  const place: RequestPlace = { kind: 'modal', user: user.id, viewId: view.id, title: view.title?.text ?? 'imstats' };
  return {
    requester: requesterOf({ user, team }, undefined),
    metadata: view.private_metadata,
    viewId: view.id,
    values: view.state.values,
    open: () => openTarget(place, 'private', slackContext.responseDeps),
    show: (other) => showView(view.id, other, slackContext),
  };
}
