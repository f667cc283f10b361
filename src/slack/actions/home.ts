// The button that draws Home anew, where it is: in the Home tab, or in the modal of the global shortcut.
import { showOverview } from '../modals/overview.ts';
import type { Action } from './action.ts';

export const refreshHome: Action = {
  ids: ['refresh_home'],
  handle: async ({ viewId, isInModal, requester, open }, { slackContext }) => {
    if (isInModal && viewId !== undefined) await showOverview(viewId, requester.user, slackContext);
    else await open('replace').say({ blocks: [], text: '' });
  },
};
