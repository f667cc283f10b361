// The variables of a `.env` file, read as Docker Compose reads one, so that a file means the same to both.
import type { ConfigProblem } from '../errors.ts';

export interface DotEnv {
  readonly variables: Readonly<Record<string, string>>;
  /** What is no variable, each with its line; no value is in it. */
  readonly problems: readonly ConfigProblem[];
}

/** `export` before a name is left out; a colon may stand for the equals sign, as Compose allows it. */
const beginning = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*[=:]/;

/**
 * `name` is that of the file, for `problems`. A `#` begins a comment at the start of a line, after white space, and after a closing
 * quote. Within double quotes `\n`, `\r`, `\t`, `\"`, `\\` and `\$` are what they are in a shell; within single quotes only `\'` is
 * not as it is written. Both may go over several lines. `${NAME}` in a value is left as it is written.
 */
export function parseDotEnv(text: string, name: string): DotEnv {
  const variables: Record<string, string> = {};
  const problems: ConfigProblem[] = [];
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] ?? '';
    const where = `${name}:${index + 1}`;
    const begin = beginning.exec(line);
    if (begin?.[1] !== undefined) {
      const read = readValue(line.slice(begin[0].length).replace(/^[ \t]+/, ''), lines.slice(index + 1));
      if ('what' in read) problems.push({ where: `${where} ${begin[1]}`, what: read.what });
      else variables[begin[1]] = read.value;
      index += read.lines;
      continue;
    }
    // A name alone takes the variable of the environment, which holds anyway.
    if (!/^[ \t]*(#.*|(export[ \t]+)?[A-Za-z_][\w.-]*[ \t]*)?$/.test(line))
      problems.push({ where, what: 'this line is no NAME=value; write one, or # before it' });
    index += 1;
  }
  return { variables, problems };
}

/** `lines`: how many of the file belong to it. */
type ReadValue = { readonly lines: number } & ({ readonly value: string } | { readonly what: string });

function readValue(first: string, more: readonly string[]): ReadValue {
  const quote = first[0];
  if (quote !== '"' && quote !== "'") return { lines: 1, value: first.replace(/(^|[ \t])#.*$/, '').trim() };
  const content = quote === '"' ? /^"((?:[^"\\]|\\[\s\S])*)"/ : /^'((?:[^'\\]|\\[\s\S])*)'/;
  let text = first;
  for (let lines = 1; ; lines += 1) {
    const found = content.exec(text);
    if (found !== null) {
      const rest = text.slice(found[0].length);
      if (!/^[ \t]*(#.*)?$/.test(rest))
        return {
          lines,
          what: 'something follows the closing quote; put a # before it, or the quotes around everything',
        };
      return { lines, value: quote === '"' ? unescaped(found[1] ?? '') : (found[1] ?? '').replaceAll("\\'", "'") };
    }
    const next = more[lines - 1];
    if (next === undefined) return { lines: 1, what: 'a closing quote is missing' };
    text += `\n${next}`;
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

const unescaped = (text: string): string =>
  text.replace(/\\([nrt"\\$])/g, (_match, letter: string) => escapes[letter] ?? letter);
