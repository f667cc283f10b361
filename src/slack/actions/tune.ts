// The controls of limits: open their form, change what was tried, go back to the file.
import { UserError } from '../../errors.ts';
import { phrasesOf } from '../../metrics/phrase.ts';
import { drawOutcome } from '../blocks/alert.ts';
import { actions, section, withPeople } from '../blocks/block.ts';
import { tuneButton } from '../blocks/tune-form.ts';
import type { tuneFormPhrases } from '../blocks/tune-form-phrases.ts';
import { sendMessage } from '../send-report.ts';
import { formOf, tuningOf } from '../tune-rule.ts';
import { readTuneMetadata } from '../tune-values.ts';
import { openView, showView } from '../views.ts';
import type { Action } from './action.ts';

const say = phrasesOf<typeof tuneFormPhrases>();

/** Opens the form: of a rule, or with settings that were suggested or tried before. */
export const openTuning: Action = {
  ids: ['tune', 'tune_change'],
  handle: async (click, { slackContext }) => {
    const { deps, client, access } = slackContext;
    const refusal = await access.mayRun(click.requester);
    if (refusal !== undefined) throw refusal;
    const { rule = click.value ?? '', settings } = readTuneMetadata(click.value ?? '') ?? {};
    const form = await formOf(rule, { deps, handleOf: access.handleOf, settings });
    if (click.viewId !== undefined && click.action === 'tune_change') {
      await showView(click.viewId, form, { client });
      return;
    }
    if (await openView(click.trigger, form, { client, logger: deps.logger })) return;
    const text = withPeople(deps.wording.text(say('tune.late', { rule })));
    const blocks = [section(text), actions([tuneButton(rule, deps.wording)])];
    await sendMessage({ blocks, text }, click.open('private'));
  },
};

export const restoreTuned: Action = {
  ids: ['tune_restore'],
  handle: async (click, { slackContext }) => {
    const { deps, access } = slackContext;
    const refusal = await access.mayManage(click.requester);
    if (refusal !== undefined) throw refusal;
    const rule = click.value;
    if (rule === undefined) throw new UserError('This button is not known any more.', { hint: 'Try: /imstats alerts' });
    const outcome = await tuningOf(deps).restore({ rule, actor: click.requester.user });
    await sendMessage(drawOutcome(outcome, rule, deps.wording), click.open('private'));
  },
};
