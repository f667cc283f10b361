// Asks the bot at every time of a world, and compares each number of each answer with the right one.
import { DateTime } from 'luxon';
import { type Answer, type AskedBot, startAskedBot } from './asked-bot.ts';
import { type Claim, isRight } from './claims.ts';
import { type DigestPeriod, digestPeriodNamed, digestWindow, earlierPeriods, readDigestTable } from './digest-table.ts';
import { createImkitSums, exactly, type Interval, slotsOf } from './imkit-sums.ts';
import { createImkitTruth, type ImkitMetric, type ImkitTruth, imkitMetrics } from './imkit-truth.ts';
import { createJmessageSums, oldestFetched } from './jmessage-sums.ts';
import { createJmessageTruth, type JmessageTruth } from './jmessage-truth.ts';
import { addDays, daysWindow, type LocalTime, lastDays, lastLength, localTime, type Window } from './local-time.ts';
import { type MessageScope, readAnswer } from './messages.ts';
import { serveImkit, serveJmessage } from './platform-servers.ts';
import { type Question, questionsAt, questionsWithoutRange } from './questions.ts';
import { createDice } from './random.ts';
import type { AppSums, Reading } from './reader.ts';
import { gapsOf, pollsOf, type World } from './worlds.ts';

const connectionLimit = 2_000;
const day = 86_400_000;

/** A number that is wrong, or that nobody understands. */
export interface Finding {
  readonly world: string;
  readonly zone: string;
  readonly clock: string;
  readonly words: string;
  readonly claim: Claim | undefined;
  readonly shown: string;
  readonly text: string;
}

export interface Verdict {
  readonly numbers: number;
  readonly questions: number;
  readonly wrong: readonly Finding[];
  readonly unattributed: readonly Finding[];
}

interface Trial {
  readonly world: World;
  readonly bot: AskedBot;
  readonly truth: ImkitTruth;
  readonly china: JmessageTruth;
  readonly since: string;
  readonly hoursAsked: readonly number[];
  readonly isInGap: (at: number) => boolean;
}

export async function judgeWorld(world: World): Promise<Verdict> {
  const [from, to] = [Date.parse(world.from), Date.parse(world.to)];
  const truth = createImkitTruth(world.seed, from, to);
  const china = createJmessageTruth(world.seed, { missing: world.missingDays, todayRow: world.todayRow });
  const moments = momentsOf(world);
  const time = { at: moments[0]?.at ?? to };
  const imkit = await serveImkit(
    truth,
    () => time.at,
    (metric, at) => isOmitted(world, metric, at),
  );
  const hoursAsked: number[] = [];
  const jmessage = await serveJmessage(
    china,
    () => time.at,
    (at) => hoursAsked.push(at),
  );
  const urls = { imkitUrl: imkit.url, jmessageUrl: jmessage.url };
  const bot = await startAskedBot({
    at: time.at,
    zone: world.zones[0] ?? 'UTC',
    pollMinutes: world.pollMinutes,
    ...urls,
    time,
  });
  const since = oldestFetched(time.at);
  const trial: Trial = { world, bot, truth, china, since, hoursAsked, isInGap: gapsOf(world) };
  const verdict = { numbers: 0, questions: 0, wrong: [] as Finding[], unattributed: [] as Finding[] };
  const dice = createDice(world.seed);
  let filled = from;
  try {
    for (const moment of moments) {
      filled = await fill(trial, filled, moment.at);
      bot.setTime(moment.at);
      await bot.setZone(moment.zone);
      await bot.fetchDays();
      await judgeMoment(trial, { ...moment, pick: (all) => pick(all, world.asks, dice) }, verdict);
    }
  } finally {
    await bot.stop();
    await imkit.stop();
    await jmessage.stop();
  }
  return verdict;
}

interface Moment {
  readonly zone: string;
  readonly at: number;
  readonly clock: string;
}

/** Every local time of every zone, in the order in which they come. */
function momentsOf({ dates, zones, clocks }: World): Moment[] {
  const moments = dates.flatMap((date) =>
    zones.flatMap((zone) =>
      clocks.map((clock) => ({
        zone,
        at: DateTime.fromISO(`${date}T${clock}`, { zone }).toMillis(),
        clock: `${date} ${clock}`,
      })),
    ),
  );
  return moments.sort((a, b) => a.at - b.at);
}

/** What is made of a number that is left out is not there either. */
const isOmitted = ({ omitted }: World, metric: ImkitMetric, at: number): boolean =>
  (omitted?.metric === metric || (omitted?.metric === 'users.active' && metric === 'messages.per_user')) &&
  at >= Date.parse(omitted.from);

/** Writes what polls would have written until then. */
async function fill({ world, bot, truth, isInGap }: Trial, from: number, to: number): Promise<number> {
  const { first, every } = pollsOf(world);
  const start = first + Math.max(0, Math.ceil((from - first) / every)) * every;
  let last: number | undefined;
  for (let begin = start; begin <= to; begin += day) {
    const polls: { at: number; values: Record<string, number> }[] = [];
    for (let at = begin; at < begin + day && at <= to; at += every) {
      if (isInGap(at)) continue;
      const known = imkitMetrics.filter((metric) => !isOmitted(world, metric, at));
      polls.push({ at, values: Object.fromEntries(known.map((metric) => [metric, truth.valueAt(metric, at)])) });
      last = at;
    }
    await bot.store.samples.recordAll('prod', polls);
  }
  if (last !== undefined) await bot.store.savePoll({ app: 'prod', lastTriedAt: last, lastGoodAt: last, failures: 0 });
  return Math.max(from, to + 1);
}

function pick(all: readonly Question[], { plain, ranges }: World['asks'], dice: (most: number) => number): Question[] {
  const some = (questions: readonly Question[], count: number): Question[] => {
    const left = [...questions];
    return Array.from({ length: Math.min(count, left.length) }, () => left.splice(dice(left.length), 1)).flat();
  };
  return [...some(all.slice(0, questionsWithoutRange), plain), ...some(all.slice(questionsWithoutRange), ranges)];
}

async function judgeMoment(
  trial: Trial,
  moment: Moment & { readonly pick: (all: readonly Question[]) => Question[] },
  verdict: { numbers: number; questions: number; wrong: Finding[]; unattributed: Finding[] },
): Promise<void> {
  const { world, bot } = trial;
  const times = { prod: localTime(moment.at, moment.zone), china: localTime(moment.at, 'Asia/Shanghai') };
  const days = Math.floor((moment.at - Date.parse(world.from)) / day);
  const asked = moment.pick(questionsAt(times, days));
  let ticks = 0;
  const ask = async (words: string): Promise<Answer> => {
    ticks += 1;
    // Many questions at once would wait for each other.
    bot.setTime(moment.at + ticks * 30);
    return bot.ask(words);
  };
  const note = (words: string, answer: Answer, { claims, unattributed }: Reading): void => {
    const where = { world: world.name, zone: moment.zone, clock: moment.clock, words, text: answer.text };
    verdict.questions += 1;
    verdict.numbers += claims.length + unattributed.length;
    verdict.wrong.push(
      ...claims.filter((claim) => !isRight(claim)).map((claim) => ({ ...where, claim, shown: claim.shown })),
    );
    // An answer that is an error has no number either.
    const isEmpty = claims.length === 0 && !/not measured|no number/i.test(answer.text);
    const unread = isEmpty ? [{ shown: `no number in: ${answer.text.slice(0, 160)}` }] : unattributed;
    verdict.unattributed.push(...unread.map(({ shown }) => ({ ...where, claim: undefined, shown })));
  };
  for (const question of asked) {
    const answer = await ask(question.words);
    const now = moment.at + ticks * 30;
    const { digest } = question;
    const reading =
      digest === undefined
        ? readAnswer(answer, scopeOf(question, answer, trial, { now, times }))
        : readDigest(answer, digest, trial, { at: now, times });
    note(question.words, answer, reading);
  }
}

type Times = { readonly prod: LocalTime; readonly china: LocalTime };

function scopeOf(
  question: Question,
  answer: Answer,
  trial: Trial,
  { now, times }: { now: number; times: Times },
): MessageScope {
  const { app, metric, isSummary, before } = question;
  const time = { ...times[app], now };
  const window =
    isSummary === true && app === 'china' ? dayOfFrame(answer, time) : movedTo(question.window, times[app], now);
  const ofSummary = app === 'china' ? lastDays(14, time) : lastLength(day, time);
  return {
    ...scopeOfApp(app, trial, { time, isAsked: true }),
    ...{ metric, window },
    ...(isSummary === true ? { covered: ofSummary } : {}),
    ...(before === undefined ? {} : { named: (words) => (/\d|yesterday/i.test(words) ? before : undefined) }),
  };
}

/** A window that ends now ends when the question was asked. */
function movedTo(window: Window, { now }: LocalTime, at: number): Window {
  if (window.to !== now) return window;
  // A window of so many hours begins later too, one that begins at a time of the clock does not.
  const isLength = (window.to - window.from) % 1_800_000 === 0;
  return window.dates === undefined && isLength ? { from: window.from + (at - now), to: at } : { ...window, to: at };
}

/** The day that the summary of an app of days says that it is of. */
function dayOfFrame({ text }: Answer, time: LocalTime): Window {
  const [, date] = /\n(?:[^\n]*, )?[A-Z][a-z]+day (\d{1,2} [A-Z][a-z]{2} \d{4}), [A-Z]/.exec(text) ?? [];
  const iso =
    date === undefined
      ? time.today
      : DateTime.fromFormat(date, 'd LLL yyyy', { zone: 'utc', locale: 'en-US' }).toISODate();
  return daysWindow(iso ?? time.today, iso ?? time.today, time);
}

type AppScope = Pick<MessageScope, 'sums' | 'time' | 'range'>;

function scopeOfApp(
  app: 'prod' | 'china',
  trial: Trial,
  { time, isAsked }: { time: LocalTime; isAsked: boolean },
): AppScope {
  // A digest asks no platform, and is of days that are over.
  return app === 'prod' ? imkitScope(trial, time, isAsked) : jmessageScope(trial, time, !isAsked);
}

function imkitScope({ world, truth, isInGap }: Trial, time: LocalTime, isAsked: boolean): AppScope {
  const isStored = (metric: ImkitMetric, at: number): boolean => !isInGap(at) && !isOmitted(world, metric, at);
  const asked = (metric: ImkitMetric): boolean => isAsked && !isOmitted(world, metric, time.now);
  const sums = createImkitSums(truth, { ...pollsOf(world), isStored }, { time, isAsked: asked });
  const known = new Set<string>(imkitMetrics);
  const isKnown = (metric: string): metric is ImkitMetric => known.has(metric);
  const ofApp: AppSums = {
    limit: connectionLimit,
    isDaily: false,
    value: (metric, statistic, window) => (isKnown(metric) ? sums.value(metric, statistic, window) : undefined),
    hours: (metric, statistic, window) => {
      const means = isKnown(metric)
        ? slotsOf(window, time.zone).flatMap((slot) => sums.value(metric, 'mean', slot) ?? [])
        : [];
      const of = statistic === 'high' ? Math.max : Math.min;
      return means.length === 0
        ? undefined
        : { lo: of(...means.map(({ lo }) => lo)), hi: of(...means.map(({ hi }) => hi)) };
    },
    common: (metric, windows) => (isKnown(metric) ? sums.common(metric, windows) : exactly(0)),
    slot: (metric, statistic, window) => (isKnown(metric) ? sums.slot(metric, statistic, window) : []),
    both: (metric, statistic, windows) => (isKnown(metric) ? sums.both(metric, statistic, windows) : undefined),
    coverage: (metric, window) => sums.coverage(isKnown(metric) ? metric : 'messages.sent', window),
  };
  return { sums: ofApp, time, range: (metric, window) => (isKnown(metric) ? sums.range(metric, window) : undefined) };
}

function jmessageScope({ china, since, hoursAsked }: Trial, time: LocalTime, isOfEnded: boolean): AppScope {
  const sums = createJmessageSums(china, { now: time.now, since, isOfEnded, hoursAsked });
  const hourOf = (metric: string, { from }: Window): Interval | undefined => {
    const at = DateTime.fromMillis(from, { zone: time.zone });
    return sums.hour(metric, at.toFormat('yyyy-MM-dd'), at.hour);
  };
  const ofApp: AppSums = {
    limit: undefined,
    isDaily: true,
    value: (metric, statistic, window) =>
      window.dates === undefined && statistic === 'sum'
        ? hourOf(metric, window)
        : sums.value(metric, statistic, window),
    hours: () => undefined,
    countedHours: (metric, { dates }) => (dates === undefined ? undefined : sums.hours(metric, dates.from)),
    both: sums.both,
    common: sums.common,
    slot: (metric, statistic, window) => {
      const found = ofApp.value(metric, statistic, window);
      return found === undefined ? [] : [found];
    },
    coverage: (_metric, window) => sums.coverage(window),
  };
  return { sums: ofApp, time, range: () => undefined };
}

/** From the end of a period until now; with its dates, where it is of whole days. */
function sinceOf({ to, dates }: Window, time: LocalTime): Window {
  return dates === undefined ? { from: to, to: time.now } : daysWindow(addDays(dates.to, 1), time.today, time);
}

function readDigest(
  answer: Answer,
  period: DigestPeriod,
  trial: Trial,
  { at, times }: { at: number; times: Times },
): Reading {
  const time = { ...times.prod, now: at };
  const main = digestWindow(period, time);
  const ofApp = (app: 'prod' | 'china'): MessageScope => ({
    ...scopeOfApp(app, trial, { time: { ...times[app], now: at }, isAsked: false }),
    metric: 'messages.sent',
    window: main,
    named: (words) => digestPeriodNamed(words, { period, main }, time),
    isPerDay: period === 'month',
    earlier: earlierPeriods(period, main, time),
    since: sinceOf(main, time),
    ofApp: (name) =>
      scopeOfApp(name === 'China' ? 'china' : 'prod', trial, {
        time: { ...times[name === 'China' ? 'china' : 'prod'], now: at },
        isAsked: false,
      }),
  });
  const [first, china] = [ofApp('prod'), ofApp('china')];
  const named = (title: string): MessageScope | undefined =>
    ({ 'Production chat': { ...first, ...shared }, 'China (JMessage)': { ...china, ...shared } })[title];
  const scopeOf = (text: string): MessageScope | undefined =>
    /^China\b|, China$/.test(text) ? { ...china, ...shared } : undefined;
  const readTable: MessageScope['readTable'] = (table, scope, reading) =>
    readDigestTable(table, { period, main, scopeOf: named, first: scope }, reading);
  const shared = { ofDays: china, ofHours: first, readTable };
  return readAnswer(answer, { ...first, ...shared, scopeOf, titled: named });
}
