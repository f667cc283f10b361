// Answers one Web API call: checks token and scopes, runs the method, writes its JSON.
import type { IncomingHttpHeaders } from 'node:http';
import type { Fields } from './blocks/walk.ts';
import type { HttpReply } from './faults.ts';
import { methods } from './methods/index.ts';
import type { Method } from './methods/method.ts';
import { needScope } from './scopes.ts';
import { recordViolation, type State } from './state.ts';
import { WebApiError } from './web-api-error.ts';

const json = 'application/json; charset=utf-8';

/** Runs the method of that name and gives the HTTP reply. */
export function answerCall(
  state: State,
  name: string,
  call: { args: Fields; headers: IncomingHttpHeaders },
): HttpReply {
  const method = methods.get(name);
  if (method === undefined) {
    recordViolation(state, `unknown method ${name}`);
    return errorReply(new WebApiError('unknown_method'), {});
  }
  const headers = method.token === 'bot' ? { 'x-oauth-scopes': [...state.scopes].join(',') } : {};
  try {
    checkToken(state, method, tokenOf(call));
    needScope(state, ...method.scopes);
    const { token: _token, ...args } = call.args;
    const body = JSON.stringify({ ok: true, ...method.run(state, args) });
    return { status: 200, headers: { 'content-type': json, ...headers }, body };
  } catch (error) {
    if (error instanceof WebApiError) return errorReply(error, headers);
    recordViolation(
      state,
      `${name}: the local workspace failed: ${error instanceof Error ? error.stack : String(error)}`,
    );
    return errorReply(new WebApiError('internal_error'), headers);
  }
}

function errorReply(error: WebApiError, headers: Readonly<Record<string, string>>): HttpReply {
  const body = JSON.stringify({ ok: false, error: error.code, ...error.extra });
  const more = error.retryAfter === undefined ? headers : { ...headers, 'retry-after': String(error.retryAfter) };
  return { status: error.retryAfter === undefined ? 200 : 429, headers: { 'content-type': json, ...more }, body };
}

function tokenOf(call: { args: Fields; headers: IncomingHttpHeaders }): string | undefined {
  const bearer = /^Bearer (.+)$/i.exec(call.headers.authorization ?? '')?.[1];
  const inBody = call.args['token'];
  return bearer ?? (typeof inBody === 'string' ? inBody : undefined);
}

function checkToken(state: State, method: Method, token: string | undefined): void {
  if (method.token === 'none') return;
  if (token === undefined || token === '') throw new WebApiError('not_authed');
  const kind = token === state.tokens.bot ? 'bot' : token === state.tokens.app ? 'app' : undefined;
  if (kind === undefined) throw new WebApiError('invalid_auth');
  if (state.revoked.has(kind)) throw new WebApiError('token_revoked');
  if (kind !== method.token) throw new WebApiError('not_allowed_token_type');
}
