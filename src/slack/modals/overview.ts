// The modal of the global shortcut: how it all stands, in the words of Home.
import { phrasesOf } from '../../metrics/phrase.ts';
import type { SlackContext } from '../context.ts';
import { formView } from './form.ts';
import type { modalPhrases } from './modal-phrases.ts';
import { openView, type ViewOpening } from './open-view.ts';

const say = phrasesOf<typeof modalPhrases>();

const id = 'overview';

/** Rejects with `UserError` where Slack does not open it any more, and with `DeliveryError`. */
export async function openOverview(
  opening: ViewOpening,
  user: string,
  context: Pick<SlackContext, 'client' | 'deps' | 'home'>,
): Promise<void> {
  const title = say('modal.overview');
  const build = async () => formView({ id, title, blocks: await context.home.draw(user) }, context.deps.wording);
  await openView(opening, { id, title, build }, context);
}
