// Words a report: its facts as the texts of one language, for the edge that draws it.
import { type Duration, day, type Instant } from '../clock.ts';
import { isMetricId } from '../metrics/catalog.ts';
import { capitalise } from '../metrics/format.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { Phrase, phrasesOf, type Wording } from '../metrics/phrase.ts';
import { localDate, minuteOfDay } from '../time-zone.ts';
import { altOf, isToday, joinOf, measuredLength, titleOf } from './chart.ts';
import type { chartPhrases } from './chart-phrases.ts';
import type { ChartFacts, CurveWhole, Figure, Report, Section, Table } from './report.ts';

const say = phrasesOf<typeof chartPhrases & typeof metricPhrases>();

export interface WordedFigure {
  readonly title: string;
  readonly value: string;
  readonly detail?: string | undefined;
  readonly change?: string | undefined;
}

export interface WordedTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** All its columns but the first hold numbers. */
  readonly numeric?: true;
}

/** What a screen reader reads in place of texts with arrows and bars, in the same order. An empty cell is not read. */
export interface Spoken {
  readonly changes: readonly (string | undefined)[];
  readonly rows: readonly (readonly string[])[];
}

/** What a renderer draws: labels, names and title as they stand in the picture. */
export interface ChartModel extends Pick<ChartFacts, 'kind' | 'unit' | 'each'> {
  readonly title: string;
  /** The title without the span that the labels show as well. */
  readonly shortTitle: string;
  /** The title without the app, over the line that names app and zone; absent: `title`. */
  readonly heading?: string;
  /** The zone of the labels, and the app where the chart is of one, with its id for whoever cannot draw its name. */
  readonly place?: { readonly app?: string | undefined; readonly id?: string | undefined; readonly zone: string };
  readonly labels: readonly string[];
  /** The labels of moments and hours as times of the day; absent where labels are days. */
  readonly clock?: readonly ClockLabel[] | undefined;
  /** True when the last label is of a day that is not over. */
  readonly isPartial: boolean;
  /** The points that are of less time than the others; absent: the last one where `isPartial`. */
  readonly partial?: readonly number[] | undefined;
  readonly series: readonly (Omit<ChartFacts['series'][number], 'name'> & { readonly name: string })[];
  /** Lowest and highest value of the only curve at their own times. */
  readonly extremes?: readonly ChartExtreme[];
  readonly limits: readonly { readonly label: string; readonly value: number; readonly meaning?: LimitMeaning }[];
  readonly alt: string;
  /** Words for what a renderer leaves out. */
  readonly notes?: readonly string[];
  /** For a renderer with room for a short title and few points. */
  readonly brief?: ChartBrief | undefined;
  /** The language of the numbers of its axis, as a BCP 47 tag. */
  readonly locale: string;
  /** The renderers' own words. */
  readonly words: Readonly<Record<'soFar' | 'nothingMeasured' | 'unnamed' | 'untitled', string>> & {
    readonly notMeasured?: string;
    /** Where the newest points are missing: since when. */
    readonly noDataSince?: string;
  };
}

/** What a limit line stands for: a level of a rule, what the app is made for, or a value of before to compare with. */
export type LimitMeaning = 'critical' | 'warning' | 'capacity' | 'reference';

export interface ChartExtreme {
  readonly is: 'low' | 'high';
  /** In points from the first: 2.5 is in the middle between the third and the fourth. */
  readonly position: number;
  readonly value: number;
  readonly label: string;
}

/** The parts of a short title, and what a joined point is made of. */
export interface ChartBrief {
  readonly name: string;
  /** The name where points are joined, without what one point was. */
  readonly joinedName: string;
  readonly span?: string | undefined;
  readonly app?: string | undefined;
  readonly zone: string;
  readonly join: NonNullable<ChartFacts['join']>;
  /** From one point to the next; undefined of a single one. */
  readonly step: Duration | undefined;
}

/** A label that is a time. */
export interface ClockLabel {
  /** Minutes since midnight on the wall clock. */
  readonly minute: number;
  /** `06:50`, `Wed 06:50`, `19 Nov 06:50`: without the offset that tells the hour apart that comes twice. */
  readonly text: string;
  /** `Wed`, `19 Nov`: of a midnight the day alone, empty where the label has none. */
  readonly day: string;
}

export interface WordedSection {
  readonly title?: string | undefined;
  readonly figures: readonly WordedFigure[];
  readonly table?: WordedTable | undefined;
  readonly lines: readonly string[];
  readonly charts: readonly ChartModel[];
  readonly spoken?: Spoken;
}

export interface WordedReport extends Pick<Report, 'standing' | 'asOf' | 'zone' | 'stale'> {
  readonly headline: string;
  readonly context?: string | undefined;
  readonly sections: readonly WordedSection[];
  readonly notes: readonly string[];
  /** For the words around it: as of, stale, how much is left out. */
  readonly wording: Wording;
}

export function wordReport(report: Report, wording: Wording): WordedReport {
  const { headline, context, sections, notes, standing, asOf, zone, stale } = report;
  return {
    ...(standing === undefined ? {} : { standing }),
    headline: wording.text(headline),
    ...(context === undefined ? {} : { context: wording.text(context) }),
    ...(asOf === undefined ? {} : { asOf }),
    ...{ zone, stale },
    sections: sections.map((section) => wordSection(section, wording)),
    notes: notes.map(wording.text),
    wording,
  };
}

function wordSection({ title, figures, table, lines, charts }: Section, wording: Wording): WordedSection {
  const { text } = wording.spoken;
  const hasSpoken = table !== undefined || figures.some(({ change }) => change !== undefined);
  const spoken = {
    changes: figures.map(({ change }) => change && text(change)),
    rows: table?.rows.map((row) => row.map(text)) ?? [],
  };
  return {
    ...(title === undefined ? {} : { title: wording.text(title) }),
    figures: figures.map((figure) => wordFigure(figure, wording)),
    ...(table === undefined ? {} : { table: wordTable(table, wording) }),
    lines: lines.map(wording.text),
    charts: charts.map((chart) => wordChart(chart, wording)),
    ...(hasSpoken ? { spoken } : {}),
  };
}

function wordFigure({ title, value, detail, change }: Figure, { text }: Wording): WordedFigure {
  return {
    title: text(title),
    value: text(value),
    ...(detail === undefined ? {} : { detail: text(detail) }),
    ...(change === undefined ? {} : { change: text(change) }),
  };
}

function wordTable({ columns, rows, numeric }: Table, { text }: Wording): WordedTable {
  return { columns: columns.map(text), rows: rows.map((row) => row.map(text)), ...(numeric ? { numeric } : {}) };
}

export function wordChart(chart: ChartFacts, wording: Wording): ChartModel {
  const { kind, unit, each, stored, partial, zone } = chart;
  const { text } = wording;
  const title = text(titleOf(chart));
  return {
    ...{ kind, unit, each, title },
    shortTitle: shortTitleOf(chart, title, wording),
    ...{ heading: text(chart.title), place: { app: chart.app ?? chart.subject, id: chart.appId, zone } },
    ...(stored === undefined ? labelsOf(chart, wording) : { labels: stored.labels, isPartial: false }),
    ...(partial === undefined ? {} : { partial }),
    series: chart.series.map((one) => ({ ...one, name: text(one.name) })),
    extremes: extremesOf(chart, wording),
    limits: chart.limits.map(({ label, value }) => ({
      label: capitalise(text(label)),
      value,
      meaning: meaningOf(label),
    })),
    alt: text(altOf(chart)),
    brief: stored === undefined ? briefOf(chart, wording) : undefined,
    locale: wording.locale,
    words: {
      soFar: text(say('chart.soFar')),
      nothingMeasured: text(say('chart.nothingMeasured')),
      unnamed: text(say('chart.unnamed')),
      untitled: text(say('chart.untitled')),
      notMeasured: wording.notMeasured,
      ...noDataSince(chart, wording),
    },
  };
}

function briefOf(chart: ChartFacts, { text }: Wording): ChartBrief {
  const { title, app, subject, zone, times } = chart;
  const isOver = title.kind === 'chart.over';
  const name = (isOver ? phraseIn(title, 'name') : undefined) ?? title;
  const span = isOver ? phraseIn(title, 'span') : undefined;
  const { id } = name.values;
  const isOfPoints = /^chart\.(points|slots)$/.test(name.kind) && typeof id === 'string' && isMetricId(id);
  return {
    name: text(name),
    joinedName: text(isOfPoints ? say('metric.overTime', { id }) : name),
    span: span === undefined ? undefined : text(briefSpan(span)),
    ...{ app: app ?? subject, zone, join: joinOf(chart) },
    // In the middle: the first point may be of less time than the others.
    step: times.length < 2 ? undefined : (times[times.length >> 1] ?? 0) - (times[(times.length >> 1) - 1] ?? 0),
  };
}

/** A range in its shortest form. */
function briefSpan(span: Phrase): Phrase {
  return 'range' in span.values ? { kind: 'chart.briefSpan', values: span.values } : span;
}

function phraseIn({ values }: Phrase, name: string): Phrase | undefined {
  const found = Phrase.safeParse(values[name]);
  return found.success ? found.data : undefined;
}

/** A limit says in its facts what it stands for; of a limit from before it had facts nothing is known. */
function meaningOf({ kind, values }: Phrase): LimitMeaning {
  const level = kind === 'chart.limit' ? values['of'] : values['level'];
  return level === 'critical' || level === 'warning' ? level : kind.startsWith('drop.') ? 'reference' : 'capacity';
}

function extremesOf({ series, times, unit, kind }: ChartFacts, wording: Wording): ChartExtreme[] {
  const [main, other] = series.filter(({ role }) => role === 'main');
  if (kind !== 'line' || main?.whole === undefined || other !== undefined) return [];
  const { low, high }: CurveWhole = main.whole;
  return [
    { is: 'low' as const, ...low },
    { is: 'high' as const, ...high },
  ].flatMap(({ is, from, value }) => {
    const after = times.findIndex((at) => at > from);
    const index = after === -1 ? times.length - 1 : after - 1;
    const [start, end] = [times[index], times[index + 1]];
    if (start === undefined) return [];
    const position = end === undefined ? index : index + (from - start) / (end - start);
    return [{ is, position, value, label: wording.value(value, unit) }];
  });
}

/** Of days nothing is said: the newest one is often not reported yet. */
function noDataSince({ series, times, zone, each }: ChartFacts, { text }: Wording): { noDataSince?: string } {
  const mains = series.filter(({ role }) => role === 'main');
  const last = Math.max(...mains.map(({ values }) => values.findLastIndex((value) => value !== undefined)));
  const at = times[each === 'hour' ? last + 1 : last];
  if (each === 'day' || last < 0 || last >= measuredLength(series, times.length) - 1 || at === undefined) return {};
  return {
    noDataSince: text(say('chart.noDataSince', { at, zone, isLong: (times.at(-1) ?? at) - (times[0] ?? at) >= day })),
  };
}

function shortTitleOf({ title, app }: ChartFacts, whole: string, { text }: Wording): string {
  const name = title.kind === 'chart.over' ? phraseIn(title, 'name') : undefined;
  return name === undefined ? whole : text(titleOf({ title: name, app }));
}

type Times = Pick<ChartFacts, 'times' | 'zone' | 'each' | 'now'>;

/** Labels of at most 20 characters, in the shortest form in which no two are the same. */
export function labelsOf(
  { times, zone, each, now }: Times,
  wording: Wording,
): Pick<ChartModel, 'labels' | 'clock' | 'isPartial'> {
  const length = (times.at(-1) ?? 0) - (times[0] ?? 0);
  if (each === 'day') {
    const year = (date: string): string => (length > 360 * day ? ` ${date.slice(2, 4)}` : '');
    const dates = times.map((at) => localDate(at, zone));
    const labels = dates.map((date) => `${wording.shortDate(date)}${year(date)}`);
    return { labels, isPartial: isToday({ now, each, zone }, times.at(-1)) };
  }
  const dayForm = length < day ? '' : length < 7 * day ? 'ccc ' : 'd LLL ';
  const clock = times.map((at) => clockLabel(at, { zone, dayForm }, wording));
  const texts = clock.map(({ text }) => text);
  if (new Set(texts).size === texts.length) return { labels: texts, clock, isPartial: false };
  // A minute may have several samples.
  const seconds = times.map((at) => wording.instant(at, zone, `${dayForm}HH:mm:ss`));
  const offsets = new Set([...times.slice(0, 1), ...times.slice(-1)].map((at) => wording.instant(at, zone, 'ZZ')));
  // Polls each second bring two samples of one second; who needs labels that differ numbers them.
  if (offsets.size === 1 || new Set(seconds).size === seconds.length)
    return { labels: seconds, clock, isPartial: false };
  // Else they are of the hour that the end of daylight saving repeats; the offset distinguishes them.
  const labels = times.map((at) => wording.instant(at, zone, 'd LLL HH:mm ZZ'));
  const dated = times.map((at) => clockLabel(at, { zone, dayForm: 'd LLL ' }, wording));
  return { labels, clock: dated, isPartial: false };
}

function clockLabel(at: Instant, { zone, dayForm }: { zone: string; dayForm: string }, wording: Wording): ClockLabel {
  const minute = minuteOfDay(at, zone);
  const isMidnight = minute === 0 && dayForm !== '';
  return {
    minute,
    text: wording.instant(at, zone, `${dayForm}HH:mm`),
    day: isMidnight ? wording.instant(at, zone, dayForm.trim()) : '',
  };
}
