// Strings and text objects with Slack's limits; lengths are counted in Unicode code points.
import { z } from 'zod';

/** A string of `min` to `max` code points. */
export function string(max: number, min = 1): z.ZodType<string> {
  return z.string().superRefine((value, context) => {
    const length = value.length <= max && value.length >= min ? value.length : [...value].length;
    if (length > max) context.addIssue({ code: 'custom', message: `must be less than ${max + 1} characters` });
    if (length < min) context.addIssue({ code: 'custom', message: `must be more than ${min - 1} characters` });
  });
}

/** A `plain_text` object. */
export function plainText(max: number) {
  return z.strictObject({ type: z.literal('plain_text'), text: string(max), emoji: z.boolean().optional() });
}

/** A `mrkdwn` object. */
export function mrkdwn(max: number) {
  return z.strictObject({ type: z.literal('mrkdwn'), text: string(max), verbatim: z.boolean().optional() });
}

/** Either of the two. */
export function anyText(max: number) {
  return z.discriminatedUnion('type', [plainText(max), mrkdwn(max)]);
}

export const blockId = string(255).optional();
export const actionId = string(255).optional();

/** An address that people open or Slack fetches. */
export const webAddress = string(3000).refine((value) => /^(https?:\/\/|mailto:|slack:\/\/)\S+$/.test(value), {
  message: 'must be a valid URL',
});

export const colorScheme = z.enum(['primary', 'danger']);

/** The question asked before an action is sent. */
export const confirm = z.strictObject({
  title: plainText(100).optional(),
  text: anyText(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: colorScheme.optional(),
});
