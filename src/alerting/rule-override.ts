// Settings of a threshold rule that were changed in Slack: they hold in place of those of the file, until its rule is changed there.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ImApp } from '../app.ts';
import type { Rule } from './rule.ts';
import { sortedJson, versionOf } from './rule-change.ts';
import { type ReadRule, ruleFromConfig } from './rule-config.ts';

/** A rule of the file: as it was written there, and what it means. */
export interface WrittenRule {
  readonly rule: Rule;
  /** Its entry under `alerts`. */
  readonly entry: Readonly<Record<string, unknown>>;
  /** Names of the keys of the pager that it may use. */
  readonly pagers: readonly string[];
}

const text = z.string().optional();
const limits = { below: text, above: text, clearAt: text, for: text };

/** What can be changed in Slack, under the names of the file and as it would be written there. What is absent has the default of the file. */
export const RuleSettings = z
  .object({
    ...limits,
    keepFiring: text,
    critical: z.object(limits).readonly().optional(),
    channel: z.array(z.string()).readonly().optional(),
    mention: z.array(z.string()).readonly().optional(),
  })
  .readonly();
export type RuleSettings = z.infer<typeof RuleSettings>;

/** Every one of them: settings take the place of all of these, never of some. */
const settingNames = ['below', 'above', 'clearAt', 'for', 'keepFiring', 'critical', 'channel', 'mention'] as const;

/** Why an override no longer holds: the file says something else of the rule, has it no more, or leaves it nothing to hold for. */
export const OverrideEnd = z.enum(['changed', 'gone', 'unfit', 'file']);
export type OverrideEnd = z.infer<typeof OverrideEnd>;

/** As it is stored. `of` is the fingerprint of the rule in the file that it was made of. */
export const RuleOverride = z
  .object({
    rule: z.string(),
    settings: RuleSettings,
    by: z.string(),
    at: z.number(),
    of: z.string(),
    ended: z.object({ at: z.number(), by: z.string().optional(), because: OverrideEnd }).readonly().optional(),
  })
  .readonly();
export type RuleOverride = z.infer<typeof RuleOverride>;

/** Another one for any other text of the rule in the file; what the text says cannot be read from it. */
export function fingerprintOf({ entry }: Pick<WrittenRule, 'entry'>): string {
  return createHash('sha256').update(sortedJson(entry)).digest('base64url');
}

/** Another one for any other definition of the rule, short enough for a button; a definition is of any length. */
export function versionTag({ version }: Pick<Rule, 'version'>): string {
  return createHash('sha256').update(version).digest('base64url').slice(0, 22);
}

/** Only fixed limits can be changed in Slack. */
export function isTunable(rule: Pick<Rule, 'kind'>): boolean {
  return rule.kind === 'threshold';
}

/** Reads the rule with other settings, by the checks of the file and with their words. */
export function readWithSettings({ entry, pagers }: WrittenRule, settings: RuleSettings, app: ImApp): ReadRule {
  const others = Object.fromEntries(Object.entries(entry).filter(([name]) => !isSetting(name)));
  const critical = settings.critical && { ...settings.critical, ...channelOfCritical(entry) };
  return ruleFromConfig(withoutAbsent({ ...others, ...settings, critical }), { app, pagers });
}

const isSetting = (name: string): boolean => settingNames.some((one) => one === name);

/** The channel of the critical level is the file's alone. */
function channelOfCritical({ critical }: WrittenRule['entry']): object {
  return typeof critical === 'object' && critical !== null && 'channel' in critical
    ? { channel: critical.channel }
    : {};
}

/** A key that is there is read, whatever it holds. */
function withoutAbsent(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(raw).flatMap(([name, value]) => {
      if (value === undefined) return [];
      const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
      return [[name, isRecord ? withoutAbsent(Object.fromEntries(Object.entries(value))) : value]];
    }),
  );
}

/** The settings as the file has them. */
export function writtenSettings({ entry, rule }: WrittenRule): RuleSettings {
  const own = limitsOf(entry);
  const critical = entry['critical'];
  const asList = (value: unknown): string[] | undefined =>
    value === undefined || value === null ? undefined : [value].flat().map(String);
  return {
    ...own,
    keepFiring: asText(entry['keepFiring']),
    critical: typeof critical === 'object' && critical !== null ? limitsOf({ ...critical }) : undefined,
    channel: asList(entry['channel']) ?? [rule.channel],
    mention: asList(entry['mention']),
  };
}

const asText = (value: unknown): string | undefined =>
  value === undefined || value === null ? undefined : String(value).trim();

function limitsOf(raw: Readonly<Record<string, unknown>>) {
  const { below, above, clearAt, for: holdFor } = raw;
  return { below: asText(below), above: asText(above), clearAt: asText(clearAt), for: asText(holdFor) };
}

/** What became of the overrides in a configuration. */
export interface OverriddenRules {
  /** In the same order; those that were changed in Slack say so. */
  readonly rules: readonly Rule[];
  readonly ended: readonly { readonly override: RuleOverride; readonly because: OverrideEnd }[];
}

/** The rules that hold: those of the file, with what was changed in Slack as long as the file says the same of them. */
export function withOverrides(
  {
    rules,
    written,
    apps,
  }: {
    readonly rules: readonly Rule[];
    readonly written: readonly WrittenRule[];
    readonly apps: readonly ImApp[];
  },
  overrides: readonly RuleOverride[],
): OverriddenRules {
  const ofFile = new Map(written.map((one) => [one.rule.id, one]));
  const held = new Map<string, Rule>();
  const ended: { readonly override: RuleOverride; readonly because: OverrideEnd }[] = [];
  for (const override of overrides.filter((one) => one.ended === undefined)) {
    const found = overridden(override, ofFile.get(override.rule), apps);
    if (typeof found === 'string') ended.push({ override, because: found });
    else held.set(override.rule, found);
  }
  return { rules: rules.map((rule) => held.get(rule.id) ?? ofFile.get(rule.id)?.rule ?? rule), ended };
}

function overridden(
  { settings, by, at, of }: RuleOverride,
  written: WrittenRule | undefined,
  apps: readonly ImApp[],
): Rule | OverrideEnd {
  const app = apps.find(({ id }) => id === written?.rule.app);
  if (written === undefined || app === undefined) return 'gone';
  if (fingerprintOf(written) !== of) return 'changed';
  const read = readWithSettings(written, settings, app);
  return 'rule' in read ? markedTuned(read.rule, { by, at }) : 'unfit';
}

function markedTuned({ version: _, ...rule }: Rule, tuned: NonNullable<Rule['tuned']>): Rule {
  const marked = { ...rule, tuned };
  return { ...marked, version: versionOf(marked) };
}
