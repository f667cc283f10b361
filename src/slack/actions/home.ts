// The button that draws Home anew, where it is: in the Home tab, or in the modal of the global shortcut.
import type { Action } from './action.ts';

export const refreshHome: Action = {
  ids: ['refresh_home'],
  handle: async (click, { slackContext: { home } }) => {
    const blocks = click.isInModal ? await home.draw(click.requester.user) : [];
    await click.open('replace').say({ blocks, text: '' });
  },
};
