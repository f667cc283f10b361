// The subcommand `changes`: what people changed of limits, silences, maintenance and the file, the newest first.
import type { changePhrases } from '../../alerting/change-phrases.ts';
import type { SettingChange } from '../../alerting/setting-change.ts';
import { UserError } from '../../errors.ts';
import { isRange, parseRange } from '../../metrics/parse-range.ts';
import { type Phrase, phrasesOf } from '../../metrics/phrase.ts';
import type { rangePhrases } from '../../metrics/range-phrases.ts';
import { rangeContext } from '../../reports/figures.ts';
import type { Report } from '../../reports/report.ts';
import { suggested } from '../command/parse.ts';
import type { Query, Subcommand, SubcommandDeps } from '../command/subcommand.ts';
import { hasAlerts } from './alerts.ts';

const say = phrasesOf<typeof changePhrases & typeof rangePhrases>();

export const changes: Subcommand = {
  id: 'changes',
  words: ['alerts changes', 'alert changes', 'what changed', 'audit', '变更', '變更', '修改记录', '修改記錄'],
  usage: '[ALERT] [range]',
  group: 'alerts',
  gives: 'what was changed, by whom, when',
  examples: ['changes', 'alerts changes 7d'],
  takes: ['alert', 'range'],
  needs: [],
  isOffered: hasAlerts,
  answer: async (query, { deps }) => ({
    kind: 'report',
    report: await reportOf(query, deps),
    buttons: 'refresh',
    people: 'named',
  }),
};

const mostListed = 30;

/** More than a person scrolls through; where one alert is asked for, its changes are looked for among so many. */
const mostRead = 1_000;

async function reportOf(
  { alert, range: asked = '30d' }: Query,
  { clock, live, store }: SubcommandDeps,
): Promise<Report> {
  const now = clock.now();
  const zone = live.timezone;
  const range = parseRange(asked, { now, zone });
  if (range === undefined) throw new UserError(`I have no range "${asked}".`, suggested('changes 7d'));
  if (!isRange(range)) throw new UserError(range.wrong, suggested(`changes ${range.nearest}`, range.hint));
  // What was changed in this very millisecond is asked for above all.
  const all = await store.settings.changes(range.from, range.to >= now ? now + 1 : range.to, mostRead);
  const fitting = all.filter(({ subject }) => alert === undefined || subject === alert);
  const lines = fitting.slice(0, mostListed).map((one) => lineOf(one, zone, now));
  const hidden = fitting.length - lines.length;
  return {
    headline: say('change.count', { count: fitting.length, alert, range: say('range.in', { range: range.name }) }),
    context: rangeContext(range),
    zone,
    stale: false,
    sections: [
      { figures: [], lines: [...lines, ...(hidden > 0 ? [say('change.more', { count: hidden })] : [])], charts: [] },
    ],
    notes: [],
  };
}

function lineOf({ at, by, from, what }: SettingChange, zone: string, now: number): Phrase {
  return say('change.listed', { at, by, from, what, now, zone });
}
