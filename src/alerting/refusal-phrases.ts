// The English of what cannot be done with an alert, and why.
import type { Instant } from '../clock.ts';
import type { Phrase, PhraseSet } from '../metrics/phrase.ts';
import { type Person, person, somebody, type WhenWritten } from './alert-phrases.ts';
import type { UndoableAction } from './state.ts';

const actedLast: Readonly<Record<UndoableAction, string>> = {
  acknowledge: 'acknowledged it',
  silence: 'silenced it',
  unsilence: 'ended its silence',
  resolve: 'resolved it by hand',
  normal: 'said that it is normal',
};

/** Answers to a person. */
export const refusalPhrases = {
  'refused.acknowledge': () => 'There is nothing to acknowledge: the alert is not open.',
  'refused.acknowledged': () => 'You have acknowledged it already.',
  'refused.noPager': () => 'No pager is configured for this alert.',
  'refused.extend': ({ rule }: { readonly rule: string }) =>
    `There is nothing to extend: nobody has ${rule} in hand, and it is not silenced.`,
  'refused.call': () => 'There is nothing to call somebody for: the alert is not open, or nobody was told of it yet.',
  'refused.called': () => 'The pager was called within the last minute.',
  'refused.note': () => 'There is no incident yet that a note could be kept with.',
  'refused.silence': () => 'A silence must end in the future.',
  'refused.unsilence': () => 'There is nothing to end: the alert is not silenced.',
  'refused.resolve': () => 'There is nothing to resolve: the alert is not open.',
  'refused.normal': () => 'There is nothing to accept: the alert is not open.',
  'refused.fixed': ({ rule }: { readonly rule: string }) =>
    `${rule} goes by a limit of its own and not by what is usual: change its limit, or close it for now.`,
  'refused.undoUnknown': () => 'There is nothing to undo: what was done with the alert is not known any more.',
  'refused.undoNothing': () => 'There is nothing to undo: you did nothing here in the last 24 h that still holds.',
  'refused.undoOthers': ({
    rule,
    action,
    ...by
  }: Person & { readonly rule: string; readonly action: UndoableAction }) =>
    `There is nothing of yours to undo: ${somebody(by)} ${actedLast[action]} since (${rule}).`,
  'refused.unnote': ({ rule }: { readonly rule: string }) =>
    `There is no such note of yours with ${rule}: it was taken back already, or you wrote another one since.`,
  /** Of an incident that is over. `openedAt`: the one that is open instead. */
  'refused.past': (
    {
      rule,
      closedAt,
      openedAt,
      now,
      zone,
    }: WhenWritten & { rule: string; closedAt?: Instant | undefined; openedAt?: Instant | undefined },
    { clock },
  ) => {
    const over = closedAt === undefined ? '' : ` since ${clock(closedAt, now, zone)}`;
    const open = openedAt === undefined ? '' : ` Another one is open since ${clock(openedAt, now, zone)}.`;
    return `That incident of ${rule} is over${over}, and nothing was done.${open}`;
  },
  /** Of the alerts of a storm, with none of which anything could be done. */
  'refused.storm': ({ rules, why }: { rules: readonly string[]; why?: Phrase | undefined }, { list, text }) =>
    `Nothing was done with ${list(rules)}${why === undefined ? ': each is over, or was so already.' : `. ${text(why)}`}`,
  'refused.severalTaken': ({ rules, ...by }: Person & { readonly rules: readonly string[] }, { list }) =>
    `${person(by)} has ${list(rules)} in hand.`,
  'refused.undone': (by: Person) => `It was undone already, by ${somebody(by)}.`,
  'refused.changedSince': ({
    rule,
    action,
    ...by
  }: Person & { readonly rule: string; readonly action: UndoableAction }) =>
    `It was not undone: ${somebody(by)} has ${actedLast[action]} since (${rule}).`,
  'refused.undoOver': ({ rule }: { readonly rule: string }) =>
    `There is nothing to undo any more: what was done with ${rule} has ended by itself.`,
} satisfies PhraseSet;
