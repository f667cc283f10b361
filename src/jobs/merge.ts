// What a row says at the moment it is told, given what has come to wait behind it.
import { coalesce } from '../alerting/coalesce.ts';
import type { Message, OutboxRow } from '../store/outbox.ts';

/** A row as it is told now. `message` is undefined for one that has been overtaken, and `why` says by what. */
export interface Merged {
  readonly message: Message | undefined;
  readonly broadcast: boolean;
  readonly why: string;
  /** Rows behind it that it tells as well. */
  readonly covers: readonly OutboxRow[];
  /** Rows behind it that have less to say once it is told: no mention, no broadcast. */
  readonly quieter: readonly Quieter[];
}

/** A row that has less to say than it was written with. */
export interface Quieter {
  readonly id: number;
  readonly message: Message;
  readonly broadcast: boolean;
}

/** `waiting` are the unfinished rows of the stream, this one among them. */
export function mergeWaiting(row: OutboxRow, waiting: readonly OutboxRow[]): Merged {
  // In Slack an earlier try is looked up before this row is told, so it may be merged; a pager cannot be asked.
  const state = row.lane === 'pager' ? row.state : 'pending';
  const rows = waiting.map((other) => (other.id === row.id ? { ...row, state } : other));
  const { keep, drop } = coalesce(rows);
  const own = keep.find((kept) => kept.row.id === row.id);
  if (own === undefined) {
    const why = drop.find((dropped) => dropped.row.id === row.id)?.why ?? 'no longer waiting';
    return { message: undefined, broadcast: false, why, covers: [], quieter: [] };
  }
  const quieter = keep
    .filter((kept) => kept !== own && (kept.message !== kept.row.message || kept.broadcast !== kept.row.broadcast))
    .map((kept) => ({ id: kept.row.id, message: kept.message, broadcast: kept.broadcast }));
  return { message: own.message, broadcast: own.broadcast, why: '', covers: own.covers, quieter };
}
