// Reads the content of a message from arguments, as strictly as Slack: text, blocks, metadata.
import { z } from 'zod';
import { blockProblems, isTooMuchText } from './blocks/validate.ts';
import { asBlock, type Fields, fieldsOf } from './blocks/walk.ts';
import { fileProblem } from './file-store.ts';
import type { Content } from './messages.ts';
import { recordViolation, type State } from './state.ts';
import { errorWithPointers, WebApiError } from './web-api-error.ts';
import type { MessageMetadata } from './workspace-types.ts';

const longestText = 40_000;

const metadataPayload = z.object({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.unknown()),
});

/** The content; throws `no_text`, `invalid_blocks_format`, `invalid_blocks`, `msg_blocks_too_long`, `invalid_metadata_format`. */
export function readContent(state: State, method: string, args: Fields): Content {
  const blocks = readBlocks(state, args['blocks']);
  const text = typeof args['text'] === 'string' ? args['text'] : '';
  if (args['attachments'] !== undefined) recordViolation(state, `${method}: attachments are legacy; use blocks`);
  if (args['mrkdwn'] !== undefined) recordViolation(state, `${method}: mrkdwn is legacy`);
  if (text === '' && blocks.length === 0) throw new WebApiError('no_text');
  if (text === '') recordViolation(state, `${method}: blocks without a top-level text`);
  return { text: text.slice(0, longestText), blocks, metadata: readMetadata(args['metadata']) };
}

/** A JSON argument, given as text in a form or as a value in JSON. */
export function jsonArgument(value: unknown, wrong: string): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw new WebApiError(wrong);
  }
}

function readBlocks(state: State, given: unknown): Content['blocks'] {
  if (given === undefined || given === '') return [];
  const blocks = jsonArgument(given, 'invalid_blocks_format');
  if (!Array.isArray(blocks)) throw new WebApiError('invalid_blocks_format');
  const problems = blockProblems(blocks, {
    surface: 'message',
    root: '/blocks',
    fileProblem: (id) => fileProblem(state, id),
  });
  if (problems.length > 0) throw errorWithPointers('invalid_blocks', problems);
  if (isTooMuchText(blocks)) throw new WebApiError('msg_blocks_too_long');
  return fieldsOf(blocks).map(asBlock);
}

function readMetadata(given: unknown): MessageMetadata | undefined {
  if (given === undefined || given === '') return undefined;
  const value = jsonArgument(given, 'invalid_metadata_format');
  const parsed = metadataPayload.safeParse(value);
  if (!parsed.success) throw new WebApiError('invalid_metadata_format');
  if (JSON.stringify(value).length > 16_000) throw new WebApiError('metadata_too_large');
  return parsed.data;
}
