// Refresh and the range buttons: the question of the answer, asked again.
import { UserError } from '../../errors.ts';
import type { Action } from '../action.ts';
import { readValue } from '../button-value.ts';

/** A private answer is replaced; on one that everybody sees, the person who clicks gets a private answer. */
export const askAgain: Action = {
  ids: ['refresh', 'range_24h', 'range_7d', 'range_30d'],
  handle: async (click, { ask }) => {
    const value = readValue(click.value);
    if (value === undefined) throw new UserError('This button is too old to be understood.', { hint: 'Try: /imstats' });
    await ask({
      text: value.command,
      asker: click.asker,
      isPublicPlace: false,
      open: () => click.open(click.isEphemeral ? 'replace' : 'private'),
      openProblem: () => click.open('private'),
    });
  },
};
