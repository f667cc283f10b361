// Opens a modal within the 3 s that Slack gives for it: at once where its content is soon there, else with a line that is replaced.
import { type Duration, sleep } from '../../clock.ts';
import type { Phrase } from '../../metrics/phrase.ts';
import type { ModalView } from '../blocks/modal-view.ts';
import type { SlackContext } from '../context.ts';
import { toDeliveryError } from '../errors.ts';
import { asSlackView, showView } from '../views.ts';
import { formView, notOpened, problemBlocks, problemIn, workingView } from './form.ts';

/** What was pressed. */
export interface ViewOpening {
  readonly trigger: string;
  /** On top of the modal that it was pressed in. */
  readonly isInModal?: boolean;
}

export interface ToOpen {
  readonly id: string;
  readonly title: Phrase;
  /** Reads what the modal shows. What it rejects with is explained in the modal. */
  readonly build: () => Promise<ModalView>;
}

type OpenDeps = Pick<SlackContext, 'client' | 'deps'>;

/** For so long the content is waited for. */
const patience: Duration = 500;

/** Resolves with the id of the view. Rejects with `UserError` where Slack does not open it any more, and with `DeliveryError`. */
export async function openForm(opening: ViewOpening, { id, title, build }: ToOpen, context: OpenDeps): Promise<string> {
  const { clock, wording } = context.deps;
  const whole = build().catch((error: unknown): ModalView => {
    return formView({ id, title, blocks: problemBlocks(problemIn(error, context, id)) }, wording);
  });
  const waited = new AbortController();
  const soon = await Promise.race([whole, sleep(clock, patience, waited.signal)]);
  waited.abort();
  const viewId = await open(opening, soon ?? workingView(id, title, wording), context);
  if (soon === undefined) await showView(viewId, await whole, context);
  return viewId;
}

async function open(
  { trigger, isInModal = false }: ViewOpening,
  view: ModalView,
  { client }: OpenDeps,
): Promise<string> {
  try {
    const given = { trigger_id: trigger, view: asSlackView(view) };
    const opened = await (isInModal ? client.views.push(given) : client.views.open(given));
    return opened.view?.id ?? '';
  } catch (error) {
    const failure = toDeliveryError(error);
    throw notOpened(failure.code) ?? failure;
  }
}
