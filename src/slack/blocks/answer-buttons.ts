// The buttons below an answer, and the value that each carries.
import { z } from 'zod';
import { commandOf, type Query, type SubcommandWords } from '../command/subcommand.ts';
import { actions, type Block, button, maxButtonValue } from './block.ts';

/** `command` is the text after `/imstats`; `answer` names an answer that is still remembered. */
export const ButtonValue = z.object({
  command: z.string().max(maxButtonValue),
  answer: z.string().max(64).optional(),
});
export type ButtonValue = z.infer<typeof ButtonValue>;

export function writeValue(value: ButtonValue): string {
  return JSON.stringify(value);
}

/** What a button carried; undefined when it is not one of ours any more. */
export function readValue(text: string | undefined): ButtonValue | undefined {
  try {
    return ButtonValue.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}

/** What the buttons depend on beside the question. */
export interface ButtonsFor {
  /** Names the answer while it is remembered. */
  readonly id: string;
  /** Only on answers that one person sees. */
  readonly share: 'offered' | 'not';
  /** `days`: every app of the question counts whole days only. */
  readonly counts: 'moments' | 'days';
}

const ranges = {
  moments: [
    { word: '24h', label: '24 h' },
    { word: '7d', label: '7 days' },
  ],
  days: [
    { word: '7d', label: '7 days' },
    { word: '30d', label: '30 days' },
  ],
} as const;

/** Buttons for a question; each carries the command that it stands for. */
export function answerButtons(question: Query, view: SubcommandWords, answer: ButtonsFor): Block {
  const value = (changed: Partial<Query>): string =>
    writeValue({ command: commandOf({ ...question, isPublic: false, ...changed }), answer: answer.id });
  const offered = view.takes.includes('range') ? ranges[answer.counts] : [];
  return actions([
    button({ action: 'refresh', label: 'Refresh', value: value({}) }),
    ...offered.map(({ word, label }) => button({ action: `range_${word}`, label, value: value({ range: word }) })),
    ...(answer.share === 'offered' ? [button({ action: 'share', label: 'Share to channel', value: value({}) })] : []),
  ]);
}
