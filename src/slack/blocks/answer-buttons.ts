// The buttons below an answer: ask again, other ranges, share.
import { writeValue } from '../button-value.ts';
import { commandOf, type Question, type ViewWords } from '../question.ts';
import { actions, type Block, button } from './block.ts';

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
export function answerButtons(question: Question, view: ViewWords, answer: ButtonsFor): Block {
  const value = (changed: Partial<Question>): string =>
    writeValue({ command: commandOf({ ...question, isPublic: false, ...changed }), answer: answer.id });
  const offered = view.takes.includes('range') ? ranges[answer.counts] : [];
  return actions([
    button({ action: 'refresh', label: 'Refresh', value: value({}) }),
    ...offered.map(({ word, label }) => button({ action: `range_${word}`, label, value: value({ range: word }) })),
    ...(answer.share === 'offered' ? [button({ action: 'share', label: 'Share to channel', value: value({}) })] : []),
  ]);
}
