// The button that opens the form of a silence.
import { phrasesOf } from '../../metrics/phrase.ts';
import type { modalPhrases } from '../modals/modal-phrases.ts';
import { openForm } from '../modals/open-view.ts';
import { silenceFacts, silenceForm, silenceView } from '../modals/silence.ts';
import type { Action } from './action.ts';

const say = phrasesOf<typeof modalPhrases>();

export const silenceButton: Action = {
  ids: ['silence_form'],
  handle: async ({ value = '', requester, ...opening }, { slackContext }) => {
    const { access, deps } = slackContext;
    const build = async () => {
      const refusal = await access.mayRun(requester);
      if (refusal !== undefined) throw refusal;
      return silenceView(await silenceFacts(value, requester, slackContext), deps.wording);
    };
    await openForm(opening, { id: silenceForm.id, title: say('silence.title'), build }, slackContext);
  },
};
