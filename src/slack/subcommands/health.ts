// The subcommand `health`: whether the bot reaches the platforms and Slack, and what it has to deliver.
import { healthReport } from '../../reports/health.ts';
import { beforeStart } from '../../service-types.ts';
import type { Subcommand, SubcommandContext } from '../command/subcommand.ts';
import { missingScopes } from '../identity.ts';

export const health: Subcommand = {
  id: 'health',
  usage: '',
  gives: 'how the bot, the platforms and the deliveries are doing',
  examples: ['health'],
  takes: [],
  needs: [],
  answer: async (_query, context) => {
    const { deps, identity, mode } = context;
    const now = deps.clock.now();
    const [polls, outbox, digests] = await Promise.all([
      deps.store.polls(),
      deps.store.outbox.status(),
      digestsOf(context),
    ]);
    const missing = identity === undefined ? [] : missingScopes(identity.scopes);
    const scopes = `Slack did not grant ${missing.join(', ')}. Paste manifest.yml into the Slack app again and reinstall it.`;
    const report = healthReport({
      now,
      zone: deps.live.timezone,
      startedAt: context.startedAt,
      apps: deps.live.apps.map((app) => ({ app, poll: polls.find((poll) => poll.app === app.id) })),
      outbox: { depth: outbox.depth, oldest: outbox.oldest, dead: outbox.dead },
      digests,
      slack: { connected: identity !== undefined, mode },
      knownProblems: [
        ...(missing.length === 0 ? [] : [{ about: 'Slack', words: scopes, at: now }]),
        ...(outbox.unreadable === 0 ? [] : [{ about: 'store', words: unreadableWords(outbox.unreadable), at: now }]),
        ...deps.problems(),
      ],
    });
    return { kind: 'report', report, buttons: 'all' };
  },
};

function unreadableWords(count: number): string {
  const rows = count === 1 ? '1 stored row' : `${count} stored rows`;
  return `${rows} could not be read and ${count === 1 ? 'was' : 'were'} set aside; the log says which.`;
}

async function digestsOf({ deps }: SubcommandContext): Promise<Parameters<typeof healthReport>[0]['digests']> {
  return Promise.all(
    deps.digests.nextRuns().map(async ({ schedule, at }) => {
      const [last] = await deps.store.digests.recent(schedule.id, 1);
      return {
        id: schedule.id,
        nextAt: at,
        zone: schedule.timezone,
        last: last?.reason === beforeStart ? undefined : last,
      };
    }),
  );
}
