// Reports in a made-up language: no English is left in what Slack gets, whole or as text, in pictures, in Home, nor in what is stored.
import { describe, expect, test } from 'vitest';
import { toChartJs } from '../../src/charts/kinds.ts';
import { toDataVisualization } from '../../src/charts/slack-renderer.ts';
import { toTextChart } from '../../src/charts/text-renderer.ts';
import { day, hour, minute } from '../../src/clock.ts';
import type { MetricGroup, MetricValues } from '../../src/metrics/catalog.ts';
import { isRange, parseRange } from '../../src/metrics/parse-range.ts';
import type { Phrase } from '../../src/metrics/phrase.ts';
import { type Range, rangeOf } from '../../src/metrics/range.ts';
import { type DigestContents, digestReport, type IncidentReading, recapOf } from '../../src/reports/digest.ts';
import { digestPart } from '../../src/reports/digest-part.ts';
import { digestNeeds, digestPeriod } from '../../src/reports/digest-period.ts';
import { healthReport } from '../../src/reports/health.ts';
import { historyReport } from '../../src/reports/history.ts';
import { metricGroupNeeds, metricGroupReport } from '../../src/reports/metric-group.ts';
import { reportText } from '../../src/reports/plain-text.ts';
import { availableGroups } from '../../src/reports/range-status.ts';
import { rangeSummary } from '../../src/reports/range-summary.ts';
import type { Readings } from '../../src/reports/readings.ts';
import { Report } from '../../src/reports/report.ts';
import { appsReport, severalAppsReport } from '../../src/reports/several-apps.ts';
import { failureReport, summaryNeeds, summaryReport } from '../../src/reports/summary.ts';
import { trendNeeds, trendReport } from '../../src/reports/trend.ts';
import { wordReport } from '../../src/reports/word-report.ts';
import { chartsOf, drawReport } from '../../src/slack/blocks/report.ts';
import { drawHome } from '../../src/slack/home/draw-home.ts';
import type { HomeFacts } from '../../src/slack/home/home-facts.ts';
import { sampleFacts } from '../support/history-facts.ts';
import { foreignWords, madeUpWording } from '../support/made-up-wording.ts';
import { type Past, readingsFor, sampleValues, taipei, zone } from '../support/readings.ts';
import { china, mixed, prod } from '../support/sample-app.ts';

const now = taipei('2026-11-23T10:00:12');
const GiB = 2 ** 30;

const values: MetricValues = { ...sampleValues, 'memory.free': 0.5 * GiB, 'memory.free_ratio': 0.0625 };

/** Another number each hour, so that every kind of change, record and extreme is there. */
const past: Past = (id, at) => {
  const value = values[id];
  return value === undefined ? undefined : value * (0.5 + ((at / hour) % 7) / 10);
};
const calm: Past = (id) => ({ 'users.active': 400, 'messages.sent': 1_000, 'connections.peak': 900 })[id as string];
const days = (date: string): MetricValues => ({
  'users.active': 8_120 + Number(date.slice(8)),
  'users.new': date === '2026-11-22' ? 12 : 40,
  'users.total': 70_000,
  'messages.sent': 4_000,
  'messages.single': 3_000,
  'messages.group': 1_000,
  'messages.single.text': 2_000,
  'messages.group.text': 10,
  'groups.active': 120,
});

const phrase = (kind: string, given: Phrase['values']): Phrase => ({ kind, values: given });
const what = phrase('platform.http', { status: 403, code: 'E_7', why: phrase('imkit.forbidden', {}), wait: minute });
const reason = phrase('platform.failed', { app: 'Production chat', isAnswer: false, what });
const poll = { app: 'prod', lastTriedAt: now, lastGoodAt: now - 20 * minute, failures: 9, reason };
const alerts = [
  { rule: 'memory-low', level: 'critical', words: phrase('status.noAlerts', {}) },
  { rule: 'users-drop', level: 'warning', words: phrase('status.noAlerts', {}) },
] as const;
const frame = { now, past, day: days, latest: { at: now, values } };

type Given = Partial<Readings> & { past?: Past; day?: (date: string) => MetricValues };

function summary(app: Readings['app'], given: Given = {}): Report {
  return summaryReport(readingsFor(summaryNeeds(app, now), { ...frame, app, ...given }));
}

function groupsOf(app: Readings['app'], range: Range): { part: MetricGroup; readings: Readings }[] {
  return availableGroups(app).map((part) => ({
    part,
    readings: readingsFor(metricGroupNeeds(app, part, { range, now }), { ...frame, alerts, app, since: now - 3 * day }),
  }));
}

function group(app: Readings['app'], part: MetricGroup, word: '1h' | '24h' | '7d' | 'today' | 'yesterday'): Report {
  const range = rangeOf(word, { now, zone });
  const readings = readingsFor(metricGroupNeeds(app, part, { range, now }), { ...frame, app, since: now - 3 * day });
  return metricGroupReport(readings, part, range);
}

function trend(app: Readings['app'], id: 'memory.free_ratio' | 'messages.sent' | 'users.active', word: string): Report {
  const range = parseRange(word, { now, zone });
  if (range === undefined || !isRange(range)) throw new Error(`${word} is no range`);
  return trendReport(readingsFor(trendNeeds(app, id, { range, now }), { ...frame, app }), id, range);
}

function digest(
  given: Partial<DigestContents> & { period?: 'hour' | 'day' | 'week' | 'month'; app?: Given; told?: number[] } = {},
): Report {
  const { period = 'day', app = {}, told: _told, ...contents } = given;
  const of = digestPeriod(period, now, zone);
  const parts = [prod, china].flatMap((one) => {
    const readings = readingsFor(digestNeeds(one, of, now), { ...frame, app: one, ...app, zone });
    return digestPart(readings, { of, now, completeAt: now }) ?? [];
  });
  const what = phrase('metric.name', { id: 'memory.free' });
  const limit = { side: 'below', value: 0.08, unit: 'ratio' } as const;
  const open = { what, level: 'warning', openedAt: of.span.from + minute } as const;
  const incidents: IncidentReading[] = [
    { ...open, app: 'China', condition: 'limit', limit, beyond: minute },
    { ...open, app: 'Production chat', condition: 'silence', level: 'critical' },
    { ...open, app: 'Production chat', condition: 'other' },
  ];
  const recap = recapOf(
    (given.told ?? [0, 1, 2]).flatMap((index) => incidents[index] ?? []),
    of.span,
  );
  return digestReport({ of, now, mode: 'scheduled', parts, recap, skipped: [], next: now + day, ...contents });
}

const nothing = { past: () => undefined, day: () => ({}) };
const answers = [prod, china].map((app) => ({ app, report: trend(app, 'users.active', '7d') }));
const shared = { zone, now };
const health = {
  now,
  zone,
  startedAt: now - 25 * hour,
  apps: [{ app: prod, poll }, { app: china }],
  outbox: { depth: 3, oldest: now - hour, dead: 2 },
  digests: [
    {
      id: 'daily',
      zone,
      nextAt: now + day,
      last: { at: now, state: 'failed', reason: phrase('digest.notTaken', {}) },
    },
    { id: 'weekly', zone },
  ],
  slack: { connected: false, mode: 'Socket Mode' },
  knownProblems: [
    { about: phrase('problem.store', {}), words: phrase('problem.unreadable', { count: 2 }), at: now - minute },
  ],
} as const;

const counted = (word: string, count: number, changes: Parameters<typeof sampleFacts>[2] = {}): Report =>
  historyReport(sampleFacts(word, count, changes), { tops: true });
const stopped = { state: 'stopped', until: Date.parse('2026-11-20T10:00:00Z'), reasons: [], after: minute } as const;

const reports: readonly (readonly [string, Report])[] = [
  ['a history of a day', counted('yesterday', 400, { statistics: 300 })],
  ['a history of a month', counted('30d', 900, { people: undefined, keptDays: 3 })],
  ['a history of a user', counted('7d', 1, { scope: { of: 'user', name: 'user0' } })],
  ['a history of nothing', counted('7d', 0, { scope: { of: 'group', id: '10055200' } })],
  ['a history that was stopped', counted('7d', 90, { end: stopped })],
  ['a summary near its limits, with alerts', summary(prod, { alerts })],
  ['a summary of a quiet app', summary(prod, { latest: { at: now, values: { 'users.active': 412 } } })],
  ['a summary of old numbers', summary(prod, { poll })],
  ['a summary on a first day', summary(prod, { past: () => undefined })],
  ['a summary of nothing', summary(prod, { latest: undefined as never, poll: { ...poll, failures: 0 } })],
  ['a summary of days', summary(china)],
  ['a summary of moments and days', summary(mixed)],
  [
    'a failure',
    failureReport(
      { words: reason, advice: phrase('platform.advice', { of: 'forbidden' }) },
      readingsFor(summaryNeeds(prod, now), { ...frame, app: prod, poll }),
    ),
  ],
  ['the users of an hour', group(prod, 'users', '1h')],
  ['the messages of seven days', group(prod, 'messages', '7d')],
  ['the messages of today', group(china, 'messages', 'today')],
  ['messages by type', group(china, 'messages', '7d')],
  ['the users of days', group(china, 'users', 'yesterday')],
  ['connections', group(prod, 'connections', '24h')],
  ['rooms', group(prod, 'rooms', '24h')],
  ['memory', group(prod, 'memory', '7d')],
  ['a trend', trend(prod, 'memory.free_ratio', '24h')],
  ['a trend of a sum', trend(prod, 'messages.sent', '7d')],
  ['a trend of days', trend(china, 'users.active', '7d')],
  ...['90m', '09:00..now', 'this-week', 'last-week', 'friday', 'monday', 'november', '11-01..11-10'].map(
    (word): [string, Report] => [`a trend over ${word}`, trend(prod, 'memory.free_ratio', word)],
  ),
  [
    'the summary of a range',
    rangeSummary(groupsOf(prod, rangeOf('7d', shared)), rangeOf('7d', shared)) ?? summary(prod),
  ],
  [
    'several apps with their numbers',
    severalAppsReport(answers, { ...shared, headline: { metric: 'users.active', range: rangeOf('7d', shared) } }),
  ],
  [
    'the list of apps',
    appsReport(
      [
        readingsFor({ buckets: [] }, { ...frame, app: prod, alerts }),
        readingsFor({ buckets: [] }, { ...frame, app: china, poll }),
      ],
      shared,
    ),
  ],
  ['a daily digest', digest()],
  ['a quiet digest', digest({ app: { past: calm, day: () => ({ 'users.active': 8_000 }) }, told: [] })],
  ['a digest with an alert of a limit', digest({ told: [0] })],
  ['a digest with an alert of another kind', digest({ told: [2] })],
  ['a digest with alerts that are open now', digest({ app: { alerts }, told: [] })],
  ['a digest on a first day', digest({ app: { ...nothing, since: now - hour }, told: [] })],
  ['a digest with an app that failed', digest({ app: { poll, latest: { at: now - 20 * minute, values } } })],
  [
    'a digest that is late and says what was skipped',
    digest({
      mode: 'late',
      dueAt: now - hour,
      skipped: [now - day, now - 2 * day].map((at) => ({
        of: digestPeriod('day', at, zone),
        reason: phrase('digest.notRunning', {}),
      })),
    }),
  ],
  ['a preview of an hour', digest({ mode: 'preview', period: 'hour' })],
  ['a digest of a week', digest({ mode: 'on demand', period: 'week' })],
  ['a digest of a month', digest({ period: 'month' })],
  ['health', healthReport(health)],
];

/** Names and ids, and what is the same in every language: units and zones. */
const names = [
  ...['Production chat', 'China', 'Mixed chat', 'IMKit', 'JMessage', 'Asia/Taipei', 'Asia/Shanghai', 'Socket Mode'],
  // A table as text breaks a long name between its words.
  ...['Production', 'chat'],
  ...['memory-low', 'users-drop', 'daily', 'weekly', 'GiB', 'MiB', 'KiB', '(prod,', '(china,', '(mixed,'],
];

/** What a person reads of blocks or of a picture: every text but the names of fields and Slack's own words. */
const unread: ReadonlySet<string> = new Set([
  ...['type', 'align', 'locale', 'fontFamily', 'family', 'position', 'style', 'color'],
  ...['action_id', 'value'],
]);

function textsIn(part: unknown, name = ''): string[] {
  if (typeof part === 'string') return unread.has(name) || /^(#|rgba|transparent)/.test(part) ? [] : [part];
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => textsIn(value, Array.isArray(part) ? name : key));
}

/** Slack's markup of a moment is `<!date^…|the fallback>`. */
const unmarked = (text: string): string => text.replaceAll(/<!date\^[^|]*\|/g, '').replaceAll(/[*`>]/g, ' ');

/** A name may be cut where there is no room for all of it. */
const isCut = (word: string): boolean => names.some((name) => name.startsWith(word));

const english = (texts: readonly string[]): string[] =>
  foreignWords(texts.map(unmarked).join('\n'), names).filter((word) => !isCut(word));

describe('a report in a made-up language', () => {
  test.each(reports)('%s', (_name, facts) => {
    const report = wordReport(Report.parse(JSON.parse(JSON.stringify(facts))), madeUpWording);
    const charts = chartsOf(report);
    const attached = charts.map((chart) => ({ kind: 'text', ...toTextChart(chart, madeUpWording) }) as const);
    expect(english([reportText(report)])).toEqual([]);
    const drawn = [drawReport(report, { attached }), drawReport({ ...report, stale: true }, { tables: 'text' })];
    expect(english(textsIn(drawn))).toEqual([]);
    const pictures = charts.map((chart) => {
      const { data, options } = toChartJs(chart);
      return [
        data.labels,
        data.datasets.map(({ label }) => label),
        options['plugins'],
        toDataVisualization(chart, madeUpWording),
        chart.alt,
      ];
    });
    expect(english(textsIn(pictures))).toEqual([]);
  });
});

test('the Home tab in a made-up language', () => {
  const app = { id: 'prod', name: 'Production chat', zone, asOf: now, isStale: false } as const;
  const apps = [{ ...app, standing: 'good', headline: phrase('status.noAlerts', {}) }] as const;
  const alert = { rule: 'memory-low', app, level: 'critical', words: phrase('status.noAlerts', {}) } as const;
  const alerts: HomeFacts['alerts'] = [
    { ...alert, condition: 'firing', incident: 'memory-low@1', actions: ['acknowledge', 'silence', 'why'] },
    { ...alert, condition: 'inactive', incident: undefined, isNotJudged: true },
    { ...alert, condition: 'inactive', incident: undefined, isSilenced: true, actions: ['unsilence'] },
  ];
  const quiet = { alerts: [], maintenance: [], periods: [], now, zone };
  const digests = [{ id: 'daily', at: now, zone }];
  const full: HomeFacts = { ...quiet, apps, alerts, periods: [{ id: 'm1', name: 'Production chat' }], digests };
  const empty: HomeFacts = { ...quiet, apps: [], digests: [] };
  const many: HomeFacts = {
    ...full,
    alerts: [],
    apps: Array.from({ length: 40 }, () => ({ ...apps[0], asOf: undefined })),
  };
  const drawn = [full, empty, many].map((facts) => drawHome(facts, { isManager: true }, madeUpWording));
  expect(english(textsIn(drawn).map((text) => text.replaceAll(/\/imstats( \w+)?/g, '')))).toEqual([]);
});

/** Texts of a stored value with a blank, as sentences have. */
function sentencesIn(part: unknown): string[] {
  if (typeof part === 'string') return / /.test(part) ? [part] : [];
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(sentencesIn) : [];
}

test.each(reports)('nothing that is stored of it is a sentence: %s', (_name, facts) => {
  const known = new Set([...names, 'China (JMessage)', 'Production chat (IMKit)']);
  const stored = sentencesIn(facts).filter((text) => !known.has(text) && !/^[\w ]+ \(\w+, \w+\)$/.test(text));
  expect(stored).toEqual([]);
});
