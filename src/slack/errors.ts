// What Slack's errors mean for a message: the one place that translates them, without any content of a request.
import { webApi } from '@slack/bolt';
import { second } from '../clock.ts';
import { DeliveryError, type DeliveryOutcome } from '../errors.ts';

/** Error codes after which nothing has arrived and a later try may pass. */
const notSent: ReadonlySet<string> = new Set([
  'ratelimited',
  'rate_limited',
  'message_limit_exceeded',
  'team_added_to_org',
  'service_unavailable',
  'accesslimited',
]);

/** Error codes after which the message may or may not have arrived. */
const unknown: ReadonlySet<string> = new Set(['internal_error', 'fatal_error', 'request_timeout']);

const gone: ReadonlySet<string> = new Set([
  'message_not_found',
  'thread_not_found',
  'cant_update_message',
  'edit_window_closed',
]);

const rejectedBlocks: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_attachments',
  'msg_blocks_too_long',
  'msg_too_long',
  'too_many_attachments',
  'no_text',
  'invalid_metadata_format',
  'invalid_metadata_schema',
  'metadata_too_large',
]);

const hints: Readonly<Record<string, string>> = {
  channel_not_found:
    'Write the id of a channel that the bot can see; invite it with /invite where the channel is private.',
  not_in_channel: 'Invite the bot into the channel with /invite.',
  is_archived: 'Unarchive the channel or name another one.',
  invalid_auth: 'Put the Bot User OAuth Token of the installed Slack app in the configuration.',
  not_authed: 'Put the Bot User OAuth Token of the installed Slack app in the configuration.',
  token_revoked: 'Install the Slack app again and put its new Bot User OAuth Token in the configuration.',
  token_expired: 'Install the Slack app again and put its new Bot User OAuth Token in the configuration.',
  account_inactive: 'Install the Slack app again: its user was switched off.',
  missing_scope: 'Paste manifest.yml into the Slack app again and reinstall it.',
  restricted_action: 'Let apps post in this channel, or name another one.',
};

/** Any error of Slack's client as a `DeliveryError`. After an unrecognised one the message may have arrived: `unknown`. */
export function toDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof webApi.WebAPIRateLimitedError) return limited(error.retryAfter);
  if (error instanceof webApi.WebAPIPlatformError) return fromCode(error);
  if (error instanceof webApi.WebAPIHTTPError) return fromStatus(error.statusCode);
  if (error instanceof webApi.WebAPIRequestError) return fromNetwork(error.original);
  // A 429 with an invalid Retry-After is a plain error; its text holds an address, which is not passed on.
  if (error instanceof Error && error.message.startsWith('Retry header')) return limited(30);
  return new DeliveryError('unknown', 'no_answer', 'The connection to Slack broke before its answer was whole.');
}

function limited(seconds: number): DeliveryError {
  return new DeliveryError('not-sent', 'ratelimited', `Slack takes the next message in ${seconds} s.`, {
    retryAfterMs: seconds * second,
  });
}

function fromCode(error: webApi.WebAPIPlatformError): DeliveryError {
  const word = error.data.error;
  // A page that is not JSON would be here as a whole.
  if (typeof word !== 'string' || !/^[a-z][a-z0-9_.]{0,60}$/.test(word)) {
    return new DeliveryError('unknown', 'bad_answer', 'Slack answered with something that is not JSON.');
  }
  const seconds = error.data.response_metadata?.retryAfter;
  if (word === 'ratelimited' && seconds !== undefined) return limited(seconds);
  return new DeliveryError(outcomeOf(word), word, `Slack says ${word}.${pointers(error)}`, { hint: hints[word] });
}

function outcomeOf(word: string): DeliveryOutcome {
  if (notSent.has(word)) return 'not-sent';
  if (unknown.has(word)) return 'unknown';
  if (gone.has(word)) return 'gone';
  return rejectedBlocks.has(word) ? 'rejected-blocks' : 'refused';
}

/** Which parts of the blocks Slack refused, for the log, cut short. */
function pointers(error: webApi.WebAPIPlatformError): string {
  const messages = error.data.response_metadata?.messages ?? [];
  return messages.length === 0 ? '' : ` ${messages.join(' ').slice(0, 200)}`;
}

function fromStatus(status: number): DeliveryError {
  const message = `Slack answered HTTP ${status}.`;
  if (status >= 500 || status === 408) return new DeliveryError('unknown', `http_${status}`, message);
  return new DeliveryError('refused', `http_${status}`, message, { hint: 'Check slack.apiUrl in the configuration.' });
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
    return new DeliveryError('not-sent', code, `Slack cannot be reached (${code}).`, {
      hint: 'Check that this machine reaches slack.com.',
    });
  }
  const word = original.name === 'TimeoutError' ? 'timeout' : 'connection_lost';
  const message = word === 'timeout' ? 'Slack did not answer in time.' : 'The connection to Slack was lost.';
  return new DeliveryError('unknown', word, message);
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
