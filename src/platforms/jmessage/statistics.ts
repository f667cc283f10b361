// JMessage's paid statistics, one call each, and which of them an app may not use.
import { z } from 'zod';
import { type Clock, hour } from '../../clock.ts';
import { PlatformError } from '../../errors.ts';
import type { MetricValues } from '../../metrics/catalog.ts';
import { isLocalDate, type LocalDate } from '../../time-zone.ts';
import type { CallOptions, Http } from '../http.ts';
import { given, plausibleCount, wireNumber, wireText } from '../response-body.ts';

/** Values by local date. An absent date is unknown. */
export type ByDate = ReadonlyMap<LocalDate, MetricValues>;

/** Messages of one hour or month, with the vendor's text of the time. */
export interface MessageRow {
  readonly time: string;
  readonly values: MetricValues;
}

type RequestOptions = Pick<CallOptions, 'signal'>;

/** The vendor's documentation has the fields with and without a plural; the names of its samples are preferred. */
const UsersRow = z.object({
  date: wireText,
  active_users: wireNumber,
  active_user: wireNumber,
  total_users: wireNumber,
  send_msg_users: wireNumber,
  new_users: wireNumber,
  new_user: wireNumber,
});

const GroupsRow = z.object({
  date: wireText,
  active_group: wireNumber,
  total_group: wireNumber,
  total_groups: wireNumber,
  new_group: wireNumber,
  new_groups: wireNumber,
});

const TypeCounts = z
  .object({ txt_msg: wireNumber, image_msg: wireNumber, voice_msg: wireNumber, other_msg: wireNumber })
  .optional()
  .catch(undefined);

const MessagesAnswer = z.object({
  send_msg_stat: z.array(z.object({ time: wireText, single_send_msg: wireNumber, group_send_msg: wireNumber })),
  single_msg_stat: TypeCounts,
  group_msg_stat: TypeCounts,
});

/** Active, all, new and sending users of `days` days from `start`. */
export async function askUsers(http: Http, start: LocalDate, days: number, options: RequestOptions): Promise<ByDate> {
  const rows = await http.getJson('statistic/users', z.array(UsersRow), { ...options, query: daily(start, days) });
  return byDate(
    rows.map((row) => [
      row.date,
      {
        ...given('users.active', plausibleCount(row.active_users ?? row.active_user)),
        ...given('users.total', plausibleCount(row.total_users)),
        ...given('users.new', plausibleCount(row.new_users ?? row.new_user)),
        ...given('users.senders', plausibleCount(row.send_msg_users)),
      },
    ]),
  );
}

/** Active, all and new groups of `days` days from `start`. */
export async function askGroups(http: Http, start: LocalDate, days: number, options: RequestOptions): Promise<ByDate> {
  const rows = await http.getJson('statistic/groups', z.array(GroupsRow), { ...options, query: daily(start, days) });
  return byDate(
    rows.map((row) => [
      row.date,
      {
        ...given('groups.active', plausibleCount(row.active_group)),
        ...given('groups.total', plausibleCount(row.total_group ?? row.total_groups)),
        ...given('groups.new', plausibleCount(row.new_group ?? row.new_groups)),
      },
    ]),
  );
}

/** Messages of `days` days from `start`, without types: the vendor adds those up over the whole request. */
export async function askMessages(
  http: Http,
  start: LocalDate,
  days: number,
  options: RequestOptions,
): Promise<ByDate> {
  const answer = await http.getJson('statistic/messages', MessagesAnswer, { ...options, query: daily(start, days) });
  return byDate(answer.send_msg_stat.map((row) => [row.time, sums(row.single_send_msg, row.group_send_msg)]));
}

/** Messages of one day with their types. When the response has more days than requested, its types belong to none of them. */
export async function askMessagesOfDay(
  http: Http,
  date: LocalDate,
  options: RequestOptions,
): Promise<MetricValues | undefined> {
  const answer = await http.getJson('statistic/messages', MessagesAnswer, { ...options, query: daily(date, 1) });
  const days = byDate(answer.send_msg_stat.map((row) => [row.time, sums(row.single_send_msg, row.group_send_msg)]));
  const day = days.get(date);
  return day === undefined || days.size > 1 ? day : { ...day, ...types('single', answer), ...types('group', answer) };
}

/** Messages by hour (`start` as `2026-11-22 00`, today only) or month (`start` as `2026-10`, at most two). */
export async function askMessageRows(
  http: Http,
  query: { readonly unit: 'HOUR' | 'MONTH'; readonly start: string; readonly duration: number },
  options: RequestOptions,
): Promise<readonly MessageRow[]> {
  const { unit, start, duration } = query;
  const answer = await http.getJson('statistic/messages', MessagesAnswer, {
    ...options,
    query: { time_unit: unit, start, duration },
  });
  return answer.send_msg_stat.flatMap((row) =>
    row.time === undefined ? [] : [{ time: row.time, values: sums(row.single_send_msg, row.group_send_msg) }],
  );
}

function daily(start: LocalDate, days: number): Readonly<Record<string, string | number>> {
  return { time_unit: 'DAY', start, duration: days };
}

/** Joins rows by date; a row without a date or without any number is skipped. */
function byDate(rows: readonly (readonly [date: string | undefined, values: MetricValues])[]): ByDate {
  const days = new Map<LocalDate, MetricValues>();
  for (const [text, values] of rows) {
    const date = text?.slice(0, 10) ?? '';
    if (isLocalDate(date) && Object.keys(values).length > 0) days.set(date, values);
  }
  return days;
}

function sums(singleSent: number | undefined, groupSent: number | undefined): MetricValues {
  const single = plausibleCount(singleSent);
  const group = plausibleCount(groupSent);
  return {
    ...given('messages.sent', single === undefined || group === undefined ? undefined : single + group),
    ...given('messages.single', single),
    ...given('messages.group', group),
  };
}

function types(target: 'single' | 'group', answer: z.infer<typeof MessagesAnswer>): MetricValues {
  const counts = target === 'single' ? answer.single_msg_stat : answer.group_msg_stat;
  return {
    ...given(`messages.${target}.text`, plausibleCount(counts?.txt_msg)),
    ...given(`messages.${target}.image`, plausibleCount(counts?.image_msg)),
    ...given(`messages.${target}.voice`, plausibleCount(counts?.voice_msg)),
    ...given(`messages.${target}.other`, plausibleCount(counts?.other_msg)),
  };
}

export interface Entitlement {
  /** The result of `ask`, or `refused` when this interface is not part of the subscription; other errors are rethrown. */
  use<T>(name: string, ask: () => Promise<T>): Promise<T | 'refused'>;
  /** True when the last refusal of this interface was that the vendor has switched it off. */
  isGone(name: string): boolean;
}

/** A refusal is cached for an hour, because the subscription may change. `onRefused` is called at the first of each interface. */
export function createEntitlement(
  clock: Clock,
  onRefused: (name: string, status: number | undefined) => void,
): Entitlement {
  const refusedUntil = new Map<string, number>();
  const gone = new Set<string>();
  return {
    isGone: (name) => gone.has(name),
    use: async (name, ask) => {
      if (clock.now() < (refusedUntil.get(name) ?? 0)) return 'refused';
      try {
        return await ask();
      } catch (error) {
        if (!isRefusal(error)) throw error;
        if (!refusedUntil.has(name)) onRefused(name, error.status);
        refusedUntil.set(name, clock.now() + hour);
        if (error.kind === 'gone') gone.add(name);
        else gone.delete(name);
        return 'refused';
      }
    },
  };
}

/** The response without a subscription is not documented: any 4xx that is not about the request, the key or the rate. */
function isRefusal(error: unknown): error is PlatformError {
  if (!(error instanceof PlatformError)) return false;
  if (error.kind === 'not-entitled') return true;
  const { status } = error;
  return status !== undefined && status > 401 && status < 500 && status !== 408 && status !== 429;
}
