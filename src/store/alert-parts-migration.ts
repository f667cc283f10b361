// The migration of alerts from one flat record to three parts, and of the effect kinds that were renamed with it.
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';

/*
 * Both shapes are spelled out here: this step must go on writing the shape of its own version when later ones change
 * `AlertState` again.
 */
const level = z.enum(['warning', 'critical']);
const time = z.number().optional();
const worst = z.object({ at: z.number(), value: z.number(), shown: z.number() });
const byPerson = { by: z.string(), at: z.number(), until: z.number() };

/** The state of an alert as version `0001_first` stored it. */
export const FlatAlertState = z.object({
  condition: z.enum(['inactive', 'pending', 'firing', 'recovering']),
  level: level.optional(),
  since: z.object({ warning: time, critical: time }),
  recoverSince: time,
  easeSince: time,
  recoverBy: z.enum(['clear', 'unhit']),
  lastAt: time,
  last: worst.extend({ since: time, whole: time, brief: z.string().optional(), words: z.array(z.string()) }).optional(),
  extreme: worst.optional(),
  incident: z.string().optional(),
  worst: level.optional(),
  openedAt: time,
  begunAt: time,
  firedAt: time,
  heldSince: time,
  handling: z.discriminatedUnion('as', [
    z.object({ as: z.literal('open') }),
    z.object({ as: z.literal('acknowledged'), ...byPerson, remindedAt: time }),
    z.object({ as: z.literal('silenced'), ...byPerson, level: level.optional() }),
  ]),
  acknowledgedBy: z.string().optional(),
  repeatIndex: z.number(),
  lastNoteAt: time,
  told: level.optional(),
  toldAt: time,
  summoned: z.boolean(),
  flaps: z.array(z.object({ at: z.number(), calm: z.number() })),
  flapping: z.boolean(),
  keepMultiplier: z.number(),
  changedAt: time,
  closedAt: time,
  closed: z.enum(['recovered', 'unknown', 'rule_removed', 'paused', 'manual']).optional(),
  calmSince: time,
  stale: z.object({ since: z.number(), why: z.string().optional() }).optional(),
  cold: z.boolean(),
  bootAt: time,
  needsClear: z.boolean(),
  ruleVersion: z.string(),
  seq: z.number(),
  stream: z.string().optional(),
  channel: z.string().optional(),
  paged: z.boolean(),
  rootText: z.string().optional(),
  editAfter: time,
  repeats: z.number(),
});
export type FlatAlertState = z.infer<typeof FlatAlertState>;

/** Pure. The three parts of a flat state, with every value of it. */
export function splitAlertState(flat: FlatAlertState) {
  const { repeatIndex, lastNoteAt, told, toldAt, summoned, seq, ...unsent } = flat;
  const { stream, channel, paged, rootText, editAfter, repeats, ...unanswered } = unsent;
  const { handling, acknowledgedBy, easeSince, extreme, worst: worstLevel, begunAt, cold, ...same } = unanswered;
  return {
    machine: {
      ...same,
      criticalClearSince: easeSince,
      worst: extreme,
      worstLevel,
      crossedAt: begunAt,
      awaitingFirstSample: cold,
    },
    response: { ...handling, acknowledgedBy },
    notification: {
      seq,
      stream,
      channel,
      notifiedLevel: told,
      notifiedAt: toldAt,
      lastNotificationAt: lastNoteAt,
      repeatIndex,
      repeats,
      escalatedToOthers: summoned,
      paged,
      rootText,
      editAfter,
    },
  };
}

/** Old and new names of effects, in the history of incidents and in lines that wait in the outbox. */
export const renamedKinds: Readonly<Record<string, string>> = {
  summoned: 'escalatedToOthers',
  lapsed: 'acknowledgementExpired',
  calm: 'flappingEnded',
  forgotten: 'pendingCancelled',
  returned: 'refired',
};

/** Can be repeated: it is not always run in one transaction, and what has been changed already is left as it is. */
export async function splitStoredAlerts(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ rule: string; state: string }>`select rule, state from alert`.execute(db);
  for (const { rule, state } of rows) {
    const flat = readFlat(state);
    // A state that cannot be read stays as it is; it is set aside when it is read next.
    if (flat === undefined) continue;
    const parts = JSON.stringify(splitAlertState(flat));
    await sql`update alert set state = ${parts} where rule = ${rule}`.execute(db);
  }
  for (const [old, kind] of Object.entries(renamedKinds)) {
    await sql`update incident_event set kind = ${kind} where kind = ${old}`.execute(db);
    // Inside a text of the JSON every quote has a backslash before it, so that only the field itself is found.
    const [from, to] = [`"about":"${old}"`, `"about":"${kind}"`];
    await sql`update outbox set message = replace(message, ${from}, ${to}) where message like ${`%${from}%`}`.execute(
      db,
    );
  }
}

function readFlat(state: string): FlatAlertState | undefined {
  try {
    return FlatAlertState.safeParse(JSON.parse(state)).data;
  } catch {
    return undefined; // no JSON at all
  }
}
