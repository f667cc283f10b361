// Draws what stands around the count of a history: the question before a long one, and the line while one runs.
import { z } from 'zod';
import type { HistoryBegun, HistoryCount, HistoryRequest } from '../../history-service.ts';
import { phrasesOf, type Wording } from '../../metrics/phrase.ts';
import { subjectValues } from '../../reports/history.ts';
import type { historyPhrases } from '../../reports/history-phrases.ts';
import { actions, type Block, button, type DrawnMessage, maxButtonValue, plain, section } from './block.ts';

const say = phrasesOf<typeof historyPhrases>();

/** `command` is the text after `/imstats`; `anew` counts also what was counted earlier. */
const HistoryValue = z.object({ command: z.string().max(maxButtonValue), anew: z.boolean() });
export type HistoryValue = z.infer<typeof HistoryValue>;

/** The value of a button; undefined when it is not of this shape. */
export function readHistoryValue(text: string | undefined): HistoryValue | undefined {
  try {
    return HistoryValue.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}

/** Asks whether a count that takes long is wanted. */
export function drawLongCount(
  { messages: count, time }: Extract<HistoryBegun, { state: 'long' }>,
  { app, scope, isAnew }: Pick<HistoryRequest, 'app' | 'scope' | 'isAnew'>,
  { command, wording: { text } }: { readonly command: string; readonly wording: Wording },
): DrawnMessage {
  const words = plain(text(say('history.ask', { ...subjectValues(app, scope), count, time })));
  const value: HistoryValue = { command, anew: isAnew };
  const start = button({
    action: 'history_start',
    label: text(say('history.start')),
    about: `/imstats ${command}`,
    value: JSON.stringify(value),
    style: 'primary',
  });
  return { blocks: [section(words), actions([start])], text: words };
}

/** While the platform has not given the first page. */
export function drawWaiting({ app, scope }: Pick<HistoryRequest, 'app' | 'scope'>, { text }: Wording): DrawnMessage {
  const words = plain(text(say('history.running', { ...subjectValues(app, scope), count: 0 })));
  return { blocks: [section(words)], text: words };
}

/** Where nothing could be counted, for everyone who saw that it was tried. */
export function drawGivenUp({ app, scope }: Pick<HistoryRequest, 'app' | 'scope'>, { text }: Wording): DrawnMessage {
  const words = plain(text(say('history.givenUp', subjectValues(app, scope))));
  return { blocks: [section(words)], text: words };
}

/** How far a count is, with what can be done about it. */
export function drawRunningCount(count: HistoryCount, { text }: Wording): DrawnMessage {
  const { app, scope } = count.request;
  const { counted, of, left } = count.progress();
  const words = plain(text(say('history.running', { ...subjectValues(app, scope), count: counted, of, left })));
  const buttons = [
    button({ action: 'history_stop', label: text(say('history.stop')), about: app.name, value: count.id }),
    button({ action: 'history_how_far', label: text(say('history.howFar')), about: app.name, value: count.id }),
  ];
  return { blocks: [section(words), actions(buttons)], text: words };
}

/** Below counts that are kept without people. */
export function countAnewButton(command: string, { text }: Wording): Block {
  const value: HistoryValue = { command, anew: true };
  const label = text(say('history.anew'));
  return actions([
    button({ action: 'history_anew', label, about: `/imstats ${command}`, value: JSON.stringify(value) }),
  ]);
}
