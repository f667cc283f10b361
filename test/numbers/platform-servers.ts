// The two platforms as servers on loopback, which answer in the vendors' shapes from the made-up truth.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ImkitMetric, ImkitTruth } from './imkit-truth.ts';
import { type Chat, dateOf, type JmessageTruth, messageTypes, startOf } from './jmessage-truth.ts';

const hour = 3_600_000;
const day = 24 * hour;
const daysKept = 60;

export interface PlatformServer {
  readonly url: string;
  stop(): Promise<void>;
}

type Answer = (request: IncomingMessage, address: URL) => { readonly status?: number; readonly body: unknown };

async function serve(answer: Answer): Promise<PlatformServer> {
  const server = createServer((request, response) => {
    const { status = 200, body } = answer(request, new URL(request.url ?? '/', 'http://platform'));
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo; // listening on a port, so it is no pipe
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** IMKit's report of the last hour. `omits`: whether a number is left out of it at a time. */
export function serveImkit(
  truth: ImkitTruth,
  now: () => number,
  omits: (metric: ImkitMetric, at: number) => boolean,
): Promise<PlatformServer> {
  return serve((_request, { pathname }) => {
    const at = now();
    const given = (metric: ImkitMetric): number | undefined =>
      omits(metric, at) ? undefined : truth.valueAt(metric, at);
    if (pathname === '/admin/connection-count') {
      const count = given('connections.current');
      return count === undefined ? { status: 404, body: { RC: 404 } } : { body: { RC: 0, result: { count } } };
    }
    if (pathname !== '/admin/stats') return { status: 404, body: { RC: 404, RM: 'Not Found' } };
    const users = given('users.active');
    const result = {
      startTime: new Date(at - hour).toISOString(),
      endTime: new Date(at).toISOString(),
      ...(users === undefined ? {} : { userList: Array.from({ length: users }, (_, index) => `user${index}`) }),
      roomCount: given('rooms.active'),
      totalRoomCount: given('rooms.total'),
      messageCount: given('messages.sent'),
      peakConnectionCount: given('connections.peak'),
      totalMem: given('memory.total'),
      freeMem: given('memory.free'),
    };
    return { body: { RC: 0, RM: 'OK', result } };
  });
}

/** JMessage's statistics of 60 days with today, by day and, of today, by hour. `onHours` is called when hours were asked for. */
export function serveJmessage(
  truth: JmessageTruth,
  now: () => number,
  onHours: (at: number) => void,
): Promise<PlatformServer> {
  return serve((_request, { pathname, searchParams }) => {
    const statistic = pathname.split('/').at(-1) ?? '';
    const [unit, start] = [searchParams.get('time_unit'), searchParams.get('start') ?? ''];
    const duration = Number(searchParams.get('duration'));
    const at = now();
    const refused = { status: 400, body: { error: { code: 899003, message: 'Parameter invalid' } } };
    if (unit === 'HOUR' && statistic === 'messages') {
      const date = start.slice(0, 10);
      if (date !== dateOf(at)) return refused;
      onHours(at);
      return { body: { send_msg_stat: hourRows(truth, date, { duration, at }) } };
    }
    const oldest = dateOf(at - (daysKept - 1) * day);
    if (unit !== 'DAY' || start.slice(0, 10) < oldest || duration > daysKept) return refused;
    const dates = Array.from({ length: duration }, (_, index) => dateOf(startOf(start.slice(0, 10)) + index * day));
    const shown = dates.filter((date) => hasRow(truth, date, at));
    if (statistic === 'users') return { body: shown.map((date) => userRow(truth, date, at)) };
    if (statistic === 'groups') return { body: shown.map((date) => groupRow(truth, date, at)) };
    return statistic === 'messages' ? { body: messageRows(truth, shown, at) } : refused;
  });
}

/** Whether the statistics have a row of a date at a time. */
export function hasRow(truth: JmessageTruth, date: string, at: number): boolean {
  const today = dateOf(at);
  return date <= today && !truth.missing.has(date) && !(date === today && truth.todayRow === 'absent');
}

/** The numbers of a row; all 0 for a day that is not over where the statistics count it only afterwards. */
export function rowUntil(truth: JmessageTruth, date: string, at: number): number {
  return date === dateOf(at) && truth.todayRow === 'zero' ? startOf(date) : at;
}

function userRow(truth: JmessageTruth, date: string, at: number): unknown {
  const { users } = truth.day(date, rowUntil(truth, date, at));
  return {
    date,
    active_users: users.active,
    total_users: users.total,
    send_msg_users: users.senders,
    new_users: users.new,
  };
}

function groupRow(truth: JmessageTruth, date: string, at: number): unknown {
  const { groups } = truth.day(date, rowUntil(truth, date, at));
  return { date, active_group: groups.active, total_group: groups.total, new_group: groups.new };
}

/** The vendor adds the types up over all rows of an answer. */
function messageRows(truth: JmessageTruth, dates: readonly string[], at: number): unknown {
  const totals = dates.map((date) => ({ date, messages: truth.day(date, rowUntil(truth, date, at)).messages }));
  const sumOf = (chat: Chat, one: (typeof totals)[number]): number =>
    messageTypes.reduce((sum, type) => sum + one.messages[chat][type], 0);
  const types = (chat: Chat): unknown => {
    const over = (type: (typeof messageTypes)[number]): number =>
      totals.reduce((sum, { messages }) => sum + messages[chat][type], 0);
    return { txt_msg: over('text'), image_msg: over('image'), voice_msg: over('voice'), other_msg: over('other') };
  };
  return {
    send_msg_stat: totals.map((one) => ({
      time: one.date,
      single_send_msg: sumOf('single', one),
      group_send_msg: sumOf('group', one),
    })),
    single_msg_stat: types('single'),
    group_msg_stat: types('group'),
  };
}

function hourRows(truth: JmessageTruth, date: string, { duration, at }: { duration: number; at: number }): unknown {
  const begun = Math.min(duration, Math.floor((at - startOf(date)) / hour) + 1);
  return Array.from({ length: begun }, (_, clock) => {
    const { single, group } = truth.hour(date, clock, at);
    return { time: `${date} ${String(clock).padStart(2, '0')}`, single_send_msg: single, group_send_msg: group };
  });
}
