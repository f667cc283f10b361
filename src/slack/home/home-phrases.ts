// English for the Home tab.
import type { PhraseSet } from '../../metrics/phrase.ts';

/** Moments are written already, with Slack's markup, so that they are in the reader's zone. */
export const homePhrases = {
  'home.apps': () => 'Your apps',
  'home.noApp': () => 'No app is configured.',
  'home.notMeasured': () => 'not measured yet',
  'home.asOf': ({ moment, isStale = false }: { moment: string; isStale?: boolean }) =>
    `as of ${moment}${isStale ? ', stale' : ''}`,
  /** `… 70 more apps, 3 of them not well: /imstats apps` */
  'home.moreApps': ({ count, troubled, command }: { count: number; troubled: number; command: string }, wording) => {
    const apps = wording.quantity(count, { one: 'more app', other: 'more apps' });
    const some = troubled === 0 ? 'without trouble' : `${wording.count(troubled)} of them with trouble`;
    return `… ${apps}, ${some}: ${command}`;
  },
  'home.moreAlerts': ({ count, command }: { count: number; command: string }, { quantity }) =>
    `… ${quantity(count, { one: 'more open alert', other: 'more open alerts' })}: ${command}`,
  'home.noAlerts': () => 'No open alerts.',
  'home.notJudged': () => 'Not judged',
  'home.muted': () => 'Muted',
  /** Of a part of Home. */
  'home.nothing': ({ title }: { title: string }) => `${title}: nothing.`,
  'home.digests': () => 'Next digests',
  'home.noDigest': () => 'No digest is scheduled.',
  'home.more': ({ count }: { count: number }) => `… ${count} more`,
  'home.updated': ({ command, help, moment }: Record<'command' | 'help' | 'moment', string>) =>
    `Updated ${moment}. Type ${command} in any channel, ${help} for everything.`,
  'button.preview': () => 'Preview',
} satisfies PhraseSet;
