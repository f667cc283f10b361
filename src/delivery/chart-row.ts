// Draws the charts of a message that stands already and edits them in: best effort, and never in the way of words.
import type { AlertChart } from '../alerting/notification.ts';
import type { ImApp } from '../app.ts';
import type { Renderer } from '../charts/index.ts';
import { type Clock, type Duration, minute, second } from '../clock.ts';
import type { KeyedMutex } from '../concurrency.ts';
import { DeliveryError } from '../errors.ts';
import { errorFields, type Logger } from '../logger.ts';
import { metric } from '../metrics/catalog.ts';
import { stepOf } from '../metrics/range.ts';
import { evenPoints } from '../metrics/series.ts';
import { chartOf } from '../reports/chart.ts';
import type { ChartModel } from '../reports/report.ts';
import type { Message, OutboxRow, Root, Sender, ShownPicture, SlackMessage } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { Outcome } from './outcome.ts';

/** What drawing for a row of the outbox needs. */
export interface ChartRowDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: Store;
  readonly apps: readonly ImApp[];
  readonly sender: Sender;
  readonly renderers: readonly Renderer[];
  readonly locks: KeyedMutex;
  /** Charts that are drawn and not shown yet, by row id. */
  readonly drawn: Map<number, DrawnCharts>;
}

/** Undefined when the app is gone or nothing was measured in the span. */
export async function alertChart(
  wanted: AlertChart,
  deps: Pick<ChartRowDeps, 'store' | 'apps' | 'clock'>,
): Promise<ChartModel | undefined> {
  const app = deps.apps.find(({ id }) => id === wanted.app);
  if (app === undefined) return undefined;
  const now = deps.clock.now();
  // The sample of this very moment belongs to it as well.
  const span = { from: wanted.from, to: Math.max(wanted.from + minute, Math.min(wanted.to, now) + 1) };
  const step = stepOf(span, app.pollEvery, now);
  const width = step.width === 'day' ? 24 * 60 * minute : step.width;
  const buckets = await deps.store.samples.read(app.id, wanted.metric, step.tier, span.from - width, span.to);
  const { title, unit } = metric(wanted.metric);
  return chartOf({
    kind: 'line',
    title: `${title}, ${app.name}`,
    unit,
    curves: [{ name: title, points: evenPoints(buckets, wanted.metric, { ...span, width }) }],
    limits: wanted.limits,
    zone: app.timezone,
    each: 'moment',
    now,
  });
}

/** The pictures of one row so far. `from`: renderers before this one have been tried in vain. `tries` counts edits with these. */
export interface DrawnCharts {
  readonly pictures: readonly ShownPicture[];
  readonly from: number;
  readonly tries: number;
}

/** A row whose message does not come within this time is given up. */
const messageTimeout: Duration = 10 * minute;
/** Slack refuses a fresh file for its first second or two; waits before each try to show it. */
const fileReadyDelays: readonly Duration[] = [1.2 * second, 1.5 * second, 3 * second];
/** Tries in all, for a Slack that does not answer. */
const maxAttempts = 12;

/** One try: draws and uploads, or edits what is uploaded into the message. Rejects with `DeliveryError`. */
export async function deliverCharts(row: OutboxRow, delivery: ChartRowDeps): Promise<Outcome> {
  const { clock, store, drawn } = delivery;
  const now = clock.now();
  if (row.attempts >= maxAttempts) return { state: 'dropped', why: 'given up after several tries' };
  const later = (await store.outbox.waiting(row.stream)).find(
    (other) => other.lane === 'picture' && other.seq > row.seq,
  );
  if (later !== undefined) return { state: 'dropped', why: `overtaken by ${later.key}` };
  const root = await store.outbox.root(row.stream);
  if (root?.shown === undefined) {
    if (now - row.createdAt > messageTimeout) return { state: 'dropped', why: 'its message did not come' };
    return { state: 'later', as: 'pending', at: now + 2 * second, why: 'its message is not there yet' };
  }
  const ready = drawn.get(row.id);
  if (ready !== undefined) return show(row, ready, delivery);
  const fresh = await drawAll(root.shown, 0, delivery);
  return fresh === undefined ? { state: 'dropped', why: 'nothing to draw' } : keep(row, fresh, delivery);
}

function keep(row: OutboxRow, drawing: DrawnCharts, { drawn, clock }: ChartRowDeps): Outcome {
  drawn.set(row.id, drawing);
  const isFile = drawing.pictures.some((picture) => picture.kind === 'file');
  const wait = isFile ? (fileReadyDelays[drawing.tries] ?? second) : 0;
  return { state: 'later', as: 'pending', at: clock.now() + wait, why: 'drawn' };
}

/** Edits the pictures in, with nobody else at the message; when Slack refuses them the next renderer draws. */
function show(row: OutboxRow, drawing: DrawnCharts, delivery: ChartRowDeps): Promise<Outcome> {
  const { store, sender, locks } = delivery;
  return locks(row.stream, async (): Promise<Outcome> => {
    const root = await store.outbox.root(row.stream);
    if (root?.shown === undefined || !isSlackMessage(root.shown))
      return { state: 'dropped', why: 'nothing to show it in' };
    const { pictures } = drawing;
    const outgoing = { key: row.key, channel: root.channel, message: root.shown, pictures, note: undefined };
    try {
      await sender.update({ ...outgoing, form: 'full' }, root.ts);
      return { state: 'sent', ts: root.ts, channel: root.channel, root: { ...root, pictures }, isFound: false };
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      if (error.outcome === 'rejected-blocks') return refused(row, { drawing, root, delivery });
      if (error.outcome === 'gone' || error.outcome === 'refused') return { state: 'dropped', why: error.message };
      throw error;
    }
  });
}

async function refused(
  row: OutboxRow,
  at: { readonly drawing: DrawnCharts; readonly root: Root; readonly delivery: ChartRowDeps },
): Promise<Outcome> {
  const { drawing, root, delivery } = at;
  const tries = drawing.tries + 1;
  const isFile = drawing.pictures.some((picture) => picture.kind === 'file');
  if (isFile && tries < fileReadyDelays.length) return keep(row, { ...drawing, tries }, delivery);
  const next = root.shown === undefined ? undefined : await drawAll(root.shown, drawing.from + 1, delivery);
  return next === undefined ? { state: 'dropped', why: 'Slack took none of the pictures' } : keep(row, next, delivery);
}

/** Every chart of the message by the first renderer that can draw all of them, from `from` on. */
async function drawAll(message: Message, from: number, delivery: ChartRowDeps): Promise<DrawnCharts | undefined> {
  const charts = await chartsOf(message, delivery);
  if (charts.length === 0) return undefined;
  for (const [index, renderer] of delivery.renderers.entries()) {
    if (index < from) continue;
    try {
      const pictures = await drawWith(renderer, charts, { delivery, inline: message.kind === 'report' });
      if (pictures !== undefined) return { pictures, from: index, tries: 0 };
    } catch (error) {
      if (error instanceof DeliveryError && error.outcome !== 'refused') throw error;
      delivery.logger.warn('chart not drawn', { renderer: renderer.id, ...errorFields(error), stack: undefined });
    }
  }
  return undefined;
}

/** Undefined where the renderer cannot show these charts in this message. */
async function drawWith(
  renderer: Renderer,
  charts: readonly ChartModel[],
  { delivery, inline }: { readonly delivery: ChartRowDeps; readonly inline: boolean },
): Promise<readonly ShownPicture[] | undefined> {
  const pictures: ShownPicture[] = [];
  for (const chart of charts) {
    const picture = await renderer.draw(chart);
    if (picture === undefined || (picture.kind !== 'png' && !inline)) return undefined;
    if (picture.kind === 'png') {
      const id = await delivery.sender.upload({ png: picture.bytes, title: chart.title, alt: chart.alt });
      pictures.push({ kind: 'file', id, alt: chart.alt });
    } else {
      pictures.push({ kind: 'inline', by: picture.kind === 'block' ? 'slack' : 'text' });
    }
  }
  // Slack shows two of its own charts in a message; the rest are told as text.
  const blocks = pictures.filter((picture) => picture.kind === 'inline' && picture.by === 'slack').length;
  return blocks > 2
    ? pictures.map((picture, index) => (index < 2 ? picture : { kind: 'inline', by: 'text' }))
    : pictures;
}

async function chartsOf(message: Message, delivery: ChartRowDeps): Promise<readonly ChartModel[]> {
  if (message.kind === 'report') return message.report.sections.flatMap((section) => section.charts);
  if (message.kind !== 'alert' || message.view.chart === undefined) return [];
  const chart = await alertChart(message.view.chart, delivery);
  return chart === undefined ? [] : [chart];
}

function isSlackMessage(message: Message): message is SlackMessage {
  return message.kind === 'alert' || message.kind === 'line' || message.kind === 'report';
}
