// What a person did last and can take back, and the notes of people: kept with any incident, and taken back.
import type { threadPhrases } from '../alerting/history-phrases.ts';
import { alertPhrasesOf } from '../alerting/notification.ts';
import type { refusalPhrases } from '../alerting/refusal-phrases.ts';
import type { Rule } from '../alerting/rule.ts';
import type { IncidentEvent } from '../alerting/state.ts';
import { isStorm } from '../alerting/storm.ts';
import { day, type Instant } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { ActResult, AlertService } from '../service-types.ts';
import type { Store } from '../store/store.ts';
import { incidentsOfStorm } from './act-on-several.ts';
import { type AlertJobDeps, type AlertTimersJob, applyEvent } from './alert-timers.ts';
import type { MaintenanceJob } from './maintenance.ts';

const phrase = alertPhrasesOf<typeof threadPhrases & typeof refusalPhrases>();

type NoteDeps = AlertJobDeps & { readonly job: Pick<AlertTimersJob, 'noteChanged'> };

/** Names a note for `undo`, by its time, which is that of every note of several alerts that were written together. */
const notePrefix = 'note:';

export const isNoteUndo = (undo: string): boolean => undo.startsWith(notePrefix);

/** The notes of a person that were not taken back, oldest first: the newest one is always taken back first. */
function notesOf(events: readonly IncidentEvent[], by: string): readonly IncidentEvent[] {
  const kept: IncidentEvent[] = [];
  for (const event of events.filter(({ actor }) => actor === by)) {
    if (event.kind === 'noted') kept.push(event);
    else if (event.kind === 'unnoted') kept.pop();
  }
  return kept;
}

/** What takes back the newest note of a person; undefined where there is none. */
export async function noteUndoOf(
  incident: string,
  by: string,
  { store }: Pick<NoteDeps, 'store'>,
): Promise<string | undefined> {
  const note = notesOf(await store.alerts.events(incident), by).at(-1);
  return note && undoOf(note);
}

const undoOf = ({ at }: Pick<IncidentEvent, 'at'>): string => `${notePrefix}${at}`;

async function addEvent(tx: Store, event: Omit<IncidentEvent, 'seq'>): Promise<void> {
  const seq = Math.max(-1, ...(await tx.alerts.events(event.incident)).map((one) => one.seq)) + 1;
  await tx.alerts.addEvent({ ...event, seq });
}

/** Keeps a note with an incident that is not the last one of its rule. */
export async function notePast(
  rule: Rule,
  { target, actor: by, text = '', at }: Parameters<AlertService['act']>[0] & { readonly at: Instant },
  deps: NoteDeps,
): Promise<ActResult> {
  const words = phrase('thread.noted', { by, rule: rule.id, note: text });
  await deps.store.transaction((tx) => addEvent(tx, { incident: target, at, kind: 'noted', words, actor: by }));
  return { state: 'done', words, undo: await noteUndoOf(target, by, deps), target };
}

/** Only who wrote a note takes it back. */
export async function takeBackNote(
  rule: Rule,
  { incident, undo, actor: by }: Readonly<Record<'incident' | 'undo' | 'actor', string>>,
  deps: NoteDeps,
): Promise<ActResult> {
  const { store, clock } = deps;
  const events = await store.alerts.events(incident);
  const note = notesOf(events, by).at(-1);
  // Buttons of earlier versions name a note by its place in the history of its incident.
  if (note === undefined || (undoOf(note) !== undo && `${notePrefix}${note.seq}` !== undo))
    return { state: 'not-open', words: phrase('refused.unnote', { rule: rule.id }) };
  const text = String(note.words.values['note'] ?? '');
  const at = clock.now();
  const isLast = (await store.alerts.get(rule.id))?.state.machine.incident === incident;
  const advanced = isLast
    ? await applyEvent(rule, { type: 'user', action: 'unnote', who: by, at, text }, deps)
    : undefined;
  const words = advanced?.answer ?? phrase('thread.unnoted', { by, rule: rule.id, note: text });
  if (advanced !== undefined) deps.job.noteChanged([advanced]);
  else await store.transaction((tx) => addEvent(tx, { incident, at, kind: 'unnoted', words, actor: by }));
  return { state: 'done', words };
}

/** What was done longer ago is not taken back by a word that names nothing. */
const longestAgo = day;

/** `acts`: what was done at once with one or several alerts, with an incident, or a maintenance that was begun. */
type LastUndoable =
  | { readonly kind: 'found'; readonly acts: readonly [Undoable, ...Undoable[]] }
  | { readonly kind: 'none'; readonly words: Phrase };

interface Undoable {
  readonly at: Instant;
  readonly target: string;
  readonly undo: string;
}

/** The newest thing that a person did, of one alert or incident where it is named, and that nobody took back. */
export async function lastUndoable(
  { actor, target }: Parameters<AlertService['undoLast']>[0],
  deps: NoteDeps & { readonly maintenance: Pick<MaintenanceJob, 'lastOf'> },
): Promise<LastUndoable> {
  const { store, clock } = deps;
  const since = clock.now() - longestAgo;
  // In the thread of an incident or of a storm, what was done with it and not with another one of its rule.
  const named = target === undefined ? [] : isStorm(target) ? await incidentsOfStorm(target, deps) : [target];
  const isMeant = (rule: string, incident: string | undefined): boolean =>
    target === undefined || named.includes(rule) || (incident !== undefined && named.includes(incident));
  const alerts = (await store.alerts.all()).filter(({ rule, state }) => isMeant(rule, state.machine.incident));
  const acts = alerts.flatMap(({ rule, state: { lastAction: last } }): Undoable[] =>
    last === undefined || last.by !== actor || last.undone !== undefined
      ? []
      : [{ at: last.at, target: rule, undo: last.id }],
  );
  const maintenance = target === undefined ? deps.maintenance.lastOf(actor) : undefined;
  const notes = await notesSince(since, actor, isMeant, deps);
  const all = [...acts, ...notes, ...(maintenance ? [maintenance] : [])];
  const [newest] = all.filter(({ at }) => at >= since).sort((one, other) => other.at - one.at);
  if (newest === undefined) {
    const last = target === undefined ? undefined : alerts[0]?.state.lastAction;
    const words =
      last === undefined || last.by === actor
        ? phrase('refused.undoNothing', {})
        : phrase('refused.undoOthers', { rule: alerts[0]?.rule ?? '', by: last.by, action: last.action });
    return { kind: 'none', words };
  }
  const together = all.filter((one) => one !== newest && one.undo === newest.undo);
  return { kind: 'found', acts: [newest, ...together] };
}

async function notesSince(
  since: Instant,
  by: string,
  isMeant: (rule: string, incident: string) => boolean,
  { store, clock }: Pick<NoteDeps, 'store' | 'clock'>,
): Promise<readonly Undoable[]> {
  const incidents = (await store.alerts.incidents(since, clock.now())).filter(({ rule, id }) => isMeant(rule, id));
  const found = await Promise.all(
    incidents.toReversed().map(async ({ id }): Promise<Undoable[]> => {
      const note = notesOf(await store.alerts.events(id), by).at(-1);
      return note === undefined ? [] : [{ at: note.at, target: id, undo: undoOf(note) }];
    }),
  );
  return found.flat();
}
