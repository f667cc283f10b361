// Validates a modal or Home tab as Slack does.
import { z } from 'zod';
import { type Problem, problemsOf } from './problem.ts';
import { plainText, string } from './text.ts';
import { type BlockContext, blockProblems } from './validate.ts';
import { asBlock, fieldsOf, withChildren } from './walk.ts';

const shared = {
  blocks: z.array(z.unknown()).min(1),
  private_metadata: string(3000, 0).optional(),
  callback_id: string(255, 0).optional(),
  external_id: string(255, 0).optional(),
};

const view = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('modal'),
    ...shared,
    title: plainText(24),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    submit_disabled: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal('home'), ...shared }),
]);

export type ViewPayload = z.infer<typeof view>;

/** Bytes of a view's JSON. */
export const mostViewBytes = 250_000;

/** The view, or every problem with it. `surface` is the one that the caller may use. */
export function checkView(
  payload: unknown,
  surface: 'modal' | 'home',
  fileProblem: BlockContext['fileProblem'],
): { view: ViewPayload } | { problems: Problem[] } {
  const parsed = view.safeParse(payload, { reportInput: true });
  if (!parsed.success) return { problems: problemsOf(parsed.error, '/view') };
  if (parsed.data.type !== surface) return { problems: [{ pointer: '/view/type', message: `must be ${surface}` }] };
  const problems = blockProblems(parsed.data.blocks, { surface, root: '/view/blocks', fileProblem });
  if (
    problems.length === 0 &&
    parsed.data.type === 'modal' &&
    parsed.data.submit === undefined &&
    hasInput(parsed.data.blocks)
  ) {
    problems.push({ pointer: '/view', message: 'missing required field: submit' });
  }
  return problems.length > 0 ? { problems } : { view: parsed.data };
}

function hasInput(blocks: readonly unknown[]): boolean {
  return fieldsOf(blocks).some((fields) => withChildren(asBlock(fields)).some((block) => block.type === 'input'));
}
