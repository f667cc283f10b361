// Reads the app's shortcuts from its manifest.

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
