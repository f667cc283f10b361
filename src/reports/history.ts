// The report on a message history: how many messages, of what kind, when, and for managers who; and what is missing of them.
import type { ImApp } from '../app.ts';
import type { Duration, Instant } from '../clock.ts';
import {
  busiestHour,
  countKinds,
  type DatedCounts,
  type DayCounts,
  type PeopleCounts,
  type SentAndReceived,
  sumOfDays,
} from '../metrics/history-counts.ts';
import {
  type HistoryScope,
  messageClients,
  messageTargets,
  messageTypes,
  subjectOf,
} from '../metrics/message-history.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Range } from '../metrics/range.ts';
import type { RangeName } from '../metrics/range-phrases.ts';
import type { RankedName } from '../metrics/ranking.ts';
import { localDate } from '../time-zone.ts';
import { rangeContext } from './figures.ts';
import { historyCharts, mostDaysInWords } from './history-chart.ts';
import type { historyPhrases, SubjectValues } from './history-phrases.ts';
import type { Figure, Report, Section, Table } from './report.ts';

const say = phrasesOf<typeof historyPhrases>();

/** How a count ended. Of one that is not whole, what is missing and why. */
export type HistoryEnd =
  | { readonly state: 'whole' }
  | {
      readonly state: 'stopped' | 'failed' | 'late';
      /** Everything before it was counted; undefined where nothing was. */
      readonly until: Instant | undefined;
      readonly reasons: readonly Phrase[];
      /** How long it counted. */
      readonly after: Duration;
    };

/** What was counted, and of what. */
export interface HistoryFacts {
  readonly app: Pick<ImApp, 'id' | 'name' | 'capabilities'>;
  readonly scope: HistoryScope;
  readonly range: Range;
  /** What was counted of the range: up to its end or now, from where the platform keeps messages. */
  readonly from: Instant;
  readonly to: Instant;
  readonly now: Instant;
  readonly days: readonly DatedCounts[];
  readonly flow?: SentAndReceived | undefined;
  /** Absent where days were counted earlier. */
  readonly people?: PeopleCounts | undefined;
  readonly end: HistoryEnd;
  /** How many of the days had been counted earlier. */
  readonly keptDays: number;
  /** Messages in single chats and groups on the same days, as the platform's daily statistics say; undefined where they do not say it of all. */
  readonly statistics?: number | undefined;
  /** Remarks of the platform. */
  readonly notes?: readonly Phrase[];
}

/** What a phrase needs to name whose messages they are. */
export function subjectValues(app: Pick<ImApp, 'name'>, scope: HistoryScope): SubjectValues {
  const name = subjectOf(scope);
  return { app: app.name, ...(scope.of === 'all' ? {} : { [scope.of]: name }) };
}

/** `tops`: the names of who sent most and of the busiest groups are in it, which only managers may see. */
export function historyReport(facts: HistoryFacts, { tops }: { readonly tops: boolean }): Report {
  const { range, days, end, scope, now } = facts;
  const sum = sumOfDays(days);
  const total = countKinds(sum);
  const missing = missingLines(facts, total);
  const nothing = total === 0 && end.state === 'whole' ? [nothingLine(facts)] : [];
  const sections: readonly Section[] = [
    { figures: [], lines: [...missing, ...nothing], charts: [] },
    ...(total === 0 ? [] : countSections(facts, sum, total)),
    ...(tops && scope.of === 'all' && facts.people !== undefined ? topSections(facts.people, total) : []),
    ...(tops && scope.of !== 'all' && scope.of !== 'user' && facts.people !== undefined
      ? [topSenders(facts.people, total)]
      : []),
  ];
  return {
    headline: headline(facts, sum, total),
    context: rangeContext(countedRange(range)),
    asOf: now,
    zone: range.zone,
    stale: false,
    sections: sections.filter(isFilled),
    notes: total === 0 ? [...(facts.notes ?? [])] : notesOf(facts, sum, tops),
  };
}

const isFilled = ({ figures, lines, charts, table }: Section): boolean =>
  figures.length > 0 || lines.length > 0 || charts.length > 0 || table !== undefined;

/** What is counted of a range: days before today are named by their number, and counted without it. */
export function countedRange(range: Range): Range {
  const { compared } = range;
  if (compared.to === range.to) return range;
  const dates = { from: range.dates.from, to: localDate(compared.to - 1, range.zone) };
  const name: RangeName = { kind: 'dates', ...dates, ends: 'yesterday' };
  return { ...range, ...compared, dates, name, todayPartial: false };
}

function headline({ app, scope, range, end }: HistoryFacts, sum: DayCounts, count: number): Phrase {
  const subject = subjectValues(app, scope);
  if (end.state === 'whole')
    return say('history.headline', {
      ...subject,
      count,
      range: range.name,
      busiest: count < 2 ? undefined : busiestHour(sum)?.hour,
    });
  const why = {
    stopped: say('history.stopped'),
    failed: say('history.failed'),
    late: say('history.late', { length: end.after }),
  };
  return say('history.partly', { ...subject, count, why: why[end.state] });
}

function missingLines({ end, to, range, scope }: HistoryFacts, total: number): readonly Phrase[] {
  if (end.state === 'whole') return [];
  const { until, reasons } = end;
  const missing =
    until === undefined || total === 0
      ? say('history.missingAll')
      : say('history.missing', { from: until, to, zone: range.zone });
  return [...reasons, missing, scope.of === 'all' ? say('history.goesOn') : say('history.startsAgain')];
}

function nothingLine({ app, scope }: HistoryFacts): Phrase {
  const { platformName: platform, daysKept: days = 0 } = app.capabilities;
  const { app: _app, ...subject } = subjectValues(app, scope);
  return say('history.nothing', { ...subject, platform, days });
}

function countSections(facts: HistoryFacts, sum: DayCounts, total: number): readonly Section[] {
  const table = typesTable(sum);
  const clients = messageClients.flatMap((client) => {
    const count = sum.clients[client] ?? 0;
    return count === 0 ? [] : [{ client, ...shareOf(count, total) }];
  });
  const byDay = facts.days.length > 1 && facts.days.length <= mostDaysInWords ? facts.days : [];
  return [
    {
      figures: [
        ...flowFigures(facts, total),
        ...targetFigures(sum, total),
        ...peopleFigures(facts),
        ...hourFigures(sum, total),
      ],
      ...(table === undefined ? {} : { table }),
      lines: clients.length === 0 ? [] : [say('history.clients', { clients })],
      charts: [],
    },
    { figures: [], lines: [], charts: total < 2 ? [] : historyCharts({ ...facts, to: countedUntil(facts) }, sum) },
    {
      ...(byDay.length > 0 ? { title: say('history.days') } : {}),
      figures: [],
      lines: byDay.map((day) => say('history.day', { date: day.date, count: countKinds(day) })),
      charts: [],
    },
  ];
}

function countedUntil({ end, to }: HistoryFacts): Instant {
  return end.state === 'whole' ? to : (end.until ?? to) + 1;
}

/** In whole per cent, small ones in tenths; never 100 % of a part, which has to be told from the whole. */
function shareIn(total: number, count: number): number {
  const digits = count < total / 10 ? 1_000 : 100;
  return Math.min(Math.round((count / total) * digits) / digits, 0.99);
}

/** A share is said of a part only. */
const shareOf = (count: number, total: number): { readonly count: number; readonly share?: number } =>
  count === total ? { count } : { count, share: shareIn(total, count) };

const figureOf = (title: Phrase, count: number, total: number): Figure => ({
  title,
  value: say('history.count', { count }),
  ...(count === total || count === 0 ? {} : { detail: say('history.share', { share: shareIn(total, count) }) }),
});

function flowFigures({ flow }: HistoryFacts, total: number): readonly Figure[] {
  if (flow === undefined) return [];
  return [figureOf(say('history.sent'), flow.sent, total), figureOf(say('history.received'), flow.received, total)];
}

/** Kinds of chat, where there are several. */
function targetFigures(sum: DayCounts, total: number): readonly Figure[] {
  const parts = messageTargets
    .map((target) => ({ target, count: countKinds(sum, { target }) }))
    .filter(({ count }) => count > 0);
  return parts.length < 2
    ? []
    : parts.map(({ target, count }) => figureOf(say('history.target', { chat: target }), count, total));
}

function peopleFigures({ people, scope }: HistoryFacts): readonly Figure[] {
  if (people === undefined || scope.of === 'user') return [];
  const { different: count, isAbout } = people.senders;
  return [{ title: say('history.senders'), value: say('history.different', { count, isAbout }) }];
}

function hourFigures(sum: DayCounts, total: number): readonly Figure[] {
  const busiest = busiestHour(sum);
  if (busiest === undefined || total < 2) return [];
  const { hour, count } = busiest;
  const detail = say('history.ofHour', { count, share: shareIn(total, count) });
  return [{ title: say('history.busiestHour'), value: say('history.hour', { hour }), detail }];
}

/** Types beside kinds of chat, each with its sum where there are several. */
function typesTable(sum: DayCounts): Table | undefined {
  const targets = messageTargets.filter((target) => countKinds(sum, { target }) > 0);
  const types = messageTypes.filter((type) => countKinds(sum, { type }) > 0);
  const isSeveral = targets.length > 1;
  const row = (of: Parameters<typeof countKinds>[1]): Phrase[] =>
    [...targets.map((target) => countKinds(sum, { ...of, target })), ...(isSeveral ? [countKinds(sum, of)] : [])].map(
      (count) => say('history.count', { count }),
    );
  const all = [say('history.all'), ...row({})];
  return {
    columns: [
      say('history.types'),
      ...targets.map((target) => say('history.target', { chat: target })),
      ...(isSeveral ? [say('history.all')] : []),
    ],
    rows: [
      ...types.map((type) => [say('history.type', { type }), ...row({ type })]),
      ...(types.length > 1 ? [all] : []),
    ],
    numeric: true,
  };
}

function topSections(people: PeopleCounts, total: number): readonly Section[] {
  const groups = people.groups.top;
  return [
    topSenders(people, total),
    {
      title: say('history.topGroups', { count: groups.length }),
      figures: [],
      lines: groups.map(({ name, ...one }, index) =>
        say('history.topGroup', { rank: index + 1, group: name, ...partOf(one, total) }),
      ),
      charts: [],
    },
  ].filter(({ lines }) => lines.length > 0);
}

function topSenders({ senders: { top } }: PeopleCounts, total: number): Section {
  return {
    title: say('history.topSenders', { count: top.length }),
    figures: [],
    lines: top.map(({ name, ...one }, index) =>
      say('history.topUser', { rank: index + 1, user: name, ...partOf(one, total) }),
    ),
    charts: [],
  };
}

const partOf = ({ count }: Pick<RankedName, 'count'>, total: number) => shareOf(count, total);

function notesOf(facts: HistoryFacts, sum: DayCounts, tops: boolean): Phrase[] {
  const { app, scope, flow, end, keptDays, days, people, notes = [] } = facts;
  const platform = app.capabilities.platformName;
  const isOnlySent = scope.of === 'user' && flow?.received === 0 && flow.sent > 0;
  return [
    ...(scope.of === 'all' ? differenceNotes(facts, sum) : []),
    ...(isOnlySent ? [say('history.onlySent', { platform, user: scope.name })] : []),
    ...(keptDays > 0 ? [say('history.keptDays', { days: keptDays, of: Math.max(keptDays, days.length) })] : []),
    ...(tops && scope.of === 'all' && people === undefined && end.state === 'whole' ? [say('history.noTops')] : []),
    ...notes,
  ];
}

/** Why the total is another one than that of the metric. */
function differenceNotes({ app, end, statistics }: HistoryFacts, sum: DayCounts): readonly Phrase[] {
  const rooms = countKinds(sum, { target: 'room' });
  const elsewhere = countKinds(sum, { target: 'other' });
  const counted = countKinds(sum) - rooms - elsewhere;
  const isOther = end.state === 'whole' && statistics !== undefined && statistics !== counted;
  return [
    ...(rooms > 0 ? [say('history.inRooms', { count: rooms, rest: counted + elsewhere })] : []),
    ...(elsewhere > 0 ? [say('history.elsewhere', { count: elsewhere })] : []),
    ...(isOther ? [say('history.otherwise', { platform: app.capabilities.platformName, statistics, counted })] : []),
  ];
}
