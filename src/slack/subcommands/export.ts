// The subcommand `export`: the stored numbers of a range as a CSV file, to the person who asks or, in public, to the channel.
import { UserError } from '../../errors.ts';
import { phrasesOf } from '../../metrics/phrase.ts';
import { exportedMetrics, headOf } from '../../reports/export-table.ts';
import { rangeContext } from '../../reports/figures.ts';
import { loadExport } from '../../store/load-export.ts';
import { plain, section } from '../blocks/block.ts';
import { suggested } from '../command/parse.ts';
import type { Query, Reply, Subcommand, SubcommandContext } from '../command/subcommand.ts';
import { appsFor, type TargetApp, wantedOf } from '../command/targets.ts';
import { commandOf } from '../command/tokens.ts';
import { explainRefusal } from '../export/export-message.ts';
import type { exportPhrases } from '../export/export-phrases.ts';
import type { ExportOrder } from '../export/export-service.ts';

const say = phrasesOf<typeof exportPhrases>();

export const exportNumbers: Subcommand = {
  id: 'export',
  words: ['csv', 'download', 'spreadsheet', 'excel', '导出', '導出', '匯出', '汇出', '下载', '下載'],
  usage: '[part or METRIC] [app] [range]',
  group: 'numbers',
  gives: 'a CSV file, sent to you',
  examples: ['export 7d', 'export memory 24h'],
  takes: ['metric', 'part', 'app', 'range'],
  needs: [],
  answer: async (query, context) => {
    if (query.metric !== undefined && query.part !== undefined) {
      throw new UserError(`An export is of ${query.part} or of ${query.metric}, not of both.`, {
        hint: 'Leave one of them out; with neither it is of everything.',
      });
    }
    const order = orderOf(query, targetsOf(query, context), context);
    return query.isPublic ? exportInPublic(order, context) : exportToPerson(query, order, context);
  },
};

/** The apps with their ranges. What cannot be exported is refused with an export that can. */
function targetsOf(query: Query, { deps }: SubcommandContext): readonly TargetApp[] {
  const targetsFor = (one: Query): readonly TargetApp[] | UserError => {
    try {
      return appsFor(wantedOf(one), one, deps);
    } catch (error) {
      if (error instanceof UserError) return error;
      throw error;
    }
  };
  const targets = targetsFor(query);
  if (!(targets instanceof UserError)) return targets;
  if (targets.command?.startsWith('export') === true) throw targets;
  const others = [
    { ...query, range: undefined },
    { ...query, metric: undefined, part: undefined },
  ];
  const other = others.find((one) => !(targetsFor(one) instanceof UserError));
  throw new UserError(targets.message, other === undefined ? { hint: targets.hint } : suggested(commandOf(other)));
}

/** What is exported, but for where it goes. */
function orderOf(
  query: Query,
  targets: readonly TargetApp[],
  { deps, requester }: SubcommandContext,
): Omit<ExportOrder, 'place'> {
  const apps = targets.map(({ app }) => app);
  const wanted = wantedOf(query);
  const ids = exportedMetrics(apps, wanted);
  const ranges = targets.map(({ range }) => rangeContext(range));
  return {
    title: say('export.title', { what: wanted, apps: apps.map(({ name }) => name), ranges }),
    note: say('export.ofSlots'),
    fileName: fileName(targets, wanted),
    head: headOf(ids),
    load: () => loadExport(targets, ids, deps.store),
    user: requester.user,
  };
}

/** `imstats prod memory 2026-11-21 to 2026-11-22.csv`. */
function fileName(targets: readonly TargetApp[], wanted: string | undefined): string {
  const dates = targets.map(({ range }) => range.dates);
  const from = dates.map((one) => one.from).sort()[0];
  const to = dates
    .map((one) => one.to)
    .sort()
    .at(-1);
  const apps = targets.length > 3 ? [`${targets.length} apps`] : targets.map(({ app }) => app.id);
  const days = from === to ? [from] : [from, 'to', to];
  return `${['imstats', ...apps, wanted, ...days].filter((word) => word !== undefined).join(' ')}.csv`;
}

async function exportToPerson(
  query: Query,
  order: Omit<ExportOrder, 'place'>,
  { deps, requester, exports }: SubcommandContext,
): Promise<Reply> {
  const inPublic = commandOf({ ...query, isPublic: true });
  await begin({ ...order, place: { channel: requester.user } }, exports, (error) =>
    explainRefusal(error, inPublic, deps.wording),
  );
  return comes('direct', deps);
}

/** Slack takes a file in a channel only from who is inside, unlike a message. */
async function exportInPublic(
  order: Omit<ExportOrder, 'place'>,
  { deps, requester, exports, isInside }: SubcommandContext,
): Promise<Reply> {
  const { channel, thread: threadTs } = requester;
  if (channel === undefined || (await isInside(channel)) === 'no') {
    throw new UserError('I cannot send a file here, because I am not in this conversation.', {
      hint: 'Invite me with /invite @imstats, or leave "public" out and get the file as a direct message.',
    });
  }
  await begin({ ...order, place: { channel, threadTs } }, exports, (error) =>
    explainRefusal(error, undefined, deps.wording),
  );
  return comes('channel', deps);
}

async function begin(
  order: ExportOrder,
  exports: SubcommandContext['exports'],
  refusal: (error: unknown) => UserError,
): Promise<void> {
  try {
    await exports.begin(order);
  } catch (error) {
    throw error instanceof UserError ? error : refusal(error);
  }
}

function comes(place: 'direct' | 'channel', { wording }: SubcommandContext['deps']): Reply {
  const text = plain(wording.text(say('export.comes', { place })));
  return { kind: 'message', drawn: { blocks: [section(text)], text }, isForAsker: true };
}
