// Says a reply: the text at once, in the simplest form that Slack takes, and the pictures after it.
import type { Report } from '../reports/report.ts';
import { type Block, context, type Drawn } from './blocks/block.ts';
import { namePeople } from './blocks/people.ts';
import { drawReport } from './blocks/report.ts';
import type { Conversation } from './conversation.ts';
import { toDeliveryError } from './errors.ts';
import { addPictures, type Places, promptPlaces, type Studio } from './pictures.ts';

/** A report on its way, with what stands below it. */
export interface Saying {
  readonly report: Report;
  readonly tail: readonly Block[];
  readonly conversation: Conversation;
  /** `named`: the words come from alerting, and people in them are shown. */
  readonly people?: 'named' | undefined;
  /** Pictures that are there already, for an answer that is said again. */
  readonly places?: Places;
}

type Form = (places: Places) => Drawn;

/** From the full form to the bare text. */
function formsOf({ report, tail, people }: Saying): readonly [Form, Form, Form] {
  const finish = (drawn: Drawn): Drawn => (people === 'named' ? namePeople(drawn) : drawn);
  return [
    (places) => finish(drawReport(report, { places, tail })),
    (places) => finish(drawReport(report, { places, tail, tables: 'text' })),
    () => finish({ blocks: [], text: drawReport(report).text }),
  ];
}

/** Says a report and its pictures; resolves with what stands in their places. Rejects with `DeliveryError` when not even the text goes out. */
export async function sayReport(saying: Saying, studio: Studio): Promise<Places> {
  const [full, plainTables, bare] = formsOf(saying);
  const known = saying.places ?? (await promptPlaces(saying.report, studio)) ?? [];
  const { conversation, report } = saying;
  const hasPictures = known.some((place) => place !== undefined);
  if (await accepted(conversation, full(known))) {
    return hasPictures ? known : addPictures({ report, conversation, draw: full }, studio);
  }
  if (hasPictures && (await accepted(conversation, full([])))) {
    return addPictures({ report, conversation, draw: full }, studio, 1);
  }
  if (await accepted(conversation, plainTables([])))
    return addPictures({ report, conversation, draw: plainTables }, studio);
  await conversation.say(bare([]));
  return [];
}

/** False when Slack refuses how it is drawn; other failures are the caller's. */
async function accepted(conversation: Conversation, message: Drawn): Promise<boolean> {
  try {
    await conversation.say(message);
    return true;
  } catch (error) {
    if (toDeliveryError(error).outcome !== 'rejected-blocks') throw error;
    return false;
  }
}

/** Says a message that is drawn already; its text alone when Slack refuses its blocks. */
export async function sayMessage(drawn: Drawn, conversation: Conversation): Promise<void> {
  try {
    await conversation.say(drawn);
  } catch (error) {
    if (toDeliveryError(error).outcome !== 'rejected-blocks' || drawn.blocks.length === 0) throw error;
    await conversation.say({ blocks: [], text: drawn.text });
  }
}

/** The line below an answer that somebody made public. */
export function sharedLine(user: string): Block {
  return context(`Shared by <@${user}> from \`/imstats\``);
}
