// The report of `health`: whether the bot reaches the platforms, and whether Slack reaches the bot.
import type { ImApp } from '../app.ts';
import { type Instant, minute } from '../clock.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { rangePhrases } from '../metrics/range-phrases.ts';
import { failureOf, type PollHealth } from '../metrics/sample.ts';
import type { healthPhrases } from './health-phrases.ts';
import type { Report, Section, Standing } from './report.ts';
import { isSilent, reasonOf, worstStatus } from './status.ts';
import type { statusPhrases } from './status-phrases.ts';

const say = phrasesOf<typeof healthPhrases & typeof rangePhrases & typeof statusPhrases>();

/** The state of the bot. Unknown fields are absent, and the report leaves them out. */
export interface HealthReadings {
  readonly now: Instant;
  readonly zone: string;
  readonly startedAt?: Instant;
  readonly apps: readonly AppHealth[];
  readonly outbox: { readonly depth: number; readonly oldest?: Instant | undefined; readonly dead: number };
  readonly digests: readonly DigestHealth[];
  readonly rules?: { readonly count: number; readonly notJudged: readonly UnjudgedRule[] };
  readonly slack?: { readonly connected: boolean; readonly mode: 'Socket Mode' | 'HTTP' };
  /** What the configuration that holds differs in from the one before; absent since the start. */
  readonly configuration?: Phrase | undefined;
  /** Newest first. */
  readonly knownProblems: readonly { readonly about: Phrase; readonly words: Phrase; readonly at: Instant }[];
}

export interface AppHealth {
  readonly app: ImApp;
  readonly poll?: PollHealth | undefined;
}

/** A rule that cannot be judged although its platform answers. `words`: since when, and why. */
export interface UnjudgedRule {
  readonly rule: string;
  readonly words: Phrase;
}

export interface DigestHealth {
  readonly id: string;
  readonly nextAt?: Instant | undefined;
  readonly zone: string;
  readonly last?:
    | {
        readonly state: string;
        /** When it ended, or was due where it has not. */
        readonly at: Instant;
        readonly reason?: Phrase | undefined;
      }
    | undefined;
}

/** A message that waits longer than this is reported as a problem. */
const longWait = 5 * minute;

/** The most problems in line 1. */
const maxInHeadline = 2;

/** The most known problems that are listed. */
const maxListed = 10;

/** The whole report; line 1 says whether anything needs a person. */
export function healthReport(health: HealthReadings): Report {
  const { now, zone, startedAt } = health;
  const found = problemsOf(health);
  const problems = found.map(({ words }) => words);
  return {
    standing: worstStatus(found.map((problem) => problem.standing)) ?? 'good',
    headline:
      problems.length === 0
        ? say('health.well', {
            isAsked: health.apps.every(({ poll }) => poll !== undefined),
            waiting: health.outbox.depth,
          })
        : say('health.problems', {
            problems: problems.slice(0, maxInHeadline),
            more: Math.max(0, problems.length - maxInHeadline),
          }),
    ...(startedAt === undefined ? {} : { context: say('health.running', { length: now - startedAt, zone }) }),
    asOf: now,
    zone,
    stale: false,
    sections: [
      platformSection(health),
      ...ruleSection(health),
      deliverySection(health),
      digestSection(health),
      ...configurationSection(health),
      ...problemSection(health),
    ],
    notes: [],
  };
}

interface FoundProblem {
  readonly standing: Standing;
  readonly words: Phrase;
}

/** The worst first, because line 1 has room for few. */
function problemsOf(health: HealthReadings): FoundProblem[] {
  const { apps, outbox, digests, slack, rules, now } = health;
  const warning = (words: Phrase): FoundProblem => ({ standing: 'warning', words });
  const failing = apps.filter(({ poll }) => poll !== undefined && poll.failures > 0);
  const silent = failing.filter(({ app, poll }) => isSilent({ app, now, poll }));
  const failed = failing.filter((one) => !silent.includes(one));
  const namesOf = (some: readonly AppHealth[]): readonly string[] => some.map(({ app }) => app.name);
  const cause = silent.length === 1 ? failureOf(silent[0]?.poll?.reason)?.cause : undefined;
  const missed = digests
    .filter((digest) => digest.last?.state === 'failed' || digest.last?.state === 'skipped')
    .map((digest) => digest.id);
  const unjudged = (rules?.notJudged ?? []).map(({ rule }) => rule);
  const waited = now - (outbox.oldest ?? now);
  const found = [
    ...(slack?.connected === false ? [{ standing: 'critical' as const, words: say('health.notConnected') }] : []),
    ...(silent.length > 0
      ? [warning(say('health.silent', { apps: namesOf(silent), ...(cause === undefined ? {} : { cause }) }))]
      : []),
    ...(failed.length > 0 ? [warning(say('health.failed', { apps: namesOf(failed) }))] : []),
    ...(unjudged.length > 0 ? [warning(say('health.notJudged', { rules: unjudged }))] : []),
    ...(outbox.dead > 0 ? [warning(say('health.dead', { count: outbox.dead }))] : []),
    ...(waited > longWait ? [warning(say('health.waits', { length: waited }))] : []),
    ...(missed.length > 0 ? [warning(say('health.missed', { digests: missed }))] : []),
    ...listedProblems(health.knownProblems, { isSaid: { delivery: outbox.dead > 0, digest: missed.length > 0 } }),
  ];
  return [...found.filter(isCritical), ...found.filter((problem) => !isCritical(problem))];
}

const isCritical = ({ standing }: FoundProblem): boolean => standing === 'critical';

/** Those that line 1 names, and one for all others, without what it says already. */
function listedProblems(
  known: HealthReadings['knownProblems'],
  { isSaid }: { readonly isSaid: { readonly delivery: boolean; readonly digest: boolean } },
): FoundProblem[] {
  const own = known.flatMap((problem) => ownHeadline(problem) ?? []);
  const more = known.filter(
    (problem) =>
      ownHeadline(problem) === undefined &&
      !(isSaid.delivery && problem.about.kind === 'problem.delivery') &&
      !(isSaid.digest && problem.about.kind === 'problem.digest'),
  );
  if (more.length === 0) return own;
  const isWorst = more.some(keepsAllQuiet);
  return [...own, { standing: isWorst ? 'critical' : 'warning', words: say('health.listed', { count: more.length }) }];
}

/** What the bot notices about itself is said in line 1 as what it is. */
function ownHeadline({ about, words }: HealthReadings['knownProblems'][number]): FoundProblem | undefined {
  const critical = (headline: Phrase): FoundProblem => ({ standing: 'critical', words: headline });
  if (words.kind === 'self.unsaved') return critical(say('health.unsaved'));
  if (about.kind === 'problem.file') return critical(say('health.fileGone'));
  return about.kind === 'problem.socket' ? critical(say('health.deaf')) : undefined;
}

/** Slack takes no call, or nothing can be stored: then nobody is told of anything. */
function keepsAllQuiet({ about, words }: HealthReadings['knownProblems'][number]): boolean {
  return about.kind === 'problem.slack' || (about.kind === 'problem.store' && words.kind !== 'problem.unreadable');
}

function platformSection({ apps, now }: HealthReadings): Section {
  const rows = apps.map((one) => [
    say('status.named', { app: one.app.name, of: [one.app.capabilities.platformName] }),
    lastAnswer(one, now),
    stateOf(one, now),
  ]);
  const columns = [say('health.app'), say('health.lastAnswer'), say('health.state')];
  return {
    title: say('health.platforms'),
    figures: [],
    table: { columns, rows, numeric: false },
    // What to do about an outage, the cause of which stands in the table.
    lines: apps.flatMap(({ app, poll }) => {
      const advice = failureOf(poll?.reason)?.advice;
      return advice === undefined
        ? []
        : [say('status.sentence', { words: say('status.ofApp', { app: app.name, words: advice }) })];
    }),
    charts: [],
  };
}

function lastAnswer({ poll }: AppHealth, now: Instant): Phrase {
  if (poll === undefined) return say('health.notAsked');
  return poll.lastGoodAt === undefined ? say('health.never') : say('moment.age', { at: poll.lastGoodAt, now });
}

function stateOf({ poll, app }: AppHealth, now: Instant): Phrase {
  if (poll === undefined) return say('health.waiting');
  if (poll.failures === 0) return say('health.answers', { every: app.pollEvery });
  const reason = failureOf(poll.reason)?.cause ?? reasonOf(poll)[0];
  const since = poll.lastGoodAt === undefined ? {} : { since: now - poll.lastGoodAt };
  return say('health.failing', { count: poll.failures, ...since, ...(reason === undefined ? {} : { reason }) });
}

/** How many rules are judged, and a line for each that is not. */
function ruleSection({ rules }: HealthReadings): Section[] {
  if (rules === undefined || rules.count === 0) return [];
  const { count, notJudged } = rules;
  const lines = notJudged.slice(0, maxListed).map(({ words }) => words);
  const rest = notJudged.length - maxListed;
  return [
    {
      title: say('health.rules'),
      figures: [],
      lines: [
        say('health.judged', { count, unjudged: notJudged.length }),
        ...lines,
        ...(rest > 0 ? [say('health.more', { count: rest })] : []),
      ],
      charts: [],
    },
  ];
}

function deliverySection({ outbox, slack, now }: HealthReadings): Section {
  const { depth: count, oldest, dead } = outbox;
  const waiting =
    count === 0
      ? say('health.noneWaits')
      : say('health.messagesWait', { count, ...(oldest === undefined ? {} : { length: now - oldest }) });
  const undelivered = dead === 0 ? [] : [say('health.undelivered', { count: dead })];
  const connection =
    slack === undefined ? [] : [say('health.slack', { isConnected: slack.connected, mode: slack.mode })];
  return {
    title: say('health.delivery'),
    figures: [],
    lines: [...connection, waiting, ...undelivered],
    charts: [],
  };
}

function digestSection({ digests, now }: HealthReadings): Section {
  const lines = digests.map(({ id, nextAt: at, zone, last }) => {
    const schedule = { id, ...(at === undefined ? {} : { next: { at, zone, now } }) };
    if (last === undefined) return say('health.digestFirst', schedule);
    const { at: ranAt, state, reason } = last;
    return say('health.digest', {
      ...schedule,
      at: ranAt,
      zone,
      now,
      state,
      ...(reason === undefined ? {} : { reason }),
    });
  });
  return {
    title: say('health.digests'),
    figures: [],
    lines: lines.length === 0 ? [say('health.noDigest')] : lines,
    charts: [],
  };
}

function configurationSection({ configuration }: HealthReadings): Section[] {
  if (configuration === undefined) return [];
  return [{ title: say('health.configuration'), figures: [], lines: [configuration], charts: [] }];
}

function problemSection({ knownProblems, now }: HealthReadings): Section[] {
  if (knownProblems.length === 0) return [];
  const lines = knownProblems.slice(0, maxListed).map((problem) => say('health.trouble', { ...problem, now }));
  const rest = knownProblems.length - maxListed;
  const more = rest > 0 ? [say('health.more', { count: rest })] : [];
  return [{ title: say('health.troubles'), figures: [], lines: [...lines, ...more], charts: [] }];
}
