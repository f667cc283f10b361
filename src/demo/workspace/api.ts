// One Web API call: token, scope, method, answer, record.
import type { IncomingHttpHeaders } from 'node:http';
import type { Fields } from './blocks/walk.ts';
import type { Reply } from './faults.ts';
import { methods } from './methods/list.ts';
import type { Method } from './methods/method.ts';
import { Refusal } from './refusal.ts';
import { needScope } from './scopes.ts';
import { type State, violate } from './state.ts';

const json = 'application/json; charset=utf-8';

/** Does the call and says what to answer. */
export function answerCall(state: State, name: string, call: { args: Fields; headers: IncomingHttpHeaders }): Reply {
  const method = methods.get(name);
  if (method === undefined) {
    violate(state, `unknown method ${name}`);
    return refused(new Refusal('unknown_method'), {});
  }
  const headers = method.token === 'bot' ? { 'x-oauth-scopes': [...state.scopes].join(',') } : {};
  try {
    checkToken(state, method, tokenOf(call));
    needScope(state, ...method.scopes);
    const { token: _token, ...args } = call.args;
    const body = JSON.stringify({ ok: true, ...method.run(state, args) });
    return { status: 200, headers: { 'content-type': json, ...headers }, body };
  } catch (error) {
    if (error instanceof Refusal) return refused(error, headers);
    violate(state, `${name}: the stand-in failed: ${error instanceof Error ? error.stack : String(error)}`);
    return refused(new Refusal('internal_error'), headers);
  }
}

function refused(error: Refusal, headers: Readonly<Record<string, string>>): Reply {
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
  if (token === undefined || token === '') throw new Refusal('not_authed');
  const kind = token === state.tokens.bot ? 'bot' : token === state.tokens.app ? 'app' : undefined;
  if (kind === undefined) throw new Refusal('invalid_auth');
  if (state.revoked.has(kind)) throw new Refusal('token_revoked');
  if (kind !== method.token) throw new Refusal('not_allowed_token_type');
}
