// The subcommand `digest`: the next runs, send one now, or preview it.
import { isChannelId } from '../../alerting/rule-fields.ts';
import { UserError } from '../../errors.ts';
import { phrasesOf } from '../../metrics/phrase.ts';
import type { digestPhrases } from '../../reports/digest-phrases.ts';
import type { Report } from '../../reports/report.ts';
import { plain, section } from '../blocks/block.ts';
import type { Query, Reply, Subcommand, SubcommandDeps } from '../command/subcommand.ts';

const say = phrasesOf<typeof digestPhrases>();

export const digest: Subcommand = {
  id: 'digest',
  words: ['digests', 'daily digest', 'daily report', 'daily', '日报', '日報', '摘要', '简报', '簡報'],
  usage: '[now or preview] [digest]',
  group: 'bot',
  gives: 'the next run; `now` sends it to its channel (managers), `preview` shows it to you',
  examples: ['digest', 'digest preview', 'digest now'],
  takes: ['mode', 'digest'],
  needs: [],
  isForManagers: (query) => query.mode === 'now',
  answer: async (query, { deps }) => {
    if (query.mode === 'now') return sendNow(scheduleOf(query, deps), deps);
    if (query.mode === 'preview') return preview(scheduleOf(query, deps), deps);
    return { kind: 'report', report: nextRuns(query.digest, deps), buttons: 'none' };
  },
};

/** The id of the digest that a query names, or of the only one. Raises `UserError` where neither exists. */
function scheduleOf(query: Query, deps: SubcommandDeps): string {
  const ids = deps.digests.schedules.map((schedule) => schedule.id);
  const id = query.digest ?? (ids.length === 1 ? ids[0] : undefined);
  if (id !== undefined) return id;
  if (ids.length === 0) {
    throw new UserError('No digest is configured.', { hint: 'Add one under digests: in the configuration.' });
  }
  throw new UserError(`There are ${ids.length} digests: ${ids.join(', ')}.`, {
    hint: `Try: /imstats digest ${query.mode ?? 'preview'} ${ids[0]}`,
  });
}

async function sendNow(schedule: string, deps: SubcommandDeps): Promise<Reply> {
  const sent = await deps.digests.now(schedule);
  if (sent === undefined) throw new UserError(`There is no digest "${schedule}".`, { hint: 'Try: /imstats digest' });
  const channel = isChannelId(sent.channel) ? `<#${sent.channel}>` : plain(sent.channel);
  const words =
    sent.state === 'already'
      ? `The digest ${plain(schedule)} was asked for within the last minute and is on its way to ${channel}.`
      : `The digest ${plain(schedule)} is on its way to ${channel}.`;
  return { kind: 'message', drawn: { blocks: [section(words)], text: words } };
}

async function preview(schedule: string, deps: SubcommandDeps): Promise<Reply> {
  const report = await deps.digests.preview(schedule);
  if (report === undefined) throw new UserError(`There is no digest "${schedule}".`, { hint: 'Try: /imstats digest' });
  return { kind: 'report', report, buttons: 'none' };
}

/** The next run of the digest that is asked for, or of every one, the soonest first. */
function nextRuns(wanted: string | undefined, { digests, live, clock }: SubcommandDeps): Report {
  const runs = digests
    .nextRuns()
    .filter(({ schedule }) => wanted === undefined || schedule.id === wanted)
    .sort((a, b) => a.at - b.at);
  const now = clock.now();
  const nameOf = (app: string): string => live.apps.find(({ id }) => id === app)?.name ?? app;
  const named = runs.map(({ schedule: { id, timezone: zone, period, apps }, at }) => ({
    id,
    at,
    zone,
    now,
    period,
    apps: apps.map(nameOf),
  }));
  const [next] = named;
  return {
    headline: next === undefined ? say('digest.noneConfigured') : say('digest.nextRun', next),
    zone: live.timezone,
    stale: false,
    sections: [{ figures: [], lines: named.map((run) => say('digest.run', run)), charts: [] }],
    notes: [],
  };
}
