// English for the counts of a message history: line 1, its figures, what is missing and why, and the words of a count that runs.
import { type Duration, type Instant, second } from '../clock.ts';
import { capitalise } from '../metrics/format.ts';
import type { MessageClient, MessageTarget, MessageType } from '../metrics/message-history.ts';
import { type Phrase, type PhraseSet, phrasesOf, type Wording } from '../metrics/phrase.ts';
import type { RangeName, rangePhrases } from '../metrics/range-phrases.ts';
import type { LocalDate } from '../time-zone.ts';

const say = phrasesOf<typeof rangePhrases>();

/** Whose messages they are; of an app where none of the others is set. */
export interface SubjectValues {
  readonly app: string;
  readonly user?: string | undefined;
  readonly group?: string | undefined;
  readonly room?: string | undefined;
}

/** `China`, `User wang.fang on China`, `Group 10055201 on China`, `Chat room 7 on China`. */
function subjectWords({ app, user, group, room }: SubjectValues): string {
  if (user !== undefined) return `user ${user} on ${app}`;
  if (group !== undefined) return `group ${group} on ${app}`;
  return room === undefined ? app : `chat room ${room} on ${app}`;
}

const types: Readonly<Record<MessageType, string>> = {
  text: 'Text',
  image: 'Image',
  voice: 'Voice',
  file: 'File',
  location: 'Location',
  video: 'Video',
  custom: 'Custom',
  other: 'Other types',
};

const targets: Readonly<Record<MessageTarget, string>> = {
  single: 'Single chats',
  group: 'Groups',
  room: 'Chat rooms',
  other: 'Elsewhere',
};

const clients: Readonly<Record<MessageClient, string>> = {
  android: 'Android',
  ios: 'iOS',
  web: 'web',
  windows: 'Windows',
  other: 'not said',
};

interface Share {
  readonly count: number;
  /** Of all messages; absent where there is one part only. */
  readonly share?: number | undefined;
}

/** `2,080 (55 %)`. */
const shareWords = ({ count, share }: Share, wording: Pick<Wording, 'count' | 'ratio'>): string =>
  `${wording.count(count)}${share === undefined ? '' : ` (${wording.ratio(share)})`}`;

const twoDigits = (hour: number): string => String(hour).padStart(2, '0');

/** `20:00 to 21:00`. */
const hourWords = (hour: number): string => `${twoDigits(hour)}:00 to ${twoDigits(hour + 1)}:00`;

/** An estimate is no better than three digits. */
const rough = (count: number): number => Number(count.toPrecision(3));

const messages = { one: 'message', other: 'messages' } as const;

interface Counted extends SubjectValues {
  readonly count: number;
  readonly range: RangeName;
}

export const historyPhrases = {
  /** Line 1. */
  'history.headline': (
    { count, range, busiest, ...subject }: Counted & { readonly busiest?: number | undefined },
    wording,
  ) => {
    const all = count === 0 ? 'no messages' : wording.quantity(count, messages);
    const most = busiest === undefined ? '' : `, most from ${hourWords(busiest)}`;
    return `${capitalise(subjectWords(subject))}: ${all} ${wording.text(say('range.in', { range }))}${most}`;
  },
  'history.partly': (
    { count, why, ...subject }: SubjectValues & { readonly count: number; readonly why: Phrase },
    wording,
  ) =>
    `${capitalise(subjectWords(subject))}: ${wording.text(why)}, ${wording.quantity(count, messages)} counted until then`,
  'history.stopped': () => 'stopped before the end',
  'history.failed': () => 'counting ended early',
  'history.late': ({ length }: { length: Duration }, { duration }) => `counting ended after ${duration(length)}`,
  /** What is missing, below line 1. */
  'history.missing': ({ from, to, zone }: { from: Instant; to: Instant; zone: string }, { instant }) =>
    `Counted up to ${instant(from, zone, 'd LLL HH:mm')}; what was sent from then to ${instant(to, zone, 'd LLL HH:mm')} is missing.`,
  'history.missingAll': () => 'No message was counted.',
  'history.goesOn': () => 'Asked again, it goes on from the first day that is missing.',
  'history.startsAgain': () =>
    'Asked again, it starts from the beginning: counts of people, groups and rooms are not kept.',
  /** Figures. */
  'history.target': ({ chat }: { chat: MessageTarget }) => targets[chat],
  'history.sent': () => 'Sent',
  'history.received': () => 'Received',
  'history.count': ({ count }: { count: number }, wording) => wording.count(count),
  'history.share': ({ share }: { share: number }, { ratio }) => `${ratio(share)} of all`,
  'history.senders': () => 'Different senders',
  'history.different': ({ count, isAbout }: { count: number; isAbout: boolean }, wording) =>
    `${isAbout ? 'about ' : ''}${wording.count(count)}`,
  'history.busiestHour': () => 'Busiest hour',
  'history.hour': ({ hour }: { hour: number }) => hourWords(hour),
  'history.ofHour': ({ count, share }: { count: number; share: number }, wording) =>
    `${wording.quantity(count, messages)}, ${wording.ratio(share)} of all`,
  /** The table. */
  'history.types': () => 'Type',
  'history.type': ({ type }: { type: MessageType }) => types[type],
  'history.all': () => 'All',
  'history.clients': (
    { clients: parts }: { clients: readonly (Share & { readonly client: MessageClient })[] },
    wording,
  ) =>
    `Sent with: ${wording.list(parts.map(({ client, ...part }) => `${clients[client]} ${shareWords(part, wording)}`))}.`,
  'history.day': ({ date, count }: { date: LocalDate; count: number }, wording) =>
    `${wording.instant(Date.parse(date), 'utc', 'ccc d LLL')}: ${wording.quantity(count, messages)}`,
  'history.days': () => 'By day',
  'history.topSenders': ({ count }: { count: number }) =>
    `${count === 1 ? 'Who sent them' : 'Who sent most'} (for managers only)`,
  'history.topGroups': ({ count }: { count: number }) =>
    `${count === 1 ? 'The group' : 'Groups with most messages'} (for managers only)`,
  'history.topUser': ({ rank, user, ...part }: Share & { readonly rank: number; readonly user: string }, wording) =>
    `${rank}. ${user}: ${shareWords(part, wording)}`,
  'history.topGroup': ({ rank, group, ...part }: Share & { readonly rank: number; readonly group: string }, wording) =>
    `${rank}. ${group}: ${shareWords(part, wording)}`,
  /** Titles of the charts. */
  'history.byHour': () => 'Messages by time of day',
  'history.byDay': () => 'Messages per day',
  'history.messages': () => 'Messages',
  /** Remarks. */
  'history.inRooms': ({ count, rest }: { count: number; rest: number }, wording) =>
    `${wording.count(count)} of these ${count === 1 ? 'was' : 'were'} sent in chat rooms, which the daily statistics leave out: without them it is ${wording.count(rest)}.`,
  'history.elsewhere': ({ count }: { count: number }, wording) =>
    `${wording.count(count)} of these ${count === 1 ? 'is' : 'are'} of a kind that the daily statistics do not know.`,
  'history.otherwise': (
    { platform, statistics, counted }: { platform: string; statistics: number; counted: number },
    wording,
  ) =>
    `The daily statistics of ${platform} say ${wording.count(statistics)} where ${wording.count(counted)} were counted in single chats and groups: they are made apart from the history, and at another time.`,
  'history.onlySent': ({ platform, user }: { platform: string; user: string }) =>
    `${platform} gave only messages that ${user} sent, none that ${user} received.`,
  'history.keptDays': ({ days, of }: { days: number; of: number }, { quantity }) =>
    days === of
      ? 'Counted earlier and kept.'
      : `${quantity(days, { one: 'day', other: 'days' })} of ${of} had been counted earlier.`,
  'history.noTops': () => 'Who sent most is not kept: it takes a new count.',
  'history.keeps': (
    { platform, days, since, zone }: { platform: string; days: number; since: LocalDate; zone: string },
    { dates },
  ) => `${platform} keeps messages for ${days} days: ${dates(since, since)} is the first whole one (${zone}).`,
  /** Where nothing was found. */
  'history.nothing': ({
    platform,
    days,
    user,
    group,
    room,
  }: Omit<SubjectValues, 'app'> & { platform: string; days: number }) => {
    if (user !== undefined)
      return `${platform} has no message that ${user} sent or received in this time. It keeps ${days} days, and tells capital letters of names apart.`;
    if (group !== undefined)
      return `${platform} has no message in the group ${group} in this time. It keeps ${days} days.`;
    if (room !== undefined)
      return `${platform} has no message in the chat room ${room} in this time. It keeps ${days} days.`;
    return `${platform} has no message in this time. It keeps ${days} days.`;
  },
  /** Before a long count. */
  'history.ask': (
    { count, time, ...subject }: SubjectValues & { count: number | undefined; time: Duration },
    wording,
  ) => {
    const many = count === undefined ? 'very many messages' : `about ${wording.quantity(rough(count), messages)}`;
    const takes = time < 10 * second ? 'a few seconds' : `about ${wording.roughly(time)}`;
    return `${capitalise(subjectWords(subject))}: ${many} to count, which takes ${takes}.`;
  },
  'history.start': () => 'Start',
  'history.stop': () => 'Stop',
  'history.howFar': () => 'How far?',
  'history.anew': () => 'Count who sent most',
  /** While it counts. */
  'history.running': (
    {
      count,
      of,
      left,
      ...subject
    }: SubjectValues & { count: number; of?: number | undefined; left?: Duration | undefined },
    wording,
  ) => {
    const share = of === undefined || of <= count ? '' : ` of about ${wording.count(rough(of))}`;
    const time = left === undefined || left < second ? '' : `, about ${wording.roughly(left)} to go`;
    const so =
      count === 0
        ? 'counting'
        : `${wording.count(count)}${share} ${count === 1 && share === '' ? 'message' : 'messages'} counted`;
    return `${capitalise(subjectWords(subject))}: ${so}${time}. The answer comes by itself.`;
  },
  'history.givenUp': (subject: SubjectValues) =>
    `${capitalise(subjectWords(subject))}: the messages could not be counted.`,
} satisfies PhraseSet;
