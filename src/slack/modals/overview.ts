// The modal of the global shortcut: how it all stands, in the words of Home.
import { phrasesOf } from '../../metrics/phrase.ts';
import type { ModalView } from '../blocks/modal-view.ts';
import type { SlackContext } from '../context.ts';
import { showView } from '../views.ts';
import { formView, workingView } from './form.ts';
import type { modalPhrases } from './modal-phrases.ts';
import { openForm, type ViewOpening } from './open-view.ts';

const say = phrasesOf<typeof modalPhrases>();

export const overviewId = 'overview';

const title = say('modal.overview');

type OverviewDeps = Pick<SlackContext, 'client' | 'deps' | 'home'>;

async function overviewOf(user: string, { home, deps }: OverviewDeps): Promise<ModalView> {
  return formView({ id: overviewId, title, blocks: await home.draw(user) }, deps.wording);
}

/** Rejects with `UserError` where Slack does not open it any more, and with `DeliveryError`. */
export async function openOverview(opening: ViewOpening, user: string, context: OverviewDeps): Promise<void> {
  await openForm(opening, { id: overviewId, title, build: () => overviewOf(user, context) }, context);
}

/** Draws it anew where it is still open. Rejects with `StoreError` or `DeliveryError`. */
export async function showOverview(viewId: string, user: string, context: OverviewDeps): Promise<void> {
  await showView(viewId, await overviewOf(user, context), context);
}

/** Opens the window in which the answer to a click will stand. */
export async function openAnswer(opening: ViewOpening, context: OverviewDeps): Promise<string> {
  const { wording } = context.deps;
  return openForm(opening, { id: 'answer', title, build: async () => workingView('answer', title, wording) }, context);
}
