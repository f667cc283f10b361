// The alerts of the file → rules, with the built-in one of each app; each kind of rule reads its own keys.
import type { Rule } from '../alerting/rule.ts';
import { ruleFromConfig } from '../alerting/rule-config.ts';
import { unreachableRule } from '../alerting/rules/unreachable.ts';
import type { ImApp } from '../app.ts';
import { type Complain, unknownName } from './names.ts';
import type { File } from './schema.ts';

/** Rules in the order of the file, then one "does not answer" for each app that has a channel to say it in; `warnings` of all. */
export function buildRules(
  alerts: File['alerts'],
  apps: readonly ImApp[],
  complain: Complain,
): { rules: Rule[]; warnings: string[] } {
  const warnings: string[] = [];
  const rules = alerts.flatMap((raw, index): Rule[] => {
    const app = apps.find(({ id }) => id === raw.app);
    if (app === undefined) {
      complain(
        ['alerts', index, 'app'],
        unknownName(
          raw.app,
          apps.map(({ id }) => id),
          'app',
        ),
      );
      return [];
    }
    const built = ruleFromConfig(raw, { app });
    if ('rule' in built) {
      warnings.push(...built.warnings.map((warning) => `Alert ${raw.id}: ${warning}`));
      return [built.rule];
    }
    for (const problem of built.problems) complain(['alerts', index, ...problem.path], problem.message);
    return [];
  });
  return { rules: [...rules, ...apps.flatMap((app) => builtIn(app, rules))], warnings };
}

/** Spoken in the app's own channel, else in that of its first rule, to the people of that rule; an app without a channel has none. */
function builtIn(app: ImApp, rules: readonly Rule[]): Rule[] {
  const own = rules.filter((rule) => rule.app === app.id);
  const channel = app.channel ?? own[0]?.channel;
  const mention = own.find((rule) => rule.mention.length > 0)?.mention;
  return channel === undefined ? [] : [unreachableRule(app, channel, mention)];
}
