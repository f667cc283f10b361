// A message as lines that a person would read in a terminal.
import type { State } from '../state.ts';
import type { Message } from '../workspace.ts';
import { drawBlocks } from './blocks.ts';
import { wrap } from './columns.ts';
import { fromMrkdwn, type Look } from './inline.ts';

export interface RenderOptions {
  readonly timezone?: string;
  readonly width?: number;
}

/** The look that the options ask for: UTC and 100 characters unless they say otherwise. */
export function lookOf(state: State, options: RenderOptions = {}): Look {
  return { state, timezone: options.timezone ?? 'UTC', width: options.width ?? 100 };
}

/** The blocks where there are any, else the text; then the files. Lines are joined by line feeds. */
export function renderText(state: State, message: Message, options: RenderOptions = {}): string {
  const look = lookOf(state, options);
  const body =
    message.blocks.length > 0 ? drawBlocks(look, message.blocks) : wrap(fromMrkdwn(look, message.text), look.width);
  const files = message.files.map((id) => `[file: ${state.files.get(id)?.file.name ?? id}]`);
  return [...body, ...files].join('\n');
}
