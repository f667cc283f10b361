// What a button or menu of ours is: its ids and what happens when it is used.
import type { CommandHandler } from '../command/answer.ts';
import type { Asker } from '../command/subcommand.ts';
import type { SlackContext } from '../context.ts';
import type { ResponseTarget } from '../response-target.ts';

/** A click, as much of it as we use. */
export interface Click {
  readonly action: string;
  /** What the button carried, or the option that was chosen. */
  readonly value: string | undefined;
  readonly asker: Asker;
  /** True for a message that only this person sees; it may be replaced. */
  readonly isEphemeral: boolean;
  /** Answers the person: `replace` in place of the message, `private` below it, `public` for everyone. */
  readonly open: (manner: 'private' | 'public' | 'replace') => ResponseTarget;
}

export interface ActionContext {
  readonly slackContext: SlackContext;
  readonly ask: CommandHandler['answer'];
}

/** One kind of control: one file in `actions/` and one line in its list. */
export interface Action {
  readonly ids: readonly string[];
  handle(click: Click, context: ActionContext): Promise<void>;
}
