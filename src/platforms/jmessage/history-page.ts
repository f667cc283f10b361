// Asks for one page of a message history: its address, its times, and whether its cursor is still known.
import type { z } from 'zod';
import type { Clock, Instant } from '../../clock.ts';
import { PlatformError } from '../../errors.ts';
import type { HistoryScope } from '../../metrics/message-history.ts';
import { phrasesOf } from '../../metrics/phrase.ts';
import { formatInstant } from '../../time-zone.ts';
import type { Http } from '../http.ts';
import { platformError } from '../platform-error.ts';
import type { CallPace } from './call-pace.ts';
import { HistoryAnswer } from './history-messages.ts';
import type { jmessagePhrases } from './jmessage-phrases.ts';

const say = phrasesOf<typeof jmessagePhrases>();

/** The most that JMessage sends at once. */
export const pageSize = 1_000;

/** Whose pages are asked for, and with what. */
export interface PageSource {
  readonly http: Http;
  readonly clock: Clock;
  /** The zone in which the platform reads and writes wall-clock times. */
  readonly zone: string;
  readonly scope: HistoryScope;
  readonly signal?: AbortSignal | undefined;
  /** Absent: calls are made as fast as they are answered. */
  readonly pace?: CallPace | undefined;
}

/** The times that one query is about, of whole seconds. */
export interface PageSpan {
  readonly from: Instant;
  readonly to: Instant;
}

/** The first page of a span, or the next one of a cursor; `expired` when the cursor is no longer known. */
export async function askPage(
  source: PageSource,
  where: PageSpan | string,
): Promise<z.infer<typeof HistoryAnswer> | 'expired'> {
  const { http, signal, pace } = source;
  const path = scopePath(source);
  const query =
    typeof where === 'string'
      ? { cursor: where }
      : { count: pageSize, begin_time: wireTime(where.from, source.zone), end_time: wireTime(where.to, source.zone) };
  const call = (onHeaders?: (headers: Headers) => void) =>
    http.getJson(path, HistoryAnswer, { query, signal, ...(onHeaders === undefined ? {} : { onHeaders }) });
  try {
    return await (pace === undefined ? call() : pace.call(call, signal));
  } catch (error) {
    if (typeof where === 'string' && isExpiry(error)) return 'expired';
    throw error;
  }
}

/** The response for an expired cursor is not documented, so any refusal that is not about the key or the rate counts as one. */
function isExpiry(error: unknown): boolean {
  if (!(error instanceof PlatformError)) return false;
  const { status } = error;
  return status !== undefined && status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status);
}

function scopePath({ http, scope }: PageSource): string {
  if (scope.of === 'all') return 'messages';
  const [folder, id] =
    scope.of === 'user' ? ['users', scope.name] : [scope.of === 'group' ? 'groups' : 'chatrooms', scope.id];
  // The first three are resolved as path segments whatever their encoding; half a sign has no encoding.
  if (id === '' || id === '.' || id === '..' || !id.isWellFormed())
    throw platformError(http.endpoint, 'bad-request', say('jmessage.noLookup'));
  return `${folder}/${encodeURIComponent(id)}/messages`;
}

/** `2026-11-22 09:00:00`, in the vendor's format. */
export function wireTime(at: Instant, zone: string): string {
  return formatInstant(at, zone, 'yyyy-MM-dd HH:mm:ss');
}
