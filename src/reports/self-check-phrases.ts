// English for what the bot says about itself: that its store cannot be written, that Slack does not reach it or refuses it.
import type { Instant } from '../clock.ts';
import { capitalise } from '../metrics/format.ts';
import type { Phrase, PhraseSet } from '../metrics/phrase.ts';

/** `words`: what is wrong and what to do. */
interface Told {
  readonly kind: 'unsaved' | 'file' | 'deaf' | 'refused';
  readonly words: Phrase;
  readonly at: Instant;
  readonly zone: string;
  readonly now: Instant;
}

const ended: Readonly<Record<Told['kind'], string>> = {
  unsaved: 'The store can be written again, and what happened meanwhile is saved',
  file: 'The file of the store is the one that was opened again',
  deaf: 'Slack reaches the bot again',
  refused: 'Slack takes the bot’s token again',
};

const ofFile = {
  missing: 'is gone',
  replaced: 'was replaced by another one',
  truncated: 'was emptied',
} as const;

/** Why the address of the heartbeat did not take a call: its status, or none came in time, or at all. */
export interface NotTaken {
  readonly because: 'status' | 'late' | 'unreachable';
  readonly status?: number | undefined;
}

const notTaken = ({ because, status }: NotTaken): string =>
  because === 'status'
    ? `it answered HTTP ${status}`
    : because === 'late'
      ? 'it did not answer within 10 s'
      : 'it could not be reached';

export const selfCheckPhrases = {
  'self.unsaved': ({ why }: { why: string }) =>
    `${why} Alerts are told from memory; what is told now may be told again if the bot ends before it could be stored.`,
  'self.file': ({ state }: { state: keyof typeof ofFile }) =>
    `The file of the store ${ofFile[state]} while the bot runs. Stop the bot, put the file or a backup in its place, and start it again; what is stored until then is lost.`,
  'self.deaf': () =>
    'No connection from Slack: commands, buttons and mentions do not arrive. Check slack.appToken, that Socket Mode is on, and the network; npm run check says which.',
  'self.refused': ({ why }: { why: Phrase }, { text }) => `Slack refuses the bot’s token: ${text(why)}`,
  'self.heartbeat': (why: NotTaken) =>
    `The address of heartbeat.url did not take the call: ${notTaken(why)}. Check the address and the network; the watch there may say that the bot is dead.`,
  'self.begun': ({ words, at, zone, now }: Told, { text, moment }) =>
    `imstats is in trouble since ${moment(at, zone, now)}. ${capitalise(text(words))}`,
  /** It arrives when it is over, because it could not be posted before. */
  'self.over': ({ words, at, zone, now }: Told, { text, moment }) =>
    `Nothing could be posted since ${moment(at, zone, now)}; what waited follows. ${capitalise(text(words))}`,
  'self.ended': ({ kind, at, zone, now }: Omit<Told, 'words'>, { moment }) =>
    `${ended[kind]}, since ${moment(at, zone, now)}.`,
} satisfies PhraseSet;
