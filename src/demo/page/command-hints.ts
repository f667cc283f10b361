// The hints of the page's composer while a command is typed: every subcommand, then example commands.
import { usageOf } from '../../slack/subcommands/help.ts';
import { subcommands } from '../../slack/subcommands/index.ts';

export interface CommandHint {
  /** The command that is put into the composer. */
  readonly text: string;
  /** Arguments that may follow it. */
  readonly usage: string;
  readonly gives: string;
}

/** From the same data as `help` and the parser. */
export function commandHints(): readonly CommandHint[] {
  const own = subcommands.map(({ id, usage, gives }) => ({
    text: usageOf({ id, usage: '' }),
    usage,
    gives: gives.replaceAll('`', ''),
  }));
  const known = new Set(own.map(({ text }) => text));
  const examples = subcommands
    .flatMap(({ id, examples }) => examples.map((example) => ({ text: `/imstats ${example}`.trim(), id })))
    .filter(({ text }) => !known.has(text))
    .map(({ text, id }) => ({ text, usage: '', gives: `for example: ${id === '' ? 'the summary' : id}` }));
  return [...own, ...examples];
}
