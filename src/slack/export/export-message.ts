// The message of an export while it is made, and where it stands: posted, edited as it goes on, deleted once the file is there.
import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { UserError } from '../../errors.ts';
import { type Phrase, phrasesOf, type Wording } from '../../metrics/phrase.ts';
import { actions, button, context, type DrawnMessage, plain, section, withPeople } from '../blocks/block.ts';
import { toDeliveryError } from '../errors.ts';
import { contentOf, withDeliveryErrors } from '../response-target.ts';
import type { exportPhrases } from './export-phrases.ts';

const say = phrasesOf<typeof exportPhrases>();

/** A channel, or a person for a direct message. */
export interface ExportPlace {
  readonly channel: string;
  readonly threadTs?: string | undefined;
}

/** What the message says: what the export is of, and how it stands. `id` is there while it can be stopped. */
export interface ExportState {
  readonly title: Phrase;
  readonly state: Phrase;
  readonly id?: string | undefined;
}

export function drawExport({ title, state, id }: ExportState, { text }: Wording): DrawnMessage {
  const [head, now] = [plain(text(title)), withPeople(text(state))];
  const stop =
    id === undefined
      ? []
      : [
          actions([
            button({ action: 'export_stop', label: text(say('export.stop')), about: head, value: id, style: 'danger' }),
          ]),
        ];
  return { blocks: [section(head), context(now), ...stop], text: `${head}\n${now}` };
}

/** The message as it stands in Slack. */
export interface ExportMessage {
  /** That of the direct message, where a person was named. */
  readonly channel: string;
  edit(state: ExportState): Promise<void>;
  remove(): Promise<void>;
}

interface MessageDeps {
  readonly client: webApi.WebClient;
  readonly clock: Clock;
  readonly wording: Wording;
}

const Posted = z.object({ channel: z.string(), ts: z.string() });

/** Rejects with `DeliveryError`, and so do its methods. */
export async function postExport(
  place: ExportPlace,
  state: ExportState,
  { client, clock, wording }: MessageDeps,
): Promise<ExportMessage> {
  const thread = place.threadTs === undefined ? {} : { thread_ts: place.threadTs };
  const body = { channel: place.channel, ...thread, ...contentOf(drawExport(state, wording)) };
  const { channel, ts } = Posted.parse(await withDeliveryErrors(() => client.chat.postMessage(body), clock));
  return {
    channel,
    edit: async (next) => {
      const content = { blocks: [], ...contentOf(drawExport(next, wording)) };
      await withDeliveryErrors(() => client.chat.update({ channel, ts, ...content }), clock);
    },
    remove: async () => {
      await withDeliveryErrors(() => client.chat.delete({ channel, ts }), clock);
    },
  };
}

/** Why the message could not be posted, and what to do instead. `inPublic`: the command for the channel, where it was to go to a person. */
export function explainRefusal(error: unknown, inPublic: string | undefined, { text }: Wording): UserError {
  const { code, words, advice } = toDeliveryError(error);
  if (inPublic === undefined)
    return new UserError(`I cannot post here. ${text(words)}`, {
      hint: advice === undefined ? undefined : text(advice),
    });
  const isSwitchedOff = code === 'messages_tab_disabled';
  const why = isSwitchedOff ? 'The messages tab of the Slack app is switched off.' : text(words);
  const cure = isSwitchedOff
    ? 'Whoever runs the Slack app switches it on under App Home, "Messages Tab", or pastes manifest.yml again.'
    : advice === undefined
      ? undefined
      : text(advice);
  const lines = [cure, 'Here everyone would see the file:'].filter((line) => line !== undefined);
  return new UserError(`I cannot write to you. ${why}`, { hint: lines.join('\n'), command: inPublic });
}
