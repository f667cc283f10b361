// The English of the modal in which the limits of a rule are changed.

import { userToken } from '../../alerting/notification.ts';
import type { Instant } from '../../clock.ts';
import { type MetricId, metric } from '../../metrics/catalog.ts';
import { metricName } from '../../metrics/metric-phrases.ts';
import type { PhraseSet } from '../../metrics/phrase.ts';
import { localDate } from '../../time-zone.ts';

type Direction = { readonly direction: 'below' | 'above' };

const examples = { ratio: '15%', bytes: '512MB or 2GiB', count: '1600', mean: '2.5' } as const;

export const tuneFormPhrases = {
  'tune.button': () => 'Tune',
  'tune.withThis': () => 'Tune with this',
  'tune.try': () => 'Try it',
  'tune.save': () => 'Save',
  'tune.cancel': () => 'Cancel',
  'tune.change': () => 'Change the limits',
  'tune.back': () => 'Back to the file',
  'tune.backTitle': () => 'Back to the file?',
  'tune.backText': ({ rule }: { readonly rule: string }) =>
    `${rule} gets the limits of the configuration file again, at once.`,
  'tune.about': ({ rule, app, metric: id }: { rule: string; app: string; metric?: MetricId | undefined }) =>
    `The limits of ${rule}: ${id === undefined ? '' : `${metricName(id)} on `}${app}. Nothing changes before you save.`,
  'tune.isTuned': ({ by, at, zone }: { by: string; at: Instant; zone: string }, { shortDate }) =>
    `Changed in Slack by ${userToken(by)} on ${shortDate(localDate(at, zone))}.`,
  'tune.limitField': ({ direction }: Direction) => `Warning ${direction}`,
  'tune.limitHint': ({ metric: id }: { readonly metric?: MetricId | undefined }) =>
    `Such as ${examples[id === undefined ? 'count' : metric(id).unit]}.`,
  'tune.clearField': () => 'Clears at',
  'tune.clearHint': ({ direction }: Direction) =>
    `${direction === 'below' ? 'At or above' : 'At or below'} the limit; empty: at the limit itself.`,
  'tune.forField': () => 'Only after',
  'tune.durationHint': () => 'How long it must last first, such as 5m; empty: at once.',
  'tune.criticalField': ({ direction }: Direction) => `Critical ${direction}`,
  'tune.criticalHint': () => 'Empty: no critical level.',
  'tune.criticalClearField': () => 'Critical clears at',
  'tune.criticalForField': () => 'Critical only after',
  'tune.keepField': () => 'Closes after it was clear for',
  'tune.channelField': () => 'Told in',
  'tune.groupsField': () => 'Groups that are pinged',
  'tune.usersField': () => 'People who are pinged',
  'tune.here': () => 'Everybody who is here',
  'tune.forFile': () => 'To keep it in the configuration file, write there:',
  'tune.trying': () => 'Trying it on the stored past …',
  'tune.saving': () => 'Saving …',
  'tune.press': ({ rule }: { readonly rule: string }) => `Press the button to change the limits of ${rule}.`,
  'tune.late': ({ rule }: { readonly rule: string }) =>
    `Slack gives 3 seconds to open the form, and they were over. Press the button to change the limits of ${rule}.`,
  'tune.proof': ({ rule, app, by }: { readonly rule: string; readonly app: string; readonly by: string }) =>
    `${userToken(by)} has alerts of ${rule} on ${app} told here. This line shows that imstats can write into this channel.`,
  'tune.noChannel': ({ channel, why }: { readonly channel: string; readonly why: string }) =>
    `imstats cannot write into {channel:${channel}} (${why}), so nothing was saved. Invite it there with /invite, or choose another channel.`,
  'tune.old': () => 'This form is of another version of imstats; open it again.',
} satisfies PhraseSet;
