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

/** A shortcut that the app has. */
export interface SlackShortcut {
  readonly name: string;
  readonly type: 'global' | 'message';
  readonly callbackId: string;
}

/** The shortcuts of a manifest in YAML; a list of scopes has none. */
export function readShortcuts(given: readonly string[] | string): readonly SlackShortcut[] {
  if (typeof given !== 'string') return [];
  const list = /^( *)shortcuts: *\n((?:\1 +.*\n)*)/m.exec(given)?.[2] ?? '';
  const entry = /- name: *"?([^"\n]*)"? *\n +type: *(global|message) *\n +callback_id: *([\w-]+)/g;
  return [...list.matchAll(entry)].map(([, name = '', type, callbackId = '']) => ({
    ...{ name, callbackId },
    type: type === 'message' ? 'message' : 'global',
  }));
}

/** Throws `missing_scope` unless the app has one of them. */
export function needScope(state: State, ...anyOf: readonly string[]): void {
  if (anyOf.length === 0 || anyOf.some((scope) => state.scopes.has(scope))) return;
  throw new WebApiError('missing_scope', { extra: { needed: anyOf.join(','), provided: [...state.scopes].join(',') } });
}
