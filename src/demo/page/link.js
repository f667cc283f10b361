// The line to the demo's server: what happens comes as server-sent events, what a person does goes as a POST.
import { notify } from './notices.js';
import { changed, state } from './state.js';

let source;

/** Listens for this person from now on. `handle` gets each piece of news. */
export function listenAs(user, handle) {
  source?.close();
  source = new EventSource(`/feed?as=${encodeURIComponent(user)}`);
  source.onmessage = ({ data }) => {
    const news = JSON.parse(data);
    state.ahead = news.now - Date.now();
    setConnected(true);
    handle(news);
  };
  source.onerror = () => setConnected(false);
}

function setConnected(is) {
  if (state.ready === is) return;
  state.ready = is;
  changed('link');
}

/** Asks the server to do something as the person of this page; says why not where it cannot. */
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
