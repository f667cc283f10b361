// English for the Home tab. Moments are written already, with Slack's markup, so that they are in the reader's zone.
// Its own file, because a set of phrases is never loaded by what decides.
import type { PhraseSet } from '../metrics/phrase.ts';

export const homePhrases = {
  'home.apps': () => 'Your apps',
  'home.noApp': () => 'No app is configured.',
  'home.notMeasured': () => 'not measured yet',
  'home.asOf': ({ moment }: { moment: string }) => `as of ${moment}`,
  'home.moreApps': ({ count, command }: { count: number; command: string }) => `… ${count} more apps: ${command}`,
  'home.alerts': () => 'Alerts',
  'home.noAlerts': () => 'No open alerts.',
  'home.digests': () => 'Next digests',
  'home.noDigest': () => 'No digest is scheduled.',
  'home.more': ({ count }: { count: number }) => `… ${count} more`,
  'home.updated': ({ command, help, moment }: Record<'command' | 'help' | 'moment', string>) =>
    `Type ${command} in any channel, ${help} for everything. Updated ${moment}.`,
} satisfies PhraseSet;
