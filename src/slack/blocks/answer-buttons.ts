// The buttons below an answer, and their values.
import { z } from 'zod';
import { replaceUsers } from '../../alerting/notification.ts';
import type { UserError } from '../../errors.ts';
import { phrasesOf, type Wording } from '../../metrics/phrase.ts';
import type { Report } from '../../reports/report.ts';
import type { Query, SubcommandWords } from '../command/subcommand.ts';
import { commandOf } from '../command/tokens.ts';
import {
  actions,
  type Block,
  button,
  type DrawnMessage,
  drawProblem,
  maxButtonValue,
  rewritten,
  truncate,
} from './block.ts';
import type { answerPhrases } from './block-phrases.ts';

const say = phrasesOf<typeof answerPhrases>();

/** `command` is the text after `/imstats`; `answer` is the id of a remembered answer. */
export const ButtonValue = z.object({
  command: z.string().max(maxButtonValue),
  answer: z.string().max(64).optional(),
  /** Of the numbers, from 1. */
  page: z.number().int().min(1).max(1_000).optional(),
});
export type ButtonValue = z.infer<typeof ButtonValue>;

export function writeValue(value: ButtonValue): string {
  return JSON.stringify(value);
}

/** The value of a button; undefined when it is not of this shape. */
export function readValue(text: string | undefined): ButtonValue | undefined {
  try {
    return ButtonValue.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}

/** What the buttons depend on beside the query. */
export interface ButtonsFor {
  /** Id of the answer while it is remembered. */
  readonly id: string;
  /** Only on answers that one person sees. */
  readonly share: 'offered' | 'not';
  /** `days`: every app of the query reports whole days only. */
  readonly counts: 'moments' | 'days';
  /** The report that the answer shows, whose values may be more than stand in it. */
  readonly report: Report;
}

/** A table in the answer itself has at most so many rows. */
const mostRows = 14;

/** True where the charts of a report have more points than a table in it would. */
function hasMoreNumbers({ sections }: Report): boolean {
  return sections.some(({ charts }) => charts.some(({ times }) => times.length > mostRows));
}

const ranges = {
  moments: [
    { word: '24h', label: say('button.hours', { hours: 24 }) },
    { word: '7d', label: say('button.days', { days: 7 }) },
  ],
  days: [
    { word: '7d', label: say('button.days', { days: 7 }) },
    { word: '30d', label: say('button.days', { days: 30 }) },
  ],
} as const;

/** The buttons of a query; the value of each holds its command. */
export function answerButtons(
  query: Query,
  { takes }: Pick<SubcommandWords, 'takes'>,
  answer: ButtonsFor,
  { text }: Wording,
): Block {
  const value = (changed: Partial<Query>): string =>
    writeValue({ command: commandOf({ ...query, isPublic: false, ...changed }), answer: answer.id });
  const offered = takes.includes('range') ? ranges[answer.counts] : [];
  const about = `/imstats ${commandOf({ ...query, isPublic: false })}`.trim();
  const share = button({ action: 'share', label: text(say('button.share')), about, value: value({}) });
  return actions([
    button({ action: 'refresh', label: text(say('button.refresh')), about, value: value({}) }),
    ...offered.map(({ word, label }) =>
      button({ action: `range_${word}`, label: text(label), about, value: value({ range: word }) }),
    ),
    ...(hasMoreNumbers(answer.report)
      ? [button({ action: 'numbers', label: text(say('button.numbers')), about, value: value({}) })]
      : []),
    ...(answer.share === 'offered' ? [share] : []),
  ]);
}

/** The buttons to the page before and the page behind; none where there is one page. */
export function pageButtons(
  value: ButtonValue,
  { page, of }: Record<'page' | 'of', number>,
  { text }: Wording,
): Block[] {
  const to = (action: string, other: number): Block[] =>
    other < 1 || other > of
      ? []
      : [
          button({
            action,
            label: text(say('button.page', { page: other, of })),
            about: `/imstats ${value.command}`.trim(),
            value: writeValue({ ...value, page: other }),
          }),
        ];
  const buttons = [...to('numbers_before', page - 1), ...to('numbers_behind', page + 1)];
  return buttons.length === 0 ? [] : [actions(buttons)];
}

/** A button that asks another command, which its label shows. */
export function tryButton(command: string): Block {
  const label = truncate(`/imstats ${command}`.trim(), 75);
  return actions([button({ action: 'try', label, about: '', value: writeValue({ command }) })]);
}

/** What a person reads of a mistake, with a button for what can be done instead. */
export function drawRefusal({
  message,
  hint,
  command,
  people,
}: Pick<UserError, 'message' | 'hint' | 'command' | 'people'>): DrawnMessage {
  const drawn = drawProblem(message, hint);
  const mentioned = (words: string): string => replaceUsers(words, (id) => `<@${id}>`);
  const { blocks, text } =
    people === 'named' ? rewritten(drawn, { mrkdwn: mentioned, label: mentioned, text: mentioned }) : drawn;
  return { blocks: command === undefined ? blocks : [...blocks, tryButton(command)], text };
}
