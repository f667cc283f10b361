// Validates the blocks of a message or view as Slack does, and reports every problem at once.
import { chartsInMessage } from './data-visualization.ts';
import { blockKinds, containerChildren, type Surface } from './kinds.ts';
import { type Problem, pointer, problemsOf } from './problem.ts';
import { tableCharacters } from './tables.ts';
import { asBlock, elementsOf, type Fields, fieldsOf, isFields, walk, withChildren } from './walk.ts';

export interface BlockContext {
  readonly surface: Surface;
  /** Pointer to the list, e.g. `/blocks`. */
  readonly root: string;
  /** Why this file cannot be shown now; undefined when it can. */
  readonly fileProblem: (id: string) => string | undefined;
}

const mostBlocks: Record<Surface, number> = { message: 50, modal: 100, home: 100 };
/** Text of one message, and what each block's frame adds to it; derived from posts that Slack took and refused. */
const cumulativeText = { most: 12_000, perBlock: 16 } as const;
const countedKeys: ReadonlySet<string> = new Set([
  'text',
  'alt_text',
  'title',
  'caption',
  'label',
  'name',
  'x_label',
  'y_label',
]);

/** Every problem of the list; empty when Slack would take it. */
export function blockProblems(blocks: readonly unknown[], context: BlockContext): Problem[] {
  const { root, surface } = context;
  const problems: Problem[] = [];
  if (blocks.length > mostBlocks[surface]) {
    problems.push({ pointer: root, message: `no more than ${mostBlocks[surface]} items allowed` });
  }
  blocks.forEach((block, index) => {
    problems.push(...oneBlock(block, pointer(root, [index]), context));
  });
  if (problems.length > 0) return problems;
  return [...idProblems(blocks, root), ...fileProblems(blocks, context), ...totals(blocks, root)];
}

/** True when the text of all blocks together, cells of tables apart, is more than Slack takes in one message. */
export function isTooMuchText(blocks: readonly unknown[]): boolean {
  let total = blocks.length * cumulativeText.perBlock;
  walk(blocks, (fields, path) => {
    if (path.includes('rows')) return;
    for (const [key, value] of Object.entries(fields)) {
      if (typeof value === 'string' && countedKeys.has(key)) total += [...value].length;
    }
  });
  return total > cumulativeText.most;
}

function oneBlock(block: unknown, at: string, context: BlockContext): Problem[] {
  if (!isFields(block)) return [{ pointer: at, message: 'must provide an object' }];
  const type = block['type'];
  if (typeof type !== 'string') return [{ pointer: at, message: 'missing required field: type' }];
  const kind = blockKinds.get(type);
  if (kind === undefined || !kind.surfaces.includes(context.surface)) {
    return [{ pointer: `${at}/type`, message: `unsupported type: ${type}` }];
  }
  const parsed = kind.schema.safeParse(block, { reportInput: true });
  if (!parsed.success) return problemsOf(parsed.error, at);
  if (type === 'carousel') return children(block, 'elements', { at, context, allowed: new Set(['card']) });
  if (type === 'container') return children(block, 'child_blocks', { at, context, allowed: containerChildren });
  return [];
}

function children(
  block: Fields,
  key: string,
  place: { at: string; context: BlockContext; allowed: ReadonlySet<string> },
): Problem[] {
  return fieldsOf(block[key]).flatMap((child, index) => {
    const at = pointer(place.at, [key, index]);
    if (!place.allowed.has(String(child['type'])))
      return [{ pointer: `${at}/type`, message: `unsupported type: ${child['type']}` }];
    return oneBlock(child, at, place.context);
  });
}

function idProblems(blocks: readonly unknown[], root: string): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const block of fieldsOf(blocks).flatMap((fields) => withChildren(asBlock(fields)))) {
    const id = block.block_id;
    if (id !== undefined && seen.has(id)) problems.push({ pointer: root, message: `block_id "${id}" already exists` });
    if (id !== undefined) seen.add(id);
    const actions = elementsOf(block).flatMap((element) =>
      typeof element['action_id'] === 'string' ? [element['action_id']] : [],
    );
    const twice = actions.filter((action, index) => actions.indexOf(action) !== index);
    problems.push(
      ...twice.map((action) => ({ pointer: root, message: `action_id "${action}" already exists for its block` })),
    );
  }
  return problems;
}

function fileProblems(blocks: readonly unknown[], context: BlockContext): Problem[] {
  const problems: Problem[] = [];
  walk(blocks, (fields, path) => {
    const file = fields['slack_file'];
    if (!isFields(file)) return;
    const problem = typeof file['id'] === 'string' ? context.fileProblem(file['id']) : 'invalid slack file';
    if (problem !== undefined)
      problems.push({ pointer: pointer(context.root, [...path, 'slack_file']), message: problem });
  });
  return problems;
}

function totals(blocks: readonly unknown[], root: string): Problem[] {
  const all = fieldsOf(blocks).flatMap((fields) => withChildren(asBlock(fields)));
  const ofType = (type: string) => all.filter((block) => block.type === type);
  const problems: Problem[] = [];
  const say = (message: string): void => {
    problems.push({ pointer: root, message });
  };
  if (ofType('data_visualization').length > chartsInMessage)
    say(`no more than ${chartsInMessage} data_visualization blocks allowed`);
  if (ofType('table').length > 1) say('only_one_table_allowed');
  for (const type of ['table', 'data_table'] as const) {
    const most = tableCharacters[type];
    if (cellCharacters(ofType(type)) > most)
      say(`cells of all ${type} blocks must have less than ${most + 1} characters`);
  }
  const markdown = ofType('markdown').reduce((sum, block) => sum + [...String(block['text'])].length, 0);
  if (markdown > 12_000) say('all markdown blocks must have less than 12001 characters');
  return problems;
}

function cellCharacters(tables: readonly Fields[]): number {
  let total = 0;
  walk(
    tables.map((table) => table['rows']),
    (fields) => {
      if (typeof fields['text'] === 'string') total += [...fields['text']].length;
    },
  );
  return total;
}
