// Opens modals and shows another view in one that is open.
import type { webApi } from '@slack/bolt';
import { errorFields, type Logger } from '../logger.ts';
import type { ModalView } from './blocks/modal-view.ts';
import { toDeliveryError } from './errors.ts';

interface ViewDeps {
  readonly client: webApi.WebClient;
  readonly logger: Logger;
}

/** Slack's types know fewer blocks than Slack does. */
export const asSlackView = (view: ModalView) => ({ ...view, blocks: [...view.blocks] });

/** What Slack says where the 3 s of a trigger are over, or it was used before. */
const lateTrigger: ReadonlySet<string> = new Set(['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id']);

/** False where the trigger opens nothing any more. Rejects with `DeliveryError` for every other failure. */
export async function openView(triggerId: string, view: ModalView, { client, logger }: ViewDeps): Promise<boolean> {
  try {
    await client.views.open({ trigger_id: triggerId, view: asSlackView(view) });
    return true;
  } catch (error) {
    const failure = toDeliveryError(error);
    if (!lateTrigger.has(failure.code)) throw failure;
    logger.warn('A modal was not opened', { view: view.callback_id, ...errorFields(failure), stack: undefined });
    return false;
  }
}

/** Shows a view in place of another. False where its modal was closed meanwhile. Rejects with `DeliveryError`. */
export async function showView(
  viewId: string,
  view: ModalView,
  { client }: Pick<ViewDeps, 'client'>,
): Promise<boolean> {
  try {
    await client.views.update({ view_id: viewId, view: asSlackView(view) });
    return true;
  } catch (error) {
    const failure = toDeliveryError(error);
    if (failure.code !== 'not_found') throw failure;
    return false;
  }
}
