// The view `apps`: every app and how it stands, one line each.
import { appsNeeds, appsReport } from '../../reports/several-apps.ts';
import { gatheredReply } from '../command/reply.ts';
import type { Subcommand } from '../command/subcommand.ts';

export const apps: Subcommand = {
  id: 'apps',
  usage: '',
  gives: 'every app with its id and how it stands',
  examples: ['apps'],
  takes: [],
  needs: [],
  answer: async (_question, { deps, appData }) => {
    const gathered = await Promise.all(deps.apps.map((app) => appData.gather(app, appsNeeds(app, deps.clock.now()))));
    const frame = { now: deps.clock.now(), zone: deps.timezone };
    return gatheredReply(gathered, (all) =>
      appsReport(
        all.map(({ readings }) => readings),
        frame,
      ),
    );
  },
};
