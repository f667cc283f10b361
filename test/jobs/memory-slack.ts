// A Slack in memory, as strict as it must be for the order and the number of messages: every call can fail before or after it was done.
import { DeliveryError } from '../../src/errors.ts';
import type { PictureUpload } from '../../src/reports/report.ts';
import type { Outgoing, Sender, ShownPicture } from '../../src/store/outbox.ts';
import { englishWording } from '../../src/wording.ts';
import type { FakeClock } from '../support/fake-clock.ts';

export interface Posted {
  readonly ts: string;
  readonly channel: string;
  readonly threadTs: string | undefined;
  readonly broadcast: boolean;
  readonly key: string;
  readonly at: number;
  note: string | undefined;
  /** The channels that it links to. */
  links: readonly string[];
  form: string;
  message: Outgoing['message'];
  pictures: readonly ShownPicture[];
  edits: number;
  deleted: boolean;
}

export interface Call {
  readonly method: 'post' | 'update' | 'reply' | 'find' | 'upload' | 'discard' | 'permalink';
  readonly channel: string;
  readonly key: string;
  readonly outgoing: Outgoing | undefined;
}

/** What goes wrong with a call: an error before or after it took effect, or the death of the process then. */
export type Fault = { readonly when: 'before' | 'after'; readonly error: DeliveryError | 'crash' };

export interface MemorySlack extends Sender {
  readonly messages: Posted[];
  readonly calls: (Call & { readonly at: number })[];
  /** Asked for every call; undefined lets it pass. */
  fault: (call: Call) => Fault | undefined;
  /** What a `crash` does; the call then never ends. */
  crash: () => void;
  roots(channel?: string): Posted[];
  thread(root: Posted | undefined): Posted[];
}

export const refusal = (code: string): DeliveryError => new DeliveryError('refused', code, `Slack says ${code}.`);
export const noAnswer = (): DeliveryError => new DeliveryError('unknown', 'timeout', 'Slack did not answer in time.');
export const unreachable = (): DeliveryError =>
  new DeliveryError('not-sent', 'ECONNREFUSED', 'Slack cannot be reached.');
export const tooFast = (retryAfterMs: number): DeliveryError =>
  new DeliveryError('not-sent', 'ratelimited', 'Too fast.', { retryAfterMs });
export const badBlocks = (): DeliveryError => new DeliveryError('rejected-blocks', 'invalid_blocks', 'Bad blocks.');

/** What stands below a message: the bot's own notes, and the links to other channels. */
function below({ notes, elsewhere = [] }: Outgoing): Pick<Posted, 'note' | 'links'> {
  return {
    note: notes.length === 0 ? undefined : notes.map(englishWording.text).join(' '),
    links: elsewhere.map(({ channel }) => channel),
  };
}

export function createMemorySlack(clock: FakeClock): MemorySlack {
  const messages: Posted[] = [];
  let count = 0;
  const perform = async <T>(call: Call, work: () => T): Promise<T> => {
    slack.calls.push({ ...call, at: clock.now() });
    const fault = slack.fault(call);
    if (fault?.when === 'before') return fail(fault);
    const result = work();
    return fault === undefined ? result : fail(fault);
  };
  const fail = (fault: Fault): Promise<never> => {
    if (fault.error !== 'crash') return Promise.reject(fault.error);
    slack.crash();
    return new Promise(() => {});
  };
  const live = (channel: string, ts: string): Posted => {
    const found = messages.find((message) => message.channel === channel && message.ts === ts && !message.deleted);
    if (found === undefined) throw new DeliveryError('gone', 'message_not_found', 'It is not there.');
    return found;
  };
  const add = (outgoing: Outgoing, place?: { threadTs: string; broadcast: boolean }): string => {
    count += 1;
    const ts = `${Math.floor(clock.now() / 1_000)}.${String(count).padStart(6, '0')}`;
    const { key, channel, message, pictures, form } = outgoing;
    const { threadTs, broadcast = false } = place ?? {};
    messages.push({
      ts,
      channel,
      threadTs,
      broadcast,
      key,
      at: clock.now(),
      message,
      pictures,
      form,
      ...below(outgoing),
      edits: 0,
      deleted: false,
    });
    return ts;
  };
  const slack: MemorySlack = {
    messages,
    calls: [],
    fault: () => undefined,
    crash: () => {},
    roots: (channel) =>
      messages.filter((one) => one.threadTs === undefined && (channel === undefined || one.channel === channel)),
    thread: (root) => messages.filter((one) => root !== undefined && one.threadTs === root.ts),
    post: (outgoing) =>
      perform({ method: 'post', channel: outgoing.channel, key: outgoing.key, outgoing }, () => add(outgoing)),
    update: (outgoing, ts) =>
      perform({ method: 'update', channel: outgoing.channel, key: outgoing.key, outgoing }, () => {
        const { message, pictures, form } = outgoing;
        const found = live(outgoing.channel, ts);
        Object.assign(found, { message, pictures, form, edits: found.edits + 1, ...below(outgoing) });
      }),
    reply: (outgoing, place) =>
      perform({ method: 'reply', channel: outgoing.channel, key: outgoing.key, outgoing }, () => add(outgoing, place)),
    find: ({ channel, key, threadTs, since }) =>
      perform({ method: 'find', channel, key, outgoing: undefined }, () => {
        if (messages.some((one) => one.channel === channel && one.ts === threadTs && one.deleted))
          throw new DeliveryError('gone', 'thread_not_found', 'Slack says thread_not_found.');
        return messages.find(
          (one) => one.channel === channel && one.threadTs === threadTs && one.key === key && one.at >= since - 60_000,
        )?.ts;
      }),
    permalink: (channel, ts) =>
      perform({ method: 'permalink', channel, key: ts, outgoing: undefined }, () => {
        live(channel, ts);
        return `https://local.slack.com/archives/${channel}/p${ts.replace('.', '')}`;
      }),
    upload: (picture: PictureUpload) =>
      perform({ method: 'upload', channel: '', key: picture.title, outgoing: undefined }, () => {
        count += 1;
        return `F${count}`;
      }),
    test: async () => {},
    discard: (id: string) =>
      perform({ method: 'discard', channel: '', key: id, outgoing: undefined }, () => undefined).catch(() => undefined),
  };
  return slack;
}
