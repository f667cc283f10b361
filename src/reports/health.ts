// The report of `health`: whether the bot reaches the platforms, and whether Slack reaches the bot.
import type { ImApp } from '../app.ts';
import { type Instant, minute } from '../clock.ts';
import { capitalise, formatAge, formatDuration, formatMoment, formatQuantity, listWords } from '../metrics/format.ts';
import type { PollHealth } from '../metrics/sample.ts';
import type { Report, Section, Standing } from './report.ts';
import { isSilent, sentence, worstStatus } from './status.ts';

/** The state of the bot. Unknown fields are absent, and the report leaves them out. */
export interface HealthReadings {
  readonly now: Instant;
  readonly zone: string;
  readonly startedAt?: Instant;
  readonly apps: readonly AppHealth[];
  readonly outbox: { readonly depth: number; readonly oldest?: Instant | undefined; readonly dead: number };
  readonly digests: readonly DigestHealth[];
  readonly slack?: { readonly connected: boolean; readonly mode: 'Socket Mode' | 'HTTP' };
  /** Newest first. */
  readonly knownProblems: readonly { readonly about: string; readonly words: string; readonly at: Instant }[];
}

export interface AppHealth {
  readonly app: ImApp;
  readonly poll?: PollHealth | undefined;
}

export interface DigestHealth {
  readonly id: string;
  readonly nextAt?: Instant | undefined;
  readonly zone: string;
  readonly last?:
    | {
        readonly period: string;
        readonly state: string;
        readonly reason?: string | undefined;
      }
    | undefined;
}

/** A message that waits longer than this is reported as a problem. */
const longWait = 5 * minute;

/** The whole report; line 1 says whether anything needs a person. */
export function healthReport(health: HealthReadings): Report {
  const problems = problemsOf(health);
  const standing: Standing = worstStatus(problems.map((problem) => problem.standing)) ?? 'good';
  const headline =
    problems.length === 0
      ? 'imstats is well: every platform answers and every message was delivered'
      : capitalise(headlineOf(problems.map((problem) => problem.words)));
  return {
    standing,
    headline,
    ...(health.startedAt === undefined
      ? {}
      : { context: `running for ${formatDuration(health.now - health.startedAt)}, ${health.zone}` }),
    asOf: health.now,
    zone: health.zone,
    stale: false,
    sections: [platformSection(health), deliverySection(health), digestSection(health), ...problemSection(health)],
    notes: [],
  };
}

function headlineOf(problems: readonly string[]): string {
  const shown = problems.slice(0, 2).join('; ');
  return problems.length > 2 ? `${shown}; and ${problems.length - 2} more` : shown;
}

function problemsOf({ apps, outbox, digests, slack, now }: HealthReadings): { standing: Standing; words: string }[] {
  const silent = apps.filter(({ app, poll }) => isSilent({ app, now, poll })).map(({ app }) => app.name);
  const missed = digests
    .filter((digest) => digest.last?.state === 'failed' || digest.last?.state === 'skipped')
    .map((digest) => digest.id);
  const waits = outbox.oldest !== undefined && now - outbox.oldest > longWait;
  return [
    ...(slack?.connected === false ? [{ standing: 'critical' as const, words: 'Slack is not connected' }] : []),
    ...(silent.length > 0
      ? [
          {
            standing: 'warning' as const,
            words: `${listWords(silent)} ${silent.length === 1 ? 'does' : 'do'} not answer`,
          },
        ]
      : []),
    ...(outbox.dead > 0
      ? [{ standing: 'warning' as const, words: `${formatQuantity(outbox.dead, 'message')} could not be delivered` }]
      : []),
    ...(waits
      ? [
          {
            standing: 'warning' as const,
            words: `a message has waited for ${formatDuration(now - (outbox.oldest ?? now))}`,
          },
        ]
      : []),
    ...(missed.length > 0
      ? [{ standing: 'warning' as const, words: `the last run of digest ${listWords(missed)} did not go out` }]
      : []),
  ];
}

function platformSection({ apps, now }: HealthReadings): Section {
  const rows = apps.map((one) => [
    `${one.app.name} (${one.app.capabilities.platformName})`,
    answerWords(one, now),
    stateWords(one),
  ]);
  return {
    title: 'Platforms',
    figures: [],
    table: { columns: ['App', 'Last answer', 'State'], rows },
    lines: [],
    charts: [],
  };
}

function answerWords({ poll }: AppHealth, now: Instant): string {
  if (poll === undefined) return 'not asked yet';
  return poll.lastGoodAt === undefined ? 'never' : formatAge(poll.lastGoodAt, now);
}

function stateWords({ poll, app }: AppHealth): string {
  if (poll === undefined) return 'waiting for the first poll';
  if (poll.failures === 0) return `answers, asked every ${formatDuration(app.pollEvery)}`;
  const times = `${formatQuantity(poll.failures, 'failed poll')}${poll.failures === 1 ? '' : ' in a row'}`;
  const reason = poll.reason === undefined ? '' : `: ${poll.reason.replace(/\.$/, '')}`;
  return `${times}${reason}`;
}

function deliverySection({ outbox, slack, now }: HealthReadings): Section {
  const waiting =
    outbox.depth === 0
      ? 'No message waits.'
      : `${formatQuantity(outbox.depth, 'message')} ${outbox.depth === 1 ? 'waits' : 'wait'}${outbox.oldest === undefined ? '' : `, the oldest for ${formatDuration(now - outbox.oldest)}`}.`;
  const dead =
    outbox.dead === 0 ? [] : [`${formatQuantity(outbox.dead, 'message')} could not be delivered to any channel.`];
  return {
    title: 'Delivery',
    figures: [],
    lines: [...(slack === undefined ? [] : [slackWords(slack)]), waiting, ...dead],
    charts: [],
  };
}

function slackWords({ connected, mode }: NonNullable<HealthReadings['slack']>): string {
  return connected ? `Slack is connected by ${mode}.` : `Slack is not connected (${mode}).`;
}

/** The outcome of a run in words, by its stored state. */
const runWords: Readonly<Record<string, string>> = {
  collecting: 'is being made',
  queued: 'waits to be sent',
  sent: 'was sent',
  skipped: 'was skipped',
  failed: 'failed',
};

function digestSection({ digests, now }: HealthReadings): Section {
  const lines = digests.map(({ id, nextAt, zone, last }) => {
    const next = nextAt === undefined ? 'no next run' : `next ${formatMoment(nextAt, zone, now)} ${zone}`;
    if (last === undefined) return `${id}: ${next}; it has not run yet.`;
    const reason = last.reason === undefined ? '' : ` (${last.reason.replace(/\.$/, '')})`;
    return `${id}: ${next}; the one of ${last.period} ${runWords[last.state] ?? last.state}${reason}.`;
  });
  return { title: 'Digests', figures: [], lines: lines.length === 0 ? ['No digest is scheduled.'] : lines, charts: [] };
}

function problemSection({ knownProblems, now }: HealthReadings): Section[] {
  if (knownProblems.length === 0) return [];
  const lines = knownProblems
    .slice(0, 10)
    .map(({ about, words, at }) => sentence(`${about}, ${formatAge(at, now)}: ${words}`));
  const more = knownProblems.length > 10 ? [`… ${knownProblems.length - 10} more`] : [];
  return [{ title: 'Troubles', figures: [], lines: [...lines, ...more], charts: [] }];
}
