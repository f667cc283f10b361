// Draws charts in a child process, so that neither a slow nor a failing chart affects the process that answers Slack.
import { type Clock, type Duration, minute, second } from '../clock.ts';
import { BotError } from '../errors.ts';
import { formatDuration } from '../metrics/format.ts';
import type { ChartModel } from '../reports/word-report.ts';
import type { ChartChild, StartChartChild } from './chart-child.ts';
import type { DrawReply } from './draw-charts.ts';

export interface ChartProcess {
  /** A PNG of 1400 x 875 pixels. The first chart starts the child. Rejects with a BotError where there is no picture. */
  draw(model: ChartModel): Promise<Uint8Array>;
  /** Ends the child and rejects what is not drawn yet; nothing is drawn afterwards. Never rejects. */
  stop(): Promise<void>;
}

export interface ChartProcessOptions {
  readonly start: StartChartChild;
  readonly clock: Clock;
}

/** Charts in progress in the child: one is drawn while another is encoded on a thread. */
const maxInProgress = 2;
/** A child that has drawn nothing for so long is ended: it holds about 90 MB, and the next one starts in a fifth of a second. */
export const idleTime: Duration = 2 * minute;
/** For one picture in a child that is ready, which takes 40 ms as a rule. */
export const pictureLimit: Duration = 5 * second;
/** From the start of a child until its library is loaded, which takes a fifth of a second as a rule. */
export const startLimit: Duration = 10 * second;
/** A child that was asked to end by itself is killed after this. */
const endLimit: Duration = second;
/** Length of the queue, which takes about two seconds to draw; further charts are rejected at once. */
export const maxWaiting = 100;
/** After this many failed starts in a row, the waiting charts are rejected. */
const maxFailedStarts = 2;

interface Picture {
  readonly id: number;
  readonly model: ChartModel;
  readonly result: PromiseWithResolvers<Uint8Array>;
  /** A child ended with this and other charts in progress; it is drawn again alone, which shows which chart was the cause. */
  isSuspect: boolean;
}

interface RunningChild {
  readonly child: ChartChild;
  readonly inProgress: Map<number, Picture>;
  readonly limits: Map<number, () => void>;
  /** Resolves when the process has ended. */
  readonly exited: PromiseWithResolvers<void>;
  isReady: boolean;
  /** Cancels the time-out of its start, later that of its idle time. */
  cancelTimer: () => void;
}

interface State extends ChartProcessOptions {
  readonly waiting: Picture[];
  /** What waits for a child that was asked to end. */
  readonly ending: Set<Promise<void>>;
  running: RunningChild | undefined;
  failedStarts: number;
  isStopped: boolean;
}

/** Starts nothing before the first chart. */
export function createChartProcess(options: ChartProcessOptions): ChartProcess {
  const state: State = {
    ...options,
    waiting: [],
    ending: new Set(),
    running: undefined,
    failedStarts: 0,
    isStopped: false,
  };
  let pictures = 0;
  const draw = async (model: ChartModel): Promise<Uint8Array> => {
    if (state.isStopped) throw stopping();
    if (state.waiting.length >= maxWaiting) throw tooMany();
    pictures += 1;
    const picture: Picture = { id: pictures, model, result: Promise.withResolvers(), isSuspect: false };
    state.waiting.push(picture);
    dispatch(state);
    return picture.result.promise;
  };
  return { draw, stop: () => stop(state) };
}

/** Sends waiting charts to the child, starts one when none runs, and starts its idle time-out when nothing is in progress. */
function dispatch(state: State): void {
  const running = state.running ?? (state.waiting.length > 0 ? startChild(state) : undefined);
  if (running === undefined || !running.isReady) return;
  running.cancelTimer();
  for (let next = state.waiting[0]; next !== undefined && mayTake(running, next); next = state.waiting[0]) {
    state.waiting.shift();
    sendTo(running, next, state);
  }
  const isIdle = running.inProgress.size === 0;
  running.child.hold(!isIdle);
  if (isIdle) running.cancelTimer = state.clock.after(idleTime, () => endChild(state, running));
}

function mayTake({ inProgress }: RunningChild, next: Picture): boolean {
  if (inProgress.size === 0) return true;
  return (
    inProgress.size < maxInProgress && !next.isSuspect && ![...inProgress.values()].some(({ isSuspect }) => isSuspect)
  );
}

function sendTo(running: RunningChild, picture: Picture, state: State): void {
  running.inProgress.set(picture.id, picture);
  const late = (): void => killChild(running, state, tooLong());
  running.limits.set(picture.id, state.clock.after(pictureLimit, late));
  running.child.send({ id: picture.id, model: picture.model });
}

/** Undefined when the system refuses a process; the waiting charts are rejected then. */
function startChild(state: State): RunningChild | undefined {
  try {
    const child = state.start({
      reply: (reply) => handleReply(reply, running, state),
      ended: (how) => {
        running.exited.resolve();
        handleEnd(running, state, running.isReady ? endedEarly(how) : notStarted(how));
      },
    });
    const running: RunningChild = {
      child,
      inProgress: new Map(),
      limits: new Map(),
      exited: Promise.withResolvers(),
      isReady: false,
      cancelTimer: state.clock.after(startLimit, () => killChild(running, state, notStarted('it took too long'))),
    };
    state.running = running;
    return running;
  } catch (error) {
    const how = error instanceof Error && 'code' in error ? String(error.code) : 'the system refused it';
    for (const { result } of state.waiting.splice(0)) result.reject(notStarted(how));
    return undefined;
  }
}

function handleReply(reply: DrawReply, running: RunningChild, state: State): void {
  if (state.running !== running) return;
  if (reply.kind === 'ready') {
    running.isReady = true;
    state.failedStarts = 0;
  } else {
    const picture = running.inProgress.get(reply.id);
    running.limits.get(reply.id)?.();
    running.limits.delete(reply.id);
    running.inProgress.delete(reply.id);
    if (reply.kind === 'drawn') picture?.result.resolve(reply.png);
    else picture?.result.reject(new BotError(reply.message, { hint: reply.hint }));
  }
  dispatch(state);
}

function killChild(running: RunningChild, state: State, reason: BotError): void {
  running.child.kill();
  handleEnd(running, state, reason);
}

/**
 * The child has ended. A single chart in progress is rejected. Of several the cause is not known, so each of them is
 * drawn again alone. Failed starts are bounded, because retries would never end.
 */
function handleEnd(running: RunningChild, state: State, reason: BotError): void {
  if (state.running !== running) return;
  detach(state, running);
  const inProgress = [...running.inProgress.values()];
  const [only, ...others] = inProgress;
  if (!running.isReady) {
    state.failedStarts += 1;
    if (state.failedStarts >= maxFailedStarts) {
      state.failedStarts = 0;
      for (const { result } of state.waiting.splice(0)) result.reject(reason);
    }
  } else if (only !== undefined && others.length === 0) {
    only.result.reject(reason);
  } else {
    for (const picture of inProgress) picture.isSuspect = true;
    state.waiting.unshift(...inProgress);
  }
  dispatch(state);
}

function detach(state: State, running: RunningChild): void {
  state.running = undefined;
  running.cancelTimer();
  for (const cancel of running.limits.values()) cancel();
}

async function stop(state: State): Promise<void> {
  state.isStopped = true;
  const running = state.running;
  const unfinished = [...state.waiting.splice(0), ...(running?.inProgress.values() ?? [])];
  for (const { result } of unfinished) result.reject(stopping());
  if (running !== undefined) {
    endChild(state, running);
    running.child.hold(true); // until it has ended
  }
  await Promise.all(state.ending);
}

/** Asks the child to end by itself, so that Node can save what it has compiled, and kills one that does not. */
function endChild(state: State, running: RunningChild): void {
  detach(state, running);
  running.child.disconnect();
  const cancel = state.clock.after(endLimit, () => running.child.kill());
  const ended = running.exited.promise.then(() => {
    cancel();
    state.ending.delete(ended);
  });
  state.ending.add(ended);
}

const otherRenderers = 'put "slack" or "text" first under charts in the configuration.';

function endedEarly(how: string): BotError {
  return new BotError(`The process that draws charts ended while it drew this one (${how}).`, {
    hint: `Look whether the machine is short of memory. If it happens often, ${otherRenderers}`,
  });
}

function tooLong(): BotError {
  return new BotError(`A chart took longer than ${formatDuration(pictureLimit)} to draw.`, {
    hint: `Look whether the machine has processor time to spare. If it happens often, ${otherRenderers}`,
  });
}

function notStarted(how: string): BotError {
  return new BotError(`The process that draws charts could not be started (${how}).`, {
    hint: `Look at the error output of imstats and at the limits of processes and memory, or ${otherRenderers}`,
  });
}

function tooMany(): BotError {
  return new BotError(`${maxWaiting} charts wait to be drawn already.`, {
    hint: `Ask again in a few seconds. If it happens often, ${otherRenderers}`,
  });
}

function stopping(): BotError {
  return new BotError('No chart is drawn any more, because imstats is being stopped.', {
    hint: 'Start imstats again.',
  });
}
