// The subcommand `history`: how many messages, of what kind and when, counted one by one; for managers also of one user, group or room.
import type { ImApp } from '../../app.ts';
import { type Duration, second, sleep } from '../../clock.ts';
import { PlatformError, UserError } from '../../errors.ts';
import type { HistoryCount, HistoryRequest, HistoryResult, HistoryService } from '../../history-service.ts';
import { listWords } from '../../metrics/format.ts';
import { type HistoryScope, subjectOf } from '../../metrics/message-history.ts';
import { type Phrase, phrasesOf } from '../../metrics/phrase.ts';
import type { Range } from '../../metrics/range.ts';
import { countedRange, type HistoryFacts, historyReport } from '../../reports/history.ts';
import type { historyPhrases } from '../../reports/history-phrases.ts';
import { addDays, daysBetween, type LocalDate, localDate, startOfDate } from '../../time-zone.ts';
import { countAnewButton, drawGivenUp, drawLongCount, drawRunningCount, drawWaiting } from '../blocks/history.ts';
import { suggested } from '../command/parse.ts';
import type { Query, Reply, Subcommand, SubcommandContext, SubcommandDeps } from '../command/subcommand.ts';
import { rangeIn } from '../command/targets.ts';
import { commandOf } from '../command/tokens.ts';

const say = phrasesOf<typeof historyPhrases>();

/** A question waits so long; then one line says that it counts. */
const patience: Duration = 2 * second;

export const history: Subcommand = {
  id: 'history',
  words: [
    ...['message history', 'messages history', 'history of messages', 'chat history', 'message log', 'count messages'],
    ...['历史', '歷史', '消息历史', '历史消息', '訊息歷史', '歷史訊息', '聊天记录', '聊天記錄'],
  ],
  usage: '[user NAME or group ID or room ID] [app] [range]',
  group: 'numbers',
  gives: 'messages by type, chat, client, hour, day; one user, group, room and who sent most: managers',
  examples: ['history yesterday', 'history group 10055201 7d'],
  takes: ['app', 'range', 'subject'],
  needs: [],
  isOffered: ({ histories }) => histories !== undefined,
  isForManagers: ({ subject }) => subject !== undefined,
  answer: async (query, asked) => {
    const { deps } = asked;
    const scope = scopeOf(query, asked);
    const app = appOf(query, deps);
    const span = spanOf(query, app, deps);
    const tops = !asked.isForAll && (await asked.mayManage()) === undefined;
    const request: HistoryRequest = {
      ...{ app, scope, from: span.from, to: span.to },
      actor: asked.requester.user,
      showsPeople: tops,
      isAgreed: asked.history?.isAgreed === true,
      isAnew: asked.history?.isAnew === true,
    };
    const statistics = scope.of === 'all' ? await statisticsOf(span, app, deps) : undefined;
    return begin({ query, request, span, tops, statistics }, serviceOf(deps), deps);
  },
};

function serviceOf({ histories }: SubcommandDeps): HistoryService {
  if (histories === undefined) throw new UserError('Message histories are not available in this imstats.');
  return histories;
}

/** Bytes of the longest name that there can be. */
const longestName = 128;

function scopeOf({ subject }: Query, { isForAll }: SubcommandContext): HistoryScope {
  if (subject === undefined) return { of: 'all' };
  const name = subjectOf(subject) ?? '';
  if (name === '')
    throw new UserError(`Name the ${subject.of} behind the word.`, {
      hint: `Try: /imstats history ${subject.of} ${subject.of === 'user' ? 'NAME' : 'ID'}`,
    });
  if (Buffer.byteLength(name) > longestName)
    throw new UserError(`No ${subject.of} has so long a name: there are at most ${longestName} bytes of it.`);
  if (isForAll)
    throw new UserError(`The history of one ${subject.of} is told to you alone, not to a channel.`, {
      hint: 'Ask with /imstats and without the word public.',
    });
  return subject;
}

/** The app that is named, or the only one whose messages can be counted. */
function appOf(query: Query, { live }: SubcommandDeps): ImApp {
  const able = live.apps.filter(({ capabilities }) => capabilities.hasMessageHistory === true);
  const named = live.apps.find(({ id }) => id === query.app);
  const [only, ...more] = able;
  if (named === undefined && only !== undefined && more.length === 0) return only;
  if (named === undefined && only !== undefined)
    throw new UserError(
      `Name the app whose messages are counted: ${listWords(able.slice(0, 8).map(({ id }) => id))}.`,
      suggested(commandOf({ ...query, app: only.id })),
    );
  if (named?.capabilities.hasMessageHistory === true) return named;
  const app = named ?? live.apps[0];
  if (app === undefined)
    throw new UserError('No app is configured.', { hint: 'Add one under apps: in the configuration.' });
  const other = only === undefined ? `messages ${app.id}` : commandOf({ ...query, app: only.id });
  const platform = app.capabilities.platformName;
  throw new UserError(`${app.name} is on ${platform}, which gives no message history.`, suggested(other));
}

/** What is counted of a range: from where the platform keeps messages, without today where days before it are named. */
interface CountedSpan {
  readonly range: Range;
  readonly from: number;
  readonly to: number;
  readonly notes: readonly Phrase[];
}

function spanOf(query: Query, app: ImApp, deps: SubcommandDeps): CountedSpan {
  const usual = query.subject === undefined ? 'yesterday' : '7d';
  const range = rangeIn({ ...query, range: query.range ?? usual }, app, deps);
  if (range instanceof UserError) throw range;
  const { from, to } = range.compared;
  const { daysKept, platformName: platform } = app.capabilities;
  if (daysKept === undefined) return { range, from, to, notes: [] };
  const zone = app.timezone;
  const since = addDays(localDate(deps.clock.now(), zone), 1 - daysKept);
  const first = startOfDate(since, zone);
  if (first >= to)
    throw new UserError(
      `${platform} keeps messages for ${daysKept} days, and this is before the first of them.`,
      suggested(commandOf({ ...query, range: '30d' })),
    );
  if (from >= first) return { range, from, to, notes: [] };
  return { range, from: first, to, notes: [say('history.keeps', { platform, days: daysKept, since, zone })] };
}

interface Asked {
  readonly query: Query;
  readonly request: HistoryRequest;
  readonly span: CountedSpan;
  readonly tops: boolean;
  readonly statistics: number | undefined;
}

/** The answer where it is soon there; otherwise one line meanwhile, from which a count that has begun can be stopped. */
async function begin(asked: Asked, service: HistoryService, deps: SubcommandDeps): Promise<Reply> {
  const { clock, wording } = deps;
  const { request } = asked;
  let count: HistoryCount | undefined;
  const answer = answerOf(asked, service, deps, (begun) => {
    count = begun;
  });
  const over = new AbortController();
  const late = sleep(clock, patience, over.signal).then(() => undefined);
  const early = await Promise.race([answer, late]).finally(() => over.abort());
  if (early !== undefined) return early;
  return {
    kind: 'later',
    meanwhile: () => (count === undefined ? drawWaiting(request, wording) : drawRunningCount(count, wording)),
    givenUp: () => drawGivenUp(request, wording),
    answer,
  };
}

/** Rejects where nothing can be counted. `noteCount` is given the count once it has begun. */
async function answerOf(
  asked: Asked,
  service: HistoryService,
  deps: SubcommandDeps,
  noteCount: (count: HistoryCount) => void,
): Promise<Reply> {
  const { query, request } = asked;
  const begun = await service.begin(request).catch((error: unknown) => {
    throw explained(error, request);
  });
  if (begun.state === 'busy')
    throw new UserError('So many histories are counted just now that no more can be begun.', {
      hint: 'Ask again when one of them has ended.',
      command: commandOf(query),
    });
  if (begun.state === 'long') {
    const command = commandOf(query);
    return { kind: 'message', drawn: drawLongCount(begun, request, { command, wording: deps.wording }) };
  }
  noteCount(begun.count);
  return replyOf(asked, await begun.count.ended, deps);
}

/** What a person reads where the platform refuses one user, group or room, or the history as a whole. */
function explained(error: unknown, { app, scope }: HistoryRequest): unknown {
  if (!(error instanceof PlatformError)) return error;
  const platform = app.capabilities.platformName;
  const name = subjectOf(scope);
  if (error.kind === 'not-found' && name !== undefined)
    return new UserError(
      `${platform} knows no ${scope.of === 'room' ? 'chat room' : scope.of} "${name}" in ${app.name}.`,
      {
        hint:
          scope.of === 'user'
            ? 'A name is written as in the app, capital letters too; in quotation marks where it has spaces.'
            : 'Its id is a number, as the console of the platform shows it.',
      },
    );
  if (error.kind === 'forbidden' || error.kind === 'not-entitled')
    return new UserError(`${platform} does not let ${app.name} read its message history.`, {
      hint: `Ask ${platform} whether it belongs to what is paid for, or whether the key may read it. The daily numbers are there without it.`,
      command: `messages ${app.id}`,
    });
  return error;
}

function replyOf(
  { query, request, span, tops, statistics }: Asked,
  result: HistoryResult,
  deps: SubcommandDeps,
): Reply {
  const { app, scope, from, to } = request;
  const now = deps.clock.now();
  const facts: HistoryFacts = {
    app,
    scope,
    from,
    to,
    now,
    statistics,
    ...result,
    range: span.range,
    notes: span.notes,
  };
  const report = historyReport(facts, { tops });
  // Who sent most is remembered no longer than it takes to tell it.
  const forEveryone = historyReport(facts, { tops: false });
  if (scope.of !== 'all') return { kind: 'report', report, forEveryone, buttons: 'refresh' };
  const isAnewOffered = tops && result.keptDays > 0 && result.end.state === 'whole';
  return {
    kind: 'report',
    report,
    buttons: 'all',
    forEveryone,
    ...(isAnewOffered ? { tail: [countAnewButton(commandOf(query), deps.wording)] } : {}),
  };
}

/** Messages of the same days as the daily statistics say; undefined where they do not say it of every day. */
async function statisticsOf(
  { range, from }: CountedSpan,
  app: ImApp,
  { store }: SubcommandDeps,
): Promise<number | undefined> {
  const counted = countedRange(range);
  if (!range.wholeDays || counted.todayPartial || from !== range.from) return undefined;
  const dates: { readonly from: LocalDate; readonly to: LocalDate } = counted.dates;
  const days = await store.daily.read(app.id, dates.from, dates.to);
  const values = days.flatMap(({ complete, values: { 'messages.sent': sent } }) =>
    complete && sent !== undefined ? [sent] : [],
  );
  return values.length === daysBetween(dates.from, dates.to) + 1
    ? values.reduce((sum, one) => sum + one, 0)
    : undefined;
}
