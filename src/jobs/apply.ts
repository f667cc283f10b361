// Applies a poll to the alerts of its app: the rule on the platform itself first, because it speaks for the others.
import type { AlertEvent } from '../alerting/event.ts';
import type { Measurement, Rule } from '../alerting/rule.ts';
import { kindOf } from '../alerting/rules/list.ts';
import { type AlertState, isOpen } from '../alerting/state.ts';
import type { Store } from '../store/store.ts';
import type { Windows } from './maintenance.ts';
import { eventOf, type Polled } from './measure.ts';
import { type StepInput, type Stepped, stepRule } from './step.ts';
import type { Book } from './storms.ts';

/** A rule with what it says of a poll. */
export interface Said {
  readonly rule: Rule;
  readonly measurement: Measurement;
}

/** A rule with what became of its alert. */
export interface Applied extends Stepped {
  readonly rule: Rule;
}

/** `tx` is the store within a transaction. */
export async function applyPoll(
  tx: Store,
  polled: Polled,
  { said, windows, book }: { readonly said: readonly Said[]; readonly windows: Windows; readonly book: Book },
): Promise<readonly Applied[]> {
  const own = said.filter(({ rule }) => isPlatformRule(rule));
  const others = said.filter(({ rule }) => !isPlatformRule(rule));
  const applied: Applied[] = [];
  for (const { rule, measurement } of own) {
    const frozen = polled.health.failures === 0 ? await frozenWords(tx, others, polled) : [];
    applied.push(
      ...(await apply(tx, {
        rule,
        measurement,
        polled,
        book,
        frozen,
        context: { muted: windows.at(rule, polled.at) },
      })),
    );
  }
  const inhibited = applied.some(({ state }) => speaksForOthers(state));
  for (const { rule, measurement } of others) {
    const context = { muted: windows.at(rule, polled.at), inhibited };
    applied.push(...(await apply(tx, { rule, measurement, polled, book, frozen: [], context })));
  }
  return applied;
}

/** The rule that watches the platform rather than a number of it. */
export function isPlatformRule(rule: Rule): boolean {
  return rule.metric === undefined;
}

/** True while the alert on the platform itself is critical: then nobody is told of the others. */
export function speaksForOthers(state: AlertState): boolean {
  return isOpen(state) && state.level === 'critical';
}

interface One extends Said {
  readonly polled: Polled;
  readonly book: Book;
  readonly frozen: readonly string[];
  readonly context: StepInput['context'];
}

async function apply(tx: Store, one: One): Promise<readonly Applied[]> {
  const event: AlertEvent | undefined = eventOf(one.measurement, one.polled);
  if (event === undefined) return [];
  const { rule, context, frozen, polled, book } = one;
  return [{ rule, ...(await stepRule(tx, { rule, app: polled.app, event, context, frozen, book })) }];
}

/** What the alerts that are open say now that the platform answers again. */
async function frozenWords(tx: Store, others: readonly Said[], polled: Polled): Promise<readonly string[]> {
  const words: string[] = [];
  for (const { rule, measurement } of others) {
    if (measurement.state !== 'measured') continue;
    const alert = await tx.alerts.get(rule.id);
    if (alert === undefined || !isOpen(alert.state)) continue;
    words.push(
      kindOf(rule)
        .phrases(rule, polled.app)
        .now({ at: polled.at, ...measurement }),
    );
  }
  return words;
}
