// The commands on the store beside the bot: a backup of it, and the import of a past.
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { type Clock, day, type Instant } from './clock.ts';
import type { Config } from './config/config.ts';
import { type CsvRow, readCsv } from './csv.ts';
import { BotError } from './errors.ts';
import type { Logger } from './logger.ts';
import { listWords } from './metrics/format.ts';
import type { DailyStatistics } from './metrics/sample.ts';
import type { TierSlot } from './metrics/stored-slot.ts';
import { createRowOrder, type ImportColumns, type ImportedRow, readColumns, readRow } from './reports/import-table.ts';
import { backupStore, openStore } from './store/index.ts';
import type { Store } from './store/store.ts';

interface CommandDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
  readonly print: (text: string) => void;
}

/** Prints what the copy holds. */
export async function runBackup(
  config: Config,
  target: string,
  { print }: Pick<CommandDeps, 'print'>,
): Promise<number> {
  const held = backupStore(config.store, target);
  const time = (at: number | undefined): string => (at === undefined ? 'none' : new Date(at).toISOString());
  print(
    `${basename(target)}: ${(held.bytes / 1e6).toFixed(1)} MB, checked. ${held.samples} samples of ${held.apps} apps, from ${time(held.from)} to ${time(held.to)}; ${held.incidents} incidents; ${held.waiting} messages that wait.`,
  );
  return 0;
}

/** Fills what the store does not hold with the rows of an export, all or nothing, and prints what came of it. Rejects with `BotError`. */
export async function runImport(config: Config, file: string, deps: CommandDeps): Promise<number> {
  const now = deps.clock.now();
  const source = { file, config, now };
  const rows = await checkFile(source);
  const store = await openStore(config.store, { ...deps, owner: deps.newId() });
  try {
    const counts = await store.transaction((inside) => fillFrom(source, inside));
    const { unsaved } = store.condition();
    if (unsaved !== undefined)
      throw new BotError(`${basename(file)} was not imported: ${unsaved.why}`, {
        hint: 'Mend that, and import it again.',
      });
    deps.print(outcomeWords(file, rows, counts));
    return 0;
  } finally {
    await store.close();
  }
}

interface ImportSource {
  readonly file: string;
  readonly config: Config;
  readonly now: Instant;
}

/** Lines with a mistake that are named. */
const mostNamed = 20;

/** Reads the whole file before anything is changed; resolves with the number of its rows. Rejects with `BotError` where a line cannot be placed. */
async function checkFile(source: ImportSource): Promise<number> {
  const problems: string[] = [];
  let [rows, wrong] = [0, 0];
  for await (const { line, row } of rowsOf(source)) {
    rows += 1;
    if (!('wrong' in row)) continue;
    wrong += 1;
    if (problems.length < mostNamed) problems.push(`line ${line}: ${row.wrong}`);
  }
  if (wrong > 0) {
    const more = wrong > mostNamed ? [`… and ${wrong - mostNamed} more lines`] : [];
    throw refused(source.file, [...problems, ...more].join('\n'));
  }
  if (rows === 0) throw refused(source.file, 'it has no rows');
  return rows;
}

const refused = (file: string, why: string): BotError =>
  new BotError(`${basename(file)} cannot be imported, and nothing was changed:\n${why}`, {
    hint: 'Only what /imstats export gives of samples and days can be imported, not a history of messages. Mend these lines or take them out, and import it again.',
  });

/** Every row after the head. Rejects with `BotError` where the file cannot be read, or its head is that of another table. */
async function* rowsOf({ file, config, now }: ImportSource) {
  const apps = config.apps;
  const order = createRowOrder();
  let columns: ImportColumns | undefined;
  for await (const csv of readLines(file)) {
    if (columns === undefined) {
      const read = readColumns(csv.cells, apps);
      if ('wrong' in read) throw refused(file, `line ${csv.line}: ${read.wrong}`);
      columns = read;
      continue;
    }
    const row = readRow(csv, { columns, apps, now });
    yield { line: csv.line, row: 'wrong' in row ? row : (order.check(row, csv.line) ?? row) };
  }
}

async function* readLines(file: string): AsyncGenerator<CsvRow> {
  try {
    yield* readCsv(createReadStream(file));
  } catch (error) {
    if (error instanceof BotError) throw refused(file, error.message);
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new BotError(`${file} cannot be read (${String(error.code)}).`, {
      hint: 'Give the path of a CSV file that this user may read.',
      cause: error,
    });
  }
}

interface ImportCounts {
  slots: number;
  days: number;
  kept: number;
  tooOld: number;
  readonly apps: Set<string>;
}

/** Rows of one app that are filled together. */
interface Batch {
  readonly app: string;
  readonly slots: TierSlot[];
  readonly days: DailyStatistics[];
}

/** Fills the rows of a file that was checked; a row that has become wrong since then ends it. */
async function fillFrom(source: ImportSource, store: Store): Promise<ImportCounts> {
  const counts: ImportCounts = { slots: 0, days: 0, kept: 0, tooOld: 0, apps: new Set() };
  const oldest = source.now - source.config.retention.hours;
  let batch: Batch | undefined;
  for await (const { line, row } of rowsOf(source)) {
    if ('wrong' in row) throw refused(source.file, `line ${line}: ${row.wrong}`);
    if ('slot' in row.of && row.of.slot.at < oldest) {
      counts.tooOld += 1;
      continue;
    }
    if (batch !== undefined && !belongsTo(batch, row)) {
      await fillBatch(batch, store, counts);
      batch = undefined;
    }
    batch ??= { app: row.app, slots: [], days: [] };
    if ('slot' in row.of) batch.slots.push(row.of.slot);
    else batch.days.push(row.of.day);
  }
  if (batch !== undefined) await fillBatch(batch, store, counts);
  return counts;
}

/** The slots of a batch are of one day, because of a slot that holds something already nothing is filled. */
function belongsTo({ app, slots }: Batch, row: ImportedRow): boolean {
  const [first] = slots;
  const isSameDay =
    first === undefined || 'day' in row.of || Math.floor(first.at / day) === Math.floor(row.of.slot.at / day);
  return app === row.app && isSameDay;
}

async function fillBatch({ app, slots, days }: Batch, store: Store, counts: ImportCounts): Promise<void> {
  const [ofSlots, ofDays] = [await store.samples.fill(app, slots), await store.daily.fill(app, days)];
  counts.slots += ofSlots.filled;
  counts.days += ofDays.filled;
  counts.kept += ofSlots.kept + ofDays.kept;
  if (ofSlots.filled + ofDays.filled > 0) counts.apps.add(app);
}

function outcomeWords(file: string, rows: number, { slots, days, kept, tooOld, apps }: ImportCounts): string {
  const filled = [...(slots === 0 ? [] : [counted(slots, 'slot')]), ...(days === 0 ? [] : [counted(days, 'day')])];
  return [
    `${basename(file)}: ${counted(rows, 'row')} read.`,
    filled.length === 0 ? 'Nothing was filled.' : `${listWords(filled)} filled of ${listWords([...apps])}.`,
    ...(kept === 0 ? [] : [`${counted(kept, 'row')} left out, because the store holds that time already.`]),
    ...(tooOld === 0 ? [] : [`${counted(tooOld, 'row')} left out, older than retention: hours.`]),
  ].join(' ');
}

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
