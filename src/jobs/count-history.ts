// Counts one message history to its end: the days that are kept from the store, the others page by page, each kept once it is whole.
import { type Clock, type Duration, day, hour, type Instant, minute } from '../clock.ts';
import { PlatformError, StoreError } from '../errors.ts';
import type { HistoryProgress, HistoryRequest, HistoryResult } from '../history-service.ts';
import { errorFields, type Logger } from '../logger.ts';
import {
  createHistoryTally,
  createPeopleTally,
  type DatedCounts,
  type HistoryTally,
  joinDays,
  type PeopleTally,
  withEveryDay,
} from '../metrics/history-counts.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { HistoryLength, Platform } from '../platforms/platform.ts';
import type { HistoryEnd } from '../reports/history.ts';
import type { Store } from '../store/store.ts';
import { addDays, datesWithin, type LocalDate, startOfDate } from '../time-zone.ts';

/** Names in each list of who sent most. */
const mostNamed = 10;

/** Late messages arrive for a while after midnight: until then a day is not kept. */
const settling: Duration = hour;

export interface CountDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: Pick<Store, 'histories'>;
  readonly history: NonNullable<Platform['history']>;
}

/** A part of the span that is read by itself: a local date of a whole app, so that it can be kept, or all of it. */
interface Part {
  readonly from: Instant;
  readonly to: Instant;
  /** Set where the part is that whole date and can be kept. */
  readonly date?: LocalDate;
}

/** How a count is ended from outside. */
export type EndedBy = 'stopped' | 'late';

/** What a count has come to so far. */
interface State {
  readonly kept: readonly DatedCounts[];
  readonly parts: readonly Part[];
  readonly people: PeopleTally;
  readonly begunAt: Instant;
  /** Of the parts before the present one. */
  readonly done: {
    days: readonly DatedCounts[];
    messages: number;
    calls: number;
    sent: number;
    received: number;
    time: Duration;
  };
  part: Part | undefined;
  tally: HistoryTally | undefined;
  length: HistoryLength | undefined;
}

export interface CountRun {
  progress(): HistoryProgress;
  /** Calls in all and how long they take, as it looks now; undefined where the platform has not said how many messages there are. */
  expected(): { readonly calls: number; readonly messages: number; readonly time: Duration } | undefined;
  /** Reads everything. `onPage` is called after each page. Rejects with `PlatformError` where not even the first page came. */
  run(signal: AbortSignal, onPage: () => void): Promise<HistoryResult>;
}

/** Reads what is kept, and nothing else before it runs. */
export async function createCount(request: HistoryRequest, deps: CountDeps): Promise<CountRun> {
  const { from, to, app } = request;
  const dates = datesWithin({ from, to }, app.timezone).map(({ date }) => date);
  const stored = request.scope.of === 'all' && !request.isAnew ? await keptDays(request, dates, deps) : [];
  const kept = stored.filter(({ date }) => isWhole(date, request));
  const state: State = {
    kept,
    parts: partsOf(request, new Set(kept.map(({ date }) => date)), deps.clock.now()),
    people: createPeopleTally(),
    begunAt: deps.clock.now(),
    done: { days: [], messages: 0, calls: 0, sent: 0, received: 0, time: 0 },
    part: undefined,
    tally: undefined,
    length: undefined,
  };
  return {
    progress: () => progressOf(state, deps.clock.now()),
    expected: () => expectedOf(state, deps.clock.now()),
    run: async (signal, onPage) => {
      const end = await readParts(state, { request, deps, signal, onPage });
      return resultOf(state, request, end);
    },
  };
}

async function keptDays({ app }: HistoryRequest, dates: readonly LocalDate[], { store }: CountDeps) {
  const [from, to] = [dates[0], dates.at(-1)];
  return from === undefined || to === undefined ? [] : store.histories.days(app.id, app.timezone, { from, to });
}

/** True for a date that lies within the span with all its hours. */
function isWhole(date: LocalDate, { from, to, app }: HistoryRequest): boolean {
  return startOfDate(date, app.timezone) >= from && startOfDate(addDays(date, 1), app.timezone) <= to;
}

function partsOf(request: HistoryRequest, kept: ReadonlySet<LocalDate>, now: Instant): readonly Part[] {
  const { scope, from, to, app } = request;
  if (scope.of !== 'all') return from < to ? [{ from, to }] : [];
  return datesWithin({ from, to }, app.timezone)
    .filter(({ date }) => !kept.has(date))
    .map(({ date, at }) => {
      const end = startOfDate(addDays(date, 1), app.timezone);
      const isKept = isWhole(date, request) && now > end + settling;
      return { from: Math.max(from, at), to: Math.min(to, end), ...(isKept ? { date } : {}) };
    });
}

interface Reading {
  readonly request: HistoryRequest;
  readonly deps: CountDeps;
  readonly signal: AbortSignal;
  readonly onPage: () => void;
}

async function readParts(state: State, reading: Reading): Promise<HistoryEnd> {
  for (const part of state.parts) {
    state.part = part;
    const reasons = await readPart(state, part, reading);
    if (reasons !== undefined) return endedEarly(state, reading, reasons);
    await finishPart(state, part, reading);
  }
  return { state: 'whole' };
}

/** Why the part is not whole; undefined where it is. */
async function readPart(state: State, part: Part, reading: Reading): Promise<readonly Phrase[] | undefined> {
  const { request, deps, signal, onPage } = reading;
  const { scope, app } = request;
  const tally = createHistoryTally({ scope, ...part, zone: app.timezone }, state.people);
  Object.assign(state, { tally, length: undefined });
  try {
    for await (const page of deps.history(scope, part.from, part.to, signal)) {
      tally.add(page.messages);
      state.length = page.length;
      onPage();
      if (page.partial) return page.reasons ?? [];
    }
    return signal.aborted ? [] : undefined;
  } catch (error) {
    if (signal.aborted) return [];
    const hasSome = state.done.calls > 0 || tally.total() > 0;
    if (!hasSome || !(error instanceof PlatformError)) throw error;
    return [error.words];
  }
}

async function finishPart(state: State, part: Part, { request, deps }: Reading): Promise<void> {
  const { tally, done, length } = state;
  if (tally === undefined) return;
  const days = part.date === undefined ? tally.days() : withEveryDay(tally.days(), [part.date]);
  done.days = joinDays(done.days, days);
  done.messages += tally.total();
  done.calls += length?.calls ?? 0;
  done.time += part.to - part.from;
  const flow = tally.sentAndReceived();
  done.sent += flow?.sent ?? 0;
  done.received += flow?.received ?? 0;
  Object.assign(state, { tally: undefined, length: undefined });
  if (part.date === undefined) return;
  try {
    await deps.store.histories.saveDays(request.app.id, request.app.timezone, days);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    // The answer is as right without it; the next question counts the day again.
    deps.logger.warn('Counted day not kept', { app: request.app.id, ...errorFields(error) });
  }
}

function endedEarly(state: State, { signal, deps }: Reading, reasons: readonly Phrase[]): HistoryEnd {
  const by: EndedBy | undefined = signal.reason === 'late' || signal.reason === 'stopped' ? signal.reason : undefined;
  const until = state.tally?.reached() ?? (state.done.calls > 0 ? state.part?.from : undefined);
  return {
    state: signal.aborted ? (by ?? 'stopped') : 'failed',
    until,
    reasons,
    after: deps.clock.now() - state.begunAt,
  };
}

function resultOf(state: State, { scope, from, to, app }: HistoryRequest, end: HistoryEnd): HistoryResult {
  const { done, tally, kept, people } = state;
  const rest = tally?.sentAndReceived();
  const counted = datesWithin({ from, to: end.state === 'whole' ? to : (end.until ?? from) }, app.timezone);
  const days = joinDays(kept, done.days, tally?.days() ?? []);
  return {
    days: withEveryDay(
      days,
      counted.map(({ date }) => date),
    ),
    ...(scope.of === 'user'
      ? { flow: { sent: done.sent + (rest?.sent ?? 0), received: done.received + (rest?.received ?? 0) } }
      : {}),
    ...(kept.length > 0 ? {} : { people: people.result(mostNamed) }),
    end,
    keptDays: kept.length,
  };
}

function progressOf(state: State, now: Instant): HistoryProgress {
  const { kept, done, tally } = state;
  const earlier = kept.reduce((sum, one) => sum + one.hours.reduce((all, count) => all + count, 0), 0);
  const expected = expectedOf(state, now);
  return {
    counted: earlier + done.messages + (tally?.total() ?? 0),
    of: expected === undefined ? undefined : earlier + expected.messages,
    left: expected?.time,
  };
}

/** Parts to come are taken to hold as many messages in a day as the present one. */
function expectedOf(state: State, now: Instant): ReturnType<CountRun['expected']> {
  const { length, part, parts, done } = state;
  if (part === undefined || length?.of === undefined || length.messages === undefined) return undefined;
  const toCome = parts.slice(parts.indexOf(part) + 1).reduce((sum, one) => sum + one.to - one.from, 0);
  const times = toCome / Math.max(part.to - part.from, day / 24);
  const made = done.calls + length.calls;
  const calls = done.calls + length.of + Math.ceil(length.of * times);
  const perCall = (now - state.begunAt) / Math.max(1, made);
  // So many may be made at once; beyond that the pace decides.
  const pace = length.perMinute === undefined || calls <= length.perMinute ? 0 : minute / length.perMinute;
  return {
    calls,
    messages: done.messages + length.messages + Math.round(length.messages * times),
    time: Math.max(0, calls - made) * Math.max(perCall, pace),
  };
}
