// The form of a note on an incident, opened by a button or by the shortcut on a message.
import { z } from 'zod';
import { ruleOfIncident } from '../../alerting/transitions.ts';
import { UserError } from '../../errors.ts';
import { phrasesOf } from '../../metrics/phrase.ts';
import { drawOutcome } from '../blocks/alert.ts';
import { section, context as smallPrint } from '../blocks/block.ts';
import type { ModalView } from '../blocks/modal-view.ts';
import { longestOwn } from '../command/lexicon.ts';
import { alertsOf } from '../command/meant-alert.ts';
import type { SlackContext } from '../context.ts';
import { sendMessage } from '../send-report.ts';
import { formView, givenIn, input, problemBlocks, problemIn, workingView } from './form.ts';
import type { Modal, ModalSubmission } from './modal.ts';
import type { modalPhrases } from './modal-phrases.ts';
import { openForm, type ViewOpening } from './open-view.ts';

const say = phrasesOf<typeof modalPhrases>();

const id = 'note';
const title = say('note.title');

/** What the form carries: an incident, or a rule for its last one. */
const Metadata = z.object({ target: z.string() });

/** What the form is drawn with. */
export interface NoteFacts {
  readonly target: string;
  readonly about: { readonly rule: string; readonly app: string };
  /** Of a form that is shown again: what was given, and what was wrong. */
  readonly asked?: string | undefined;
  readonly problem?: Pick<UserError, 'message' | 'hint'> | undefined;
}

/** The content of the form. */
export function noteView(
  { target, about, asked, problem }: NoteFacts,
  wording: SlackContext['deps']['wording'],
): ModalView {
  const text = {
    ...{ type: 'plain_text_input', multiline: true, max_length: longestOwn, focus_on_load: true },
    ...(asked === undefined ? {} : { initial_value: asked }),
  };
  return formView(
    {
      ...{ id, title, submit: say('note.submit'), metadata: JSON.stringify({ target }) },
      blocks: [
        ...problemBlocks(problem),
        smallPrint(wording.text(say('modal.about', about))),
        input({ id: 'text', label: say('note.text'), hint: say('note.textHint') }, text, wording),
      ],
    },
    wording,
  );
}

/** What is said elsewhere than at an incident. */
export function noIncidentView(wording: SlackContext['deps']['wording']): ModalView {
  const { text } = wording;
  const blocks = [section(`*${text(say('note.none'))}*`), section(text(say('note.noneWhy')))];
  return formView({ id, title, blocks }, wording);
}

/** Which incident is meant; undefined where it is none. */
interface NoteAsked {
  readonly requester: ModalSubmission['requester'];
  readonly find: () => Promise<string | undefined>;
}

/** Opens the form for an incident. Rejects with `UserError` where Slack does not open it any more. */
export async function openNote(
  opening: ViewOpening,
  { requester, find }: NoteAsked,
  context: SlackContext,
): Promise<void> {
  const { access, deps } = context;
  const build = async (): Promise<ModalView> => {
    const refusal = await access.mayRun(requester);
    if (refusal !== undefined) throw refusal;
    const target = await find();
    return target === undefined
      ? noIncidentView(deps.wording)
      : noteView({ target, about: aboutOf(target, context) }, deps.wording);
  };
  await openForm(opening, { id, title, build }, context);
}

/** The rule and its app; what is gone is named by its id. */
function aboutOf(target: string, { deps }: Pick<SlackContext, 'deps'>): NoteFacts['about'] {
  const { rules, apps } = deps.live;
  const rule = target.includes('@') ? ruleOfIncident(target) : target;
  const app = rules.find((one) => one.id === rule)?.app;
  return { rule, app: apps.find((one) => one.id === app)?.name ?? app ?? rule };
}

export const noteForm: Modal = {
  id,
  submit: (submission, context) => {
    const { target } = Metadata.parse(JSON.parse(submission.metadata));
    const { wording } = context.deps;
    const text = givenIn(submission, 'text')?.toString();
    if (text === undefined) {
      const errors = { text: '"note" needs a text such as restarted node 2.' };
      return { response: { response_action: 'errors', errors } };
    }
    return {
      response: { response_action: 'update', view: workingView(id, title, wording) },
      work: () => keepNote({ target, text }, submission, context),
    };
  },
};

async function keepNote(
  { target, text }: { readonly target: string; readonly text: string },
  submission: ModalSubmission,
  context: SlackContext,
): Promise<void> {
  const { access, deps } = context;
  const actor = submission.requester.user;
  try {
    const refusal = await access.mayChange(submission.requester);
    if (refusal !== undefined) throw refusal;
    const outcome = await alertsOf(deps).act({ target, action: 'note', text, actor });
    if (outcome.state !== 'done') throw new UserError(deps.wording.text(outcome.words));
    await sendMessage(drawOutcome(outcome, outcome.target ?? target, deps.wording), submission.open());
  } catch (error) {
    const problem = problemIn(error, context, id);
    await submission.show(noteView({ target, about: aboutOf(target, context), asked: text, problem }, deps.wording));
  }
}
