// What the buttons of an answer carry: the command that asks the question again, and which answer they belong to. Ids only.
import { z } from 'zod';
import { maxButtonValue } from './blocks/limits.ts';

/** `command` is the text after `/imstats`; `answer` names an answer that is still remembered. */
export const ButtonValue = z.object({
  command: z.string().max(maxButtonValue),
  answer: z.string().max(64).optional(),
});
export type ButtonValue = z.infer<typeof ButtonValue>;

export function writeValue(value: ButtonValue): string {
  return JSON.stringify(value);
}

/** What a button carried; undefined when it is not one of ours any more. */
export function readValue(text: string | undefined): ButtonValue | undefined {
  try {
    return ButtonValue.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}
