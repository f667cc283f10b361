// The English around an answer in Slack: its buttons, and who shared it.
import type { PhraseSet } from '../../metrics/phrase.ts';

export const answerPhrases = {
  'button.refresh': () => 'Refresh',
  'button.hours': ({ hours }: { readonly hours: number }, { duration }) => duration(hours * 3_600_000),
  'button.days': ({ days }: { readonly days: number }, { quantity }) => quantity(days, { one: 'day', other: 'days' }),
  'button.share': () => 'Share to channel',
  /** `user` and `command` are written already, with Slack's markup. */
  'answer.sharedBy': ({ user, command }: Record<'user' | 'command', string>) => `Shared by ${user} from ${command}`,
  'answer.shared': () => 'Shared to the channel.',
} satisfies PhraseSet;
