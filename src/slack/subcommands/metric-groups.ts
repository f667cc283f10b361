// The subcommands `users messages groups rooms connections memory`: one group of metrics of an app over a range.
import type { MetricGroup } from '../../metrics/catalog.ts';
import { metricGroupNeeds, metricGroupReport } from '../../reports/metric-group.ts';
import { mainMetric } from '../../reports/slices.ts';
import type { Subcommand } from '../command/subcommand.ts';
import { appsFor, headlineFor, replyForEach, withFailure } from '../command/targets.ts';

/** The subcommand of one group. */
export function metricGroupSubcommand(part: MetricGroup, gives: string, words: readonly string[]): Subcommand {
  return {
    id: part,
    words,
    usage: '[app] [range]',
    group: 'numbers',
    gives,
    examples: [`${part} 7d`],
    takes: ['app', 'range', 'against'],
    needs: [],
    answer: async (query, context) => {
      const targets = appsFor(part, query, context.deps);
      const now = context.deps.clock.now();
      return replyForEach(targets, context, {
        headline: headlineFor(mainMetric[part], targets),
        needs: ({ app, range }) => metricGroupNeeds(app, part, { range, now }),
        report: ({ range }, data) => withFailure(metricGroupReport(data.readings, part, range), data),
      });
    },
  };
}

export const users = metricGroupSubcommand('users', 'who is active, registered, new and writing', [
  ...['user', 'people', 'members', 'member', 'persons', 'online', 'active', 'audience', 'logged in', 'user count'],
  ...['用户', '用戶', '使用者', '人数', '人數', '在线', '在線', '線上', '在线人数', '在線人數', '用户数', '用戶數'],
]);

export const messages = metricGroupSubcommand('messages', 'messages sent, by kind where the platform tells', [
  ...['message', 'msg', 'msgs', 'traffic', 'sent', 'texts', '消息', '讯息', '訊息', '信息', '聊天'],
]);

export const groups = metricGroupSubcommand('groups', 'groups that exist, are active, are new', [
  ...['group', '群', '群组', '群組', '群数', '群數'],
]);

export const rooms = metricGroupSubcommand('rooms', 'rooms that are active, of how many', [
  ...['room', 'chatrooms', 'chatroom', 'chat rooms', '房间', '房間', '聊天室'],
]);

export const connections = metricGroupSubcommand('connections', 'the connection peak against its limit', [
  ...['connection', 'conns', 'sockets', 'connected', 'concurrent', 'ccu', 'sessions'],
  ...['连接', '連接', '连接数', '連接數', '連線', '連線數', '并发', '並發'],
]);

export const memory = metricGroupSubcommand('memory', 'free memory of the chat host', [
  ...['ram', 'free memory', 'memory free', 'free ram', 'free mem', 'heap', 'free'],
  ...['内存', '內存', '記憶體', '记忆体', '空闲内存', '空閒內存', '剩余内存', '剩餘內存', '可用内存', '可用記憶體'],
]);
