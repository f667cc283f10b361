// The English of rules with fixed limits: thresholds, and platforms that do not answer.
import type { Duration, Instant } from '../clock.ts';
import { limitValue } from '../metrics/metric-phrases.ts';
import type { Phrase, PhraseSet, Wording } from '../metrics/phrase.ts';
import { type Numbers, type OnApp, type RuleLimit, reading, unitOf } from './rule-phrases.ts';

interface ThresholdNumbers extends Numbers {
  /** `closes`: where the alert closes, when this level only goes down to a warning at `clear`. */
  readonly limits?:
    | { readonly trigger: number; readonly clear: number; readonly closes?: number | undefined }
    | undefined;
}

/** `Now 606 MiB of 8.0 GiB. Limit 8 % (655 MiB), a warning again at 12 %, closes at 20 %.` What line 1 has said is left out. */
function thresholdNumbers({ limits, ...last }: ThresholdNumbers, wording: Wording): string {
  const now = last.whole === undefined ? [] : [`${reading(last, wording)}.`];
  if (limits === undefined) return now.join(' ');
  const { trigger, clear, closes = clear } = limits;
  const value = (limit: number): string => wording.value(limit, unitOf(last.metric));
  const down = closes === clear ? '' : `, a warning again at ${value(clear)}`;
  const end = closes === trigger ? '' : `, closes at ${value(closes)}`;
  return [...now, `Limit ${limitValue(last.metric, trigger, last.whole, wording)}${down}${end}.`].join(' ');
}

export const thresholdPhrases = {
  'threshold.noLonger': ({ metric: id, value, direction }: RuleLimit, wording) =>
    `no longer ${direction === 'below' ? 'under' : 'over'} ${wording.value(value, unitOf(id))}`,
  'threshold.numbers': thresholdNumbers,
  'threshold.peak': () =>
    'It is the highest of the last hour: after a short peak it stays up to an hour, and so does this alert.',
} satisfies PhraseSet;

/** Why a platform gives no numbers. `isAnswer`: it answers, and the answer is of no use. */
interface Outage extends OnApp {
  readonly isAnswer: boolean;
  readonly cause?: Phrase | undefined;
}

export const unreachablePhrases = {
  'unreachable.now': ({ app, brief }: OnApp & { readonly brief?: Phrase | undefined }, { text }) =>
    `${app} ${brief === undefined ? 'does not answer' : text(brief)}`,
  /** `Production chat gives no numbers: HTTP 401, the key is not accepted`. */
  'unreachable.outage': ({ isAnswer, cause }: Omit<Outage, 'app'>, { text }) =>
    `${isAnswer ? 'gives no numbers' : 'does not answer'}${cause === undefined ? '' : `: ${text(cause)}`}`,
  'unreachable.answers': () => 'answers',
  'unreachable.never': () => 'has not answered yet',
  'unreachable.since': ({ since, now, zone }: { since: Instant; now: Instant; zone: string }, { clock }) =>
    `has not answered since ${clock(since, now, zone)}`,
  'unreachable.subject': ({ app }: OnApp) => app,
  'unreachable.beyond': () => 'without numbers',
  'unreachable.back': ({ app }: OnApp) => `${app} answers again`,
  'unreachable.reason': ({ reason }: { readonly reason: Phrase }, { text }) => `The last try failed: ${text(reason)}`,
  /** What to do. */
  'unreachable.advice': ({ advice }: { readonly advice: Phrase }, { text }) => text(advice),
  'unreachable.opens': ({ polls, critical }: { polls: number; critical: Duration }, { quantity, duration }) =>
    `Warning after ${quantity(polls, { one: 'failed poll', other: 'failed polls' })} in a row, critical after ${duration(critical)} without numbers.`,
  'unreachable.closes': () => 'It closes with the second good poll.',
  'unreachable.caveat': () => 'Its other alerts wait until it answers.',
} satisfies PhraseSet;
