// English for the Home tab, and for what Slack's errors mean and what to do about them.
import type { PhraseSet } from '../metrics/phrase.ts';

/** Moments are written already, with Slack's markup, so that they are in the reader's zone. */
export const homePhrases = {
  'home.apps': () => 'Your apps',
  'home.noApp': () => 'No app is configured.',
  'home.notMeasured': () => 'not measured yet',
  'home.asOf': ({ moment, isStale = false }: { moment: string; isStale?: boolean }) =>
    `as of ${moment}${isStale ? ', stale' : ''}`,
  'home.moreApps': ({ count, command }: { count: number; command: string }) => `… ${count} more apps: ${command}`,
  'home.alerts': () => 'Alerts',
  'home.noAlerts': () => 'No open alerts.',
  'home.digests': () => 'Next digests',
  'home.noDigest': () => 'No digest is scheduled.',
  'home.more': ({ count }: { count: number }) => `… ${count} more`,
  'home.updated': ({ command, help, moment }: Record<'command' | 'help' | 'moment', string>) =>
    `Type ${command} in any channel, ${help} for everything. Updated ${moment}.`,
} satisfies PhraseSet;

/** What to do, by Slack's error code. */
const advice: Readonly<Record<string, string>> = {
  channel_not_found:
    'Write the id of a channel that the bot can see; invite it with /invite where the channel is private.',
  not_in_channel: 'Invite the bot into the channel with /invite.',
  is_archived: 'Unarchive the channel or name another one.',
  invalid_auth: 'Put the Bot User OAuth Token of the installed Slack app in the configuration.',
  not_authed: 'Put the Bot User OAuth Token of the installed Slack app in the configuration.',
  token_revoked: 'Install the Slack app again and put its new Bot User OAuth Token in the configuration.',
  token_expired: 'Install the Slack app again and put its new Bot User OAuth Token in the configuration.',
  account_inactive: 'Install the Slack app again: its user was switched off.',
  missing_scope: 'Paste manifest.yml into the Slack app again and reinstall it.',
  restricted_action: 'Let apps post in this channel, or name another one.',
};

/** Whether there is advice on a code. */
export function hasAdvice(code: string): boolean {
  return Object.hasOwn(advice, code);
}

export const slackErrorPhrases = {
  'slack.broke': () => 'The connection to Slack broke before its answer was whole.',
  'slack.wait': ({ seconds }: { readonly seconds: number }) => `Slack takes the next message in ${seconds} s.`,
  'slack.notJson': () => 'Slack answered with something that is not JSON.',
  /** `detail` is Slack's own text. */
  'slack.says': ({ code, detail }: { readonly code: string; readonly detail?: string | undefined }) =>
    `Slack says ${code}.${detail === undefined ? '' : ` ${detail}`}`,
  'slack.http': ({ status }: { readonly status: number }) => `Slack answered HTTP ${status}.`,
  'slack.unreachable': ({ code }: { readonly code: string }) => `Slack cannot be reached (${code}).`,
  'slack.late': () => 'Slack did not answer in time.',
  'slack.lost': () => 'The connection to Slack was lost.',
  'slack.uploadLate': () => 'The upload of a picture took too long.',
  'slack.uploadRefused': ({ status }: { readonly status: number }) =>
    `Slack did not take the picture (HTTP ${status}).`,
  'slack.adviceOn': ({ code }: { readonly code: string }) => advice[code] ?? '',
  'slack.checkAddress': () => 'Check slack.apiUrl in the configuration.',
  'slack.checkNetwork': () => 'Check that this machine reaches slack.com.',
} satisfies PhraseSet;
