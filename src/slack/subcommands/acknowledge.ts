// The subcommands by which somebody has an alert in hand: `acknowledge takeover extend call`, and `undo` of what was done last.
import { type Duration, day, hour, type Instant } from '../../clock.ts';
import { UserError } from '../../errors.ts';
import { actOn, undoLast } from '../command/meant-alert.ts';
import { suggested } from '../command/parse.ts';
import type { Query, Subcommand, SubcommandContext } from '../command/subcommand.ts';
import { commandOf } from '../command/tokens.ts';
import { hasAlerts } from './alerts.ts';

/** An acknowledgement that holds for longer would be forgotten. */
const longestAcknowledgement = day;

/** The length that was asked for. Raises `UserError` where nobody could mean it. */
function lengthOf(query: Query, what: string): Duration | undefined {
  const { duration } = query;
  if (duration === undefined || (duration > 0 && duration <= longestAcknowledgement)) return duration;
  const command = commandOf({ ...query, duration: 2 * hour });
  throw new UserError(`${what} lasts from 1 minute to 24 hours.`, suggested(command));
}

function endOf(query: Query, { deps }: Pick<SubcommandContext, 'deps'>): Instant | undefined {
  const length = lengthOf(query, 'An acknowledgement');
  return length === undefined ? undefined : deps.clock.now() + length;
}

const onOne = { acts: true, group: 'alerts', needs: [], isOffered: hasAlerts } as const;
const forTime: Pick<Subcommand, 'usage' | 'takes'> = {
  usage: '[ALERT] [DURATION]',
  takes: ['alert', 'app', 'metric', 'duration'],
};

export const acknowledge: Subcommand = {
  ...onOne,
  ...forTime,
  id: 'acknowledge',
  words: ['ack', 'acked', 'acknowledged', 'claim', '确认', '確認', '认领', '認領'],
  gives: 'somebody is on it: no reminders for up to 24 h',
  examples: ['acknowledge memory-low', 'acknowledge memory-low 2h'],
  answer: async (query, context) => actOn(query, { action: 'acknowledge', until: endOf(query, context) }, context),
};

export const takeover: Subcommand = {
  ...onOne,
  ...forTime,
  id: 'takeover',
  words: ['take over', 'taking over', 'i take over', 'take it over', '接手', '接管'],
  gives: 'takes it from somebody else',
  examples: ['takeover memory-low'],
  answer: async (query, context) =>
    actOn(query, { action: 'acknowledge', until: endOf(query, context), takesOver: true }, context),
};

export const extend: Subcommand = {
  ...onOne,
  ...forTime,
  id: 'extend',
  words: ['prolong', 'more time', '延长', '延長'],
  gives: 'adds time to an acknowledgement or silence',
  examples: ['extend 1h'],
  answer: async (query, context) =>
    actOn(query, { action: 'extend', longer: lengthOf(query, 'An extension') }, context),
};

export const call: Subcommand = {
  ...onOne,
  id: 'call',
  words: [
    'call somebody',
    'call someone',
    'call on call',
    'page',
    'page somebody',
    'page someone',
    '呼叫',
    '打电话',
    '打電話',
  ],
  usage: '[ALERT]',
  gives: 'pages somebody now',
  examples: ['call memory-low'],
  takes: ['alert', 'app', 'metric'],
  answer: (query, context) => actOn(query, { action: 'call' }, context),
};

export const undo: Subcommand = {
  ...onOne,
  id: 'undo',
  words: ['take back', 'take that back', 'revert', '撤销', '撤銷', '撤回'],
  usage: '[ALERT]',
  gives: 'takes back what you did last',
  examples: ['undo'],
  takes: ['alert', 'app', 'metric'],
  answer: undoLast,
};
