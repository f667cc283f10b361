// The English of the delivery: what it adds to a message, and why a message was not taken.
import type { Phrase, PhraseSet } from '../metrics/phrase.ts';

export const deliveryPhrases = {
  'delivery.elsewhere': ({ channel, code }: { readonly channel: string; readonly code: string }) =>
    `Sent here because ${channel} did not take it (${code}).`,
  'delivery.unpinged': ({ code, isHere }: { readonly code: string; readonly isHere: boolean }) =>
    isHere
      ? `Slack refused the mention of everybody here (${code}), so it was left out.`
      : `Nobody was pinged: Slack refused the mention (${code}).`,
  'delivery.threadless': ({ code }: { readonly code: string }) => `Not in its thread, which takes no reply (${code}).`,
  /** `line` is line 1 of the message as it should be now. */
  'delivery.frozen': ({ code, line }: { readonly code: string; readonly line?: Phrase | undefined }, { text }) =>
    `The message above cannot be edited any more (${code}), so this thread tells what changes.${line === undefined ? '' : ` Now: ${text(line)}.`}`,
  'delivery.maybeRepeat': () => 'This may be a repeat: the first try got no answer and the channel cannot be read.',
  'delivery.unsaved': () => 'The store cannot be written: this may be told again.',
  'delivery.ended': () => 'The attempt ended in an error.',
  'delivery.noForm': () => 'Slack took no form of the message.',
  'delivery.gone': () => 'Its message is gone.',
  'delivery.notDrawn': () => 'Not every chart of the message could be drawn.',
  'pager.late': () => 'PagerDuty did not answer within 10 s.',
  'pager.unreachable': () => 'PagerDuty could not be reached.',
  'pager.busy': () => 'PagerDuty takes no more events for now.',
  'pager.http': ({ status }: { readonly status: number }) => `PagerDuty answered HTTP ${status}.`,
  /** `reason` is PagerDuty's own text. */
  'pager.refused': ({ status, reason }: { readonly status: number; readonly reason?: string | undefined }) =>
    `PagerDuty refused the event (HTTP ${status})${reason === undefined ? '' : `: ${reason}`}.`,
  'pager.checkKey': () => 'Check pagerduty.routingKey in the configuration.',
} satisfies PhraseSet;
