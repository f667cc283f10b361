// Delivers a row of the picture lane: draws the charts of a posted message and edits them in, without delaying other messages.
import type { AlertChart } from '../alerting/notification.ts';
import type { ImApp } from '../app.ts';
import { type AttachedChart, type AttachedCharts, attachCharts, type Refusals } from '../charts/attach-charts.ts';
import { drawsFiles, type Renderer } from '../charts/index.ts';
import { type Clock, type Instant, minute, sleep } from '../clock.ts';
import type { KeyedMutex, KeyedRateLimiter } from '../concurrency.ts';
import { DeliveryError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import type { AlertCourse } from '../metrics/forecast.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf, type Wording } from '../metrics/phrase.ts';
import { datesOf, type Span } from '../metrics/range.ts';
import { altOf, chartOf } from '../reports/chart.ts';
import type { chartPhrases } from '../reports/chart-phrases.ts';
import { seriesOfHours } from '../reports/counted-hours.ts';
import { type DrawnSlots, hoursDrawn } from '../reports/drawn-slots.ts';
import { curveNeeds, curveOf, drawnCurve, drawnTitle } from '../reports/metric-chart.ts';
import { rawWindow } from '../reports/read-series.ts';
import type { ChartFacts } from '../reports/report.ts';
import { wordChart } from '../reports/word-report.ts';
import type { LiveConfig } from '../service-types.ts';
import { loadReadings } from '../store/load-readings.ts';
import type { Message, OutboxRow, Sender, ShownPicture } from '../store/outbox.ts';
import type { Store, StoredApp } from '../store/store.ts';
import { withCourse } from './chart-course.ts';
import type { deliveryPhrases } from './delivery-phrases.ts';
import { deliveryError, dropped, type Outcome } from './outcome.ts';
import { isInSeveralChannels, isSlackMessage } from './post-message.ts';
import { sisterRoots } from './sister-roots.ts';

/** What drawing for a row of the outbox needs. */
export interface ChartRowDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: Store;
  readonly live: Pick<LiveConfig, 'apps'>;
  readonly sender: Sender;
  readonly renderers: readonly Renderer[];
  readonly refusals: Refusals;
  readonly wording: Wording;
  readonly locks: KeyedMutex;
  readonly edits: KeyedRateLimiter;
}

const say = phrasesOf<typeof chartPhrases & typeof metricPhrases & typeof deliveryPhrases>();

/** Attempts in all, for a Slack that does not answer. */
const maxAttempts = 12;

/**
 * One attempt, from the drawing to the edit; nothing of it is kept for the next one, which does all of it again.
 * Rejects with `DeliveryError` where a later attempt may pass.
 */
export async function deliverCharts(row: OutboxRow, deps: ChartRowDeps): Promise<Outcome> {
  const { store, sender } = deps;
  if (row.attempts >= maxAttempts) return dropped('given_up');
  const later = (await store.outbox.waiting(row.stream)).find(({ lane, seq }) => lane === 'picture' && seq > row.seq);
  if (later !== undefined) return dropped('overtaken');
  const root = await store.outbox.root(row.stream);
  if (root?.shown === undefined) return dropped('not_posted');
  if (root.frozen !== undefined) return dropped('not_editable');
  // An alert has no room for charts that are blocks or text.
  const renderers = root.shown.kind === 'report' ? deps.renderers : deps.renderers.filter(drawsFiles);
  if (renderers.length === 0) return dropped('no_renderer');
  const course = row.message.kind === 'picture' ? row.message.course : undefined;
  const facts = await chartsOf(root.shown, course, deps);
  const target = {
    charts: facts.map((chart) => wordChart(chart, deps.wording)),
    place: 'channel',
    isRetried: true,
    edit: async (charts: AttachedCharts) => {
      const pictures = charts.map((chart, index) => toShown(chart, facts[index]));
      await showCharts(row, pictures, deps);
    },
  };
  try {
    const attached = await attachCharts(target, { ...deps, renderers, upload: sender.upload, discard: sender.discard });
    if (attached === undefined) return dropped('not_drawn');
    return { state: 'sent', ts: root.ts, channel: root.channel, root: undefined, isFound: false };
  } catch (error) {
    const isFinal = error instanceof DeliveryError && (isLostMessage(error) || error.isRefusal);
    if (!isFinal) throw error;
    return dropped(error.code);
  }
}

const isLostMessage = ({ outcome }: DeliveryError): boolean => outcome === 'gone' || outcome === 'uneditable';

/** Edits the charts in under the lock of the message, and saves what it shows before the lock is free. */
async function showCharts(row: OutboxRow, pictures: readonly ShownPicture[], deps: ChartRowDeps): Promise<void> {
  const { store, sender, locks } = deps;
  await waitForSlot(row, deps);
  await locks(row.stream, async () => {
    const root = await store.outbox.root(row.stream);
    if (root?.shown === undefined || !isSlackMessage(root.shown)) throw notShown(say('delivery.gone'));
    const { shown: message, channel, notes = [] } = root;
    const elsewhere = isInSeveralChannels(message) ? await sisterRoots(message, row.stream, store) : [];
    const outgoing = { key: row.key, channel, message, pictures, notes, elsewhere };
    const { doubtful = [], ...known } = root;
    try {
      await sender.update({ ...outgoing, form: 'full' }, root.ts);
    } catch (error) {
      // The message may show them now; the next attempt uploads others.
      if (error instanceof DeliveryError && error.outcome === 'unknown')
        await store.outbox.saveRoot({ ...known, doubtful: [...doubtful, ...filesOf(pictures)].slice(-maxAttempts) });
      throw error;
    }
    await store.outbox.saveRoot({ ...known, pictures });
    for (const id of [...filesOf(root.pictures), ...doubtful]) void sender.discard(id);
  });
}

function filesOf(pictures: readonly ShownPicture[]): string[] {
  return pictures.flatMap((one) => (one.kind === 'file' ? [one.id] : []));
}

async function waitForSlot({ id, channel }: OutboxRow, { clock, edits }: ChartRowDeps): Promise<void> {
  const next = (): number => edits.slot(id, channel, clock.now());
  for (let at = next(); at > clock.now(); at = next()) await sleep(clock, at - clock.now());
}

/** A root keeps its charts in their order, so one that is missing would move all behind it to a wrong place. */
function toShown(chart: AttachedChart | undefined, facts: ChartFacts | undefined): ShownPicture {
  if (chart === undefined || facts === undefined) throw notShown(say('delivery.notDrawn'));
  if (chart.kind === 'file') return { kind: 'file', id: chart.id, alt: altOf(facts) };
  return { kind: 'inline', by: chart.kind === 'block' ? 'slack' : 'text' };
}

function notShown(words: Phrase): DeliveryError {
  return deliveryError('refused', 'not_shown', words);
}

async function chartsOf(
  message: Message,
  course: AlertCourse | undefined,
  deps: ChartRowDeps,
): Promise<readonly ChartFacts[]> {
  if (message.kind === 'report') return message.report.sections.flatMap((section) => section.charts);
  if (message.kind !== 'alert' || message.view.chart === undefined) return [];
  const chart = await alertChart(message.view.chart, deps, course);
  return chart === undefined ? [] : [chart];
}

/** Undefined when nothing is known of the app or nothing was measured in the span. */
export async function alertChart(
  wanted: AlertChart,
  deps: Pick<ChartRowDeps, 'store' | 'live' | 'clock'>,
  course?: AlertCourse,
): Promise<ChartFacts | undefined> {
  const { metric: id } = wanted;
  const app = deps.live.apps.find((one) => one.id === wanted.app) ?? goneApp(await deps.store.apps.get(wanted.app), id);
  if (app === undefined) return undefined;
  const now = deps.clock.now();
  // The end is exclusive, and the sample of this moment belongs to the chart.
  const span = { from: wanted.from, to: Math.max(wanted.from + minute, Math.min(wanted.to, now) + 1) };
  const of = { span, now, store: deps.store };
  const drawn = (wanted.byHour ? await drawnHours(app, id, of) : undefined) ?? (await drawnSamples(app, id, of));
  const name = drawnTitle({ app }, id, drawn);
  const chart = chartOf({
    kind: 'line',
    title: say('chart.over', { name, span: say('chart.hours', { ...span, now, zone: app.timezone }) }),
    unit: metric(id).unit,
    curves: withCourse(drawnCurve(drawn, name), course),
    limits: [...wanted.limits, ...(course?.lines ?? [])],
    zone: app.timezone,
    each: drawn.each,
    partial: drawn.partial,
    now,
  });
  return chart === undefined ? undefined : { ...chart, app: app.name, appId: app.id };
}

/** An app that is not in the configuration any more: what its alert was about was polled. */
function goneApp(stored: StoredApp | undefined, id: MetricId): ImApp | undefined {
  if (stored === undefined) return undefined;
  const capabilities = { platformName: '', reportsBy: 'moments', metrics: [id] } as const;
  return { ...stored, capabilities, unreachable: { polls: 0, critical: 0 } };
}

interface PictureOf {
  readonly span: Span;
  readonly now: Instant;
  readonly store: Pick<Store, 'samples' | 'daily' | 'hourly'>;
}

/** The hours of the span that the platform counted; undefined where less than two are known. */
async function drawnHours(app: ImApp, id: MetricId, { span, now, store }: PictureOf): Promise<DrawnSlots | undefined> {
  const needs = { buckets: [], hours: datesOf(span, app.timezone) };
  const readings = await loadReadings(app, needs, { store, rules: [], alerts: [], polls: [], now });
  const series = seriesOfHours(readings, id, span);
  return series === undefined ? undefined : hoursDrawn(series);
}

/** Every sample of the span at its own time, also of a number that covers the hour before it; slots where the span is long. */
async function drawnSamples(app: ImApp, id: MetricId, { span, now, store }: PictureOf): Promise<DrawnSlots> {
  const word = span.to - span.from <= rawWindow ? '1h' : '';
  const range = { ...span, word, dates: datesOf(span, app.timezone), wholeDays: false, compared: span };
  const needs = { buckets: curveNeeds({ app, now }, id, range) };
  const readings = await loadReadings(app, needs, { store, rules: [], alerts: [], polls: [], now });
  return curveOf(readings, id, range);
}
