// What a button or menu of the bot is: its ids and what happens when it is used.
import type { CommandHandler } from '../command/admission.ts';
import type { Requester } from '../command/subcommand.ts';
import type { SlackContext } from '../context.ts';
import type { ResponseTarget, Visibility } from '../response-target.ts';

/** A click on a control of the bot. */
export interface Click {
  readonly action: string;
  /** The value of the button, or of the chosen option. */
  readonly value: string | undefined;
  readonly requester: Requester;
  /** True for a message that only this person sees; it may be replaced. */
  readonly isEphemeral: boolean;
  readonly isInModal: boolean;
  /** For opening a modal, within 3 s. */
  readonly trigger: string;
  /** Of a view: its id. */
  readonly viewId?: string | undefined;
  /**
   * Of a click in Home or in the same words as a modal: the same click, whose answer stands in a window of its own, which is open when
   * this resolves.
   */
  readonly inWindow?: (() => Promise<Click>) | undefined;
  /** Opens the target of an answer: `replace` in place of the message or view, `private` below it, `public` for everyone. */
  readonly open: (visibility: Visibility) => ResponseTarget;
}

export interface ActionContext {
  readonly slackContext: SlackContext;
  /** Answers a command. */
  readonly ask: CommandHandler['answer'];
}

/** One kind of control: one file in `actions/` and one line in its list. */
export interface Action {
  readonly ids: readonly string[];
  /** True where it is answered in words. */
  readonly answers?: true;
  handle(click: Click, context: ActionContext): Promise<void>;
}
