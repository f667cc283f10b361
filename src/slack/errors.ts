// What Slack's errors mean for a message: the one place that translates them, without any content of a request.
import { webApi } from '@slack/bolt';
import { second } from '../clock.ts';
import { DeliveryError, type DeliveryOutcome } from '../errors.ts';
import { english } from '../metrics/format.ts';
import { createWording, type Phrase, phrasesOf } from '../metrics/phrase.ts';
import { errorRowOf, slackErrorPhrases } from './error-code-phrases.ts';

const say = phrasesOf<typeof slackErrorPhrases>();

/** An error of these words; its message and hint are the same in English. */
export function slackError(
  outcome: DeliveryOutcome,
  code: string,
  words: Phrase,
  { advice, retryAfterMs }: { readonly advice?: Phrase | undefined; readonly retryAfterMs?: number } = {},
): DeliveryError {
  const { text } = createWording(english, [slackErrorPhrases]);
  const hint = advice === undefined ? undefined : text(advice);
  return new DeliveryError(outcome, code, text(words), { hint, retryAfterMs, words, advice });
}

/** Any error of Slack's client as a `DeliveryError`. After an unrecognised one the message may have arrived: `unknown`. */
export function toDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof webApi.WebAPIRateLimitedError) return limited(error.retryAfter);
  if (error instanceof webApi.WebAPIPlatformError) return fromCode(error);
  if (error instanceof webApi.WebAPIHTTPError) return fromStatus(error.statusCode);
  if (error instanceof webApi.WebAPIRequestError) return fromNetwork(error.original);
  // A 429 with an invalid Retry-After is a plain error; its text holds an address, which is not passed on.
  if (error instanceof Error && error.message.startsWith('Retry header')) return limited(30);
  return slackError('unknown', 'no_answer', say('slack.broke'));
}

function limited(seconds: number): DeliveryError {
  return slackError('not-sent', 'ratelimited', say('slack.wait', { seconds }), { retryAfterMs: seconds * second });
}

function fromCode(error: webApi.WebAPIPlatformError): DeliveryError {
  const word = error.data.error;
  // A page that is not JSON would be here as a whole.
  if (typeof word !== 'string' || !/^[a-z][a-z0-9_.]{0,60}$/.test(word)) {
    return slackError('unknown', 'bad_answer', say('slack.notJson'));
  }
  const seconds = error.data.response_metadata?.retryAfter;
  if (word === 'ratelimited' && seconds !== undefined) return limited(seconds);
  const known = errorRowOf(word);
  const advice = known.advice === undefined ? undefined : say('slack.adviceOn', { code: word });
  return slackError(known.outcome, word, say('slack.says', { code: word, ...pointers(error) }), { advice });
}

/** Which parts of the blocks Slack refused, for the log, cut short. */
function pointers(error: webApi.WebAPIPlatformError): { readonly detail?: string } {
  const messages = error.data.response_metadata?.messages ?? [];
  return messages.length === 0 ? {} : { detail: messages.join(' ').slice(0, 200) };
}

function fromStatus(status: number): DeliveryError {
  const words = say('slack.http', { status });
  if (status >= 500 || status === 408) return slackError('unknown', `http_${status}`, words);
  return slackError('refused', `http_${status}`, words, { advice: say('slack.checkAddress') });
}

/** Errors before a byte was sent. */
const notSentErrors: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function fromNetwork(original: Error): DeliveryError {
  const code = codeOf(original);
  if (code !== undefined && notSentErrors.has(code)) {
    return slackError('not-sent', code, say('slack.unreachable', { code }), { advice: say('slack.checkNetwork') });
  }
  const word = original.name === 'TimeoutError' ? 'timeout' : 'connection_lost';
  return slackError('unknown', word, word === 'timeout' ? say('slack.late') : say('slack.lost'));
}

/** The system's code of a failed fetch; when several addresses were tried, it is one level deeper. */
function codeOf(error: unknown): string | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 4; depth += 1) {
    if ('code' in current && typeof current.code === 'string') return current.code;
    const [first] = current instanceof AggregateError ? current.errors : [current.cause];
    current = first;
  }
  return undefined;
}
