// Every kind of block: its schema and the surfaces that allow it. Any other kind is refused.
import { z } from 'zod';
import { dataVisualization } from './data-visualization.ts';
import { accessory, actionElement, button, inputElement } from './elements.ts';
import { imageElement, imageFields, oneSource, oneSourceMessage } from './image.ts';
import { richText } from './rich-text.ts';
import { dataTable, table } from './tables.ts';
import { anyText, blockId, mrkdwn, plainText, string } from './text.ts';

export type Surface = 'message' | 'modal' | 'home';

export interface BlockKind {
  readonly surfaces: readonly Surface[];
  readonly schema: z.ZodType;
}

const everywhere: readonly Surface[] = ['message', 'modal', 'home'];
const notModal: readonly Surface[] = ['message', 'home'];

const block = <T extends string, F extends z.ZodRawShape>(type: T, fields: F) =>
  z.strictObject({ type: z.literal(type), block_id: blockId, ...fields });

const section = block('section', {
  text: anyText(3000).optional(),
  fields: z.array(anyText(2000)).min(1).max(10).optional(),
  accessory: accessory.optional(),
  expand: z.boolean().optional(),
}).refine((value) => value.text !== undefined || value.fields !== undefined, {
  message: 'must provide text or fields',
});

const image = block('image', { ...imageFields, title: plainText(2000).optional() }).refine(oneSource, oneSourceMessage);

const contextElement = z.discriminatedUnion('type', [imageElement, plainText(3000), mrkdwn(3000)]);

const input = block('input', {
  label: plainText(2000),
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: inputElement,
});

const card = block('card', {
  hero_image: imageElement.optional(),
  icon: imageElement.optional(),
  slack_icon: z.strictObject({ type: z.literal('icon'), name: string(50) }).optional(),
  title: anyText(150).optional(),
  subtitle: anyText(150).optional(),
  body: anyText(200).optional(),
  subtext: anyText(200).optional(),
  actions: z.array(button).min(1).max(2).optional(),
})
  .refine((value) => value.icon === undefined || value.slack_icon === undefined, {
    message: 'must provide only one of icon, slack_icon',
  })
  .refine((value) => value.hero_image ?? value.title ?? value.actions ?? value.body, {
    message: 'must provide at least one of hero_image, title, actions, body',
  });

const container = block('container', {
  title: plainText(150).optional(),
  rich_text_title: richText.optional(),
  subtitle: anyText(150).optional(),
  icon: imageElement.optional(),
  child_blocks: z.array(z.unknown()).min(1).max(10),
  width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
  is_collapsible: z.boolean().optional(),
  default_collapsed: z.boolean().optional(),
  has_header_divider: z.boolean().optional(),
}).refine((value) => (value.title === undefined) !== (value.rich_text_title === undefined), {
  message: 'must provide exactly one of title, rich_text_title',
});

/** By `type`. */
export const blockKinds: ReadonlyMap<string, BlockKind> = new Map<string, BlockKind>([
  ['section', { surfaces: everywhere, schema: section }],
  [
    'header',
    {
      surfaces: everywhere,
      schema: block('header', { text: plainText(150), level: z.int().min(1).max(4).optional() }),
    },
  ],
  ['context', { surfaces: everywhere, schema: block('context', { elements: z.array(contextElement).min(1).max(10) }) }],
  ['actions', { surfaces: everywhere, schema: block('actions', { elements: z.array(actionElement).min(1).max(25) }) }],
  ['divider', { surfaces: everywhere, schema: block('divider', {}) }],
  ['image', { surfaces: everywhere, schema: image }],
  ['input', { surfaces: everywhere, schema: input }],
  ['rich_text', { surfaces: everywhere, schema: richText }],
  ['markdown', { surfaces: ['message'], schema: block('markdown', { text: string(12_000) }) }],
  ['table', { surfaces: notModal, schema: table }],
  ['data_table', { surfaces: notModal, schema: dataTable }],
  ['data_visualization', { surfaces: ['message'], schema: dataVisualization }],
  [
    'alert',
    {
      surfaces: ['modal'],
      schema: block('alert', {
        text: anyText(200),
        level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
      }),
    },
  ],
  ['card', { surfaces: everywhere, schema: card }],
  ['carousel', { surfaces: notModal, schema: block('carousel', { elements: z.array(z.unknown()).min(1).max(10) }) }],
  ['container', { surfaces: notModal, schema: container }],
]);

/** What a container may hold. */
export const containerChildren: ReadonlySet<string> = new Set([
  'actions',
  'context',
  'divider',
  'header',
  'image',
  'input',
  'rich_text',
  'section',
  'table',
]);
