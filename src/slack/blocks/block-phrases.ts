// The English around an alert and an answer in Slack: buttons, links, the list of alerts, who shared an answer.
import type { Instant } from '../../clock.ts';
import type { PhraseSet } from '../../metrics/phrase.ts';
import type { ChartFacts } from '../../reports/report.ts';

export const alertBlockPhrases = {
  'sister.in': ({ channel }: { readonly channel: string }) => `Also in {channel:${channel}}`,
  'sister.message': () => 'message',
  'button.acknowledge': () => 'Acknowledge',
  'button.silence': () => 'Silence for',
  'button.silenceFor': ({ minutes }: { readonly minutes: number }, { quantity }) =>
    minutes < 60
      ? quantity(minutes, { one: 'minute', other: 'minutes' })
      : quantity(minutes / 60, { one: 'hour', other: 'hours' }),
  'button.silenceUntil': ({ time }: { readonly time: string }) => `until ${time}`,
  'button.unsilence': () => 'End silence',
  'button.normal': () => 'This is normal now',
  'button.acknowledgeAll': () => 'Acknowledge all',
  'button.silenceAll': ({ minutes }: { readonly minutes: number }) => `Silence all ${minutes} min`,
  'button.call': () => 'Call now',
  'button.callTitle': () => 'Call somebody now?',
  'button.callText': () =>
    'The pager calls whoever is on duty there, also where somebody has this alert in hand already.',
  'button.callNot': () => 'Do not call',
  'button.why': () => 'Why',
  'button.report': () => 'Report',
  'button.asText': () => 'As text',
  'incident.toCopy': () => 'The report as text, to copy:',
  'button.undo': () => 'Undo',
  'button.extend': () => 'Extend',
  'button.close': ({ closing }: { readonly closing: 'resolve' | 'forNow' }) =>
    closing === 'resolve' ? 'Resolve' : 'Close for now',
  'button.takeOver': () => 'Take over',
  'button.current': () => 'The one that is open',
  'button.silenceCritical': () => 'Silence critical too',
  /** `No open alerts`, `2 open alerts, 1 rule not judged`. */
  'list.headline': ({ open, unjudged }: { readonly open: number; readonly unjudged: number }, { quantity }) => {
    const alerts = open === 0 ? 'No open alerts' : quantity(open, { one: 'open alert', other: 'open alerts' });
    const rules = quantity(unjudged, { one: 'rule', other: 'rules' });
    return unjudged === 0 ? alerts : `${alerts}, ${rules} not judged`;
  },
  'list.more': ({ count }: { readonly count: number }) => `… ${count} more`,
  'list.watched': ({ ids, more }: { readonly ids: readonly string[]; readonly more: number }, { list }) =>
    `Watched: ${list(ids)}${more === 0 ? '' : `, … ${more} more`}.`,
  'list.noRule': () => 'No rule watches this.',
  'list.why': ({ command }: { readonly command: string }) => `${command} shows the numbers behind one.`,
  /** `in @oncall: Alice and Bob`, `2 people of @oncall`; the handle is written so that it pings nobody. */
  'people.onCall': (
    { handle, names, count }: { handle?: string | undefined; names: readonly string[]; count: number },
    { list, quantity },
  ) => {
    const group = handle === undefined ? 'the group on call' : `@${handle}`;
    const more = count - names.length;
    if (names.length === 0) return `${quantity(count, { one: 'person', other: 'people' })} of ${group}`;
    return `in ${group}: ${list(more === 0 ? names : [...names, `${more} more`])}`;
  },
  'people.somebody': () => 'somebody',
  /** Somebody whose name Slack does not tell, in a text with others. */
  'people.unnamed': ({ number }: { readonly number: number }) => `Person ${number}`,
  /** Of a link to the message of an alert. */
  'thread.open': () => 'Open thread',
} satisfies PhraseSet;

interface NumbersSlot {
  readonly at: Instant;
  readonly zone: string;
  readonly each: ChartFacts['each'];
  /** True where the slots are of several days. */
  readonly isLong: boolean;
  /** True of a day that is not over. */
  readonly isRunning: boolean;
}

interface PageOf {
  readonly page: number;
  readonly of: number;
}

export const answerPhrases = {
  'button.refresh': () => 'Refresh',
  'button.hours': ({ hours }: { readonly hours: number }, { duration }) => duration(hours * 3_600_000),
  'button.days': ({ days }: { readonly days: number }, { quantity }) => quantity(days, { one: 'day', other: 'days' }),
  'button.share': () => 'Share to channel',
  'button.numbers': () => 'Numbers',
  'button.page': ({ page, of }: PageOf) => `Page ${page} of ${of}`,
  /** `Asia/Taipei, newest first, page 2 of 3`. */
  'numbers.context': ({ zone, page, of }: PageOf & { zone: string }) =>
    `${zone}, newest first${of === 1 ? '' : `, page ${page} of ${of}`}`,
  'numbers.slot': ({ each }: { each: ChartFacts['each'] }) => ({ day: 'Day', hour: 'Hour from', moment: 'Time' })[each],
  /** `Sun 22 Nov`, `Sun 22 Nov so far`, `09:00`, `Sun 22 Nov 09:00`. */
  'numbers.at': (slot: NumbersSlot, { instant }) => {
    const { at, zone, each, isLong, isRunning } = slot;
    if (each === 'day') return `${instant(at, zone, 'ccc d LLL')}${isRunning ? ' so far' : ''}`;
    return instant(at, zone, isLong ? 'ccc d LLL HH:mm' : 'HH:mm');
  },
  /** `user` and `command` are written already, with Slack's markup. */
  'answer.sharedBy': ({ user, command }: Record<'user' | 'command', string>) => `Shared by ${user} from ${command}`,
  'answer.shared': () => 'Shared to the channel.',
} satisfies PhraseSet;
