// The English of what the delivery adds to a message: why it is where it is, and that it may be a repeat.
// Its own file, because a set of phrases is never loaded by what decides.
import type { PhraseSet } from '../metrics/phrase.ts';

export const deliveryPhrases = {
  'delivery.elsewhere': ({ channel, code }: { readonly channel: string; readonly code: string }) =>
    `Sent here because ${channel} did not take it (${code}).`,
  'delivery.maybeRepeat': () => 'This may be a repeat: the first try got no answer and the channel cannot be read.',
} satisfies PhraseSet;
