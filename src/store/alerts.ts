// Alerts with their optimistic lock, incidents and their history.
import { MaintenancePeriod } from '../alerting/maintenance.ts';
import { AlertState, CloseReason, type Incident, IncidentDetails, type IncidentEvent } from '../alerting/state.ts';
import { asPhrase, Phrase } from '../metrics/phrase.ts';
import type { Context } from './connection.ts';
import type { Alerts, StoredAlert } from './store.ts';
import { parseStored, setAside, toStored, withoutNulls } from './stored-json.ts';
import type { AlertTable } from './tables.ts';

export function createAlerts(context: Context): Alerts {
  return { ...createStates(context), ...createIncidents(context), ...createMaintenance(context) };
}

function createStates(context: Context): Pick<Alerts, 'all' | 'get' | 'save' | 'remove'> {
  const { db } = context;
  return {
    all: async () => {
      const rows = await db.selectFrom('alert').selectAll().orderBy('rule').execute();
      const alerts: StoredAlert[] = [];
      for (const row of rows) {
        const alert = await readAlert(context, row);
        if (alert !== undefined) alerts.push(alert);
      }
      return alerts;
    },
    get: async (rule) => {
      const row = await db.selectFrom('alert').selectAll().where('rule', '=', rule).executeTakeFirst();
      return row === undefined ? undefined : await readAlert(context, row);
    },
    save: async ({ rule, app, rev, state }) => {
      const columns = { app, rev: rev + 1, state: toStored(AlertState, state) };
      if (rev > 0) {
        const query = db.updateTable('alert').set(columns).where('rule', '=', rule).where('rev', '=', rev);
        return (await query.executeTakeFirstOrThrow()).numUpdatedRows === 1n;
      }
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('alert')
        .values({ rule, ...columns })
        .onConflict((conflict) => conflict.column('rule').doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    remove: async (rule) => {
      await db.deleteFrom('alert').where('rule', '=', rule).execute();
    },
  };
}

/** Undefined for an alert that cannot be read: it is set aside, and its rule starts from the initial state. */
async function readAlert(context: Context, row: AlertTable): Promise<StoredAlert | undefined> {
  const state = parseStored(AlertState, row.state);
  if (state !== undefined) return { rule: row.rule, app: row.app, rev: await readRevision(context, row), state };
  await setAside(context, {
    source: 'alert',
    key: row.rule,
    content: row.state,
    remove: (db) => db.deleteFrom('alert').where('rule', '=', row.rule).execute(),
  });
  return undefined;
}

/** A revision that nothing can be saved over is replaced, because the state beside it is whole. */
async function readRevision({ db, logger }: Context, { rule, rev }: AlertTable): Promise<number> {
  if (Number.isSafeInteger(rev) && rev > 0 && rev < Number.MAX_SAFE_INTEGER) return rev;
  await db.updateTable('alert').set({ rev: 1 }).where('rule', '=', rule).execute();
  logger.error('The revision of a stored alert was no number of one, and starts again', { rule });
  return 1;
}

function createIncidents({ db }: Context): Pick<Alerts, 'saveIncident' | 'incidents' | 'addEvent' | 'events'> {
  return {
    saveIncident: async ({ id, rule, app, level, openedAt, ...rest }) => {
      const { closedAt = null, reason = null, extreme = null, acknowledgedBy = null } = rest;
      const details = rest.details === undefined ? null : toStored(IncidentDetails, rest.details);
      const columns = { rule, app, level, openedAt, closedAt, reason, extreme, acknowledgedBy, details };
      await db
        .insertInto('incident')
        .values({ id, ...columns })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
        .execute();
    },
    incidents: async (from, to) => {
      const rows = await db
        .selectFrom('incident')
        .selectAll()
        .where('openedAt', '<=', to)
        .where(({ eb, or }) => or([eb('closedAt', 'is', null), eb('closedAt', '>=', from)]))
        .orderBy('openedAt', 'desc')
        .orderBy('id', 'desc')
        .execute();
      return rows.map(({ reason, details, ...row }): Incident => {
        const known = CloseReason.safeParse(reason);
        const read = details === null ? undefined : parseStored(IncidentDetails, details);
        return {
          ...withoutNulls(row),
          ...(known.success ? { reason: known.data } : {}),
          ...(read === undefined ? {} : { details: read }),
        };
      });
    },
    addEvent: async ({ actor, words, ...event }) => {
      await db
        .insertInto('incidentEvent')
        .values({ ...event, words: toStored(Phrase, words), actor: actor ?? null })
        .onConflict((conflict) => conflict.columns(['incident', 'seq']).doNothing())
        .execute();
    },
    events: async (incident) => {
      const query = db.selectFrom('incidentEvent').selectAll().where('incident', '=', incident).orderBy('seq');
      return (await query.execute()).map(
        ({ words, ...row }): IncidentEvent => ({
          ...withoutNulls(row),
          // Words that cannot be read are drawn as they are.
          words: parseStored(Phrase, words) ?? asPhrase(words),
        }),
      );
    },
  };
}

/** What people begin; one that cannot be read is left out. */
function createMaintenance({ db }: Context): Pick<Alerts, 'maintenance' | 'saveMaintenance'> {
  return {
    maintenance: async (since) => {
      const query = db
        .selectFrom('maintenance')
        .selectAll()
        .where('endsAt', '>=', since)
        .orderBy('begunAt')
        .orderBy('id');
      return (await query.execute()).flatMap(({ period }) => parseStored(MaintenancePeriod, period) ?? []);
    },
    saveMaintenance: async (one) => {
      const columns = {
        begunAt: one.from,
        endsAt: one.ended?.at ?? one.until,
        period: toStored(MaintenancePeriod, one),
      };
      await db
        .insertInto('maintenance')
        .values({ id: one.id, ...columns })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
        .execute();
    },
  };
}
