// A message, a modal or a Home tab as lines of text for a terminal.
import type { State } from '../state.ts';
import type { Message, SlackView } from '../workspace-types.ts';
import { renderBlocks } from './blocks.ts';
import { wrap } from './columns.ts';
import { fromMrkdwn, type RenderContext } from './inline.ts';

export interface RenderOptions {
  readonly timezone?: string;
  readonly width?: number;
}

/** The rendering context; UTC and 100 characters by default. */
export function createRenderContext(state: State, options: RenderOptions = {}): RenderContext {
  return { state, timezone: options.timezone ?? 'UTC', width: options.width ?? 100 };
}

/** The blocks where there are any, else the text; then the files. Lines are joined by line feeds. */
export function renderText(state: State, message: Message, options: RenderOptions = {}): string {
  const context = createRenderContext(state, options);
  const body =
    message.blocks.length > 0
      ? renderBlocks(context, message.blocks)
      : wrap(fromMrkdwn(context, message.text), context.width);
  const files = message.files.map((id) => `[file: ${state.files.get(id)?.file.name ?? id}]`);
  return asTyped([...body, ...files].join('\n'));
}

/** Title, blocks, and the buttons at the foot. */
export function renderView(state: State, view: SlackView, options: RenderOptions = {}): string {
  const context = createRenderContext(state, options);
  const title = view.title === undefined ? [] : [`── ${view.title} ──`];
  const foot = [view.close, view.submit].flatMap((label) => (label === undefined ? [] : [`[${label}]`]));
  const lines = [...title, ...renderBlocks(context, view.blocks), ...(foot.length > 0 ? [foot.join(' ')] : [])];
  return asTyped(lines.join('\n'));
}

/** The lines are made; a space that kept a number and its unit together is an ordinary one in a terminal. */
function asTyped(text: string): string {
  return text.replaceAll('\u00A0', ' ');
}
