// The subcommand `maintenance`: what is muted now and next; begins one, and ends one early.
import type { maintenancePhrases } from '../../alerting/maintenance-phrases.ts';
import { day, type Instant, minute } from '../../clock.ts';
import { UserError } from '../../errors.ts';
import { type Phrase, phrasesOf, type Wording } from '../../metrics/phrase.ts';
import type { ActResult, MaintenanceService } from '../../service-types.ts';
import { nextTime } from '../../time-zone.ts';
import { drawOutcome, maintenanceButton } from '../blocks/alert.ts';
import { actions, context, type DrawnMessage, section, withPeople, withReadersTimes } from '../blocks/block.ts';
import { suggested } from '../command/parse.ts';
import type { Query, Reply, Subcommand, SubcommandContext, SubcommandDeps } from '../command/subcommand.ts';

const say = phrasesOf<typeof maintenancePhrases>();

export const maintenance: Subcommand = {
  id: 'maintenance',
  words: ['maintain', 'deployment window', 'maintenance window', '维护', '維護', '维护窗口', '維護窗口'],
  acts: true,
  usage: '[end] [app or ALERT] [DURATION or until TIME] [reason]',
  group: 'alerts',
  gives: 'what is muted now and next; managers begin and end one',
  examples: ['maintenance', 'maintenance prod 30m deploy', 'maintenance end prod'],
  takes: ['mode', 'app', 'alert', 'duration', 'until', 'text'],
  needs: [],
  isOffered: ({ maintenance: service }) => service !== undefined,
  isForManagers: ({ mode, duration, until }) => mode === 'end' || duration !== undefined || until !== undefined,
  answer: async (query, asked) => {
    const service = serviceOf(asked.deps);
    if (query.mode === 'end') return end(query, service, asked);
    const until = endOf(query, asked.deps);
    if (until !== undefined) return begin(query, until, { service, ...asked });
    if (query.app !== undefined || query.alert !== undefined || query.text !== undefined)
      throw new UserError(
        'A maintenance needs its length or its end.',
        suggested(`maintenance ${query.app ?? query.alert ?? ''} 30m deploy`.replace('  ', ' ')),
      );
    return { kind: 'message', drawn: await listed(service, asked.deps) };
  },
};

function serviceOf({ maintenance: service }: SubcommandDeps): MaintenanceService {
  if (service === undefined) throw new UserError('Alerts are not available in this imstats.');
  return service;
}

/** A longer one would be forgotten by the people who began it. */
const longest = 7 * day;

/** After a duration, or when the clock of the app shows a time next; undefined where neither is said. */
function endOf({ duration, until, app }: Query, { clock, live }: SubcommandDeps): Instant | undefined {
  const now = clock.now();
  const zone = live.apps.find(({ id }) => id === app)?.timezone ?? live.timezone;
  if (until !== undefined) return nextTime(until, zone, now);
  if (duration === undefined) return undefined;
  if (duration >= minute && duration <= longest) return now + duration;
  throw new UserError(
    'A maintenance lasts from 1 minute to 7 days.',
    suggested(`maintenance ${app ?? ''} 30m`.replace('  ', ' ')),
  );
}

async function begin(
  { app, alert, text: reason }: Query,
  until: Instant,
  { service, requester, deps }: SubcommandContext & { readonly service: MaintenanceService },
): Promise<Reply> {
  if (app === undefined && alert === undefined && deps.live.apps.length > 1) {
    const [first] = deps.live.apps;
    const all = deps.live.apps.map(({ id }) => id).slice(0, 8);
    throw new UserError(
      `Name the app or the alert that is in maintenance: ${all.join(', ')}.`,
      suggested(`maintenance ${first?.id} 30m`),
    );
  }
  const apps = alert === undefined ? [app ?? deps.live.apps[0]?.id ?? ''] : [];
  const rules = alert === undefined ? [] : [alert];
  return replyTo(await service.begin({ apps, rules, until, actor: requester.user, reason }), deps);
}

async function end(
  { app, alert }: Query,
  service: MaintenanceService,
  { requester, deps }: SubcommandContext,
): Promise<Reply> {
  const id = alert ?? app;
  const kind = alert === undefined ? 'app' : 'rule';
  const target = id === undefined ? ({ kind: 'any' } as const) : ({ kind, id } as const);
  return replyTo(await service.end({ target, actor: requester.user }), deps);
}

function replyTo(outcome: ActResult, { wording }: SubcommandDeps): Reply {
  if (outcome.state === 'done') return { kind: 'message', drawn: drawOutcome(outcome, outcome.target ?? '', wording) };
  const hint = '/imstats maintenance shows what goes on and what comes.';
  throw new UserError(wording.text(outcome.words), { hint, command: 'maintenance', people: 'named' });
}

const mostListed = 10;

async function listed(service: MaintenanceService, { wording }: SubcommandDeps): Promise<DrawnMessage> {
  const { text } = wording.marked;
  const all = (await service.list()).slice(0, mostListed);
  const worded = await Promise.all(all.map(async (one) => ({ ...one, words: await service.wordsOf(one) })));
  const now = worded.filter(({ isNow }) => isNow);
  const lines = [
    now.length === 0 ? say('maintenance.none', {}) : say('maintenance.now', { listed: now.map(({ words }) => words) }),
    ...worded.filter(({ isNow }) => !isNow).map(({ words }) => say('maintenance.next', { listed: words })),
  ].map((line) => withPeople(text(line)));
  const ending = now.flatMap(({ id, name }) =>
    id === undefined ? [] : [maintenanceButton({ id, name, isOneOfSeveral: now.length > 1 }, text)],
  );
  const [first = '', ...rest] = lines;
  return withReadersTimes({
    blocks: [
      section(`*${first}*`),
      ...(rest.length === 0 ? [] : [section(rest.join('\n'))]),
      ...ending.map((one) => actions([one])),
    ],
    text: lines.join('\n'),
  });
}

/** What goes on, and what comes next, a sentence each; none where nothing is planned. */
export async function maintenanceLines({
  maintenance: service,
}: Pick<SubcommandDeps, 'maintenance'>): Promise<readonly Phrase[]> {
  if (service === undefined) return [];
  const all = (await service.list()).slice(0, mostListed);
  const now = await Promise.all(all.filter(({ isNow }) => isNow).map(service.wordsOf));
  const next = all.find(({ isNow }) => !isNow);
  return [
    ...(now.length === 0 ? [] : [say('maintenance.now', { listed: now })]),
    ...(next === undefined ? [] : [say('maintenance.next', { listed: await service.wordsOf(next) })]),
  ];
}

/** What goes on and was begun by people, who can end it. */
export async function periodsNow({
  maintenance: service,
}: Pick<SubcommandDeps, 'maintenance'>): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const all = (await service?.list()) ?? [];
  return all.flatMap(({ id, name, isNow }) => (id === undefined || !isNow ? [] : [{ id, name }]));
}

/** The message with the maintenance below it. */
export function withMaintenance(
  drawn: DrawnMessage,
  lines: readonly Phrase[],
  { marked: { text } }: Wording,
): DrawnMessage {
  if (lines.length === 0) return drawn;
  const worded = lines.map((line) => withPeople(text(line))).join(' ');
  return withReadersTimes({ blocks: [...drawn.blocks, context(worded)], text: `${drawn.text}\n${worded}` });
}
