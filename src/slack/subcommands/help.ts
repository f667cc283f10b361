// The subcommands `help`, everything that can be asked, from the same data as the parser, and `whoami`, by whom and where.
import { capitalise, listWords } from '../../metrics/format.ts';
import {
  type Block,
  context,
  type DrawnMessage,
  escapeMarkup,
  maxMessageText,
  plain,
  section,
  truncate,
} from '../blocks/block.ts';
import {
  type HelpGroup,
  helpGroups,
  type Subcommand,
  type SubcommandContext,
  type SubcommandWords,
} from '../command/subcommand.ts';

/** What help shows of this installation. */
export interface HelpFacts {
  readonly apps: readonly { readonly id: string; readonly name: string }[];
  readonly rules: readonly { readonly id: string }[];
  readonly digests: { readonly schedules: readonly { readonly id: string }[] };
}

const mostIds = 30;

/** The ids of a list, as many as are read. */
function listed(title: string, ids: readonly string[], none: string): string {
  const more = ids.length > mostIds ? [`… ${ids.length - mostIds} more`] : [];
  return `*${title}:* ${ids.length === 0 ? none : [...ids.slice(0, mostIds), ...more].join(', ')}`;
}

const groupTitles: Readonly<Record<HelpGroup, string>> = { numbers: 'Numbers', alerts: 'Alerts', bot: 'The bot' };

/** The subcommands of each group, of those that have any. */
function grouped(subcommands: readonly SubcommandWords[]): { title: string; members: SubcommandWords[] }[] {
  return helpGroups
    .map((group) => ({ title: groupTitles[group], members: subcommands.filter((one) => one.group === group) }))
    .filter(({ members }) => members.length > 0);
}

/** A group as one block. */
function drawGroup({ title, members }: { title: string; members: readonly SubcommandWords[] }): Block {
  const lines = members.map((subcommand) => `\`${usageOf(subcommand)}\`  ${escapeMarkup(subcommand.gives)}`);
  return section(truncate([`*${title}*`, ...lines].join('\n'), 2_900));
}

/** The subcommands in order, by group, then what can be typed beside them. */
export function drawHelp(subcommands: readonly SubcommandWords[], { apps, rules, digests }: HelpFacts): DrawnMessage {
  const groups = grouped(subcommands);
  const names = apps.map(({ id, name }) => (id === name ? plain(name) : `${plain(id)} (${plain(name)})`));
  const words = [
    '*Words in any order*, in English or Chinese; synonyms and beginnings work. No app means the only one, or all of them.',
    listed('Apps', names, 'none is configured'),
    listed(
      'Alerts',
      rules.map(({ id }) => plain(id)),
      'none is configured',
    ),
    listed(
      'Digests',
      digests.schedules.map(({ id }) => plain(id)),
      'none is configured',
    ),
    `*Ranges:* ${rangeExamples.join(', ')}`,
    '*Beside it:* compare (the period before), vs yesterday, vs last week, vs 1-7 nov',
    '*public* shows the answer to everyone in the channel; without it only you see it.',
  ];
  const examples = subcommands
    .flatMap((subcommand) => subcommand.examples.slice(1, 2))
    .map((example) => `\`/imstats ${plain(example)}\``);
  const mention = 'In a thread, mention the bot with the same words: slash commands do not work there.';
  return {
    blocks: [
      section('*What you can ask imstats*'),
      ...groups.map(drawGroup),
      section(truncate(words.join('\n'), 2_900)),
      ...(examples.length === 0 ? [] : [section(`*For example:* ${examples.join(' · ')}`)]),
      context(mention),
    ],
    text: truncate(
      [
        'What you can ask imstats.',
        ...groups.flatMap(({ title, members }) => [
          `${title}:`,
          ...members.map((subcommand) => `${usageOf(subcommand)}: ${subcommand.gives}.`),
        ]),
        ...words.map(unmarked),
        mention,
      ].join('\n'),
      maxMessageText,
    ),
  };
}

const rangeExamples = [
  ...['90m', '24h', '7d', '2w', '3 months', 'today', 'yesterday', 'last week (Monday to Sunday)', 'this month', 'q3'],
  ...['friday', 'november', '1 nov', 'since monday', '1 to 7 nov', '2026-04-01..2026-04-07'],
];

/** The usage of a subcommand, as help and the README show it. */
export function usageOf(subcommand: Pick<SubcommandWords, 'id' | 'usage'>): string {
  return ['/imstats', subcommand.id, subcommand.usage].filter((word) => word !== '').join(' ');
}

function unmarked(text: string): string {
  return text.replaceAll('*', '');
}

export const help: Subcommand = {
  id: 'help',
  words: [
    'commands',
    'usage',
    'manual',
    'how to',
    'what can i ask',
    'what can you do',
    '帮助',
    '幫助',
    '怎么用',
    '怎麼用',
    '用法',
    '說明',
    '说明',
  ],
  usage: '',
  group: 'bot',
  gives: 'this list',
  examples: ['help'],
  takes: [],
  needs: [],
  static: ({ live, digests }, subcommands) => drawHelp(subcommands, { apps: live.apps, rules: live.rules, digests }),
};

export const whoami: Subcommand = {
  id: 'whoami',
  words: ['who am i', 'my id', 'my rights', 'permissions', '我是谁', '我是誰', '我的权限', '我的權限'],
  usage: '',
  group: 'bot',
  gives: 'your id, the channel, what you may do here',
  examples: ['whoami'],
  takes: [],
  needs: [],
  answer: async (_query, context) => {
    const lines = await whoamiLines(context);
    const text = lines.join('\n');
    return { kind: 'message', drawn: { blocks: [section(text)], text } };
  },
};

async function whoamiLines({ requester, mayManage, isInside, deps }: SubcommandContext): Promise<string[]> {
  const { user, channel, team } = requester;
  const refusal = await mayManage();
  const inside = channel === undefined ? undefined : await isInside(channel);
  const states = {
    yes: 'I am in it.',
    no: 'I am not in it: /invite me, so that I can post here.',
    unknown: 'Slack does not say whether I am in it.',
  };
  const ids = listWords([
    `your id is ${plain(user)}`,
    ...(team === undefined ? [] : [`your workspace is ${plain(team)}`]),
  ]);
  return [
    `${capitalise(ids)}.`,
    ...(channel === undefined ? [] : [`This channel is ${plain(channel)}. ${states[inside ?? 'unknown']}`]),
    refusal === undefined
      ? 'You may ask, send digests and silence for more than a day.'
      : `You may ask, acknowledge, and silence for up to a day. ${plain(refusal.message)}`,
    ...(refusal?.hint === undefined ? [] : [plain(refusal.hint)]),
    `Times without an app are in ${plain(deps.live.timezone)}.`,
  ];
}
