// The English of a rule that cannot be judged although its platform answers, and of what ends that.
import type { Instant } from '../clock.ts';
import type { MetricId } from '../metrics/catalog.ts';
import { capitalise } from '../metrics/format.ts';
import { metricName, wasOf } from '../metrics/metric-phrases.ts';
import type { Phrase, PhraseSet, Wording } from '../metrics/phrase.ts';
import type { WhenWritten } from './alert-phrases.ts';

interface OfUnjudged {
  readonly metric?: MetricId | undefined;
  readonly app: string;
  readonly rule: string;
}

const numberOf = ({ metric, app }: OfUnjudged): string =>
  metric === undefined ? app : `${metricName(metric)} of ${app}`;

type NotJudged = OfUnjudged & WhenWritten & { because: 'missing' | 'failed'; since: Instant; isNew: boolean };

/** `Not judged: free memory of Production chat is not reported since 14:01; the rule memory-low cannot say anything`. */
function notJudged({ because, since, isNew, now, zone, ...of }: NotJudged, { clock }: Wording): string {
  const at = clock(since, now, zone);
  if (because === 'failed')
    return `Not judged: the rule ${of.rule} on ${numberOf(of)} ends in an error of imstats since ${at}`;
  const is = of.metric === undefined || wasOf(of.metric) === 'was' ? ['is', 'was'] : ['are', 'were'];
  const told = isNew ? `${is[1]} never reported, asked since ${at}` : `${is[0]} not reported since ${at}`;
  return `Not judged: ${numberOf(of)} ${told}; the rule ${of.rule} cannot say anything`;
}

/** Of a rule that cannot be judged, and of what ends that. */
export const judgingPhrases = {
  /** `because`: its number is not in the answers, or the rule itself fails. `isNew`: it was never measured. */
  'alert.notJudged': notJudged,
  'alert.judgedAgain': ({ rule, reading }: { readonly rule: string; readonly reading?: Phrase | undefined }, wording) =>
    `Judged again, ${rule}${reading === undefined ? '' : `: ${wording.text(reading)}`}`,
  'alert.untilJudged': ({ because }: { readonly because: 'missing' | 'failed' }) =>
    because === 'missing'
      ? 'The platform answers, without this number. Until it is there again the rule opens and closes nothing: see whether the platform still has it, or remove the rule.'
      : 'The log of imstats has the error. Until it is gone the rule opens and closes nothing.',
  'alert.wasNotJudged': (
    { since, at, now, zone, ...of }: OfUnjudged & WhenWritten & { readonly since: Instant; readonly at: Instant },
    { clock },
  ) => `${capitalise(numberOf(of))} could not be judged from ${clock(since, now, zone)} to ${clock(at, now, zone)}.`,
} satisfies PhraseSet;
