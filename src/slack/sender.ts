// The sender of the outbox: posts, edits, looks up and uploads with a client of its own.
import { z } from 'zod';
import type { AttachedChart } from '../charts/attach-charts.ts';
import { toDataVisualization } from '../charts/slack-renderer.ts';
import { toTextChart } from '../charts/text-renderer.ts';
import { type Clock, type Duration, hour, second } from '../clock.ts';
import { DeliveryError } from '../errors.ts';
import { phrasesOf, type Wording } from '../metrics/phrase.ts';
import { type ChartModel, wordReport } from '../reports/word-report.ts';
import type { LookUp, Outgoing, Sender, ShownPicture, SisterRoot, SlackMessage } from '../store/outbox.ts';
import { drawAlert } from './blocks/alert.ts';
import {
  circleOfColour,
  context,
  type DrawnMessage,
  link,
  linkChannels,
  maxMessageText,
  mentionAll,
  plain,
  section,
  truncate,
  withPeople,
  withReadersTimes,
} from './blocks/block.ts';
import type { alertBlockPhrases } from './blocks/block-phrases.ts';
import { chartsOf, drawReport } from './blocks/report.ts';
import { type ClientSettings, createWebClient } from './client.ts';
import { toDeliveryError } from './errors.ts';
import { createPeople, type OnCall, onCallIn } from './people.ts';
import { createDiscard, createUpload } from './upload.ts';

const say = phrasesOf<typeof alertBlockPhrases>();

/** Blocks and text of a message with its charts. */
export function drawMessage(
  message: SlackMessage,
  pictures: readonly ShownPicture[],
  wording: Wording,
  onCall: readonly OnCall[] = [],
): DrawnMessage {
  if (message.kind === 'alert') {
    const files = pictures.filter((picture) => picture.kind === 'file');
    const alt = files[0]?.alt;
    return drawAlert(message.view, wording, {
      files: files.map(({ id }) => id),
      onCall,
      ...(alt === undefined ? {} : { alt: wording.text(alt) }),
    });
  }
  if (message.kind === 'line') return drawLine(message, wording);
  const report = wordReport(message.report, wording);
  const charts = chartsOf(report);
  const attached = charts.map((chart, index) => attachedChart(chart, pictures[index], wording));
  const pings = mentionAll(message.mentions);
  const drawn = drawReport(report, { attached, ...(pings === '' ? {} : { tail: [context(pings)] }) });
  return pings === '' ? drawn : { ...drawn, text: `${drawn.text}\n${pings}` };
}

/** A line of a thread: its circle where the channel sees it, the mentions, then what happened. `{user:U…}` in it names a person without text from outside. */
function drawLine(
  { text: first, others: more = [], mentions, colour }: Extract<SlackMessage, { kind: 'line' }>,
  wording: Wording,
): DrawnMessage {
  const circle = colour === undefined ? '' : circleOfColour(colour).trim();
  const lines = [first, ...more].map((one) => withPeople(wording.marked.text(one))).join('\n');
  // Who is named in the line is pinged by that.
  const others = mentions.filter((id) => !lines.includes(`<@${id}>`));
  const text = truncate([circle, mentionAll(others), lines].filter((part) => part !== '').join(' '), maxMessageText);
  return withReadersTimes({ blocks: [section(truncate(text, 2_900))], text });
}

function attachedChart(
  chart: ChartModel,
  picture: ShownPicture | undefined,
  wording: Wording,
): AttachedChart | undefined {
  if (picture === undefined) return undefined;
  if (picture.kind === 'file') return { ...picture, alt: chart.alt };
  const block = picture.by === 'slack' ? toDataVisualization(chart, wording) : undefined;
  return block === undefined ? { kind: 'text', ...toTextChart(chart, wording) } : { kind: 'block', block };
}

export interface SenderOptions extends ClientSettings {
  readonly botToken: string;
  readonly clock: Clock;
  readonly wording: Wording;
}

/** The type of the metadata by which the bot finds its messages again; people do not see it. */
export const metadataType = 'imstats_delivery';

const Posted = z.object({ ts: z.string() });

const Permalink = z.object({ permalink: z.url() });

const Found = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z
        .object({ event_type: z.string(), event_payload: z.object({ key: z.string().optional() }).catch({}) })
        .optional()
        .catch(undefined),
    }),
  ),
  has_more: z.boolean().optional(),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** Slack's clock may differ from this machine's by a time zone: a look-up begins so long before the first attempt. */
const clockError: Duration = 2 * hour;

/** Pages of 200 that a look-up reads at most. */
const maxPages = 10;

/** An alert waits no longer for the names of the people on call; its next edit has them. */
const namesWait: Duration = 300;

/** With a client of its own, so that alerts do not wait for the calls of questions. */
export function createSender(options: SenderOptions): Sender {
  const client = createWebClient(options.botToken, options);
  const call = async <T>(method: string, body: Record<string, unknown>, answer: z.ZodType<T>): Promise<T> => {
    try {
      return answer.parse(await client.apiCall(method, body));
    } catch (error) {
      throw toDeliveryError(error);
    }
  };
  const people = createPeople({ client, ...options });
  const discard = createDiscard({ ...options, client });
  const contentOf = async (outgoing: Outgoing): Promise<Record<string, unknown>> => {
    const { message } = outgoing;
    const groups = message.kind === 'alert' ? (message.view.onCall ?? []) : [];
    const wait = { clock: options.clock, wait: namesWait };
    return content(outgoing, options.wording, groups.length === 0 ? [] : await onCallIn(groups, people, wait));
  };
  return {
    post: async (outgoing) => {
      const body = { ...(await contentOf(outgoing)), ...marked(outgoing), ...unfurlNothing };
      return (await call('chat.postMessage', body, Posted)).ts;
    },
    update: async (outgoing, ts) => {
      // An edit to plain text must empty the blocks, or the old ones stay. Left out, the metadata stays as it was posted.
      await call('chat.update', { blocks: [], ...(await contentOf(outgoing)), ts }, z.object({}));
    },
    reply: async (outgoing, { threadTs, broadcast }) => {
      const place = { thread_ts: threadTs, ...(broadcast ? { reply_broadcast: true } : {}) };
      const body = { ...(await contentOf(outgoing)), ...marked(outgoing), ...unfurlNothing, ...place };
      return (await call('chat.postMessage', body, Posted)).ts;
    },
    find: (wanted) => find(wanted, call),
    permalink: async (channel, ts) =>
      (await call('chat.getPermalink', { channel, message_ts: ts }, Permalink)).permalink,
    test: async () => {
      await call('auth.test', {}, z.object({}));
    },
    upload: createUpload({ ...options, client, discard }),
    discard,
  };
}

/** The fields that a new message and an edited one share. */
function content(outgoing: Outgoing, wording: Wording, onCall: readonly OnCall[]): Record<string, unknown> {
  const drawn = drawMessage(outgoing.message, outgoing.pictures, wording, onCall);
  const links = (outgoing.elsewhere ?? []).map((root) => sisterLink(root, wording));
  const notes = [...links, ...outgoing.notes.map((note) => plain(wording.text(note)))].join(' ');
  const text = notes === '' ? drawn.text : `${drawn.text}\n${notes}`;
  const blocks = notes === '' ? drawn.blocks : [...drawn.blocks, context(notes)];
  return {
    channel: outgoing.channel,
    text: truncate(text, maxMessageText),
    ...(outgoing.form === 'full' && drawn.blocks.length > 0 ? { blocks } : {}),
    parse: 'none',
    link_names: false,
  };
}

/** `Also in #oncall`, with the address of the message there. */
function sisterLink({ channel, permalink }: SisterRoot, { text }: Wording): string {
  const place = linkChannels(text(say('sister.in', { channel })));
  const address = link(permalink, text(say('sister.message', {})));
  return `${place}${address === undefined ? '' : `: ${address}`}.`;
}

const unfurlNothing = { unfurl_links: false, unfurl_media: false };

function marked(outgoing: Outgoing): Record<string, unknown> {
  return { metadata: { event_type: metadataType, event_payload: { key: outgoing.key } } };
}

type Call = <T>(method: string, body: Record<string, unknown>, answer: z.ZodType<T>) => Promise<T>;

async function find(wanted: LookUp, call: Call): Promise<string | undefined> {
  const { method, place } =
    wanted.threadTs === undefined
      ? { method: 'conversations.history', place: {} }
      : { method: 'conversations.replies', place: { ts: wanted.threadTs } };
  const oldest = String(Math.max(0, wanted.since - clockError) / second);
  let cursor: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const body = { channel: wanted.channel, ...place, oldest, limit: 200, include_all_metadata: true };
    const answer = await readable(call(method, cursor === undefined ? body : { ...body, cursor }, Found));
    const hit = answer.messages.find(
      ({ metadata }) => metadata?.event_type === metadataType && metadata.event_payload.key === wanted.key,
    );
    if (hit !== undefined) return hit.ts;
    cursor = answer.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === '') return undefined;
  }
  return undefined;
}

/** Reading changes nothing, so the unknown outcome of a look-up counts as not sent. */
async function readable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const failure = toDeliveryError(error);
    if (failure.outcome !== 'unknown') throw failure;
    const { hint, words, advice } = failure;
    throw new DeliveryError('not-sent', failure.code, failure.message, { hint, words, advice });
  }
}
