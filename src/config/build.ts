// Builds the configuration from a file that fits the schema, and checks references between its parts: apps, rules, digests, channels.
import { isAbsolute, join, resolve } from 'node:path';
import type { MaintenanceWindow } from '../alerting/maintenance.ts';
import type { Rule } from '../alerting/rule.ts';
import { versionOf } from '../alerting/rule-change.ts';
import { ruleFromConfig } from '../alerting/rule-config.ts';
import { unreachableRule } from '../alerting/rules/unreachable.ts';
import type { ImApp } from '../app.ts';
import { suggestion } from '../config-field.ts';
import { cronProblem } from '../cron.ts';
import type { DigestSchedule } from '../service-types.ts';
import { subcommands } from '../slack/subcommands/index.ts';
import type { AppConfig, Config, SlackConfig } from './config.ts';
import type { File } from './schema.ts';
import type { Path, ReportProblem } from './variables.ts';

/** The rules in the order of the file, then the built-in one of each app that has a channel; `warnings` of all of them. */
export function buildRules(
  alerts: File['alerts'],
  apps: readonly ImApp[],
  { report, pagers }: { readonly report: ReportProblem; readonly pagers: readonly string[] },
): { rules: Rule[]; warnings: string[] } {
  const warnings: string[] = [];
  const rules = alerts.flatMap((raw, index): Rule[] => {
    const app = apps.find(({ id }) => id === raw.app);
    if (app === undefined) {
      report(
        ['alerts', index, 'app'],
        unknownName(
          raw.app,
          apps.map(({ id }) => id),
          'app',
        ),
      );
      return [];
    }
    const built = ruleFromConfig(raw, { app, pagers });
    if ('rule' in built) {
      warnings.push(...built.warnings.map((warning) => `Alert ${raw.id}: ${warning}`));
      return [built.rule];
    }
    for (const problem of built.problems) report(['alerts', index, ...problem.path], problem.message);
    return [];
  });
  return { rules: [...rules, ...apps.flatMap((app) => builtIn(app, rules, pagers[0]))], warnings };
}

/** The rule for a platform that does not answer: in the channel of the app or of its first rule, with the mentions of a rule and the usual key of the pager; none without a channel. */
function builtIn(app: ImApp, rules: readonly Rule[], pager: string | undefined): Rule[] {
  const own = rules.filter((rule) => rule.app === app.id);
  const channel = app.channel ?? own[0]?.channel;
  const mention = own.find((rule) => rule.mention.length > 0)?.mention;
  if (channel === undefined) return [];
  const { version, ...rule } = unreachableRule(app, channel, mention);
  if (pager === undefined) return [{ ...rule, version }];
  const paged = { ...rule, pager };
  return [{ ...paged, version: versionOf(paged) }];
}

/** Builds the configuration. Problems are passed to `report`; the result must not be used when there is one. */
export function buildConfig(file: File, folder: string, report: ReportProblem): Config {
  const apps = file.apps.map((app): AppConfig => buildApp(app, file));
  checkUnique(file.apps, ['apps'], report);
  checkUnique(file.digests, ['digests'], report);
  checkUnique(file.alerts, ['alerts'], report);
  checkUnique(file.maintenance, ['maintenance'], report);
  checkWords(apps, file, report);
  const { rules, warnings } = buildRules(file.alerts, apps, { report, pagers: pagersOf(file) });
  return {
    slack: buildSlack(file.slack, report),
    timezone: file.timezone,
    store: buildStore(file.store, folder),
    charts: [...new Set(file.charts)],
    quickchart: file.quickchart,
    http: file.http,
    apps,
    digests: buildDigests(file, apps, report),
    rules,
    maintenance: buildMaintenance(file, apps, report),
    access: file.access,
    retention: file.retention,
    ...(file.pagerduty === undefined ? {} : { pagerduty: file.pagerduty }),
    secrets: secretsOf(file),
    warnings: [...warningsOf(file), ...warnings],
  };
}

/** The names of the keys of the pager; the first one is that of rules that name none. */
function pagersOf({ pagerduty }: File): readonly string[] {
  return pagerduty === undefined ? [] : ['default', ...Object.keys(pagerduty.keys)];
}

function buildSlack(slack: File['slack'], report: ReportProblem): SlackConfig {
  if (slack.appToken === undefined && slack.signingSecret === undefined) {
    report(
      ['slack'],
      'needs appToken (Socket Mode, no address of your own needed) or signingSecret (HTTP); both stand on the page of your Slack app',
    );
  }
  const { apiUrl, ...rest } = slack;
  return withoutUndefined({ ...rest, apiUrl: apiUrl === undefined ? undefined : `${apiUrl}/` });
}

function buildApp({ definition, access, ...app }: File['apps'][number], file: File): AppConfig {
  return {
    id: app.id,
    name: app.name ?? app.id,
    platform: definition.id,
    capabilities: definition.capabilities,
    timezone: app.timezone ?? definition.timezone ?? file.timezone,
    pollEvery: app.pollEvery,
    unreachable: app.unreachable,
    ...withoutUndefined({ connectionLimit: app.connectionLimit, channel: app.channel, console: app.console }),
    access,
  };
}

function buildStore(store: string, folder: string): Config['store'] {
  if (!store.startsWith('sqlite:')) return { kind: 'postgres', url: store };
  const path = store.slice('sqlite:'.length);
  return { kind: 'sqlite', path: path === ':memory:' || isAbsolute(path) ? path : resolve(join(folder, path)) };
}

function buildDigests(file: File, apps: readonly ImApp[], report: ReportProblem): DigestSchedule[] {
  return file.digests.map((digest, index) => {
    const timezone = digest.timezone ?? file.timezone;
    checkCron(digest.schedule, timezone, () =>
      report(['digests', index, 'schedule'], cronProblem(digest.schedule, timezone) ?? ''),
    );
    checkNames(
      { names: digest.apps ?? [], known: apps.map(({ id }) => id), path: ['digests', index, 'apps'], noun: 'app' },
      report,
    );
    return {
      id: digest.id,
      channel: digest.channel,
      cron: digest.schedule,
      timezone,
      period: digest.period,
      apps: digest.apps ?? apps.map(({ id }) => id),
    };
  });
}

function buildMaintenance(file: File, apps: readonly ImApp[], report: ReportProblem): MaintenanceWindow[] {
  return file.maintenance.map((window, index) => {
    const timezone = window.timezone ?? file.timezone;
    checkCron(window.schedule, timezone, () =>
      report(['maintenance', index, 'schedule'], cronProblem(window.schedule, timezone) ?? ''),
    );
    checkNames(
      { names: window.apps, known: apps.map(({ id }) => id), path: ['maintenance', index, 'apps'], noun: 'app' },
      report,
    );
    checkNames(
      {
        names: window.alerts,
        known: file.alerts.map(({ id }) => id),
        path: ['maintenance', index, 'alerts'],
        noun: 'alert',
      },
      report,
    );
    return {
      id: window.id,
      cron: window.schedule,
      timezone,
      duration: window.duration,
      apps: window.apps,
      rules: window.alerts,
    };
  });
}

function checkCron(cron: string, timezone: string, wrong: () => void): void {
  if (cronProblem(cron, timezone) !== undefined) wrong();
}

function checkUnique(items: readonly { readonly id: string }[], path: Path, report: ReportProblem): void {
  for (const [index, item] of items.entries()) {
    if (items.findIndex(({ id }) => id === item.id) < index)
      report([...path, index, 'id'], `the id "${item.id}" is there twice; every id is used once`);
  }
}

/** Words of a command that are no names of subcommands; some are kept for subcommands to come. */
const otherWords = 'summary history export now preview public today yesterday user group room'.split(' ');

/** Nothing else may be named like a word of the slash command, or nobody could ask for it. */
const reserved = new Set([...subcommands.map(({ id }) => id), ...otherWords]);

const isReserved = (word: string): boolean =>
  reserved.has(word) || /^\d+[a-z]{1,3}$/.test(word) || /^\d{4}-\d/.test(word);

/** Ids and names of apps, and ids of digests and rules, must be unambiguous in a command. */
function checkWords(apps: readonly ImApp[], file: File, report: ReportProblem): void {
  const taken = (path: Path, word: string, kind: 'id' | 'name'): void => {
    if (isReserved(word.toLowerCase()))
      report(path, `"${word}" is a word of the /imstats command; choose another ${kind}`);
  };
  for (const [index, app] of apps.entries()) {
    taken(['apps', index, 'id'], app.id, 'id');
    if (app.name === app.id) continue;
    taken(['apps', index, 'name'], app.name, 'name');
    const name = app.name.toLowerCase();
    const isTwin = (other: ImApp, at: number): boolean =>
      at !== index && (other.id === name || (at < index && other.name.toLowerCase() === name));
    if (apps.some(isTwin))
      report(['apps', index, 'name'], `another app is called "${app.name}" too; nobody could tell which one is meant`);
  }
  for (const section of ['digests', 'alerts'] as const)
    for (const [index, { id }] of file[section].entries()) taken([section, index, 'id'], id, 'id');
}

function secretsOf(file: File): string[] {
  const ofApps = file.apps.flatMap(({ definition, access }) => definition.secretsOf(access));
  const ofStore = file.store.startsWith('postgres') ? [file.store, new URL(file.store).password] : [];
  const { botToken, appToken, signingSecret } = file.slack;
  const pagerKeys = Object.values(file.pagerduty?.keys ?? {});
  return [botToken, appToken, signingSecret, file.pagerduty?.routingKey, ...pagerKeys, ...ofApps, ...ofStore].filter(
    (text): text is string => text !== undefined && text !== '',
  );
}

/** Addresses of this machine need no encryption. */
const localAddress = /^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|\/|$)/;

/** Settings that work and should be changed. */
function warningsOf(file: File): string[] {
  const channels = file.access.manage
    .filter((id) => /^[CGD]/.test(id))
    .map((id) => `access.manage: ${id} is a channel and lets nobody manage; list people (U…) or user groups (S…).`);
  const unencrypted = file.apps
    .filter(({ access: { url } }) => typeof url === 'string' && url.startsWith('http:') && !localAddress.test(url))
    .map(
      (app) =>
        `The key of app ${app.id} travels unencrypted, because its url begins with http:; use https: if the platform answers there.`,
    );
  return [...unencrypted, ...channels];
}

/** An object without its undefined fields, for types in which a field is there or not. */
function withoutUndefined<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]: Exclude<Fields[Name], undefined> } {
  // Object.fromEntries loses the field names in its type; they are those of `fields` without the undefined ones.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]: Exclude<Fields[Name], undefined>;
  };
}

/** Reports each name that is unknown, with the nearest known one, or that is repeated. */
function checkNames(
  input: { names: readonly string[]; known: readonly string[]; path: Path; noun: string },
  report: ReportProblem,
): void {
  for (const [index, name] of input.names.entries()) {
    if (input.names.indexOf(name) < index)
      report([...input.path, index], `"${name}" is named twice; remove one of the two`);
    if (!input.known.includes(name)) report([...input.path, index], unknownName(name, input.known, input.noun));
  }
}

/** The message for an unknown name. */
function unknownName(name: string, known: readonly string[], noun: string): string {
  return `there is no ${noun} "${name}"; ${suggestion(name, known)}`;
}
