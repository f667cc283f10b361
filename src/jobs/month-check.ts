// Compares the messages of a month that a platform counts with the sum of the days that are stored of it; a difference stands in `health`.
import type { ImApp } from '../app.ts';
import { type Duration, hour, type Instant, minute, withTimeout } from '../clock.ts';
import { PlatformError } from '../errors.ts';
import { errorFields } from '../logger.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { DailyStatistics } from '../metrics/sample.ts';
import type { Platform } from '../platforms/platform.ts';
import { errorOf } from '../platforms/platform-error.ts';
import type { platformPhrases } from '../platforms/platform-phrases.ts';
import type { countedPhrases } from '../reports/counted-phrases.ts';
import type { Job } from '../service-types.ts';
import { addDays, addPeriods, daysBetween, type LocalDate, localDate, startOfPeriod } from '../time-zone.ts';
import type { JobsDeps } from './job.ts';
import { createAppRunner, type IntervalResult, type IntervalTask } from './timers.ts';

const say = phrasesOf<typeof countedPhrases & typeof platformPhrases>();

const limit: Duration = minute;

/** Days at the begin of a month on which the last days of the one before may still be corrected: until then a difference is looked at again. */
const openDays = 3;

export type MonthCheckDeps = Pick<
  JobsDeps,
  'clock' | 'logger' | 'telemetry' | 'random' | 'store' | 'live' | 'platforms' | 'problems'
>;

/** Apps whose platform counts no months are skipped. */
export function createMonthCheck(deps: MonthCheckDeps): Job {
  const name = 'months';
  const taskOf = (app: ImApp, platform: Platform): IntervalTask | undefined =>
    platform.months === undefined ? undefined : createTask(app, platform, deps);
  return { name, ...createAppRunner(taskOf, { ...deps, name }) };
}

/** The last whole month of an app: its first instant and its dates, both included. */
interface WholeMonth {
  readonly at: Instant;
  readonly from: LocalDate;
  readonly to: LocalDate;
}

function lastMonth(now: Instant, zone: string): WholeMonth {
  const end = startOfPeriod(now, 'month', zone);
  const at = addPeriods(end, 'month', -1, zone);
  return { at, from: localDate(at, zone), to: addDays(localDate(end, zone), -1) };
}

/** Looks once an hour whether there is a month to compare, and asks for each month once it is whole. */
function createTask(app: ImApp, platform: Platform, deps: MonthCheckDeps): IntervalTask {
  const { clock, store, problems, logger } = deps;
  const about = say('problem.months', { app: app.name });
  let compared: LocalDate | undefined;
  const run = async (): Promise<IntervalResult> => {
    const again = { failing: false, every: hour };
    const now = clock.now();
    const month = lastMonth(now, app.timezone);
    if (compared === month.from || deps.platforms.get(app.id) !== platform) return again;
    const days = await store.daily.read(app.id, month.from, month.to);
    if (!isWhole(days, month)) return again;
    try {
      const theirs = await askMonth(app, platform, { at: month.at, clock });
      const difference = differenceOf(app, { days, month, theirs });
      if (difference === undefined) problems.clear(about);
      else problems.add(about, difference, { lasts: true });
      const isOpen = daysBetween(month.to, localDate(now, app.timezone)) <= openDays;
      if (difference === undefined || !isOpen) compared = month.from;
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      // Without the paid statistics there are no months, and the next answer would be the same.
      if (error.kind === 'not-entitled') compared = month.from;
      else logger.warn('months were not read', { app: app.id, ...errorFields(error) });
    }
    return again;
  };
  return { id: app.id, every: hour, run };
}

/** Only a month of which every day is stored can be compared: what is missing is no difference. */
function isWhole(days: readonly DailyStatistics[], { from, to }: WholeMonth): boolean {
  const known = days.filter(({ complete, values }) => complete && values['messages.sent'] !== undefined);
  return known.length === daysBetween(from, to) + 1;
}

async function askMonth(
  app: ImApp,
  platform: Platform,
  { at, clock }: { readonly at: Instant } & Pick<MonthCheckDeps, 'clock'>,
): Promise<number | undefined> {
  const late = (): PlatformError =>
    errorOf('timeout', say('platform.monthsLate', { app: app.name, minutes: limit / minute }));
  const months = await withTimeout(
    clock,
    { after: limit, late },
    async (signal) => (await platform.months?.(signal)) ?? [],
  );
  return months.find((month) => month.at === at)?.value;
}

interface Compared {
  readonly days: readonly DailyStatistics[];
  readonly month: WholeMonth;
  readonly theirs: number | undefined;
}

/** Undefined where both say the same, or the platform says nothing. */
function differenceOf({ capabilities }: ImApp, { days, month, theirs }: Compared): Phrase | undefined {
  const ours = days.reduce((sum, { values }) => sum + (values['messages.sent'] ?? 0), 0);
  if (theirs === undefined || theirs === ours) return undefined;
  const platform = capabilities.platformName;
  return say('months.differ', { platform, month: month.from, theirs, ours, days: days.length });
}
