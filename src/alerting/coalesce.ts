// Coalesces the waiting rows of a stream: newer rows replace older ones, and a close is never lost.
import type { Phrase } from '../metrics/phrase.ts';
import type { messagePhrases } from './alert-phrases.ts';
import type { headlinePhrases } from './headline-phrases.ts';
import { type AlertView, alertPhrasesOf } from './notification.ts';

const phrase = alertPhrasesOf<typeof headlinePhrases & typeof messagePhrases>();

/** The part of a waiting row that coalescing reads. All rows are of one stream, in order of `seq`. */
export interface WaitingRow {
  /** `INCIDENT:SEQ`; absent where all rows are of one incident. */
  readonly key?: string;
  /** The incident, or the storm that it is part of. */
  readonly stream?: string;
  readonly lane: string;
  readonly operation: string;
  readonly broadcast: boolean;
  /** `unknown` and `sending` may have arrived. When a look-up did not find such a row, give it here as `pending`. */
  readonly state: string;
  /** 0: not tried yet. Absent or more: Slack was tried without success. */
  readonly attempts?: number;
  readonly message: { readonly kind: string };
}

interface AlertMessage {
  readonly kind: 'alert';
  readonly view: AlertView;
}

interface LineMessage {
  readonly kind: 'line';
  readonly text: Phrase;
  readonly mentions: string[];
  readonly about?: string | undefined;
  readonly colour?: AlertView['colour'] | undefined;
  /** Told in the same message, a line each. */
  readonly others?: Phrase[] | undefined;
}

/** A row that is to be sent, with its present message. `covers` are the dropped rows whose content it contains. */
export interface CoalescedRow<Row extends WaitingRow> {
  readonly row: Row;
  /** The row's own, unless a later row replaced it. */
  readonly message: Row['message'] | AlertMessage | LineMessage;
  readonly broadcast: boolean;
  readonly covers: readonly Row[];
}

export interface Coalesced<Row extends WaitingRow> {
  readonly keep: readonly CoalescedRow<Row>[];
  /** `why` is a code. */
  readonly drop: readonly { readonly row: Row; readonly why: string }[];
}

/** Pure. Rows of other lanes than `slack` and `pager` are kept as they are. */
export function coalesce<Row extends WaitingRow>(rows: readonly Row[]): Coalesced<Row> {
  const slack = rows.filter(({ lane }) => lane === 'slack');
  const root = slack.find((row) => row.operation === 'post' && alertOf(row) !== undefined && mayMerge(row));
  const parts = [
    root === undefined ? behindRoot(slack) : withRoot(root, slack),
    ofPager(rows.filter(({ lane }) => lane === 'pager')),
  ];
  const others = rows.filter(({ lane }) => lane !== 'slack' && lane !== 'pager').map(unchanged);
  const keep = [...parts.flatMap((part) => part.keep), ...others];
  return {
    keep: keep.toSorted((a, b) => rows.indexOf(a.row) - rows.indexOf(b.row)),
    drop: parts.flatMap((part) => part.drop),
  };
}

/** The view of an incident that was closed before its root was posted: Slack was away, or the incident was short. */
export function lateView(view: AlertView, because: 'away' | 'short'): AlertView {
  const { story = phrase('alert.sentence', { line: view.headline }), lines, ...rest } = view;
  return {
    ...rest,
    headline: phrase('alert.late', { story, because }),
    lines: lines.slice(1),
    mentions: [],
  };
}

function mayMerge(row: WaitingRow): boolean {
  return row.state === 'pending';
}

function unchanged<Row extends WaitingRow>(row: Row): CoalescedRow<Row> {
  return { row, message: row.message, broadcast: row.broadcast, covers: [] };
}

function isAlert(message: { readonly kind: string }): message is AlertMessage {
  return message.kind === 'alert';
}

function isLine(message: { readonly kind: string }): message is LineMessage {
  return message.kind === 'line';
}

function alertOf(row: WaitingRow | undefined): AlertMessage | undefined {
  return row !== undefined && isAlert(row.message) ? row.message : undefined;
}

function aboutOf(row: WaitingRow): string | undefined {
  return isLine(row.message) ? row.message.about : undefined;
}

/** The root is not posted yet: one message shows the incident as it is now, or all of it when it is closed. */
function withRoot<Row extends WaitingRow>(root: Row, rows: readonly Row[]): Coalesced<Row> {
  const behind = rows.filter((row) => row !== root);
  const newest =
    alertOf(rows.findLast((row) => row === root || (row.operation === 'edit' && mayMerge(row)))) ?? alertOf(root);
  const own = alertOf(root);
  if (newest === undefined || own === undefined) return { keep: rows.map(unchanged), drop: [] };
  if (newest.view.closedAt !== undefined && newest !== own) {
    const covers = behind.filter(mayMerge);
    const message: AlertMessage = {
      ...newest,
      view: lateView(newest.view, root.attempts === 0 ? 'short' : 'away'),
    };
    const rest = behind.filter((row) => !mayMerge(row)).map(unchanged);
    return {
      keep: [{ row: root, message, broadcast: root.broadcast, covers }, ...rest],
      drop: covers.map((row) => ({ row, why: 'told_with_opening' })),
    };
  }
  const gone = behind.filter((row) => mayMerge(row) && (alertOf(row) !== undefined || aboutOf(row) === 'repeated'));
  const lines = behind.filter((row) => !gone.includes(row));
  const pinged = lines.flatMap((row) =>
    isLine(row.message) && row.message.about !== 'reminded' ? row.message.mentions : [],
  );
  const mentions = [...new Set([...own.view.mentions, ...pinged])];
  const message: AlertMessage = { ...newest, view: { ...newest.view, mentions } };
  return {
    keep: [
      { row: root, message, broadcast: root.broadcast, covers: gone },
      ...lines.map((row) => (mayMerge(row) ? withoutPing(row) : unchanged(row))),
    ],
    drop: gone.map((row) => ({ row, why: 'told_by_root' })),
  };
}

/** A line in the thread only, without mentions: the root has pinged those people. */
function withoutPing<Row extends WaitingRow>(row: Row): CoalescedRow<Row> {
  const message = isLine(row.message) ? { ...row.message, mentions: [] } : row.message;
  return { row, message, broadcast: false, covers: [] };
}

/** Lines that ask people for an action, and the lines that make such a request obsolete. */
const requests: ReadonlySet<string> = new Set(['repeated', 'escalatedToOthers', 'reminded']);
const requestEndings: ReadonlySet<string> = new Set([
  'repeated',
  'acknowledged',
  'takenOver',
  'silenced',
  'recovering',
  'downgraded',
  'resolved',
  'closed',
]);
const transientEffects: ReadonlySet<string> = new Set([
  'recovering',
  'refired',
  'stale',
  'fresh',
  'flapping',
  'flappingEnded',
]);
/** Lines that say how the alert stands: the next one makes a passing one obsolete. */
const standings: ReadonlySet<string> = new Set([
  ...['recovering', 'refired', 'stale', 'fresh', 'opened', 'announced', 'escalated', 'downgraded'],
  ...['resolved', 'closed', 'reopened'],
]);
const openings: ReadonlySet<string> = new Set(['opened', 'announced']);
const closingEffects: ReadonlySet<string> = new Set(['resolved', 'closed']);
const reopeningEffects: ReadonlySet<string> = new Set(['reopened']);

function behindRoot<Row extends WaitingRow>(rows: readonly Row[]): Coalesced<Row> {
  // The first edit takes the place of all: the root must not wait for the lines of its thread.
  const edits = rows.filter((row) => row.operation === 'edit' && alertOf(row) !== undefined && mayMerge(row));
  const [firstEdit, ...laterEdits] = edits;
  const newest = alertOf(edits.at(-1));
  const keep: CoalescedRow<Row>[] = [];
  const drop: { row: Row; why: string }[] = [];
  for (const [index, row] of rows.entries()) {
    const isOver = isIncidentOver(row, rows);
    const why = mayMerge(row) ? supersededBy({ row, behind: rows.slice(index + 1), firstEdit, isOver }) : undefined;
    if (why !== undefined) drop.push({ row, why });
    else if (row === firstEdit && newest !== undefined)
      keep.push({ row, message: newest, broadcast: row.broadcast, covers: laterEdits });
    else keep.push(isOver && aboutOf(row) === 'escalated' && mayMerge(row) ? withoutPing(row) : unchanged(row));
  }
  return endsTogether({ keep, drop });
}

/** True where the end of its incident waits too. In the thread of a storm the end of one says nothing of the others. */
function isIncidentOver(row: WaitingRow, rows: readonly WaitingRow[]): boolean {
  const own = isOfStorm(row) ? rows.filter((other) => incidentOf(other) === incidentOf(row)) : rows;
  const last = (kinds: ReadonlySet<string>): number => own.findLastIndex((one) => kinds.has(aboutOf(one) ?? ''));
  return last(closingEffects) > last(reopeningEffects);
}

/** The ends of several incidents of a storm that wait together are one message, with a line for each. */
function endsTogether<Row extends WaitingRow>({ keep, drop }: Coalesced<Row>): Coalesced<Row> {
  const isEnd = ({ row }: CoalescedRow<Row>): boolean =>
    isOfStorm(row) && mayMerge(row) && closingEffects.has(aboutOf(row) ?? '');
  const [first, ...later] = keep.filter(isEnd);
  // What is told of an incident before its end stays before it.
  const begins = first === undefined ? 0 : keep.indexOf(first);
  const others = later.filter((end) => {
    const between = keep.slice(begins + 1, keep.indexOf(end));
    return between.every((one) => isEnd(one) || incidentOf(one.row) !== incidentOf(end.row));
  });
  if (first === undefined || others.length === 0 || !isLine(first.message)) return { keep, drop };
  const lines = [first, ...others].flatMap(({ message }) => (isLine(message) ? [message] : []));
  const colours = lines.flatMap(({ colour }) => colour ?? []);
  const colour = colours.find((one) => one !== 'green') ?? colours[0];
  const message: LineMessage = {
    ...first.message,
    others: lines.slice(1).map(({ text }) => text),
    mentions: [...new Set(lines.flatMap(({ mentions }) => mentions))],
    ...(colour === undefined ? {} : { colour }),
  };
  const covers = [...first.covers, ...others.map(({ row }) => row)];
  const broadcast = [first, ...others].some((one) => one.broadcast);
  return {
    keep: keep
      .filter((one) => !others.includes(one))
      .map((one) => (one === first ? { row: one.row, message, broadcast, covers } : one)),
    drop: [...drop, ...others.map(({ row }) => ({ row, why: 'told_together' }))],
  };
}

function supersededBy<Row extends WaitingRow>({
  row,
  behind,
  firstEdit,
  isOver,
}: {
  row: Row;
  behind: readonly Row[];
  firstEdit: Row | undefined;
  isOver: boolean;
}): string | undefined {
  if (row.operation === 'edit' && alertOf(row) !== undefined) return row === firstEdit ? undefined : 'earlier_edit';
  const about = aboutOf(row) ?? '';
  if (isOver && transientEffects.has(about)) return 'incident_closed';
  const later = behind.filter((other) => standings.has(aboutOf(other) ?? ''));
  if (transientEffects.has(about) && later.some((other) => incidentOf(other) === incidentOf(row))) return 'overtaken';
  if (isOfStorm(row) && later.some((other) => makesObsolete(other, row))) return 'overtaken';
  return requests.has(about) && behind.some((later) => requestEndings.has(aboutOf(later) ?? ''))
    ? 'overtaken'
    : undefined;
}

/** The incident of a row; undefined where all rows are of one. */
function incidentOf({ key }: WaitingRow): string | undefined {
  return key?.slice(0, key.lastIndexOf(':'));
}

function isOfStorm({ key, stream }: WaitingRow): boolean {
  return key !== undefined && stream !== undefined && !key.startsWith(`${stream}:`);
}

/**
 * In the thread of a storm the end of an incident tells its opening as well, and the newest end of a rule that flaps the ones before,
 * so that what waits is bounded.
 */
function makesObsolete(later: WaitingRow, row: WaitingRow): boolean {
  const [incident = '', next = ''] = [incidentOf(row), incidentOf(later)];
  const isEnd = closingEffects.has(aboutOf(later) ?? '');
  if (openings.has(aboutOf(row) ?? '')) return isEnd && incident === next;
  const ruleOf = (id: string): string => id.slice(0, id.lastIndexOf('@'));
  return isEnd && closingEffects.has(aboutOf(row) ?? '') && incident !== next && ruleOf(incident) === ruleOf(next);
}

/** The calls of an incident are apart: what becomes of one says nothing of the others. */
function ofPager<Row extends WaitingRow>(rows: readonly Row[]): Coalesced<Row> {
  const keyOf = (row: Row): string => ('key' in row.message ? String(row.message.key) : '');
  const calls = [...new Set(rows.map(keyOf))].map((key) => ofCall(rows.filter((row) => keyOf(row) === key)));
  return { keep: calls.flatMap(({ keep }) => keep), drop: calls.flatMap(({ drop }) => drop) };
}

/** Where the trigger was never sent to the pager, its resolve is dropped with it. What follows a resolve begins anew. */
function ofCall<Row extends WaitingRow>(rows: readonly Row[]): Coalesced<Row> {
  const actionOf = (row: Row): string => ('action' in row.message ? String(row.message.action) : '');
  const ended = rows.slice(0, rows.findLastIndex((row) => actionOf(row) === 'resolve') + 1);
  const isUnsent = ended.some((row) => actionOf(row) === 'trigger') && ended.every(mayMerge);
  const drop = ended.filter((row) => mayMerge(row) && (isUnsent || actionOf(row) !== 'resolve'));
  return {
    keep: rows.filter((row) => !drop.includes(row)).map(unchanged),
    drop: drop.map((row) => ({ row, why: 'incident_closed' })),
  };
}
