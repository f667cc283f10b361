// The words after the program → a command with its options, or what is wrong with them. Each option belongs to the commands that use it.
import { parseArgs } from 'node:util';

/** What each command takes. */
const commands = {
  start: { options: ['config'], file: false },
  check: { options: ['config', 'post'], file: false },
  backup: { options: ['config'], file: true },
  import: { options: ['config'], file: true },
  demo: { options: ['headless', 'port'], file: false },
  'draw-charts': { options: [], file: false },
} as const satisfies Readonly<Record<string, { readonly options: readonly OptionName[]; readonly file: boolean }>>;

type Command = keyof typeof commands;
type OptionName = keyof Omit<typeof options, 'help'>;

const options = {
  config: { type: 'string' },
  post: { type: 'boolean', default: false },
  headless: { type: 'boolean', default: false },
  port: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export interface CommandLine {
  readonly command: Command;
  readonly config?: string | undefined;
  readonly isPosting: boolean;
  readonly headless: boolean;
  readonly port?: string | undefined;
  /** The file that the command is about. */
  readonly target?: string | undefined;
}

/** `wrong` is a sentence. */
export type ReadCommandLine = CommandLine | 'help' | { readonly wrong: string };

export const usage = `Usage: node src/main.ts start|check|backup|import|demo [--config FILE] [--post] [--headless] [--port PORT] [FILE]
  start   runs the bot
  check   reads the configuration, calls every platform and Slack once, prints a table; --post tries each channel with a line
  backup  copies the whole store to FILE, also beside the running bot; never overwrites one
  import  fills what the store does not hold with FILE, a CSV of /imstats export, while no bot runs on the store
  demo    the whole bot with sample platforms and a local Slack workspace; --headless without a page; --port for its page
`;

export function readCommandLine(words: readonly string[]): ReadCommandLine {
  const parsed = parse(words);
  if (typeof parsed === 'string') return { wrong: parsed };
  const { values, positionals, given } = parsed;
  if (values.help) return 'help';
  const [command = 'start', ...rest] = positionals;
  if (!isCommand(command)) return { wrong: `There is no command "${command}".` };
  const wrong = wrongWords(command, rest) ?? wrongOption(command, given);
  if (wrong !== undefined) return { wrong };
  const { config, post: isPosting, headless, port } = values;
  return { command, config, isPosting, headless, port, target: rest[0] };
}

/** A sentence where it cannot be read. */
function parse(args: readonly string[]) {
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options,
      tokens: true,
    });
    return { values, positionals, given: tokens.filter((token) => token.kind === 'option') };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Its further sentences are about how to pass on something that begins with a hyphen.
    const [first = ''] = error.message.split(/\. |\n/, 1);
    return `${first.replace(/\.$/, '')}.`;
  }
}

const isCommand = (word: string): word is Command => Object.hasOwn(commands, word);

function wrongWords(command: Command, words: readonly string[]): string | undefined {
  const { file } = commands[command];
  const unknown = words.slice(file ? 1 : 0);
  if (unknown.length > 0) return `"${unknown.join(' ')}" is not understood after ${command}.${hint(command, unknown)}`;
  return file && (words[0] ?? '') === '' ? `${command} needs the name of its file.` : undefined;
}

/** npm keeps options that stand before `--` for itself, and passes on their values alone. */
function hint(command: Command, words: readonly string[]): string {
  const file = words.find((word) => /\.ya?ml$/i.test(word));
  return file === undefined
    ? ''
    : ` The configuration is --config ${file}; through npm: npm run ${command} -- --config ${file}`;
}

interface GivenOption {
  readonly name: string;
  readonly value?: string | undefined;
}

/** One that the command would leave aside, one that is there twice, or one without its value. */
function wrongOption(command: Command, given: readonly GivenOption[]): string | undefined {
  const known: readonly string[] = commands[command].options;
  for (const [index, { name, value }] of given.entries()) {
    if (!known.includes(name)) return `--${name} is not for ${command}; it belongs to ${usersOf(name)}.`;
    if (value === '') return `--${name} has no value.`;
    if (given.slice(index + 1).some((other) => other.name === name)) return `--${name} is there twice.`;
  }
  return undefined;
}

/** As in "start, check and backup". */
function usersOf(option: string): string {
  const users = Object.entries(commands)
    .filter(([, { options: known }]) => known.some((name) => name === option))
    .map(([command]) => command);
  return new Intl.ListFormat('en-GB').format(users);
}
