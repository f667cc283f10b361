// What people have set in Slack (overrides of rules), and every change of what is set.
import { RuleOverride } from '../alerting/rule-override.ts';
import type { SettingChange } from '../alerting/setting-change.ts';
import { asPhrase, Phrase } from '../metrics/phrase.ts';
import type { Context } from './connection.ts';
import type { Settings } from './store.ts';
import { parseStored, setAside, toStored, withoutNulls } from './stored-json.ts';

export function createSettings(context: Context): Settings {
  const { db } = context;
  return {
    overrides: async () => {
      const rows = await db.selectFrom('ruleOverride').selectAll().orderBy('rule').execute();
      const found: RuleOverride[] = [];
      for (const { rule, override } of rows) {
        const read = parseStored(RuleOverride, override);
        if (read === undefined) await setOverrideAside(context, rule, override);
        else found.push(read);
      }
      return found;
    },
    saveOverride: async (one) => {
      const override = toStored(RuleOverride, one);
      await db
        .insertInto('ruleOverride')
        .values({ rule: one.rule, override })
        .onConflict((conflict) => conflict.column('rule').doUpdateSet({ override }))
        .execute();
    },
    addChange: async ({ id, at, by = null, from: origin, subject, what, before, after }) => {
      const words = (phrase: Phrase | undefined): string | null =>
        phrase === undefined ? null : toStored(Phrase, phrase);
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('settingChange')
        .values({
          ...{ id, at, actor: by, origin, subject },
          ...{ what: toStored(Phrase, what), before: words(before), after: words(after) },
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    changes: async (from, to, limit) => {
      const rows = await db
        .selectFrom('settingChange')
        .selectAll()
        .where('at', '>=', from)
        .where('at', '<', to)
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ actor, origin, what, before, after, ...row }): SettingChange => {
        const of = (stored: string | null): Phrase | null => (stored === null ? null : words(stored));
        const read = { what: words(what), before: of(before), after: of(after) };
        return withoutNulls({ ...row, by: actor, from: origin, ...read });
      });
    },
  };
}

/** Words that cannot be read are shown as they are. */
const words = (stored: string): Phrase => parseStored(Phrase, stored) ?? asPhrase(stored);

/** The rule is as the file has it then. */
async function setOverrideAside(context: Context, rule: string, content: string): Promise<void> {
  await setAside(context, {
    source: 'rule_override',
    key: rule,
    content,
    remove: (db) => db.deleteFrom('ruleOverride').where('rule', '=', rule).execute(),
  });
}
