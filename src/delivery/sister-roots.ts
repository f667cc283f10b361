// The messages of one incident in several channels: each links to the others.
import type { Instant } from '../clock.ts';
import { DeliveryError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Message, NewOutboxRow, OutboxRow, Sender, SisterRoot } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { Outcome } from './outcome.ts';

interface Place {
  readonly channel: string;
  readonly stream: string;
}

function placesOf(message: Message | undefined): readonly Place[] {
  return message?.kind === 'alert' ? (message.view.places ?? []) : [];
}

/** The other messages of the incident that are posted. */
export async function sisterRoots(
  message: Message | undefined,
  stream: string,
  { outbox }: Pick<Store, 'outbox'>,
): Promise<readonly SisterRoot[]> {
  const roots = await Promise.all(
    placesOf(message)
      .filter((place) => place.stream !== stream)
      .map((place) => outbox.root(place.stream)),
  );
  return roots.flatMap((root) =>
    root?.permalink === undefined ? [] : [{ channel: root.channel, permalink: root.permalink }],
  );
}

/** The root with its address, where other messages link to it. Without an answer it is asked for again with the next edit. */
export async function withPermalink(
  outcome: Outcome,
  { sender, logger }: { readonly sender: Sender; readonly logger: Logger },
): Promise<Outcome> {
  if (outcome.state !== 'sent' || outcome.root === undefined) return outcome;
  const { root } = outcome;
  if (root.permalink !== undefined || placesOf(root.shown).length < 2) return outcome;
  try {
    const permalink = await sender.permalink(root.channel, root.ts);
    return { ...outcome, root: { ...root, permalink }, isLinked: true };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    logger.debug('no permalink', { channel: root.channel, code: error.code });
    return outcome;
  }
}

/** The edits by which the messages show a new address. `tx` holds the new root already. */
export async function linkRows(
  row: OutboxRow,
  { outcome, now }: { readonly outcome: Outcome; readonly now: Instant },
  { outbox }: Pick<Store, 'outbox'>,
): Promise<readonly NewOutboxRow[]> {
  if (outcome.state !== 'sent') return [];
  const posted: Place[] = [];
  for (const place of placesOf(outcome.root?.shown))
    if ((await outbox.root(place.stream)) !== undefined) posted.push(place);
  if (posted.length < 2) return [];
  return posted.map(({ channel, stream }) => ({
    ...{ key: `${row.key}:links:${channel}`, stream, channel, createdAt: now, notBefore: now },
    // Before whatever else waits: it shows the message as it is.
    ...{ lane: 'slack', seq: 0, operation: 'edit', broadcast: false, message: { kind: 'links' }, causedAt: undefined },
  }));
}
