// The subcommand `apps`: every app and how it stands, one line each.
import { appsNeeds, appsReport } from '../../reports/several-apps.ts';
import type { Subcommand } from '../command/subcommand.ts';
import { gatheredReply } from '../command/targets.ts';

export const apps: Subcommand = {
  id: 'apps',
  words: ['applications', 'list apps', 'all apps', '应用列表', '應用列表', '所有应用', '所有應用'],
  usage: '',
  group: 'bot',
  gives: 'every app with its id and how it stands',
  examples: ['apps'],
  takes: [],
  needs: [],
  answer: async (_query, { deps, appData }) => {
    const startedAt = deps.clock.now();
    const gathered = await appData.gather(deps.live.apps.map((app) => ({ app, needs: appsNeeds(app, startedAt) })));
    const frame = { now: deps.clock.now(), zone: deps.live.timezone };
    return gatheredReply(gathered, (all) =>
      appsReport(
        all.map(({ readings }) => readings),
        frame,
      ),
    );
  },
};
