// Traverses blocks: nested blocks, their elements, every object in them.
import type { SlackBlock } from '../workspace-types.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** True for a plain object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list; anything else in it is left out. */
export function fieldsOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** The block and the blocks inside it (container, carousel). */
export function withChildren(block: SlackBlock): SlackBlock[] {
  const inside =
    block.type === 'container' ? block['child_blocks'] : block.type === 'carousel' ? block['elements'] : [];
  return [block, ...fieldsOf(inside).flatMap((child) => withChildren(asBlock(child)))];
}

/** Those elements of one block, not of blocks inside it, that a person can act on. */
export function elementsOf(block: SlackBlock): Fields[] {
  const own = [block['accessory'], block['element']].filter(isFields);
  const listed = block.type === 'actions' ? fieldsOf(block['elements']) : [];
  const onCard = block.type === 'card' ? fieldsOf(block['actions']) : [];
  return [...own, ...listed, ...onCard].filter((element) => element['type'] !== 'image');
}

/** Calls `visit` for each object at any depth, with the keys that lead to it. */
export function walk(
  value: unknown,
  visit: (fields: Fields, path: readonly PropertyKey[]) => void,
  path: PropertyKey[] = [],
): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      walk(item, visit, [...path, index]);
    });
    return;
  }
  if (!isFields(value)) return;
  visit(value, path);
  for (const [key, item] of Object.entries(value)) walk(item, visit, [...path, key]);
}

/** Foreign JSON as a block. */
export function asBlock(fields: Fields): SlackBlock {
  return { ...fields, type: String(fields['type']) };
}
