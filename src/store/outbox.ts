// The rows of the outbox, and the contracts of the sender and the pager that they go to.
import { z } from 'zod';
import { AlertView, type PagerAction } from '../alerting/notification.ts';
import type { Incident } from '../alerting/state.ts';
import type { Instant } from '../clock.ts';
import { AlertCourse } from '../metrics/forecast.ts';
import { Phrase } from '../metrics/phrase.ts';
import { type PictureUpload, Report } from '../reports/report.ts';

const alertMessage = z.object({ kind: z.literal('alert'), view: AlertView });
// `about` is the effect of an alert that the line reports; merging finds by it the lines that are overtaken while they wait.
const lineMessage = z.object({
  kind: z.literal('line'),
  text: Phrase,
  mentions: z.array(z.string()),
  about: z.string().optional(),
  colour: z.enum(['red', 'orange', 'green', 'grey']).optional(),
  /** Told in the same message, a line each. */
  others: z.array(Phrase).optional(),
});
const reportMessage = z.object({ kind: z.literal('report'), report: Report, mentions: z.array(z.string()) });
const pictureMessage = z.object({ kind: z.literal('picture'), course: AlertCourse.optional() });
const linksMessage = z.object({ kind: z.literal('links') });
const pagerMessage = z.object({
  kind: z.literal('pager'),
  action: z.enum(['trigger', 'acknowledge', 'resolve']),
  view: AlertView,
  /** Under which the pager knows the call; the incident where it is absent, as in what earlier versions stored. */
  key: z.string().optional(),
  service: z.string().optional(),
});

/**
 * The content of a row. `alert` is the root of an incident, `line` a reply in its thread, `report` a digest; `picture` has the
 * charts of the stream's root drawn, uploaded and edited in (best effort), `links` has the root edited as it is, with links to the
 * same incident in other channels, `pager` goes to the pager.
 */
export type Message =
  | z.infer<typeof alertMessage>
  | z.infer<typeof lineMessage>
  | z.infer<typeof reportMessage>
  | z.infer<typeof pictureMessage>
  | z.infer<typeof linksMessage>
  | z.infer<typeof pagerMessage>;

/** As it is stored; fields of a later version are kept and written back. */
export const Message: z.ZodType<Message> = z.discriminatedUnion('kind', [
  alertMessage.loose(),
  lineMessage.loose(),
  reportMessage.loose(),
  pictureMessage.loose(),
  linksMessage.loose(),
  pagerMessage.loose(),
]);

/** `post`: a new root. `edit`: the root as it is now. `reply`: into its thread. `picture`: charts of the root. `page`: the pager. */
export type OutboxOperation = 'post' | 'edit' | 'reply' | 'picture' | 'page';

export type OutboxState = 'pending' | 'sending' | 'unknown' | 'sent' | 'dropped' | 'dead';

/**
 * One message to deliver. Rows of one stream (an incident in one channel, a digest run) and lane are sent strictly in order of `seq`,
 * except that an edit of the root does not wait for lines of its thread.
 */
export interface OutboxRow {
  readonly id: number;
  /** Unique; also in the metadata of the message, so that it can be found again. */
  readonly key: string;
  readonly stream: string;
  /** Rows of different lanes do not wait for each other, except that `picture` waits for the post of its root. */
  readonly lane: 'slack' | 'picture' | 'pager';
  readonly seq: number;
  readonly channel: string;
  readonly operation: OutboxOperation;
  readonly broadcast: boolean;
  readonly message: Message;
  /** Time of the sample that caused it, for the figure "from crossing to Slack's answer". */
  readonly causedAt: Instant | undefined;
  readonly createdAt: Instant;
  readonly state: OutboxState;
  readonly notBefore: Instant;
  readonly attempts: number;
  /** When the first try began: where to look for it if its outcome is unknown. */
  readonly firstTriedAt: Instant | undefined;
  readonly ts: string | undefined;
  /** Why it is not sent, a code; for people who look into the file. */
  readonly error: string | undefined;
  /** Code of the `DeliveryError` that the last attempt ended with. */
  readonly errorCode?: string | undefined;
  /** In a row whose state is `unknown`: since when that is known, through all restarts. */
  readonly doubtfulSince?: Instant | undefined;
  /** In a row that was just leased: until when its holder may act. `settle` refuses the row when another lease came after. */
  readonly leasedUntil?: Instant;
}

export type NewOutboxRow = Pick<
  OutboxRow,
  | 'key'
  | 'stream'
  | 'lane'
  | 'seq'
  | 'channel'
  | 'operation'
  | 'broadcast'
  | 'message'
  | 'causedAt'
  | 'createdAt'
  | 'notBefore'
>;

/** How a message shows a chart: as an uploaded file with its alternative text, as Slack's own chart, or as text. */
export const ShownPicture = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), id: z.string(), alt: Phrase }),
  z.object({ kind: z.literal('inline'), by: z.enum(['slack', 'text']) }),
]);
export type ShownPicture = z.infer<typeof ShownPicture>;

/** What a root keeps beside what it shows; absent in what earlier versions stored. */
export const RootDetails = z.looseObject({
  /** The bot's own below the message, which every edit keeps. */
  notes: z.array(Phrase).readonly().optional(),
  /** Who was pinged in its channel, so that a message that was deleted is posted anew with them. */
  mentions: z.array(z.string()).readonly().optional(),
  /** Slack's code, where it takes no edit of this message any more. */
  frozen: z.string().optional(),
  permalink: z.string().optional(),
  /** Uploaded pictures of edits whose outcome is not known: deleted once a later edit has replaced them. */
  doubtful: z.array(z.string()).readonly().optional(),
});
type RootDetails = z.infer<typeof RootDetails>;

/** The message that the edits and replies of a stream belong to. `pictures` are in the order of its charts. */
export interface Root extends Pick<RootDetails, 'notes' | 'mentions' | 'frozen' | 'permalink' | 'doubtful'> {
  readonly stream: string;
  readonly channel: string;
  readonly ts: string;
  readonly pictures: readonly ShownPicture[];
  /** What it shows now, so that its charts can be drawn and edited in later; undefined when that cannot be parsed any more. */
  readonly shown: Message | undefined;
}

/** Where the message of a past incident stands: its own, or that of a storm which holds it. */
export async function rootOfIncident(
  { id, details }: Pick<Incident, 'id' | 'details'>,
  { root }: { root(stream: string): Promise<Root | undefined> },
): Promise<Root | undefined> {
  for (const stream of [id, ...(details?.storms ?? [])]) {
    const found = await root(stream);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What can be drawn in Slack: the root of an incident, a line in a thread, a digest. */
export type SlackMessage = Extract<Message, { kind: 'alert' | 'line' | 'report' }>;

/** A message that is being sent. `key` goes into its metadata; `notes` are the bot's own below it ("possible repeat"). */
export interface Outgoing {
  readonly key: string;
  readonly channel: string;
  readonly message: SlackMessage;
  /** Its charts as they are shown, in their order; empty while none is. */
  readonly pictures: readonly ShownPicture[];
  /** `plain` is text alone, for when Slack refused the blocks. */
  readonly form: 'full' | 'plain';
  readonly notes: readonly Phrase[];
  /** The messages of the same incident in other channels. */
  readonly elsewhere?: readonly SisterRoot[];
}

/** The message of an incident in another channel. */
export interface SisterRoot {
  readonly channel: string;
  readonly permalink: string;
}

/** Where the message with a key is looked for. */
export interface LookUp {
  readonly channel: string;
  readonly key: string;
  /** The thread of a reply; undefined for a root. */
  readonly threadTs: string | undefined;
  readonly since: Instant;
}

/** Slack as the receiver of messages. Every method rejects with `DeliveryError` only. */
export interface Sender {
  /** A new root; resolves with its `ts`. */
  post(outgoing: Outgoing): Promise<string>;
  /** The root as it is now. */
  update(outgoing: Outgoing, ts: string): Promise<void>;
  /** A reply in the thread of `threadTs`, also shown in the channel with `broadcast`; resolves with its `ts`. */
  reply(outgoing: Outgoing, place: { readonly threadTs: string; readonly broadcast: boolean }): Promise<string>;
  /** The `ts` of the message with this key in its metadata, undefined when it is not there. Outcome `refused` when the bot may not read the channel. */
  find(wanted: LookUp): Promise<string | undefined>;
  /** The address of a message. */
  permalink(channel: string, ts: string): Promise<string>;
  /** Uploads a picture, private until a message shows it; resolves with its Slack file id. */
  upload(picture: PictureUpload): Promise<string>;
  /** Whether Slack takes the token; rejects with outcome `locked-out` where it does not. */
  test(): Promise<void>;
  /** Deletes an uploaded picture that no message shows any more. Never rejects. */
  discard(id: string): Promise<void>;
}

/** `key`: under which the pager knows the call, the incident where it is absent. `service`: name of the key of who is called. */
export interface PagerCall {
  readonly key?: string | undefined;
  readonly service?: string | undefined;
}

/** The pager that incidents are handed over to. Rejects with `DeliveryError` only. */
export interface Pager {
  send(action: PagerAction, view: AlertView, call?: PagerCall): Promise<void>;
}
