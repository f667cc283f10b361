// The form with the limits of a rule: its values are checked as in the file, then tried on the stored past.
import { phrasesOf } from '../../metrics/phrase.ts';
import { tuneWords } from '../blocks/tune-form.ts';
import type { tuneFormPhrases } from '../blocks/tune-form-phrases.ts';
import { saveInModal, tryInModal, tuningOf } from '../tune-rule.ts';
import { formErrors, readTuneMetadata, settingsOfForm } from '../tune-values.ts';
import type { Modal, ModalResponse } from './modal.ts';

const say = phrasesOf<typeof tuneFormPhrases>();

export const tune: Modal = {
  id: 'tune',
  submit: (submission, slackContext) => {
    const { deps } = slackContext;
    const { text } = deps.wording;
    const metadata = readTuneMetadata(submission.metadata);
    const rule = deps.live.rules.find(({ id }) => id === metadata?.rule);
    if (metadata === undefined || rule === undefined) return { response: words(metadata?.rule, text(say('tune.old'))) };
    const settings = settingsOfForm(submission.values, rule.direction);
    const read = tuningOf(deps).read(rule.id, settings);
    if (read === undefined) return { response: words(rule.id, text(say('tune.old'))) };
    if ('problems' in read) return { response: { response_action: 'errors', errors: formErrors(read.problems) } };
    return {
      response: words(rule.id, text(say('tune.trying'))),
      work: () => tryInModal({ ...metadata, settings }, submission, slackContext),
    };
  },
};

/** The limits that were tried are saved. */
export const saveTuned: Modal = {
  id: 'tune_save',
  submit: (submission, slackContext) => {
    const { text } = slackContext.deps.wording;
    const metadata = readTuneMetadata(submission.metadata);
    const { settings } = metadata ?? {};
    if (metadata === undefined || settings === undefined)
      return { response: words(metadata?.rule, text(say('tune.old'))) };
    return {
      response: words(metadata.rule, text(say('tune.saving'))),
      work: () => saveInModal({ ...metadata, settings }, submission, slackContext),
    };
  },
};

function words(rule: string | undefined, line: string): ModalResponse {
  return { response_action: 'update', view: tuneWords(rule ?? 'imstats', [line]) };
}
