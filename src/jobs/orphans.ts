// Closes incidents that no alert knows of any more, because what was stored of the alert could not be read.
import type { AlertView } from '../alerting/notification.ts';
import { type Incident, isOpen } from '../alerting/state.ts';
import { formatMoment } from '../metrics/format.ts';
import type { NewOutboxRow } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { AlertDeps } from './alerts.ts';

/** After every number that the notes of an incident reach. */
const lastSeq = 1_000_000;

const words =
  'Closed: what imstats had stored of this alert could not be read. If its limit is still crossed, it opens anew';

/** Once, at the start. An incident that is open and of no alert would else stand in Slack as if it went on for ever. */
export async function closeOrphans(
  deps: Pick<AlertDeps, 'store' | 'clock' | 'logger' | 'book' | 'wake'>,
): Promise<void> {
  const { store, clock, logger, wake } = deps;
  const now = clock.now();
  const known = new Set((await store.alerts.all()).flatMap(({ state }) => (isOpen(state) ? [state.incident] : [])));
  const open = await store.alerts.incidents(now, Number.MAX_SAFE_INTEGER);
  for (const incident of open) {
    if (incident.closedAt !== undefined || known.has(incident.id)) continue;
    await store.transaction(async (tx) => {
      await tx.alerts.saveIncident({ ...incident, closedAt: now, reason: 'unknown' });
      await tx.alerts.addEvent({ incident: incident.id, seq: lastSeq, at: now, kind: 'closed', words: `${words}.` });
      for (const row of await rowsOf(tx, incident, { ...deps, now })) await tx.outbox.add(row);
    });
    logger.warn('incident closed, its alert could not be read', { incident: incident.id });
    wake();
  }
}

/** A line in its thread, its message as it is now, and an end for the pager; a line alone where the message is not known. */
async function rowsOf(
  tx: Store,
  incident: Incident,
  { book, now }: Pick<AlertDeps, 'book'> & { readonly now: number },
): Promise<readonly NewOutboxRow[]> {
  const root = await tx.outbox.root(incident.id);
  const channel = root?.channel ?? book.rules.get(incident.rule)?.channel;
  if (channel === undefined) return [];
  const zone = book.apps.get(incident.app)?.timezone ?? 'UTC';
  const row = (
    seq: number,
    rest: Pick<NewOutboxRow, 'lane' | 'operation' | 'broadcast' | 'message'>,
  ): NewOutboxRow => ({
    key: `${incident.id}:${seq}`,
    stream: incident.id,
    seq,
    channel,
    causedAt: undefined,
    createdAt: now,
    notBefore: now,
    ...rest,
  });
  const text = `${formatMoment(now, zone, now)} (${zone}) ${words}.`;
  const line = { kind: 'line', text, mentions: [], about: 'closed' } as const;
  const told = row(lastSeq, { lane: 'slack', operation: 'reply', broadcast: true, message: { ...line, mentions: [] } });
  if (root?.shown?.kind !== 'alert') return [told];
  const view: AlertView = {
    ...root.shown.view,
    colour: 'grey',
    headline: words,
    mentions: [],
    actions: ['why'],
    closedAt: now,
  };
  return [
    told,
    row(lastSeq + 1, { lane: 'slack', operation: 'edit', broadcast: false, message: { kind: 'alert', view } }),
    row(lastSeq + 2, {
      lane: 'pager',
      operation: 'page',
      broadcast: false,
      message: { kind: 'pager', action: 'resolve', view },
    }),
  ];
}
