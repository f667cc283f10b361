// A modal or Home tab as lines that a person would read in a terminal.
import type { State } from '../state.ts';
import type { SlackView } from '../workspace.ts';
import { drawBlocks } from './blocks.ts';
import { lookOf, type RenderOptions } from './message.ts';

/** Title, blocks, and the buttons at the foot. */
export function renderView(state: State, view: SlackView, options: RenderOptions = {}): string {
  const look = lookOf(state, options);
  const title = view.title === undefined ? [] : [`── ${view.title} ──`];
  const foot = [view.close, view.submit].flatMap((label) => (label === undefined ? [] : [`[${label}]`]));
  return [...title, ...drawBlocks(look, view.blocks), ...(foot.length > 0 ? [foot.join(' ')] : [])].join('\n');
}
