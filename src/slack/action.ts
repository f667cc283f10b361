// What a button or menu of ours is: its ids and what happens when it is used.
import type { Conversation } from './conversation.ts';
import type { Desk } from './desk.ts';
import type { Questions } from './questions.ts';
import type { Asker } from './view.ts';

/** A click, as much of it as we use. */
export interface Click {
  readonly action: string;
  /** What the button carried, or the option that was chosen. */
  readonly value: string | undefined;
  readonly asker: Asker;
  /** True for a message that only this person sees; it may be replaced. */
  readonly isEphemeral: boolean;
  /** Answers the person: `replace` in place of the message, `private` below it, `public` for everyone. */
  readonly open: (manner: 'private' | 'public' | 'replace') => Conversation;
}

export interface ActionContext {
  readonly desk: Desk;
  readonly ask: Questions['answer'];
}

/** One kind of control: one file in `actions/` and one line in its list. */
export interface Action {
  readonly ids: readonly string[];
  handle(click: Click, context: ActionContext): Promise<void>;
}
