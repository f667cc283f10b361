// English for what IMKit alone needs: its own failures, and where its dashboard mends them.
// Its own file, because a set of phrases is never loaded by what decides.
import type { PhraseSet } from '../../metrics/phrase.ts';

export const imkitPhrases = {
  /** Remarks about its numbers. */
  'imkit.severalHosts': () =>
    'The answers come from more than one host: total memory changes between polls, so free memory may too.',
  'imkit.clockOff': () => "The server's clock is more than a day away from ours.",
  'imkit.impossibleMemory': () => 'The server reported an impossible amount of memory, which is left out.',
  /** Failures. */
  'imkit.forbidden': () => 'the key lacks platform permission',
  'imkit.noNumbers': () => 'it holds none of the numbers that IMKit documents',
  'imkit.authAdvice': () => "Copy the API key again from IMKit's dashboard into the configuration of the app.",
  'imkit.forbiddenAdvice': () =>
    "Give the key the Platform API permission in IMKit's dashboard, or check the address filter there (PLATFORM_API_SOURCE_FILTER): it must let this machine in.",
  'imkit.notFoundAdvice': () =>
    'Check the url of the app: imstats asks for /admin/stats below it, for example https://your-app.imkit.io.',
} satisfies PhraseSet;
