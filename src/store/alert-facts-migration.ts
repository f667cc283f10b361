// The migration of alerts from finished sentences to facts: the old words become phrases that are drawn as they are.
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';

/*
 * The old shapes are spelled out here, as far as they hold words: this step must go on reading and writing the shapes of its
 * own version when later ones change them again. Fields that it does not name stay as they are.
 */
const words = z.string();
const last = z.looseObject({ brief: words.optional(), words: z.array(words) });
const stale = z.looseObject({ since: z.number(), why: words.optional() });

/** The state of an alert as version `0002_alert_parts` stored it. */
export const WordedState = z.looseObject({
  machine: z.looseObject({ last: last.optional(), stale: stale.optional() }),
  response: z.looseObject({}),
  notification: z.looseObject({ rootText: words.optional() }),
});
export type WordedState = z.infer<typeof WordedState>;

const WordedView = z.looseObject({
  headline: words,
  lines: z.array(words),
  story: words.optional(),
  chart: z.looseObject({ limits: z.array(z.looseObject({ label: words })) }).optional(),
});
type WordedView = z.infer<typeof WordedView>;

/** Messages on alerts, in the outbox and as roots; a root may be unknown. Other kinds hold no words of alerts. */
const WordedMessage = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('alert'), view: WordedView }),
  z.looseObject({ kind: z.literal('pager'), view: WordedView }),
  z.looseObject({ kind: z.literal('line'), text: words }),
]);
export type WordedMessage = z.infer<typeof WordedMessage>;

const asIs = (text: string) => ({ kind: 'verbatim', values: { text } });

/** Pure. Every old word as it is; without the text of the root, whose hash is taken at the next comparison. */
export function stateWithFacts({ machine, notification, ...rest }: WordedState) {
  const { rootText: _drawn, ...sent } = notification;
  const { last: seen, stale: gap, ...same } = machine;
  return {
    ...rest,
    machine: {
      ...same,
      ...(seen === undefined ? {} : { last: { ...seen, ...mapped('brief', seen.brief), words: seen.words.map(asIs) } }),
      ...(gap === undefined ? {} : { stale: { ...gap, ...mapped('why', gap.why) } }),
    },
    notification: sent,
  };
}

/** Pure. */
export function messageWithFacts(message: WordedMessage) {
  return message.kind === 'line'
    ? { ...message, text: asIs(message.text) }
    : { ...message, view: viewWithFacts(message.view) };
}

function viewWithFacts({ chart, ...view }: WordedView) {
  return {
    ...view,
    headline: asIs(view.headline),
    lines: view.lines.map(asIs),
    ...mapped('story', view.story),
    ...(chart === undefined
      ? {}
      : { chart: { ...chart, limits: chart.limits.map((limit) => ({ ...limit, label: asIs(limit.label) })) } }),
  };
}

function mapped(name: string, text: string | undefined): object {
  return text === undefined ? {} : { [name]: asIs(text) };
}

/**
 * All or nothing, in the transaction of the migrations. What cannot be read stays as it is: it is set aside, or given up,
 * when it is read next.
 */
export async function storeAlertFacts(db: Kysely<unknown>): Promise<void> {
  await rewriteStates(db);
  await rewriteMessages(db);
  await rewriteEvents(db);
}

async function rewriteStates(db: Kysely<unknown>): Promise<void> {
  const states = await sql<{ rule: string; state: string }>`select rule, state from alert`.execute(db);
  for (const { rule, state } of states.rows) {
    const old = read(WordedState, state);
    if (old === undefined) continue;
    await sql`update alert set state = ${JSON.stringify(stateWithFacts(old))} where rule = ${rule}`.execute(db);
  }
}

async function rewriteEvents(db: Kysely<unknown>): Promise<void> {
  const events = await sql<{ incident: string; seq: number; words: string }>`
    select incident, seq, words from incident_event`.execute(db);
  for (const { incident, seq, words: text } of events.rows) {
    const facts = JSON.stringify(asIs(text));
    await sql`update incident_event set words = ${facts} where incident = ${incident} and seq = ${seq}`.execute(db);
  }
}

async function rewriteMessages(db: Kysely<unknown>): Promise<void> {
  const rows = await sql<{ id: number; message: string }>`select id, message from outbox`.execute(db);
  for (const { id, message } of rows.rows) {
    const old = read(WordedMessage, message);
    if (old === undefined) continue;
    await sql`update outbox set message = ${JSON.stringify(messageWithFacts(old))} where id = ${id}`.execute(db);
  }
  const roots = await sql<{ stream: string; shown: string }>`
    select stream, shown from root where shown is not null`.execute(db);
  for (const { stream, shown } of roots.rows) {
    const old = read(WordedMessage, shown);
    if (old === undefined) continue;
    await sql`update root set shown = ${JSON.stringify(messageWithFacts(old))} where stream = ${stream}`.execute(db);
  }
}

function read<Old>(schema: z.ZodType<Old>, text: string): Old | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // no JSON at all
  }
}
