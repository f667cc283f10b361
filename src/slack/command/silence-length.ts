// How long a silence may be, in a command and in its form alike.
import { longestSilence } from '../../alerting/user-actions.ts';
import { type Duration, day, minute } from '../../clock.ts';

/** Longer ones are for managers. */
const longestForAll: Duration = day;

export const wrongSilence = 'A silence lasts from 1 minute to 30 days.';

export const isSilenceLength = (length: Duration): boolean => length >= minute && length <= longestSilence;

export const isForManagers = (length: Duration): boolean => length > longestForAll;
