// What was changed in Slack, in the configuration that is to hold: applied to its rules, or ended, kept as a change and told where the file says otherwise.

import type { changePhrases } from '../alerting/change-phrases.ts';
import { alertPhrasesOf } from '../alerting/notification.ts';
import type { Rule } from '../alerting/rule.ts';
import { type OverrideEnd, type RuleOverride, readWithSettings, withOverrides } from '../alerting/rule-override.ts';
import { changedSettings, settingFacts } from '../alerting/setting-change.ts';
import type { Instant } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { LiveValues } from '../service-types.ts';
import type { Store } from '../store/store.ts';

const phrase = alertPhrasesOf<typeof changePhrases>();

/** Within the transaction `tx`: the values with the rules that hold. A second time it changes nothing. Rejects with `StoreError`. */
export async function holdOverrides<Values extends LiveValues>(tx: Store, next: Values, at: Instant): Promise<Values> {
  const { rules, ended } = withOverrides(next, await tx.settings.overrides());
  for (const { override, because } of ended) await endOverride(tx, { override, because, at }, next);
  return { ...next, rules };
}

/** What ended, why, and when; `by`: the person who went back to the file. */
interface EndedOverride {
  readonly override: RuleOverride;
  readonly because: OverrideEnd;
  readonly at: Instant;
  readonly by?: string | undefined;
}

/** Stored as ended, kept as a change, and told in the channel of the rule, once. */
export async function endOverride(tx: Store, one: EndedOverride, values: LiveValues): Promise<Phrase> {
  const { override, because, at, by } = one;
  const { rule: id } = override;
  const signed = by === undefined ? {} : { by };
  await tx.settings.saveOverride({ ...override, ended: { at, because, ...signed } });
  const after = values.written.find(({ rule }) => rule.id === id)?.rule;
  const what = endedWords(one, after, values);
  const isNew = await tx.settings.addChange({
    ...{ id: `override:${id}:${override.at}:ended`, at, ...signed, subject: id, what },
    from: by === undefined ? 'file' : 'slack',
    ...changedSettings(overriddenRule(override, values), after),
  });
  const channel = after?.channel ?? override.settings.channel?.[0] ?? values.fallbackChannel;
  if (isNew && channel !== undefined)
    await tellOf(tx, { key: `override:${id}:${override.at}:ended`, channel, at, what });
  return what;
}

function endedWords({ override, because, at }: EndedOverride, after: Rule | undefined, values: LiveValues): Phrase {
  const { rule, by, at: madeAt } = override;
  const before = overriddenRule(override, values);
  const [old, now] = [before && settingFacts(before), after && settingFacts(after)];
  const difference = old === undefined || now === undefined ? undefined : { before: old, after: now };
  const zone = values.apps.find(({ id }) => id === after?.app)?.timezone ?? values.timezone;
  return phrase('change.ended', { rule, because, by, madeAt, difference, now: at, zone });
}

/** The rule with what was set, as far as it can still be read. */
function overriddenRule({ rule: id, settings }: RuleOverride, { written, apps, rules }: LiveValues): Rule | undefined {
  const file = written.find(({ rule }) => rule.id === id);
  const app = apps.find((one) => one.id === file?.rule.app);
  const read = file && app && readWithSettings(file, settings, app);
  if (read !== undefined && 'rule' in read) return read.rule;
  return rules.find((one) => one.id === id && one.tuned !== undefined);
}

interface ToldLine {
  readonly key: string;
  readonly channel: string;
  readonly at: Instant;
  readonly what: Phrase;
}

/** A line of its own in a channel. */
export async function tellOf(tx: Store, { key, channel, at, what: text }: ToldLine): Promise<void> {
  await tx.outbox.add({
    ...{ key, stream: key, lane: 'slack', seq: 1, channel, operation: 'reply', broadcast: false },
    ...{ message: { kind: 'line', text, mentions: [] }, causedAt: undefined, createdAt: at, notBefore: at },
  });
}
