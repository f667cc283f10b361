// Opens and closes a thread.
import { changed, state } from './state.js';

let opener;

export function openThread({ channel, ts }) {
  opener = document.activeElement?.dataset.control;
  state.thread = { channel, ts };
  changed('thread');
}

/** Closes the thread; the focus returns to its root message. */
export function closeThread() {
  const root = state.thread;
  if (root === null) return;
  state.thread = null;
  changed('thread');
  const message = document.querySelector(`#messages [data-ts="${CSS.escape(root.ts)}"]`);
  (message?.querySelector(`[data-control="${opener ?? 'thread'}"]`) ?? message)?.focus();
}
