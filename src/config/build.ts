// Builds the configuration from a file that fits the schema, and checks references between its parts: apps, rules, digests, channels.
import { isAbsolute, join, resolve } from 'node:path';
import type { MaintenanceWindow } from '../alerting/maintenance.ts';
import type { Rule } from '../alerting/rule.ts';
import { versionOf } from '../alerting/rule-change.ts';
import { ruleFromConfig } from '../alerting/rule-config.ts';
import type { WrittenRule } from '../alerting/rule-override.ts';
import { unreachableRule } from '../alerting/rules/unreachable.ts';
import type { ImApp } from '../app.ts';
import { cronProblem } from '../cron.ts';
import { BotError } from '../errors.ts';
import { metricIds } from '../metrics/catalog.ts';
import type { DigestSchedule } from '../service-types.ts';
import type { AppConfig, Config, SlackConfig } from './config.ts';
import { type Checking, checkNames, checkReference } from './names.ts';
import type { File } from './schema.ts';
import type { ReportProblem } from './variables.ts';

interface BuiltRules {
  readonly rules: readonly Rule[];
  /** Those of them that stand in the file. */
  readonly written: readonly WrittenRule[];
  readonly warnings: readonly string[];
}

/** The rules in the order of the file, then the built-in one of each app that has a channel; `warnings` of all of them. */
function buildRules(file: File, apps: readonly ImApp[], checking: Checking): BuiltRules {
  const { alerts } = file;
  const warnings: string[] = [];
  const pagers = pagersOf(file);
  const written = alerts.flatMap((raw, index): WrittenRule[] => {
    checkReference({ name: raw.app, path: ['alerts', index, 'app'], noun: 'app' }, file, checking);
    const app = ofRule(raw, apps, checking);
    const named = raw['pagerduty'];
    const isPagerKnown = !checking.isUnknown(['pagerduty', 'keys', String(named)]);
    const known = isPagerKnown ? pagers : [...pagers, String(named)];
    const built = ruleFromConfig(raw, { app, pagers: known });
    if ('rule' in built) {
      warnings.push(...built.warnings.map((warning) => `Alert ${raw.id}: ${warning}`));
      return [{ rule: built.rule, entry: raw, pagers: known }];
    }
    for (const problem of built.problems)
      checking.report(['alerts', index, ...problem.path], problem.message, problem.isKey);
    return [];
  });
  const rules = written.map(({ rule }) => rule);
  return { rules: [...rules, ...apps.flatMap((app) => builtIn(app, rules, pagers[0]))], written, warnings };
}

/** The app of a rule. What is not known of it is such that the rule can be judged without: any metric, a channel. */
function ofRule({ app: id }: File['alerts'][number], apps: readonly ImApp[], { isUnknown }: Checking): ImApp {
  const index = apps.findIndex((app) => app.id === id);
  const [first] = apps;
  const found = apps[index] ?? first;
  if (found === undefined) throw new BotError('A configuration without an app has passed its schema.');
  const isHeld = (...path: readonly string[]): boolean => index !== -1 && !isUnknown(['apps', index, ...path]);
  const all = { ...found.capabilities, metrics: metricIds };
  return {
    ...found,
    ...(isHeld('platform') ? {} : { capabilities: all }),
    ...(isHeld('channel') ? {} : { channel: 'C000' }),
  };
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

/** Builds the configuration. The result must not be used when a problem was reported. */
export function buildConfig(file: File, folder: string, checking: Checking): Config {
  const { report } = checking;
  const apps = file.apps.map((app): AppConfig => buildApp(app, file));
  checkNames(file, apps, checking);
  const { rules, written, warnings } = buildRules(file, apps, checking);
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
    written,
    maintenance: buildMaintenance(file, report),
    access: file.access,
    retention: file.retention,
    ...(file.heartbeat === undefined ? {} : { heartbeat: file.heartbeat }),
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
    was: app.was,
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
    checkCron(digest.schedule, timezone, (problem) => report(['digests', index, 'schedule'], problem));
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

function buildMaintenance(file: File, report: ReportProblem): MaintenanceWindow[] {
  return file.maintenance.map((window, index) => {
    const timezone = window.timezone ?? file.timezone;
    checkCron(window.schedule, timezone, (problem) => report(['maintenance', index, 'schedule'], problem));
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

function checkCron(cron: string, timezone: string, wrong: (problem: string) => void): void {
  const problem = cronProblem(cron, timezone);
  if (problem !== undefined) wrong(problem);
}

function secretsOf(file: File): string[] {
  const ofApps = file.apps.flatMap(({ definition, access }) => definition.secretsOf(access));
  const ofStore = file.store.startsWith('postgres') ? [file.store, new URL(file.store).password] : [];
  const { botToken, appToken, signingSecret } = file.slack;
  const pagerKeys = Object.values(file.pagerduty?.keys ?? {});
  return [
    botToken,
    appToken,
    signingSecret,
    file.heartbeat?.url,
    file.pagerduty?.routingKey,
    ...pagerKeys,
    ...ofApps,
    ...ofStore,
  ].filter((text): text is string => text !== undefined && text !== '');
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
