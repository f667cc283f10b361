// Reads what a message is to say from arguments, as strictly as Slack: text, blocks, metadata.
import { z } from 'zod';
import { blockProblems, isTooMuchText } from './blocks/validate.ts';
import { asBlock, type Fields, fieldsOf } from './blocks/walk.ts';
import { fileProblem } from './file-store.ts';
import type { Content } from './messages.ts';
import { Refusal, refuseWith } from './refusal.ts';
import { type State, violate } from './state.ts';
import type { MessageMetadata } from './workspace.ts';

const longestText = 40_000;

const metadataPayload = z.object({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.unknown()),
});

/** The content, or a refusal: `no_text`, `invalid_blocks_format`, `invalid_blocks`, `msg_blocks_too_long`, `invalid_metadata_format`. */
export function readContent(state: State, method: string, args: Fields): Content {
  const blocks = readBlocks(state, args['blocks']);
  const text = typeof args['text'] === 'string' ? args['text'] : '';
  if (args['attachments'] !== undefined) violate(state, `${method}: attachments are legacy; use blocks`);
  if (args['mrkdwn'] !== undefined) violate(state, `${method}: mrkdwn is legacy`);
  if (text === '' && blocks.length === 0) throw new Refusal('no_text');
  if (text === '') violate(state, `${method}: blocks without a top-level text`);
  return { text: text.slice(0, longestText), blocks, metadata: readMetadata(args['metadata']) };
}

/** A JSON argument, given as text in a form or as a value in JSON. */
export function jsonArgument(value: unknown, wrong: string): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw new Refusal(wrong);
  }
}

function readBlocks(state: State, given: unknown): Content['blocks'] {
  if (given === undefined || given === '') return [];
  const blocks = jsonArgument(given, 'invalid_blocks_format');
  if (!Array.isArray(blocks)) throw new Refusal('invalid_blocks_format');
  const problems = blockProblems(blocks, {
    surface: 'message',
    root: '/blocks',
    fileProblem: (id) => fileProblem(state, id),
  });
  if (problems.length > 0) throw refuseWith('invalid_blocks', problems);
  if (isTooMuchText(blocks)) throw new Refusal('msg_blocks_too_long');
  return fieldsOf(blocks).map(asBlock);
}

function readMetadata(given: unknown): MessageMetadata | undefined {
  if (given === undefined || given === '') return undefined;
  const value = jsonArgument(given, 'invalid_metadata_format');
  const parsed = metadataPayload.safeParse(value);
  if (!parsed.success) throw new Refusal('invalid_metadata_format');
  if (JSON.stringify(value).length > 16_000) throw new Refusal('metadata_too_large');
  return parsed.data;
}
