// The connection to the demo's server: updates come as server-sent events, actions are sent by POST.
import { notify } from './notices.js';
import { changed, state } from './state.js';

let source;

/** Subscribes to the updates of this user. `handle` is called with each. */
export function listenAs(user, handle) {
  source?.close();
  source = new EventSource(`/feed?as=${encodeURIComponent(user)}`);
  source.onmessage = ({ data }) => {
    const update = JSON.parse(data);
    state.ahead = update.now - Date.now();
    setConnected(true);
    handle(update);
  };
  source.onerror = () => setConnected(false);
}

function setConnected(is) {
  if (state.ready === is) return;
  state.ready = is;
  changed('link');
}

/** Sends an action of the page's user to the server; shows a notice where it fails. */
export async function act(what) {
  try {
    const response = await fetch('/act', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(what.act === 'world' ? what : { user: state.me, ...what }),
    });
    const answer = await response.json();
    if (!answer.ok && answer.errors === undefined) notify(answer.error ?? 'That did not work.');
    return answer;
  } catch {
    notify('The demo does not answer. Is it still running in the terminal?');
    return { ok: false };
  }
}
