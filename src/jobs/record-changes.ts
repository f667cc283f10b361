// Keeps what people change, beside what follows from it and in the same transaction: what they do with alerts, maintenance, and the file.

import type { changePhrases } from '../alerting/change-phrases.ts';
import type { UserEvent } from '../alerting/events.ts';
import type { MaintenancePeriod } from '../alerting/maintenance.ts';
import { alertPhrasesOf } from '../alerting/notification.ts';
import type { Rule } from '../alerting/rule.ts';
import { fingerprintOf, type WrittenRule } from '../alerting/rule-override.ts';
import { changedSettings, settingFacts } from '../alerting/setting-change.ts';
import type { Instant } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { ChangedNames, LiveValues } from '../service-types.ts';
import type { Store } from '../store/store.ts';

const phrase = alertPhrasesOf<typeof changePhrases>();

/** What people do with an alert that changes when others are told; an acknowledgement or a note does not. */
const settingActions: ReadonlySet<string> = new Set(['silence', 'unsilence', 'normal', 'undo']);

/** `words`: what the person was answered. */
export async function recordAction(
  tx: Pick<Store, 'settings'>,
  rule: Pick<Rule, 'id'>,
  { event, words }: { readonly event: UserEvent; readonly words: Phrase | undefined },
): Promise<void> {
  if (words === undefined || !settingActions.has(event.action)) return;
  const { action, at, who: by, id = String(at) } = event;
  const what = phrase('change.ofAlert', { rule: rule.id, line: words });
  await tx.settings.addChange({ id: `${action}:${rule.id}:${id}`, at, by, from: 'slack', subject: rule.id, what });
}

/** `by`: undefined for one that ended in time, which is no change. */
export async function recordMaintenance(
  tx: Pick<Store, 'settings'>,
  { id, changes }: Pick<MaintenancePeriod, 'id' | 'changes'>,
  { at, by, what }: { readonly at: Instant; readonly by: string | undefined; readonly what: Phrase },
): Promise<void> {
  if (by === undefined) return;
  const line = phrase('change.line', { line: what });
  await tx.settings.addChange({ id: `maintenance:${id}:${changes}`, at, by, from: 'slack', subject: id, what: line });
}

/** The names of what is other in the file; of rules with fixed limits what differs. */
export async function recordFile(
  tx: Pick<Store, 'settings'>,
  { names, before, after, at }: { names: ChangedNames; before: LiveValues; after: LiveValues; at: Instant },
): Promise<void> {
  const rules = after.written.flatMap((now) =>
    differenceOf(
      before.written.find(({ rule }) => rule.id === now.rule.id),
      now,
    ),
  );
  for (const { id, what, ...differing } of rules) {
    const change = { id: `file:${id}:${at}`, at, from: 'file', subject: id, what, ...differing } as const;
    await tx.settings.addChange(change);
  }
  const told = new Set(rules.map(({ id }) => `alerts.${id}`));
  const others = { ...names, changed: names.changed.filter((name) => !told.has(name)) };
  if (Object.values(others).every((some) => some.length === 0)) return;
  const what = phrase('change.file', others);
  await tx.settings.addChange({ id: `file:${at}`, at, from: 'file', subject: 'file', what });
}

function differenceOf(before: WrittenRule | undefined, after: WrittenRule) {
  if (before === undefined || fingerprintOf(before) === fingerprintOf(after)) return [];
  const [old, now] = [settingFacts(before.rule), settingFacts(after.rule)];
  if (old === undefined || now === undefined || JSON.stringify(old) === JSON.stringify(now)) return [];
  const { id } = after.rule;
  const what = phrase('change.tuned', { rule: id, before: old, after: now });
  return [{ id, what, ...changedSettings(before.rule, after.rule) }];
}
