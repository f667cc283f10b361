// Says a reply where it belongs: what failed to the person alone, numbers to everyone where that was asked for.
import { errorFields } from '../logger.ts';
import { countsOf } from './apps-asked.ts';
import { answerButtons } from './blocks/answer-buttons.ts';
import type { Block } from './blocks/block.ts';
import { drawProblem } from './blocks/problem.ts';
import type { Desk } from './desk.ts';
import type { Question } from './question.ts';
import type { Asked } from './questions.ts';
import { sayMessage, sayReport } from './say.ts';
import type { Failed, Reply, View } from './view.ts';

/** A reply with the question that it answers. */
export interface Replied {
  readonly asked: Asked;
  readonly question: Question;
  readonly view: View;
  readonly reply: Reply;
}

/** Says it, with its buttons, and remembers it for sharing. Rejects with `DeliveryError`. */
export async function sayReply(desk: Desk, { asked, question, view, reply }: Replied): Promise<void> {
  const wantsEveryone = question.isPublic || asked.isPublicPlace;
  if (reply.kind === 'message') return sayMessage(reply.drawn, asked.open(wantsEveryone ? 'public' : 'private'));
  const { failed } = reply;
  const forEveryone = wantsEveryone && failed?.isWhole !== true;
  const id = desk.deps.newId();
  const tail = reply.buttons === 'none' ? [] : [buttonsOf(desk, { question, view, id, reply, wantsEveryone })];
  const report = forEveryone && failed !== undefined ? failed.forEveryone : reply.report;
  const conversation = placeOf(asked, wantsEveryone, forEveryone);
  const said = sayReport({ report, tail, people: reply.people, conversation }, desk.studio);
  // An answer with a failure in it is not for the channel: to share it is to ask again.
  if (failed === undefined)
    desk.answers.set(id, { report, question, places: said.catch(() => []), sharedBy: undefined });
  await said;
  if (forEveryone && failed !== undefined) await sayFailures(desk, asked, failed);
}

/** Nothing but a failure is no answer for everyone: its author gets it. A private answer stays where it was asked for. */
function placeOf(asked: Asked, wantsEveryone: boolean, forEveryone: boolean): ReturnType<Asked['open']> {
  if (wantsEveryone && !forEveryone) return asked.openProblem();
  return asked.open(forEveryone ? 'public' : 'private');
}

function buttonsOf(
  desk: Desk,
  { question, view, id, reply, wantsEveryone }: Omit<Replied, 'asked'> & { id: string; wantsEveryone: boolean },
): Block {
  const isShareable = !wantsEveryone && !(reply.kind === 'report' && reply.buttons === 'refresh');
  const share = isShareable ? 'offered' : 'not';
  return answerButtons(question, view, { id, share, counts: countsOf(question, desk.deps) });
}

/** The numbers are out by now, so a refusal of this is told to the log and not taken for a failed question. */
async function sayFailures(desk: Desk, asked: Asked, failed: Failed): Promise<void> {
  await sayMessage(drawFailures(failed), asked.openProblem()).catch((failure: unknown) => {
    const fields = { user: asked.asker.user, ...errorFields(failure), stack: undefined };
    desk.deps.logger.warn('Reason of a failure not delivered', fields);
  });
}

/** Why each platform failed and what to do, for the person who asked in public. */
function drawFailures({ failures }: Failed): ReturnType<typeof drawProblem> {
  const [first = '', ...rest] = failures.flatMap(({ failure }) => [failure.message, failure.hint ?? '']);
  return drawProblem(first, rest.join('\n'));
}
