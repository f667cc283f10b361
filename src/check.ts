// `npm run check`: reads the configuration, calls every platform and Slack once, and reports the state of each alert.
import { existsSync } from 'node:fs';
import type { changePhrases } from './alerting/change-phrases.ts';
import { replaceUsers } from './alerting/notification.ts';
import { lowestLevel, type Rule } from './alerting/rule.ts';
import { channelsOf as channelsOfRule } from './alerting/rule-channels.ts';
import { withOverrides } from './alerting/rule-override.ts';
import { learnSeason, learnsFrom } from './alerting/seasonal-profile.ts';
import { settingFacts } from './alerting/setting-change.ts';
import { type BotDeps, buildBackground, openResources, type Resources } from './bot.ts';
import { hour } from './clock.ts';
import type { Config } from './config/config.ts';
import { renameHint } from './config/take-config.ts';
import { BotError, PlatformError, StoreError } from './errors.ts';
import { renameApps, renamingWords } from './jobs/rename-apps.ts';
import { isDaily } from './metrics/capabilities.ts';
import { metric, metricIds } from './metrics/catalog.ts';
import { isBeyond } from './metrics/compare.ts';
import { formatQuantity, formatValue } from './metrics/format.ts';
import { type Phrase, phrasesOf } from './metrics/phrase.ts';
import type { Bucket, Snapshot } from './metrics/sample.ts';
import type { Network } from './network.ts';
import { wordReport } from './reports/word-report.ts';
import { checkSlack } from './slack/check.ts';
import { openStoreCopy } from './store/index.ts';
import { localDate } from './time-zone.ts';
import { englishWording } from './wording.ts';

const say = phrasesOf<typeof changePhrases>();

/** One line of the table. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly words: string;
}

interface CheckDeps extends BotDeps {
  readonly print: (text: string) => void;
  readonly network: Pick<Network, 'words' | 'unreachable'>;
  readonly isPosting?: boolean;
}

/** Prints the table and the report of each alert; resolves with the exit code: 1 when anything failed. */
export async function runCheck(config: Config, deps: CheckDeps): Promise<number> {
  const { resources, finding } = await openForCheck(config, deps);
  try {
    const tuned = await tunedRules(resources);
    const { rules: held } = resources.live;
    // Before the present numbers are saved under the new ids.
    const renamed = await renamings(resources);
    const [platforms, slack] = await Promise.all([
      Promise.all(config.apps.map((app) => checkPlatform(app.id, resources))),
      checkSlack({
        botToken: config.slack.botToken,
        appToken: config.slack.appToken,
        apiUrl: config.slack.apiUrl,
        fetch: deps.fetch,
        clock: deps.clock,
        channels: channelsOf({ ...config, rules: held }),
        needed: namesGroups(config) ? ['usergroups:read'] : [],
        isPosting: deps.isPosting === true,
        notifyingHere: held
          .filter(({ mention }) => mention.includes('here'))
          .flatMap((rule) => channelsOfRule(rule, 'critical')),
      }),
    ]);
    const settings = {
      what: 'Configuration',
      ok: true,
      words: [
        formatQuantity(config.apps.length, 'app'),
        formatQuantity(config.rules.length, 'alert'),
        formatQuantity(config.digests.length, 'digest'),
      ].join(', '),
    };
    const rules = await unjudgedRules(
      resources,
      platforms.filter(({ ok }) => ok).map(({ what }) => what),
    );
    const network = await checkNetwork(deps.network);
    const findings = [settings, network, finding, ...platforms, ...rules, ...slack];
    deps.print(table(findings));
    const curves = (await Promise.all(held.map((rule) => dailyCurve(rule, resources)))).flat();
    for (const note of [...config.warnings, ...tuned, ...renamed, ...curves]) deps.print(`Note: ${note}`);
    for (const words of await ruleReports(resources)) deps.print(words);
    return findings.every(({ ok }) => ok) ? 0 : 1;
  } finally {
    await resources.store.close();
  }
}

/** Has the rules hold that were changed in Slack, as the bot does, and names them; and those whose changes the file ends. */
async function tunedRules({ store, live, deps }: Resources): Promise<string[]> {
  const found = withOverrides(live, await store.settings.overrides());
  const text = (phrase: Phrase): string => replaceUsers(englishWording.text(phrase), (id) => id);
  const differing = found.rules.flatMap((rule) => {
    const [before, after] = [live.written.find((one) => one.rule.id === rule.id)?.rule, rule].map(
      (one) => one && settingFacts(one),
    );
    if (rule.tuned === undefined || before === undefined || after === undefined) return [];
    const zone = live.apps.find(({ id }) => id === rule.app)?.timezone ?? live.timezone;
    const what = text(say('change.tuned', { rule: rule.id, before, after }));
    return [`Alert ${what} ${text(say('rule.tuned', { ...rule.tuned, zone }))}`];
  });
  const over = found.ended.map(({ override: { rule, by, at }, because }) => {
    const when = { madeAt: at, now: deps.clock.now(), zone: live.timezone };
    return `Alert ${text(say('change.ended', { rule, by, because, ...when }))}`;
  });
  await live.changeRules(async (take) => take(found.rules));
  return [...differing, ...over];
}

/** What would become of former ids, on the copy; and a hint where an id may be a former one. */
async function renamings({ store, config }: Resources): Promise<string[]> {
  const known = (await store.polls()).map(({ app }) => app);
  const done = await store.transaction((tx) => renameApps(tx, config.apps));
  return [renameHint(known, config.apps), ...done.map(renamingWords)].filter((words) => words !== undefined);
}

async function checkNetwork({ words, unreachable }: Pick<Network, 'words' | 'unreachable'>): Promise<Finding> {
  const problems = await unreachable();
  return { what: 'Network', ok: problems.length === 0, words: [words, ...problems].join('. ') };
}

/**
 * A copy of the configured store where it exists and is not in use, because a check changes nothing; else an empty one in
 * memory, so that the rest can be checked.
 */
async function openForCheck(config: Config, deps: BotDeps): Promise<{ resources: Resources; finding: Finding }> {
  const inMemory = { ...config, store: { kind: 'sqlite', path: ':memory:' } } as const;
  if (config.store.kind === 'sqlite' && !existsSync(config.store.path)) {
    return {
      resources: await openResources(inMemory, deps),
      finding: { what: 'Store', ok: true, words: 'not there yet; the first start makes it' },
    };
  }
  try {
    return {
      resources: await openResources(config, deps, openStoreCopy),
      finding: { what: 'Store', ok: true, words: 'opens' },
    };
  } catch (error) {
    if (!(error instanceof BotError)) throw error;
    // A store that a running bot owns is no failure.
    const isOwned = error instanceof StoreError && error.isTransient;
    const words = isOwned
      ? 'in use by a running bot; the alerts below are shown without the past'
      : `${error.message} ${error.hint ?? ''}`;
    return { resources: await openResources(inMemory, deps), finding: { what: 'Store', ok: isOwned, words } };
  }
}

const whatOf = (app: string): string => `App ${app}`;

async function checkPlatform(app: string, { platforms, store, deps, config }: Resources): Promise<Finding> {
  const what = whatOf(app);
  const platform = platforms.get(app);
  if (platform === undefined) return { what, ok: false, words: 'has no platform' };
  const begun = deps.clock.now();
  try {
    const snapshot = await platform.snapshot();
    // Saved into the copy, so that alerts are evaluated on the present numbers.
    await store.samples.record(app, snapshot.polledAt, snapshot.values);
    await store.savePoll({ app, lastTriedAt: snapshot.polledAt, lastGoodAt: snapshot.polledAt, failures: 0 });
    return {
      what,
      ok: true,
      words: `answers in ${formatQuantity(deps.clock.now() - begun, 'ms', 'ms')}: ${headline(snapshot)}`,
    };
  } catch (error) {
    if (!(error instanceof BotError)) throw error;
    if (error instanceof PlatformError) await saveFailedPoll(app, error, { store, deps });
    const console = config.apps.find(({ id }) => id === app)?.console;
    return {
      what,
      ok: false,
      words: [error.message, error.hint, console].filter((part) => part !== undefined).join(' '),
    };
  }
}

/** Into the copy, so that no alert below says that the platform answers. */
async function saveFailedPoll(app: string, error: PlatformError, { store, deps }: Pick<Resources, 'store' | 'deps'>) {
  const known = (await store.polls()).find((poll) => poll.app === app);
  const failures = (known?.failures ?? 0) + 1;
  await store.savePoll({ ...known, app, lastTriedAt: deps.clock.now(), failures, reason: error.words });
}

/** A finding for each rule whose number is not in the answer that its platform has just given: it could never open. */
async function unjudgedRules({ config, store }: Resources, answering: readonly string[]): Promise<Finding[]> {
  const findings = config.rules.map(async ({ id, app, metric: watched }): Promise<Finding[]> => {
    const monitored = config.apps.find((one) => one.id === app);
    if (watched === undefined || monitored === undefined || !answering.includes(whatOf(app))) return [];
    // A platform that reports days gives a number some hours after a day has begun.
    if (isDaily(monitored, watched) || (await store.samples.latest(app))?.values[watched] !== undefined) return [];
    const name = metric(watched).title.toLowerCase();
    return [{ what: `Alert ${id}`, ok: false, words: `is not judged: ${app} answers without ${name}` }];
  });
  return (await Promise.all(findings)).flat();
}

/** Fewer days say nothing of every day. */
const leastDays = 3;

/** A note on a rule that an ordinary day trips: a limit that most days are beyond for a part, or a kind that does not know the usual yet. */
async function dailyCurve(rule: Rule, { config, store, deps }: Resources): Promise<string[]> {
  const app = config.apps.find(({ id }) => id === rule.app);
  const { metric: id, kind } = rule;
  if (app === undefined || id === undefined || isDaily(app, id)) return [];
  const [now, zone] = [deps.clock.now(), app.timezone];
  const hours = await store.samples.read(app.id, id, 'hours', now - learnsFrom, Math.floor(now / hour) * hour);
  const name = metric(id).title.toLowerCase();
  if (kind === 'threshold') {
    const value = rule.levels[lowestLevel(rule)]?.trigger ?? Number.NaN;
    const beyond = hours.filter(({ mean }) => isBeyond({ direction: rule.direction, value }, mean));
    const datesOf = (some: readonly Bucket[]): number => new Set(some.map(({ at }) => localDate(at, zone))).size;
    const [days, daysBeyond] = [datesOf(hours), datesOf(beyond)];
    if (days < leastDays || daysBeyond < (2 / 3) * days || beyond.length > 0.9 * hours.length) return [];
    const limit = `${rule.direction === 'below' ? 'under' : 'over'} ${formatValue(value, metric(id).unit)}`;
    return [
      `Alert ${rule.id}: ${name} was ${limit} for an hour or more on ${daysBeyond} of ${days} days and not in between: its daily curve trips the alert. Move the limit, or write kind: baseline, which learns the curve.`,
    ];
  }
  const usual = learnSeason({ metric: id, now, zone, hours }).profile(now);
  const tripped = { forecast: 'a rise or fall that comes every day', drop: 'closing time' }[kind];
  if (tripped === undefined || usual.state !== 'learning') return [];
  return [
    `Alert ${rule.id}: what is usual for ${name} at this hour is not known yet (${usual.weeks} of ${usual.of} weeks are stored). Until it is, ${tripped} trips the alert; npm run import gives it a past.`,
  ];
}

/** The first few numbers of a snapshot, by which the application can be recognised. */
function headline({ values, notes }: Snapshot): string {
  const known = metricIds.filter((id) => values[id] !== undefined).slice(0, 4);
  const numbers = known.map((id) => `${metric(id).title.toLowerCase()} ${formatValue(values[id], metric(id).unit)}`);
  return [numbers.join(', ') || 'no number yet', ...notes.map(englishWording.text)].join('. ');
}

/** Whether somebody has a right only as a member of a user group. */
function namesGroups({ access }: Config): boolean {
  return [access.run, access.manage].some((listed) => listed !== 'everyone' && listed.some((id) => id.startsWith('S')));
}

function channelsOf(config: Config): string[] {
  const ofRules = config.rules.flatMap((rule) => channelsOfRule(rule, 'critical'));
  const named = [...config.digests.map(({ channel }) => channel), ...ofRules];
  return [
    ...new Set([...named, ...(config.slack.fallbackChannel === undefined ? [] : [config.slack.fallbackChannel])]),
  ];
}

/** The state of each alert now, and how it would have acted on the stored samples. */
async function ruleReports(resources: Resources): Promise<string[]> {
  const { alerts } = buildBackground(resources);
  const reports = await Promise.all(
    resources.config.rules.map(async ({ id }) => ({ id, report: (await alerts.why(id))?.report })),
  );
  return reports.flatMap(({ id, report }) => {
    if (report === undefined) return [];
    const { headline, sections } = wordReport(report, englishWording);
    const lines = sections.flatMap(({ title, lines }) => [`  ${title ?? ''}:`, ...lines.map((line) => `    ${line}`)]);
    return [`\nAlert ${id}: ${headline}\n${lines.join('\n')}`];
  });
}

function table(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  return findings.map(({ what, ok, words }) => `${ok ? 'ok  ' : 'FAIL'}  ${what.padEnd(width)}  ${words}`).join('\n');
}
