// Makes exports in the background, one at a time: reads, compresses, sends, says how far it is, and ends early when it is told to.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { webApi } from '@slack/bolt';
import pLimit from 'p-limit';
import { type Clock, type Duration, second, sleep } from '../../clock.ts';
import { byteOrderMark, type CsvCell, csvLines } from '../../csv.ts';
import { UserError } from '../../errors.ts';
import { errorFields, type Logger } from '../../logger.ts';
import { type Phrase, phrasesOf, type Wording } from '../../metrics/phrase.ts';
import { plain } from '../blocks/block.ts';
import { toDeliveryError } from '../errors.ts';
import { uploadFile } from '../upload.ts';
import { type CompressedText, createTextCompressor } from './compressed-text.ts';
import { type ExportMessage, type ExportPlace, postExport } from './export-message.ts';
import type { exportPhrases } from './export-phrases.ts';

const say = phrasesOf<typeof exportPhrases>();

/** A table to send as a file: where its rows come from is its own affair. */
export interface ExportOrder {
  readonly title: Phrase;
  /** What a row is. */
  readonly note: Phrase;
  readonly fileName: string;
  readonly head: readonly CsvCell[];
  /** The rows in order, some at a time; `done` is the share of the whole, from 0 to 1. */
  readonly load: () => AsyncIterable<{ readonly rows: readonly (readonly CsvCell[])[]; readonly done: number }>;
  /** Who asks. */
  readonly user: string;
  readonly place: ExportPlace;
}

export interface ExportService {
  /** Resolves when the message of the export stands. Rejects with `UserError` where there are too many, with `DeliveryError` where it cannot be posted. */
  begin(order: ExportOrder): Promise<void>;
  /** Who asked for an export that goes on; undefined where there is none of this id. */
  requesterOf(id: string): string | undefined;
  /** Ends an export, which its message says. */
  stop(id: string, by: string): void;
  /** Ends every export; resolves when their messages say so. Never rejects. */
  end(): Promise<void>;
}

export interface ExportDeps {
  readonly client: webApi.WebClient;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wording: Wording;
  readonly newId: () => string;
}

/** Exports that are made or wait, of all people. */
const mostExports = 10;

/** How long one takes to end: its message is edited meanwhile. */
const longestEnd: Duration = 3 * second;

interface Running {
  readonly user: string;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** Why an export ends early. */
class Stopped extends Error {
  readonly state: Phrase;
  constructor(state: Phrase) {
    super('The export was stopped.');
    this.state = state;
  }
}

export function createExportService(deps: ExportDeps): ExportService {
  const running = new Map<string, Running>();
  const oneAtATime = pLimit(1);
  return {
    begin: async (order) => {
      refuseTooMany([...running.values()], order.user);
      const id = deps.newId();
      const controller = new AbortController();
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      running.set(id, { user: order.user, controller, ended });
      const forget = (): void => {
        running.delete(id);
        resolve();
      };
      const before = running.size - 1;
      const state = before === 0 ? say('export.reads', { done: 0 }) : say('export.waits', { before });
      try {
        const message = await postExport(order.place, { title: order.title, state, id }, deps);
        const run = { ...deps, order, id, message, signal: controller.signal };
        void oneAtATime(() => makeExport(run)).finally(forget);
      } catch (error) {
        forget();
        throw error;
      }
    },
    requesterOf: (id) => running.get(id)?.user,
    stop: (id, by) => running.get(id)?.controller.abort(new Stopped(say('export.stopped', { user: `{user:${by}}` }))),
    end: async () => {
      for (const { controller } of running.values()) controller.abort(new Stopped(say('export.ended')));
      const all = Promise.all([...running.values()].map(({ ended }) => ended));
      await Promise.race([all, sleep(deps.clock, longestEnd)]);
    },
  };
}

function refuseTooMany(running: readonly Running[], user: string): void {
  if (running.some((one) => one.user === user))
    throw new UserError('Your other export is still being made.', {
      hint: 'Wait for it, or press Stop in its message.',
    });
  if (running.length >= mostExports)
    throw new UserError(`${mostExports} exports are being made already.`, { hint: 'Ask again in some minutes.' });
}

interface Run extends ExportDeps {
  readonly order: ExportOrder;
  readonly id: string;
  readonly message: ExportMessage;
  readonly signal: AbortSignal;
}

/** Never rejects: how it ended is said in its message. */
async function makeExport(run: Run): Promise<void> {
  const { order, message, logger, clock } = run;
  const started = clock.now();
  try {
    const { rows, text } = await readAll(run);
    if (rows === 0) return await message.edit({ title: order.title, state: say('export.empty') });
    await showState(run, say('export.sends'));
    await sendFile(run, { rows, text });
    logger.info('Export sent', { user: order.user, rows, bytes: text.bytes, ms: clock.now() - started });
  } catch (error) {
    await sayEnd(run, error);
  }
}

/** Rows that are written at a time: some milliseconds in which nothing else runs. */
const rowsAtATime = 100;

/** What a file may take in memory while it is made; a table is about seven times as long. */
const mostHeld = 40 * 2 ** 20;

/** Between two edits of the message. */
const editEvery: Duration = 3 * second;

async function readAll(run: Run): Promise<{ readonly rows: number; readonly text: CompressedText }> {
  const { order, signal, clock } = run;
  const compressor = createTextCompressor();
  let [rows, editedAt] = [0, clock.now()];
  try {
    await compressor.write(byteOrderMark + csvLines([order.head]));
    for await (const part of order.load()) {
      for (let at = 0; at < part.rows.length; at += rowsAtATime) {
        signal.throwIfAborted();
        await compressor.write(csvLines(part.rows.slice(at, at + rowsAtATime)));
        await nextTurn();
      }
      signal.throwIfAborted();
      rows += part.rows.length;
      if (compressor.held() > mostHeld) throw new Stopped(say('export.tooLarge'));
      if (clock.now() - editedAt < editEvery) continue;
      editedAt = clock.now();
      await showState(run, say('export.reads', { done: part.done }));
    }
    return { rows, text: await compressor.finish() };
  } catch (error) {
    compressor.discard();
    throw error;
  }
}

/** How far it is, with the button that stops it. An edit that fails is made up for by the next. */
async function showState({ message, order, id, logger }: Run, state: Phrase): Promise<void> {
  await message
    .edit({ title: order.title, state, id })
    .catch((error: unknown) =>
      logger.warn('Progress of an export not shown', { ...errorFields(error), stack: undefined }),
    );
}

/** Posts the file with what it is of; the message that said how far it was has done its work then. */
async function sendFile(
  run: Run,
  { rows, text }: { readonly rows: number; readonly text: CompressedText },
): Promise<void> {
  const { order, message, wording, logger, signal } = run;
  const words = [order.title, say('export.rows', { rows, note: order.note })].map((one) => plain(wording.text(one)));
  const share = { channel: message.channel, threadTs: order.place.threadTs, comment: words.join('\n') };
  const file = { name: order.fileName, title: order.fileName, bytes: text.bytes, open: text.open, share };
  await uploadFile(file, run, { signal });
  await message
    .remove()
    .catch((error: unknown) =>
      logger.warn('Message of an export not deleted', { ...errorFields(error), stack: undefined }),
    );
}

async function sayEnd(run: Run, error: unknown): Promise<void> {
  const { order, message, logger, signal } = run;
  const cause: unknown = signal.aborted ? signal.reason : error;
  const state = cause instanceof Stopped ? cause.state : stateOfFailure(run, cause);
  await message
    .edit({ title: order.title, state })
    .catch((failure: unknown) =>
      logger.warn('End of an export not shown', { ...errorFields(failure), stack: undefined }),
    );
}

function stateOfFailure({ newId, logger, order }: Run, error: unknown): Phrase {
  if (!(error instanceof Error) || error.name !== 'DeliveryError') {
    const id = newId();
    logger.error('Export failed', { id, user: order.user, ...errorFields(error) });
    return say('export.broke', { id });
  }
  const { outcome, code, words, advice } = toDeliveryError(error);
  logger.warn('Export not sent', { user: order.user, code });
  if (outcome === 'unknown') return say('export.unknown');
  const isOfFiles = code.startsWith('file_') || code === 'storage_limit_reached';
  return say('export.failed', { why: words, advice: isOfFiles ? say('export.letFiles') : advice });
}
