// Reads the app's bot scopes and checks that a call has the one that it needs.

import type { State } from './state.ts';
import { WebApiError } from './web-api-error.ts';

/** The bot scopes of a list, or of a manifest in YAML or JSON (its `bot:` list under `scopes:`). */
export function readScopes(given: readonly string[] | string): ReadonlySet<string> {
  if (typeof given !== 'string') return new Set(given);
  const list =
    /\bbot["']?\s*:\s*\[([^\]]*)\]/.exec(given)?.[1] ??
    /^\s*bot:\s*(?:#.*)?\n((?:[ \t]*(?:-.*|#.*)?\n?)*)/m.exec(given)?.[1];
  const scopes = (list ?? '').replaceAll(/#.*$/gm, '').match(/[a-z_]+(?::[a-z_.]+)*/g);
  return new Set(scopes ?? []);
}

/** Throws `missing_scope` unless the app has one of them. */
export function needScope(state: State, ...anyOf: readonly string[]): void {
  if (anyOf.length === 0 || anyOf.some((scope) => state.scopes.has(scope))) return;
  throw new WebApiError('missing_scope', { extra: { needed: anyOf.join(','), provided: [...state.scopes].join(',') } });
}
