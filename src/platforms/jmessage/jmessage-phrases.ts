// English for what JMessage alone needs: its own failures, and where its console mends them.
// Its own file, because a set of phrases is never loaded by what decides.
import { capitalise } from '../../metrics/format.ts';
import type { Phrase, PhraseSet } from '../../metrics/phrase.ts';
import type { LocalDate } from '../../time-zone.ts';

export const jmessagePhrases = {
  /** Remarks about its numbers. */
  'jmessage.keeps': ({ days, oldest }: { days: number; oldest: LocalDate }) =>
    `JMessage keeps ${days} days: ${oldest} is the first that it still has.`,
  'jmessage.unreadable': ({ source, why }: { source: string; why: Phrase }, { text }) =>
    `${capitalise(source)} could not be read. ${text(why)}`,
  'jmessage.notEntitled': () =>
    'This app may not use the statistics of JMessage, which are a paid interface: message numbers are counted from the message history, and what that cannot tell is not known.',
  'jmessage.gone': () =>
    'JMessage says that it has switched its statistics off: message numbers are counted from the message history, and what that cannot tell is not known.',
  'jmessage.onlyLast': ({ days }: { days: number }) => `Of so many days only the last ${days} are counted at once.`,
  'jmessage.uncounted': ({ date }: { date: LocalDate }) =>
    `Not all messages of ${date} are counted yet, so its number is not known.`,
  'jmessage.totalsOf': ({ date }: { date: LocalDate }) => `Totals are those of ${date}.`,
  /** Why a reading of the history ended early. */
  'jmessage.keepsFrom': ({ days, from }: { days: number; from: string }) =>
    `JMessage keeps messages for ${days} days: ${from} is the first.`,
  'jmessage.tooManyPages': () => 'There are more pages than imstats reads at once.',
  'jmessage.cursorExpired': () => 'The cursor of JMessage expired too often.',
  'jmessage.samePage': ({ total, received }: { total: number; received: number }, { count, quantity }) =>
    `JMessage names ${quantity(total, { one: 'message', other: 'messages' })} and sends the same ${count(received)} again and again.`,
  'jmessage.noNewPage': ({ pages }: { pages: number }) => `JMessage sent ${pages} pages without a new message.`,
  'jmessage.moreThanTotal': ({ total }: { total: number }, { quantity }) =>
    `JMessage names ${quantity(total, { one: 'message', other: 'messages' })} and sends more and more of them.`,
  /** Failures. */
  'jmessage.noTimes': () => 'its messages have no times',
  'jmessage.noLookup': () => 'that name cannot be looked up',
  'jmessage.monthsPaid': () => 'messages by month are part of the paid statistics',
  'jmessage.authAdvice': () =>
    "Copy the AppKey and the Master Secret again from JMessage's console into the configuration of the app.",
  'jmessage.forbiddenAdvice': () =>
    "Check in JMessage's console that the app is active and may use the report interface.",
  'jmessage.notEntitledAdvice': () =>
    "The statistics are part of JMessage's VIP subscription; message history works without it.",
  'jmessage.notFoundAdvice': () =>
    'Check the url of the app (usually https://report.im.jpush.cn/v2), and the name of the user, group or room if one was asked for.',
  'jmessage.goneAdvice': () => 'JMessage seems to have switched this interface off: ask the vendor what replaces it.',
} satisfies PhraseSet;
