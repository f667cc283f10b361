// What a modal is: its id, and what happens when a person submits it.
import type { ModalView } from '../blocks/modal-view.ts';
import type { Requester } from '../command/subcommand.ts';
import type { SlackContext } from '../context.ts';
import type { ResponseTarget } from '../response-target.ts';

/** What the acknowledgement of a submission does to the modal; without one, Slack closes it. */
export type ModalResponse =
  /** The modal stays open and shows a sentence below each of these blocks, by block id. */
  | { readonly response_action: 'errors'; readonly errors: Readonly<Record<string, string>> }
  | { readonly response_action: 'update' | 'push'; readonly view: ModalView }
  /** Closes this modal and all below it. */
  | { readonly response_action: 'clear' };

export interface ModalSubmission {
  readonly requester: Requester;
  /** What the view carried, as it was opened. */
  readonly metadata: string;
  /** By block id and action id, as Slack sends them. */
  readonly values: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Names the view, for work that shows another one in its place. */
  readonly viewId: string;
  /** For work after the acknowledgement: shows a message in the modal while it is open, else as a direct message. */
  readonly open: () => ResponseTarget;
  /** For the same work: shows another view in the modal; resolves with false where it was closed. Rejects with `DeliveryError`. */
  readonly show: (view: ModalView) => Promise<boolean>;
}

/** One modal: one file in `modals/` and one line in its list. */
export interface Modal {
  /** The `callback_id` of its view. */
  readonly id: string;
  /** In well under a millisecond, because the acknowledgement waits for it. */
  submit(
    submission: ModalSubmission,
    slackContext: SlackContext,
  ): { readonly response?: ModalResponse; readonly work?: () => Promise<void> };
}
