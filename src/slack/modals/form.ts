// The parts of forms: inputs, what a person gave in them, the view while something is done, and what went wrong in it.
import { z } from 'zod';
import { UserError } from '../../errors.ts';
import { errorFields } from '../../logger.ts';
import { type Phrase, phrasesOf, type Wording } from '../../metrics/phrase.ts';
import { type Block, drawProblem, plainText, section, truncate } from '../blocks/block.ts';
import type { ModalView } from '../blocks/modal-view.ts';
import { explainError } from '../command/answer.ts';
import type { SlackContext } from '../context.ts';
import type { ModalSubmission } from './modal.ts';
import type { modalPhrases } from './modal-phrases.ts';

const say = phrasesOf<typeof modalPhrases>();

/** Slack's limits of a title and of the button that submits, and of an option. */
const [longestTitle, longestOption] = [24, 75];

/** A form. Its blocks have their own ids, so that an error stands below the one that it is about. */
export function formView(
  form: {
    readonly id: string;
    readonly title: Phrase;
    readonly submit?: Phrase;
    readonly metadata?: string;
    readonly blocks: readonly Block[];
  },
  { text }: Wording,
): ModalView {
  const label = (words: Phrase) => ({ type: 'plain_text', text: truncate(text(words), longestTitle) }) as const;
  return {
    type: 'modal',
    callback_id: form.id,
    title: label(form.title),
    ...(form.submit === undefined ? {} : { submit: label(form.submit) }),
    close: label(say(form.submit === undefined ? 'modal.close' : 'modal.cancel')),
    ...(form.metadata === undefined ? {} : { private_metadata: form.metadata }),
    blocks: form.blocks,
  };
}

/** The same modal with one line, which cannot be submitted a second time meanwhile. */
export function workingView(id: string, title: Phrase, wording: Wording): ModalView {
  return formView({ id, title, blocks: [section(wording.text(say('modal.working')))] }, wording);
}

/** An input with its label. Its id is that of its block and of its element. */
export function input(
  field: { readonly id: string; readonly label: Phrase; readonly hint?: Phrase; readonly isOptional?: boolean },
  element: Block,
  { text }: Wording,
): Block {
  const { id, label, hint, isOptional = false } = field;
  return {
    ...{ type: 'input', block_id: id, label: plainText(text(label)), optional: isOptional },
    element: { ...element, action_id: id },
    ...(hint === undefined ? {} : { hint: plainText(text(hint)) }),
  };
}

export interface Choice {
  readonly value: string;
  readonly label: Phrase;
}

/** A menu or a row of radio buttons; the first choice stands where none is named. */
export function choiceOf(
  type: 'static_select' | 'radio_buttons',
  choices: readonly Choice[],
  chosen: string | undefined,
  { text }: Wording,
): Block {
  const options = choices.map(({ value, label }) => ({ text: plainText(truncate(text(label), longestOption)), value }));
  return { type, options, initial_option: options.find(({ value }) => value === chosen) ?? options[0] };
}

const Given = z.object({
  value: z.string().nullish().catch(undefined),
  selected_option: z.object({ value: z.string() }).nullish().catch(undefined),
  selected_date_time: z.number().nullish().catch(undefined),
});

/** What was given in an input of this id, trimmed; undefined where nothing was. */
export function givenIn({ values }: Pick<ModalSubmission, 'values'>, id: string): string | number | undefined {
  const given = Given.safeParse(values[id]?.[id]).data;
  const text = given?.value?.trim() || undefined;
  return text ?? given?.selected_option?.value ?? given?.selected_date_time ?? undefined;
}

/** What a person reads of an error in a modal. An unexpected one is logged under the id that is shown. */
export function problemIn(
  error: unknown,
  { deps }: Pick<SlackContext, 'deps'>,
  modal: string,
): Pick<UserError, 'message' | 'hint'> {
  const { shown, id } = explainError(error, deps);
  if (id !== undefined) deps.logger.error('Modal failed', { id, modal, ...errorFields(error) });
  return shown;
}

export function problemBlocks(problem: Pick<UserError, 'message' | 'hint'> | undefined): readonly Block[] {
  return problem === undefined ? [] : drawProblem(problem.message, problem.hint).blocks;
}

/** Slack's refusals of a trigger: it was used, or the time for it is over; of a fourth modal on three. */
const tooLate: ReadonlySet<string> = new Set(['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id']);

/** Why a modal was not opened, in words that say what to do; undefined for anything else. */
export function notOpened(code: string): UserError | undefined {
  if (tooLate.has(code))
    return new UserError('Slack gave too little time to open this.', { hint: 'Press it once more.' });
  if (code !== 'push_limit_reached') return undefined;
  return new UserError('Slack opens no more than three windows on each other.', { hint: 'Close one and press again.' });
}
