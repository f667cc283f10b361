// Closes what stands open and belongs to no alert, because that could not be read: in the store, in each channel, at the pager.
import type { messagePhrases } from '../alerting/alert-phrases.ts';
import type { EffectKind } from '../alerting/events.ts';
import type { headlinePhrases } from '../alerting/headline-phrases.ts';
import type { threadPhrases } from '../alerting/history-phrases.ts';
import { type AlertView, alertPhrasesOf, callKey } from '../alerting/notification.ts';
import { streamElsewhere } from '../alerting/places.ts';
import type { RuleIndex } from '../alerting/rule.ts';
import { channelsOf } from '../alerting/rule-channels.ts';
import { type Incident, isOpen } from '../alerting/state.ts';
import { findApp } from '../store/app-names.ts';
import type { NewOutboxRow } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { JobsDeps } from './job.ts';

type OrphanJobDeps = Pick<JobsDeps, 'clock' | 'logger' | 'store' | 'live'> & {
  readonly ruleIndex: RuleIndex;
  /** Rows were added to the outbox. */
  readonly wake: () => void;
};

/** Higher than any number that the notifications of an incident reach. */
const lastSeq = 1_000_000;

const phrase = alertPhrasesOf<typeof headlinePhrases & typeof messagePhrases & typeof threadPhrases>();

const unreadable = phrase('alert.unreadable', {});

/** Once, at the start: without it an open incident that belongs to no alert would stand open in Slack for ever. */
export async function closeOrphanedIncidents(deps: OrphanJobDeps): Promise<void> {
  const { store, clock, logger, wake } = deps;
  const now = clock.now();
  const known = new Set(
    (await store.alerts.all()).flatMap(({ state }) => (isOpen(state) ? [state.machine.incident] : [])),
  );
  const open = await store.alerts.incidents(now, Number.MAX_SAFE_INTEGER);
  for (const incident of open) {
    if (incident.closedAt !== undefined || known.has(incident.id)) continue;
    await store.transaction(async (tx) => {
      await tx.alerts.saveIncident({ ...incident, closedAt: now, reason: 'unknown' });
      await tx.alerts.addEvent({
        incident: incident.id,
        seq: lastSeq,
        at: now,
        kind: 'closed',
        words: phrase('alert.sentence', { line: unreadable }),
      });
      for (const row of await rowsOf(tx, incident, { ...deps, now })) await tx.outbox.add(row);
    });
    logger.warn('incident closed, its alert could not be read', { incident: incident.id });
    wake();
  }
}

type OrphanDeps = Pick<OrphanJobDeps, 'ruleIndex' | 'live'> & { readonly now: number };

/** What ends the incident in each of its channels, and a resolve for the pager. */
async function rowsOf(tx: Store, incident: Incident, deps: OrphanDeps): Promise<readonly NewOutboxRow[]> {
  const { timezone: zone } = await findApp(incident.app, { live: deps.live, store: tx });
  const places = await placesOf(tx, incident, deps.ruleIndex);
  const told = places.flatMap((place) => closingRows(place, { now: deps.now, zone }));
  return [...told, ...(await pagesOf(tx, incident, places, deps))];
}

/** What may have called the pager, each time under another key. */
const mayHaveCalled: ReadonlySet<string> = new Set<EffectKind>([
  'opened',
  'announced',
  'escalated',
  'acknowledgementExpired',
  'reopened',
  'called',
]);

/** Resolves every call that the incident may have made: how many there were is not known, and one more does no harm. */
async function pagesOf(
  tx: Store,
  { id, rule }: Incident,
  places: readonly OrphanPlace[],
  { now, ruleIndex }: OrphanDeps,
): Promise<readonly NewOutboxRow[]> {
  const place = places.find(({ view }) => view !== undefined);
  if (place?.view === undefined) return [];
  const view = closedView(place.view, now);
  const events = (await tx.alerts.events(id)).filter(({ kind }) => mayHaveCalled.has(kind));
  const service = ruleIndex.rules.get(rule)?.pager;
  return Array.from({ length: Math.max(1, events.length) }, (_, index) => {
    const message = { kind: 'pager', action: 'resolve', view, key: callKey(id, index + 1), service } as const;
    const about = { at: now, seq: lastSeq + 2 + index, lane: 'pager', operation: 'page', message } as const;
    return rowIn({ channel: place.channel, stream: id }, about);
  });
}

/** A channel of an incident. `view` is what its message shows, or will when what waits is sent; undefined where that is not known. */
interface OrphanPlace {
  readonly channel: string;
  readonly stream: string;
  readonly view: AlertView | undefined;
}

/** The first one first; the others as its messages name them, and where there is none as its rule does. */
async function placesOf(tx: Store, incident: Incident, { rules }: RuleIndex): Promise<readonly OrphanPlace[]> {
  const rule = rules.get(incident.rule);
  const first = await placeIn(tx, incident.id, rule?.channel);
  const ofRule = rule === undefined ? [] : channelsOf(rule, incident.level);
  const ofMessages = first?.view?.places?.filter(({ stream }) => stream !== incident.id);
  const channels = first?.view === undefined ? ofRule : (ofMessages ?? []).map(({ channel }) => channel);
  const others = channels.filter((channel) => channel !== first?.channel);
  const further = others.map((channel) => placeIn(tx, streamElsewhere(incident.id, channel), channel));
  return [first, ...(await Promise.all(further))].flatMap((place) => place ?? []);
}

async function placeIn(tx: Store, stream: string, usual: string | undefined): Promise<OrphanPlace | undefined> {
  const root = await tx.outbox.root(stream);
  const waiting = await tx.outbox.waiting(stream);
  const shown = [root?.shown, ...waiting.map(({ message }) => message)];
  const view = shown.flatMap((message) => (message?.kind === 'alert' ? [message.view] : [])).at(-1);
  const channel = root?.channel ?? waiting[0]?.channel ?? usual;
  return channel === undefined ? undefined : { channel, stream, view };
}

/** A line in its thread and its edited message; the line alone where nothing is known of the message. */
function closingRows(place: OrphanPlace, { now, zone }: { now: number; zone: string }): readonly NewOutboxRow[] {
  const line = phrase('alert.sentence', { line: unreadable });
  const text = phrase('thread.line', { at: now, now, zone, isBroadcast: true, line });
  const said = { kind: 'line', text, mentions: [], about: 'closed' } satisfies NewOutboxRow['message'];
  const rest = { at: now, lane: 'slack' } as const;
  const closing = rowIn(place, { ...rest, seq: lastSeq, operation: 'reply', broadcast: true, message: said });
  if (place.view === undefined) return [closing];
  const message = { kind: 'alert', view: closedView(place.view, now) } as const;
  return [closing, rowIn(place, { ...rest, seq: lastSeq + 1, operation: 'edit', message })];
}

const closedView = (view: AlertView, closedAt: number): AlertView => ({
  ...view,
  colour: 'grey',
  headline: unreadable,
  mentions: [],
  actions: ['why'],
  closedAt,
});

function rowIn(
  { channel, stream }: Pick<OrphanPlace, 'channel' | 'stream'>,
  { at, ...row }: Pick<NewOutboxRow, 'seq' | 'lane' | 'operation' | 'message'> & { at: number; broadcast?: boolean },
): NewOutboxRow {
  const times = { causedAt: undefined, createdAt: at, notBefore: at };
  return { key: `${stream}:${row.seq}`, stream, channel, broadcast: false, ...times, ...row };
}
