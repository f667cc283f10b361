// Says in words why a connection to a platform failed, from the codes that Node puts into its errors.
import type { PlatformError } from '../errors.ts';
import { platformError, type Respondent } from './failure.ts';

const keepsAsking = 'Check the address and the network between here and there; imstats keeps asking.';

/** Sentence and hint by code of Node or undici. */
const knownCodes: Readonly<Record<string, { readonly what: string; readonly hint: string }>> = {
  ECONNREFUSED: {
    what: 'the connection was refused',
    hint: 'Check that the server runs and that the port in the url of the app is right.',
  },
  ECONNRESET: { what: 'the connection was cut', hint: keepsAsking },
  UND_ERR_SOCKET: { what: 'the connection was cut', hint: keepsAsking },
  EPIPE: { what: 'the connection was cut', hint: keepsAsking },
  ENOTFOUND: {
    what: 'there is no host of that name',
    hint: 'Check the url of the app; if it is right, check the DNS of this machine.',
  },
  EAI_AGAIN: {
    what: 'the name of the host could not be looked up',
    hint: 'Check the DNS of this machine; imstats keeps asking.',
  },
  EHOSTUNREACH: { what: 'the host cannot be reached', hint: keepsAsking },
  ENETUNREACH: { what: 'the network cannot be reached', hint: keepsAsking },
  CERT_HAS_EXPIRED: {
    what: 'its TLS certificate has expired',
    hint: 'The owner of the server must renew it; imstats does not go around it.',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    what: 'its TLS certificate is for another host',
    hint: 'Check the host name in the url of the app.',
  },
};

const slowCodes: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

const distrust = {
  what: 'its TLS certificate is not trusted',
  hint: 'For a certificate of your own authority, set NODE_EXTRA_CA_CERTS to its file.',
};

const distrustCodes =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY|GET)_.*|CERT_.*|ERR_SSL_.*|ERR_TLS_.*|EPROTO)$/;

/** A connection that never gave an answer → an error. Only codes are read: messages of Node name addresses and queries. */
export function connectionError(respondent: Respondent, error: unknown): PlatformError {
  const { codes, redirected } = inspectCauses(error);
  if (redirected) {
    return platformError(
      respondent,
      'bad-response',
      'it sent us to another address, which imstats does not follow with a key in hand',
      {
        hint: 'Write the final address as the url of the app, with https where the server wants it.',
      },
    );
  }
  if (codes.some((code) => slowCodes.has(code))) return platformError(respondent, 'timeout', 'nothing came in time');
  const known = codes
    .map((code) => knownCodes[code] ?? (distrustCodes.test(code) ? distrust : undefined))
    .find((entry) => entry !== undefined);
  return platformError(respondent, 'network', known?.what ?? 'the connection failed', {
    hint: known?.hint ?? keepsAsking,
  });
}

/** Every code in the chain of causes; an attempt on several addresses has one error for each. */
function inspectCauses(error: unknown): { codes: readonly string[]; redirected: boolean } {
  const codes: string[] = [];
  let redirected = false;
  const queue: unknown[] = [error];
  for (let seen = 0; queue.length > 0 && seen < 20; seen += 1) {
    const current = queue.shift();
    if (!(current instanceof Error)) continue;
    if ('code' in current && typeof current.code === 'string') codes.push(current.code);
    if (current.message === 'unexpected redirect') redirected = true;
    queue.push(current.cause, ...(current instanceof AggregateError ? current.errors : []));
  }
  return { codes, redirected };
}
