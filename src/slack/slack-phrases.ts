// English for the Home tab.
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
