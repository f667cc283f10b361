// The subcommand `health`: whether the bot reaches the platforms and Slack, and what it has to deliver.
import { phrasesOf, verbatim } from '../../metrics/phrase.ts';
import { type DigestHealth, healthReport } from '../../reports/health.ts';
import type { healthPhrases } from '../../reports/health-phrases.ts';
import { isBeforeStart } from '../../store/digest-runs.ts';
import type { DigestRun } from '../../store/store.ts';
import type { Subcommand, SubcommandContext } from '../command/subcommand.ts';
import { missingScopes } from '../identity.ts';

const say = phrasesOf<typeof healthPhrases>();

export const health: Subcommand = {
  id: 'health',
  words: [
    'healthy',
    'uptime',
    'alive',
    'bot health',
    'healthcheck',
    '健康',
    '健康状况',
    '健康狀況',
    '运行状况',
    '運行狀況',
  ],
  usage: '',
  group: 'bot',
  gives: 'how bot, platforms and deliveries are doing',
  examples: ['health'],
  takes: [],
  needs: [],
  answer: async (_query, context) => {
    const { deps, identity, mode } = context;
    const now = deps.clock.now();
    const [polls, outbox, digests, alerts] = await Promise.all([
      deps.store.polls(),
      deps.store.outbox.status(),
      digestsOf(context),
      deps.alerts?.list(),
    ]);
    const missing = missingScopes(identity?.scopes ?? []).flatMap(({ name, isOptional }) => (isOptional ? [] : name));
    const report = healthReport({
      now,
      zone: deps.live.timezone,
      startedAt: context.startedAt,
      apps: deps.live.apps.map((app) => ({ app, poll: polls.find((poll) => poll.app === app.id) })),
      outbox: { depth: outbox.depth, oldest: outbox.oldest, dead: outbox.dead },
      digests,
      ...(alerts === undefined
        ? {}
        : {
            rules: {
              count: deps.live.rules.length,
              notJudged: alerts.filter(({ isNotJudged }) => isNotJudged === true),
            },
          }),
      slack: { connected: identity !== undefined, mode },
      configuration: deps.configuration?.(now),
      knownProblems: [
        ...(missing.length === 0
          ? []
          : [{ about: verbatim('Slack'), words: say('problem.scopes', { scopes: missing }), at: now }]),
        ...(outbox.unreadable === 0
          ? []
          : [{ about: say('problem.store'), words: say('problem.unreadable', { count: outbox.unreadable }), at: now }]),
        ...deps.problems(),
      ],
    });
    return { kind: 'report', report, buttons: 'all', people: 'named' };
  },
};

async function digestsOf({ deps }: SubcommandContext): Promise<readonly DigestHealth[]> {
  return Promise.all(
    deps.digests.nextRuns().map(async ({ schedule, at }) => {
      const [last] = await deps.store.digests.recent(schedule.id, 1);
      return { id: schedule.id, nextAt: at, zone: schedule.timezone, last: lastOf(last) };
    }),
  );
}

/** A run that was not sent because its schedule is new is nobody's problem. */
function lastOf(run: DigestRun | undefined): DigestHealth['last'] {
  if (run === undefined || isBeforeStart(run)) return undefined;
  const { dueAt, finishedAt, state, reason } = run;
  return { at: finishedAt ?? dueAt, state, ...(reason === undefined ? {} : { reason }) };
}
