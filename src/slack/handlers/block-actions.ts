// A click on a button or menu: in a message, in Home or in a modal, each answered where it was made.
import { z } from 'zod';
import type { Click } from '../actions/action.ts';
import { handleClick } from '../actions/index.ts';
import type { SlackContext } from '../context.ts';
import { openAnswer, overviewId, showOverview } from '../modals/overview.ts';
import { openTarget, type RequestPlace, type ResponseTarget, type Visibility } from '../response-target.ts';
import { type Handled, type HandlerContext, PayloadTeam, PayloadUser, requesterOf } from './handler.ts';

const id = z.string().optional().catch(undefined);

/** The parts of a click that are used. */
const BlockActions = z.object({
  trigger_id: z.string(),
  user: PayloadUser,
  team: PayloadTeam,
  channel: z.object({ id: z.string() }).optional(),
  container: z
    .object({ is_ephemeral: z.boolean().catch(false), message_ts: id, thread_ts: id })
    .catch({ is_ephemeral: false, message_ts: undefined, thread_ts: undefined }),
  view: z
    .object({
      id: z.string(),
      type: z.string(),
      hash: id,
      callback_id: id,
      title: z.object({ text: z.string() }).nullish().catch(undefined),
    })
    .optional(),
  response_url: z.url().optional(),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        value: z.string().optional(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
});
type BlockActions = z.infer<typeof BlockActions>;

export function handleBlockActions(body: unknown, { slackContext, commands, isNew }: HandlerContext): Handled {
  const payload = BlockActions.parse(body);
  if (!isNew(payload.trigger_id)) return {};
  return { work: () => handleClick(clickOf(payload, slackContext), { slackContext, ask: commands.answer }) };
}

/** A click with the targets of its answers. */
function clickOf(payload: BlockActions, slackContext: SlackContext): Click {
  const [action] = payload.actions;
  const place = placeOf(payload, slackContext);
  const { view } = payload;
  const click: Click = {
    action: action?.action_id ?? '',
    value: action?.selected_option?.value ?? action?.value,
    requester: requesterOf(payload, payload.channel?.id),
    isEphemeral: payload.container.is_ephemeral,
    trigger: payload.trigger_id,
    isInModal: view?.type === 'modal',
    viewId: view?.id,
    open: (visibility) => openTarget(place, visibility, slackContext.responseDeps),
  };
  const isOverview = place.kind === 'home' || view?.callback_id === overviewId;
  return isOverview ? { ...click, inWindow: () => inWindow(click, slackContext) } : click;
}

/** What was pressed is drawn anew below its answer: Home has no message that an answer could stand under, and a direct one may be switched off. */
async function inWindow(click: Click, slackContext: SlackContext): Promise<Click> {
  const { user } = click.requester;
  const { isInModal, viewId: below = '' } = click;
  const viewId = await openAnswer(click, slackContext);
  const place: RequestPlace = { kind: 'modal', user, viewId, title: 'imstats' };
  const redraw = (): Promise<void> =>
    isInModal ? showOverview(below, user, slackContext) : slackContext.home.show(user);
  const open = (visibility: Visibility): ResponseTarget => {
    const window = openTarget(place, visibility, slackContext.responseDeps);
    const say: ResponseTarget['say'] = async (message) => {
      await window.say(message);
      // The answer is there; what is below it is drawn anew with the next look or press.
      await redraw().catch(() => {});
    };
    return { ...window, say };
  };
  return { ...click, open };
}

/** Where the click was made. A view has no channel and no response_url. */
function placeOf(
  { user, channel, container, view, response_url: url }: BlockActions,
  slackContext: SlackContext,
): RequestPlace {
  if (view?.type === 'modal')
    return { kind: 'modal', user: user.id, viewId: view.id, title: view.title?.text ?? 'imstats' };
  if (channel === undefined)
    return { kind: 'home', user: user.id, publish: () => slackContext.home.show(user.id, view?.hash) };
  const { message_ts: ts, thread_ts: thread } = container;
  // A root is in the channel, whatever thread it has.
  const threadTs = thread === ts ? undefined : thread;
  if (url !== undefined) return { kind: 'response_url', url, user: user.id, channel: channel.id, threadTs };
  const isReply = thread !== undefined;
  return { kind: 'thread', channel: channel.id, threadTs: thread ?? ts ?? '', isReply, user: user.id };
}
