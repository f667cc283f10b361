// The English of the delivery: what it adds to a message, and why a message was not taken.
import type { PhraseSet } from '../metrics/phrase.ts';

export const deliveryPhrases = {
  'delivery.elsewhere': ({ channel, code }: { readonly channel: string; readonly code: string }) =>
    `Sent here because ${channel} did not take it (${code}).`,
  'delivery.maybeRepeat': () => 'This may be a repeat: the first try got no answer and the channel cannot be read.',
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
