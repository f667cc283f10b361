// The commands that match what is typed so far.
import { state } from './state.js';

const most = 40;

/** Hints for a slash command; in a thread only mentions of the bot work. */
export function commandHints(text) {
  return text.startsWith('/') ? matching(text, '/imstats') : [];
}

/** Hints for a mention, in threads and elsewhere. */
export function mentionHints(text) {
  if (!text.startsWith('@')) return [];
  return matching(
    text.replace(/^@\w*/, (name) => ('@imstats'.startsWith(name) ? '/imstats'.slice(0, name.length) : name)),
    '@imstats',
  );
}

function matching(text, prefix) {
  const typed = text.replace(/\s+/g, ' ');
  return state.hints
    .filter((hint) => hint.text.startsWith(typed.trimEnd()) && hint.text !== typed.trimEnd())
    .slice(0, most)
    .map((hint) => ({ ...hint, text: hint.text.replace('/imstats', prefix) }));
}
