// The button that stops an export: for who asked for it, and for managers.
import { UserError } from '../../errors.ts';
import type { Action } from './action.ts';

export const stopExport: Action = {
  ids: ['export_stop'],
  handle: async ({ value = '', requester }, { slackContext: { access, exports } }) => {
    const owner = exports.requesterOf(value);
    if (owner === undefined)
      throw new UserError('This export is not being made any more.', { hint: 'Ask for it again: /imstats export' });
    const refusal = owner === requester.user ? undefined : await access.mayManage(requester);
    if (refusal !== undefined) throw refusal;
    exports.stop(value, requester.user);
  },
};
