// The button that opens the form of a note.
import { openNote } from '../modals/note.ts';
import type { Action } from './action.ts';

export const noteButton: Action = {
  ids: ['note_form'],
  handle: async ({ value = '', requester, ...opening }, { slackContext }) => {
    await openNote(opening, { requester, find: async () => value }, slackContext);
  },
};
