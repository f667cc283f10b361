// English for digests that earlier versions stored and that may still be queued: their columns, cells and lines are made no more.
import type { Instant } from '../clock.ts';
import { capitalise } from '../metrics/format.ts';
import type { Phrase, PhraseSet } from '../metrics/phrase.ts';
import { type PeriodName, periodWords, quantityOf, rangeWords } from './digest-phrases.ts';
import { sentence } from './status-phrases.ts';

interface OfPeriod {
  readonly of: PeriodName;
}

export const digestStoredPhrases = {
  'digest.window': ({ of }: OfPeriod, wording) => `${capitalise(periodWords(of, wording))}, ${of.zone}`,
  'digest.marked': ({ mark, window }: { mark: Phrase; window: Phrase }, { text }) => `${text(mark)}; ${text(window)}`,
  'digest.main': (
    { count, changes, record }: { count: number; changes: readonly Phrase[]; record?: Phrase },
    wording,
  ) => {
    const against = changes.length === 0 ? '' : `, ${wording.list(changes.map(wording.text))}`;
    return `${quantityOf(count, 'message', wording)}${against}${record === undefined ? '' : `; ${wording.text(record)}`}`;
  },
  /** Bars of a row, of which only shares have broken numbers. */
  'digest.bars': ({ values }: { values: readonly (number | null | undefined)[] }, wording) => {
    const known = values.flatMap((value) => value ?? []);
    const unit = known.some((value) => !Number.isInteger(value) && value <= 1) ? 'ratio' : 'count';
    const [low, high] = [Math.min(...known), Math.max(...known)];
    return known.length === 0 ? '' : rangeWords({ low, high, unit, known: known.length, of: values.length }, wording);
  },
  'digest.noneSince': ({ of }: OfPeriod, wording) =>
    `Nothing was measured in this period (${periodWords(of, wording)}), and no number is known since then.`,
  'digest.sinceThen': ({ of }: OfPeriod, wording) =>
    `Nothing was measured in this period (${periodWords(of, wording)}): this is what is measured so far.`,
  'digest.soFar': ({ now, zone }: { now: Instant; zone: string }, { time }) => `so far, to ${time(now, zone)}`,
  'digest.now': ({ at, zone }: { at: Instant; zone: string }, { time }) => `now, at ${time(at, zone)}`,
  'digest.wholeDays': ({ platform }: { platform: string }) =>
    `${platform} reports whole days: its numbers are in the daily digest.`,
  'digest.previewNote': () => 'This is a preview that only you see; nothing was sent.',
  'digest.skipped': ({ period, reason }: { period: string; reason: Phrase }, { text }) =>
    sentence(`The digest of ${period} was skipped: ${text(reason)}`),
} satisfies PhraseSet;
