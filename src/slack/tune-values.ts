// What a person writes into the modal of a rule's limits → settings as the file would have them, and back; and which field a mistake is shown at.
import { z } from 'zod';
import type { Rule, RuleProblem } from '../alerting/rule.ts';
import { RuleSettings } from '../alerting/rule-override.ts';
import { capitalise } from '../metrics/format.ts';

/** Fields of the form, which are its block ids. */
export const tuneFields = [
  'limit',
  'clearAt',
  'for',
  'critical_limit',
  'critical_clearAt',
  'critical_for',
  'keepFiring',
  'channel',
  'mention_groups',
  'mention_users',
] as const;
export type TuneField = (typeof tuneFields)[number];

/** The only element of each field. */
export const tuneElement = 'value';

/** What a view carries: the rule, its version when the form was opened, and the settings that were tried. */
const TuneMetadata = z.object({
  rule: z.string(),
  version: z.string(),
  settings: RuleSettings.optional(),
});
export type TuneMetadata = z.infer<typeof TuneMetadata>;

/** Undefined for a view of another version of imstats. */
export function readTuneMetadata(text: string): TuneMetadata | undefined {
  try {
    return TuneMetadata.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // no JSON
  }
}

const Element = z.object({
  value: z.string().nullish(),
  selected_conversations: z.array(z.string()).nullish(),
  selected_users: z.array(z.string()).nullish(),
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
});

type ViewValues = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The settings of a submitted form. A field that was left empty is absent. */
export function settingsOfForm(values: ViewValues, direction: Rule['direction']): RuleSettings {
  const of = (field: TuneField): z.infer<typeof Element> => Element.safeParse(values[field]?.[tuneElement]).data ?? {};
  const text = (field: TuneField): string | undefined => asciiDigits(of(field).value ?? '').trim() || undefined;
  const ofLevel = (limit: TuneField, clearAt: TuneField, holdFor: TuneField) => ({
    [direction]: text(limit),
    clearAt: text(clearAt),
    for: text(holdFor),
  });
  const critical = ofLevel('critical_limit', 'critical_clearAt', 'critical_for');
  const isCritical = Object.values(critical).some((value) => value !== undefined);
  const groups = (of('mention_groups').selected_options ?? []).map(({ value }) => value);
  const channels = of('channel').selected_conversations ?? [];
  return {
    ...ofLevel('limit', 'clearAt', 'for'),
    keepFiring: text('keepFiring'),
    critical: isCritical ? critical : undefined,
    channel: channels.length === 0 ? undefined : channels,
    mention: [...groups, ...(of('mention_users').selected_users ?? [])],
  };
}

/** Full-width letters folded, and the digits of any script as 0 to 9: `１５％`, `٧`. */
function asciiDigits(text: string): string {
  return text.normalize('NFKC').replace(/(?![0-9])\p{Nd}/gu, (digit) => String(digitValue(digit)));
}

/** The digits of a script stand in a row of ten, from its zero on. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  return value;
}

/** The sentences of the file at the fields that they are about; of what no field holds, at the limit. */
export function formErrors(problems: readonly RuleProblem[]): Readonly<Partial<Record<TuneField, string>>> {
  const errors: Partial<Record<TuneField, string>> = {};
  for (const { path, message } of problems) {
    const { field, isNamed } = fieldOf(path);
    const sentence = capitalise(isNamed ? message : `${path.join('.')} ${message}`);
    errors[field] = errors[field] === undefined ? sentence : `${errors[field]} ${sentence}`;
  }
  return errors;
}

function fieldOf([first, second]: RuleProblem['path']): { readonly field: TuneField; readonly isNamed: boolean } {
  if (first === undefined || first === 'below' || first === 'above') return { field: 'limit', isNamed: true };
  if (first === 'critical') {
    if (second === 'clearAt') return { field: 'critical_clearAt', isNamed: true };
    return { field: second === 'for' ? 'critical_for' : 'critical_limit', isNamed: true };
  }
  if (first === 'mention') return { field: 'mention_groups', isNamed: true };
  const field = tuneFields.find((one) => one === first);
  return { field: field ?? 'limit', isNamed: field !== undefined };
}

/** The settings as lines for the file. Each value was read before, so none needs quotes. */
export function yamlOf(rule: string, settings: RuleSettings): string {
  const { critical, channel, mention = [], ...own } = settings;
  const inLine = Object.entries(critical ?? {}).filter(([, value]) => value !== undefined);
  const level = inLine.map(([name, value]) => `${name}: ${value}`).join(', ');
  return [
    `- id: ${rule}`,
    ...Object.entries(own).flatMap(([name, value]) => (value === undefined ? [] : [`  ${name}: ${value}`])),
    ...(level === '' ? [] : [`  critical: { ${level} }`]),
    ...(channel === undefined ? [] : [`  channel: ${channel.length === 1 ? channel[0] : `[${channel.join(', ')}]`}`]),
    ...(mention.length === 0 ? [] : [`  mention: [${mention.join(', ')}]`]),
  ].join('\n');
}
