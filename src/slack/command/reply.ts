// A reply to a command: made of what was gathered, and sent where it belongs.
import { errorFields } from '../../logger.ts';
import { answerButtons } from '../blocks/answer-buttons.ts';
import { type Block, drawProblem } from '../blocks/block.ts';
import type { SlackContext } from '../context.ts';
import { sendMessage, sendReport } from '../send-report.ts';
import type { CommandRequest, Failed, Query, Reply, Subcommand } from './subcommand.ts';
import { countsOf } from './targets.ts';

/** A reply with the question that it answers. */
export interface ReplyToSend {
  readonly request: CommandRequest;
  readonly question: Query;
  readonly view: Subcommand;
  readonly reply: Reply;
}

/** Says it, with its buttons, and remembers it for sharing. Rejects with `DeliveryError`. */
export async function sendReply(
  slackContext: SlackContext,
  { request, question, view, reply }: ReplyToSend,
): Promise<void> {
  const wantsEveryone = question.isPublic || request.isPublicPlace;
  if (reply.kind === 'message') return sendMessage(reply.drawn, request.open(wantsEveryone ? 'public' : 'private'));
  const { failed } = reply;
  const forEveryone = wantsEveryone && failed?.isWhole !== true;
  const id = slackContext.deps.newId();
  const tail = reply.buttons === 'none' ? [] : [buttonsOf(slackContext, { question, view, id, reply, wantsEveryone })];
  const report = forEveryone && failed !== undefined ? failed.forEveryone : reply.report;
  const responseTarget = placeOf(request, wantsEveryone, forEveryone);
  const said = sendReport({ report, tail, people: reply.people, responseTarget }, slackContext.chartDeps);
  // An answer with a failure in it is not for the channel: to share it is to ask again.
  if (failed === undefined)
    slackContext.answers.set(id, { report, question, places: said.catch(() => []), sharedBy: undefined });
  await said;
  if (forEveryone && failed !== undefined) await sayFailures(slackContext, request, failed);
}

/** Nothing but a failure is no answer for everyone: its author gets it. A private answer stays where it was asked for. */
function placeOf(
  request: CommandRequest,
  wantsEveryone: boolean,
  forEveryone: boolean,
): ReturnType<CommandRequest['open']> {
  if (wantsEveryone && !forEveryone) return request.openProblem();
  return request.open(forEveryone ? 'public' : 'private');
}

function buttonsOf(
  slackContext: SlackContext,
  { question, view, id, reply, wantsEveryone }: Omit<ReplyToSend, 'request'> & { id: string; wantsEveryone: boolean },
): Block {
  const isShareable = !wantsEveryone && !(reply.kind === 'report' && reply.buttons === 'refresh');
  const share = isShareable ? 'offered' : 'not';
  return answerButtons(question, view, { id, share, counts: countsOf(question, slackContext.deps) });
}

/** The numbers are out by now, so a refusal of this is told to the log and not taken for a failed question. */
async function sayFailures(slackContext: SlackContext, request: CommandRequest, failed: Failed): Promise<void> {
  await sendMessage(drawFailures(failed), request.openProblem()).catch((failure: unknown) => {
    const fields = { user: request.asker.user, ...errorFields(failure), stack: undefined };
    slackContext.deps.logger.warn('Reason of a failure not delivered', fields);
  });
}

/** Why each platform failed and what to do, for the person who asked in public. */
function drawFailures({ failures }: Failed): ReturnType<typeof drawProblem> {
  const [first = '', ...rest] = failures.flatMap(({ failure }) => [failure.message, failure.hint ?? '']);
  return drawProblem(first, rest.join('\n'));
}
