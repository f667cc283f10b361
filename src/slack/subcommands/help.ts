// The subcommand `help`: everything that can be asked, from the same data as the parser.
import { rangeWords } from '../../metrics/range.ts';
import { context, type DrawnMessage, escapeMarkup, maxMessageText, plain, section, truncate } from '../blocks/block.ts';
import type { Subcommand, SubcommandWords } from '../command/subcommand.ts';

/** What help shows of this installation. */
export interface HelpFacts {
  readonly apps: readonly { readonly id: string; readonly name: string }[];
}

/** The subcommands in order, then what can be typed beside them. */
export function drawHelp(subcommands: readonly SubcommandWords[], { apps }: HelpFacts): DrawnMessage {
  const commands = subcommands.map((subcommand) => `\`${usageOf(subcommand)}\`  ${escapeMarkup(subcommand.gives)}`);
  const names = apps.map(({ id, name }) => (id === name ? plain(name) : `${plain(id)} (${plain(name)})`));
  const words = [
    '*Words in any order.* No app means the only one, or all of them.',
    `*Apps:* ${names.length === 0 ? 'none is configured' : names.join(', ')}`,
    `*Ranges:* ${rangeWords.join(', ')}, a date such as 2026-04-01, or 2026-04-01..2026-04-07`,
    '*public* shows the answer to everyone in the channel; without it only you see it.',
  ];
  const examples = subcommands
    .flatMap((subcommand) => subcommand.examples.slice(1, 2))
    .map((example) => `\`/imstats ${plain(example)}\``);
  const mention = 'In a thread, mention the bot with the same words: slash commands do not work there.';
  return {
    blocks: [
      section('*What you can ask imstats*'),
      section(truncate(commands.join('\n'), 2_900)),
      section(truncate(words.join('\n'), 2_900)),
      ...(examples.length === 0 ? [] : [section(`*For example:* ${examples.join(' · ')}`)]),
      context(mention),
    ],
    text: truncate(
      [
        'What you can ask imstats.',
        ...subcommands.map((subcommand) => `${usageOf(subcommand)}: ${subcommand.gives}.`),
        ...words.map(unmarked),
        mention,
      ].join('\n'),
      maxMessageText,
    ),
  };
}

/** The usage of a subcommand, as help and the README show it. */
export function usageOf(subcommand: SubcommandWords): string {
  return ['/imstats', subcommand.id, subcommand.usage].filter((word) => word !== '').join(' ');
}

function unmarked(text: string): string {
  return text.replaceAll('*', '');
}

export const help: Subcommand = {
  id: 'help',
  usage: '',
  gives: 'this list',
  examples: ['help'],
  takes: [],
  needs: [],
  static: (deps, subcommands) => drawHelp(subcommands, deps.live),
};
