// Adds the ids that Slack generates for blocks and elements that were sent without.
import { asBlock, type Fields, fieldsOf, isFields } from './blocks/walk.ts';
import type { Ids } from './ids.ts';
import type { SlackBlock } from './workspace-types.ts';

/** The same blocks with a `block_id` each and an `action_id` on every interactive element. */
export function withIds(ids: Ids, blocks: readonly SlackBlock[]): SlackBlock[] {
  return blocks.map((block) => {
    const filled: Record<string, unknown> = { ...block, block_id: block.block_id ?? shortId(ids) };
    for (const key of ['accessory', 'element']) {
      const element = filled[key];
      if (isFields(element)) filled[key] = withActionId(ids, element);
    }
    if (block.type === 'actions') filled['elements'] = fieldsOf(block['elements']).map((one) => withActionId(ids, one));
    if (block.type === 'card' && Array.isArray(block['actions'])) {
      filled['actions'] = fieldsOf(block['actions']).map((one) => withActionId(ids, one));
    }
    if (block.type === 'carousel') filled['elements'] = inside(ids, block['elements']);
    if (block.type === 'container') filled['child_blocks'] = inside(ids, block['child_blocks']);
    return asBlock(filled);
  });
}

function inside(ids: Ids, children: unknown): SlackBlock[] {
  return withIds(ids, fieldsOf(children).map(asBlock));
}

function withActionId(ids: Ids, element: Fields): Fields {
  return element['type'] === 'image' ? element : { ...element, action_id: element['action_id'] ?? shortId(ids) };
}

function shortId(ids: Ids): string {
  return ids.word().slice(0, 5);
}
