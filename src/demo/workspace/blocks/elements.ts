// Schemas of interactive elements and which block may hold which, with Slack's limits.
import { z } from 'zod';
import { imageElement } from './image.ts';
import { actionId, anyText, colorScheme, confirm, plainText, string, webAddress } from './text.ts';

const option = z.strictObject({
  text: plainText(75),
  value: string(150),
  description: plainText(75).optional(),
});
const richOption = option.extend({ text: anyText(75), description: anyText(75).optional() });
const linkOption = option.extend({ url: webAddress.optional() });
const optionGroup = z.strictObject({ label: plainText(75), options: z.array(option).min(1).max(100) });

const acting = { action_id: actionId, confirm: confirm.optional() };
const focusing = { ...acting, focus_on_load: z.boolean().optional() };
const picking = { ...focusing, placeholder: plainText(150).optional() };
const pickingMany = { ...picking, max_selected_items: z.int().min(1).optional() };
const optionList = z.array(option).min(1).max(100).optional();
const groupList = z.array(optionGroup).min(1).max(100).optional();
const filter = z.strictObject({
  include: z
    .array(z.enum(['im', 'mpim', 'private', 'public']))
    .min(1)
    .optional(),
  exclude_external_shared_channels: z.boolean().optional(),
  exclude_bot_users: z.boolean().optional(),
});

interface Choosing {
  options?: readonly unknown[] | undefined;
  option_groups?: readonly { options: readonly unknown[] }[] | undefined;
  initial_option?: unknown;
  initial_options?: readonly unknown[] | undefined;
}

/** Reports an initial option that is not one of the options, and options given in both ways or in none. */
function checkOptions(element: Choosing, context: z.RefinementCtx): void {
  if ((element.options === undefined) === (element.option_groups === undefined)) {
    context.addIssue({ code: 'custom', message: 'must provide exactly one of options, option_groups' });
  }
  const all = [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];
  const known = new Set(all.map((one) => JSON.stringify(one)));
  const initial = element.initial_option === undefined ? (element.initial_options ?? []) : [element.initial_option];
  if (initial.some((one) => !known.has(JSON.stringify(one)))) {
    context.addIssue({ code: 'custom', message: 'initial option must exactly match one of the provided options' });
  }
}

export const button = z.strictObject({
  type: z.literal('button'),
  ...acting,
  text: plainText(75),
  value: string(2000).optional(),
  url: webAddress.optional(),
  style: colorScheme.optional(),
  accessibility_label: string(75).optional(),
});

const overflow = z.strictObject({ type: z.literal('overflow'), ...acting, options: z.array(linkOption).min(1).max(5) });

const staticSelect = z
  .strictObject({
    type: z.literal('static_select'),
    ...picking,
    options: optionList,
    option_groups: groupList,
    initial_option: option.optional(),
  })
  .superRefine(checkOptions);

const multiStaticSelect = z
  .strictObject({
    type: z.literal('multi_static_select'),
    ...pickingMany,
    options: optionList,
    option_groups: groupList,
    initial_options: z.array(option).min(1).optional(),
  })
  .superRefine(checkOptions);

const fewOptions = { ...focusing, options: z.array(richOption).min(1).max(10) };

const radioButtons = z
  .strictObject({ type: z.literal('radio_buttons'), ...fewOptions, initial_option: richOption.optional() })
  .superRefine(checkOptions);

const checkboxes = z
  .strictObject({
    type: z.literal('checkboxes'),
    ...fewOptions,
    initial_options: z.array(richOption).min(1).optional(),
  })
  .superRefine(checkOptions);

const single = (type: string, initial: string, extra: Record<string, z.ZodType> = {}) =>
  z.strictObject({ type: z.literal(type), ...picking, [initial]: string(255).optional(), ...extra });
const several = (type: string, initial: string, extra: Record<string, z.ZodType> = {}) =>
  z.strictObject({
    type: z.literal(type),
    ...pickingMany,
    [initial]: z.array(string(255)).min(1).optional(),
    ...extra,
  });
const conversationFields = { default_to_current_conversation: z.boolean().optional(), filter: filter.optional() };
const answering = { response_url_enabled: z.boolean().optional() };

const timed = (type: string, fields: Record<string, z.ZodType>) => z.strictObject({ type: z.literal(type), ...fields });
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, { message: 'must be a date as YYYY-MM-DD' });
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { message: 'must be a time as HH:mm' });

const dispatchConfig = z.strictObject({
  trigger_actions_on: z
    .array(z.enum(['on_enter_pressed', 'on_character_entered']))
    .min(1)
    .optional(),
});
const typing = {
  action_id: actionId,
  placeholder: plainText(150).optional(),
  focus_on_load: z.boolean().optional(),
  dispatch_action_config: dispatchConfig.optional(),
};

const plainTextInput = z.strictObject({
  type: z.literal('plain_text_input'),
  ...typing,
  initial_value: string(3000, 0).optional(),
  multiline: z.boolean().optional(),
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
});

const numberInput = z.strictObject({
  type: z.literal('number_input'),
  ...typing,
  is_decimal_allowed: z.boolean(),
  initial_value: string(255).optional(),
  min_value: string(255).optional(),
  max_value: string(255).optional(),
});

const choosers = [
  staticSelect,
  multiStaticSelect,
  radioButtons,
  checkboxes,
  single('users_select', 'initial_user'),
  single('conversations_select', 'initial_conversation', { ...conversationFields, ...answering }),
  single('channels_select', 'initial_channel', answering),
  several('multi_users_select', 'initial_users'),
  several('multi_conversations_select', 'initial_conversations', conversationFields),
  several('multi_channels_select', 'initial_channels'),
  timed('datepicker', { ...picking, initial_date: date.optional() }),
  timed('timepicker', { ...picking, initial_time: time.optional(), timezone: string(100).optional() }),
  timed('datetimepicker', { ...focusing, initial_date_time: z.int().optional() }),
] as const;

/** What a section may carry at its side. */
export const accessory = z.discriminatedUnion('type', [button, overflow, imageElement, ...choosers]);

/** What an actions block may hold. */
export const actionElement = z.discriminatedUnion('type', [button, overflow, ...choosers]);

/** What an input block may hold. */
export const inputElement = z.discriminatedUnion('type', [plainTextInput, numberInput, ...choosers]);
