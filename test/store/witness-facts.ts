// What a store says of itself through its contract, in words that stay the same when a version renames its fields.

import { withoutDerived } from '../../src/metrics/derived-values.ts';
import type { Phrase } from '../../src/metrics/phrase.ts';
import type { Bucket } from '../../src/metrics/sample.ts';
import type { ShownPicture } from '../../src/store/outbox.ts';
import type { Store, StoredAlert } from '../../src/store/store.ts';
import { englishWording } from '../../src/wording.ts';

/** Whom and what to ask a store about: a contract has no "everything". */
export interface Subjects {
  readonly now: number;
  readonly apps: readonly string[];
  readonly metrics: readonly ('messages.sent' | 'memory.free_ratio')[];
  readonly dailyApps: readonly string[];
  readonly days: { readonly from: string; readonly to: string };
  readonly streams: readonly string[];
  readonly schedules: readonly string[];
}

/** Everything that the witness holds, as plain JSON. */
export async function readFacts(store: Store, subjects: Subjects): Promise<object> {
  return {
    alerts: await alertFacts(store),
    incidents: await incidentFacts(store),
    outbox: await outboxFacts(store, subjects),
    digestRuns: await digestFacts(store, subjects),
    polls: asJson((await store.polls()).toSorted((a, b) => a.app.localeCompare(b.app)).map(withReason)),
    samples: await sampleFacts(store, subjects),
    daily: await dailyFacts(store, subjects),
  };
}

/** An alternative text in the words in which it was stored. */
function withAlt(picture: ShownPicture): object {
  return picture.kind === 'file' ? { ...picture, alt: englishWording.text(picture.alt) } : picture;
}

/** A reason in the words in which it was stored. */
function withReason<Row extends { readonly reason?: Phrase | undefined }>({ reason, ...row }: Row): object {
  return { ...row, ...(reason === undefined ? {} : { reason: englishWording.text(reason) }) };
}

/** The alerts by rule. The only function here that knows how a version names the parts of an alert. */
async function alertFacts(store: Store): Promise<Record<string, object>> {
  const facts: Record<string, object> = {};
  const alerts = await store.alerts.all();
  for (const alert of alerts.toSorted((a, b) => a.rule.localeCompare(b.rule))) {
    const { incident } = alert.state.machine;
    const lines = incident === undefined ? [] : await store.alerts.events(incident);
    facts[alert.rule] = asJson({ ...alertFact(alert), historyLines: lines.length });
  }
  return facts;
}

function alertFact({ app, rev, state }: StoredAlert): object {
  const { machine, response, notification } = state;
  return {
    app,
    rev,
    condition: machine.condition,
    level: machine.level,
    worst: machine.worstLevel,
    crossedSince: machine.since,
    recoveringSince: machine.recoverSince,
    openedAt: machine.openedAt,
    closedAt: machine.closedAt,
    closedBecause: machine.closed,
    incident: machine.incident,
    newestValue: machine.last?.value,
    newestAt: machine.lastAt,
    extreme: machine.worst?.shown,
    acknowledgedBy: response.acknowledgedBy,
    handledAs: response.as,
    handledBy: response.as === 'open' ? undefined : response.by,
    handledUntil: response.as === 'open' ? undefined : response.until,
    silencedLevel: response.as === 'silenced' ? response.level : undefined,
    toldLevel: notification.notifiedLevel,
    toldAt: notification.notifiedAt,
    repeats: notification.repeats,
    returns: machine.flaps.length,
    flapping: machine.flapping,
    staleSince: machine.stale?.since,
    staleBecause: machine.stale?.why === undefined ? undefined : englishWording.text(machine.stale.why),
    stream: notification.stream,
    channel: notification.channel,
    paged: notification.paged,
    nextNote: notification.seq,
    mayEditAfter: notification.editAfter,
  };
}

async function incidentFacts(store: Store): Promise<Record<string, object>> {
  const facts: Record<string, object> = {};
  const incidents = await store.alerts.incidents(0, Number.MAX_SAFE_INTEGER);
  for (const incident of incidents.toSorted((a, b) => a.id.localeCompare(b.id))) {
    const history = await store.alerts.events(incident.id);
    const lines = history.map(({ at, kind, words, actor }) => ({ at, kind, words: englishWording.text(words), actor }));
    facts[incident.id] = asJson({ ...incident, history: lines });
  }
  return facts;
}

/** Unfinished rows by key, how many are dead, and the root of each stream. A row that was being sent opens as `unknown`. */
async function outboxFacts(store: Store, { streams }: Subjects): Promise<object> {
  const rows: Record<string, object> = {};
  const roots: Record<string, object> = {};
  for (const stream of streams) {
    const waiting = await store.outbox.waiting(stream);
    for (const { key, lane, seq, channel, operation, message, state, attempts, broadcast } of waiting) {
      rows[key] = { stream, lane, seq, channel, operation, kind: message.kind, state, attempts, broadcast };
    }
    const root = await store.outbox.root(stream);
    if (root !== undefined)
      roots[stream] = asJson({ ...root, shown: root.shown?.kind, pictures: root.pictures.map(withAlt) });
  }
  return { rows, roots, status: asJson(await store.outbox.status()) };
}

async function digestFacts(store: Store, { schedules }: Subjects): Promise<Record<string, object>> {
  const facts: Record<string, object> = {};
  for (const schedule of schedules)
    facts[schedule] = asJson((await store.digests.recent(schedule, 40)).map(withReason));
  return facts;
}

const tiers = ['raw', 'fiveMinutes', 'hours'] as const;

/** A bucket as the versions before gave it, which did not tell when the last sample was. */
function bucketFact(bucket: Bucket | undefined): object {
  const { lastAt: _when, ...fact } = bucket ?? {};
  return fact;
}

async function sampleFacts(store: Store, { apps, metrics, now }: Subjects): Promise<Record<string, object>> {
  const facts: Record<string, object> = {};
  for (const app of apps) {
    const newest = await store.samples.latest(app);
    facts[app] = asJson({ oldest: await store.samples.oldest(app), newest });
    for (const metric of metrics) {
      for (const tier of tiers) {
        const buckets = await store.samples.read(app, metric, tier, 0, now + 1);
        if (buckets.length === 0) continue;
        const some = [buckets[0], buckets[Math.floor(buckets.length / 2)], buckets.at(-1)].map(bucketFact);
        facts[`${app} ${metric} ${tier}`] = asJson({
          count: buckets.length,
          first: some[0],
          middle: some[1],
          last: some[2],
        });
      }
    }
  }
  return facts;
}

async function dailyFacts(store: Store, { dailyApps, days }: Subjects): Promise<Record<string, object>> {
  const facts: Record<string, object> = {};
  for (const app of dailyApps) {
    const read = await store.daily.read(app, days.from, days.to);
    // What is made of others when it is read is not stored, and earlier versions had none of it.
    const stored = read.map((row) => ({ ...row, values: withoutDerived(row.values) }));
    const complete = stored.filter((day) => day.complete).length;
    facts[app] = asJson({ count: stored.length, complete, first: stored[0], last: stored.at(-1) });
  }
  return facts;
}

/** As it stands in a file: without what is undefined. */
function asJson<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
