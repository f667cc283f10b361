// Draws what went wrong, privately: what happened in line 1, what to do below it.
import { type Drawn, section } from './block.ts';
import { maxMessageText, truncate } from './limits.ts';
import { plain } from './text.ts';

/** A problem in words. A line of the hint such as `/imstats …` or `Try: /imstats …` holds a command to paste. */
export function drawProblem(message: string, hint?: string): Drawn {
  const lines = (hint ?? '').split('\n').filter((line) => line.trim() !== '');
  const marked = [plain(message), ...lines.map(markCommand)].join('\n');
  return {
    blocks: [section(truncate(marked, 2_900))],
    text: truncate([plain(message), ...lines.map(plain)].join('\n'), maxMessageText),
  };
}

/** Shows the command of a line as code, so that it can be copied as it is. */
function markCommand(line: string): string {
  const found = /^([^/]*: )?(\/imstats\b.*?)( lists everything\.)?$/.exec(line.trim());
  if (found === null) return plain(line);
  return `${plain(found[1] ?? '')}${found[1] === undefined ? '' : ' '}\`${plain(found[2] ?? '')}\`${found[3] ?? ''}`;
}
