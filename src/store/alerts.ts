// Alerts with their optimistic lock, incidents and their history.
import { AlertState, type Incident, type IncidentEvent } from '../alerting/state.ts';
import type { Context } from './connection.ts';
import type { Alerts, StoredAlert } from './store.ts';
import { parseStored, setAside, toStored, whereKnown } from './stored-json.ts';
import type { AlertTable, IncidentEventTable, IncidentTable } from './tables.ts';

export function createAlerts(context: Context): Alerts {
  return { ...createStates(context), ...createIncidents(context) };
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

/** An alert that cannot be read is set aside; its rule then starts from nothing, as a new one does. */
async function readAlert(context: Context, row: AlertTable): Promise<StoredAlert | undefined> {
  const state = parseStored(AlertState, row.state);
  if (state !== undefined) return { rule: row.rule, app: row.app, rev: row.rev, state };
  await setAside(context, {
    source: 'alert',
    key: row.rule,
    content: row.state,
    remove: (db) => db.deleteFrom('alert').where('rule', '=', row.rule).execute(),
  });
  return undefined;
}

function createIncidents({ db }: Context): Omit<Alerts, 'all' | 'get' | 'save' | 'remove'> {
  return {
    saveIncident: async ({ id, ...incident }) => {
      const columns = {
        rule: incident.rule,
        app: incident.app,
        level: incident.level,
        opened_at: incident.openedAt,
        closed_at: incident.closedAt ?? null,
        reason: incident.reason ?? null,
        extreme: incident.extreme ?? null,
        acknowledged_by: incident.acknowledgedBy ?? null,
      };
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
        .where('opened_at', '<=', to)
        .where(({ eb, or }) => or([eb('closed_at', 'is', null), eb('closed_at', '>=', from)]))
        .orderBy('opened_at', 'desc')
        .orderBy('id', 'desc')
        .execute();
      return rows.map(toIncident);
    },
    addEvent: async ({ actor, ...event }) => {
      await db
        .insertInto('incident_event')
        .values({ ...event, actor: actor ?? null })
        .onConflict((conflict) => conflict.columns(['incident', 'seq']).doNothing())
        .execute();
    },
    events: async (incident) => {
      const query = db.selectFrom('incident_event').selectAll().where('incident', '=', incident).orderBy('seq');
      return (await query.execute()).map(toEvent);
    },
  };
}

function toIncident(row: IncidentTable): Incident {
  return {
    id: row.id,
    rule: row.rule,
    app: row.app,
    level: row.level,
    openedAt: row.opened_at,
    ...whereKnown('closedAt', row.closed_at),
    ...whereKnown('reason', row.reason),
    ...whereKnown('extreme', row.extreme),
    ...whereKnown('acknowledgedBy', row.acknowledged_by),
  };
}

function toEvent({ actor, ...event }: IncidentEventTable): IncidentEvent {
  return { ...event, ...whereKnown('actor', actor) };
}
