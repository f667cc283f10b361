// What stands in place of an answer that takes long: one line, which is kept up to date where it can be edited.
import { type Clock, type Duration, second, sleep } from '../../clock.ts';
import { DeliveryError } from '../../errors.ts';
import { errorFields, type Logger } from '../../logger.ts';
import type { DrawnMessage } from '../blocks/block.ts';
import type { ResponseTarget } from '../response-target.ts';
import { sendMessage } from '../send-report.ts';
import type { CommandRequest, Reply } from './subcommand.ts';

/** From one edit of the line to the next. */
const editEvery: Duration = 3 * second;

/**
 * Says the line and resolves when the answer is there, with the target that puts it in place of the line; undefined where that cannot
 * be, and the answer is a message of its own. Rejects with `DeliveryError` where not even the line goes out.
 */
export async function sayMeanwhile(
  { meanwhile, answer }: Pick<Extract<Reply, { kind: 'later' }>, 'meanwhile' | 'answer'>,
  target: ResponseTarget,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<CommandRequest['open'] | undefined> {
  let shown = meanwhile();
  await sendMessage(shown, target);
  const { edit } = target;
  const ended = new AbortController();
  // Whoever asked for it takes what it rejects with.
  const there = answer.then(
    () => ended.abort(),
    () => ended.abort(),
  );
  if (edit === undefined) {
    await there;
    return undefined;
  }
  while (!ended.signal.aborted) {
    await sleep(clock, editEvery, ended.signal);
    const next = meanwhile();
    if (ended.signal.aborted || next.text === shown.text) continue;
    shown = next;
    // The answer comes all the same.
    await edit(shown).catch((error: unknown) =>
      logger.debug('Line of a long answer not edited', { ...errorFields(error), stack: undefined }),
    );
  }
  await there;
  return () => ({ ...target, say: (message) => editOrSay(message, edit, target) });
}

/** A line that was deleted, or may not be edited any more, is followed by the answer. */
async function editOrSay(
  message: DrawnMessage,
  edit: NonNullable<ResponseTarget['edit']>,
  target: ResponseTarget,
): Promise<void> {
  try {
    await edit(message);
  } catch (error) {
    const isLost = error instanceof DeliveryError && (error.outcome === 'gone' || error.outcome === 'uneditable');
    if (!isLost) throw error;
    await target.say(message);
  }
}
